"""Files into the registry: uploaded, taken in by a duty, and how far they are."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from starlette.responses import Response

from mingjian.desk.people.permissions import allowed, demand
from mingjian.desk.registry.importing import Reading, begin, options_of, rehearse
from mingjian.doors.api import paging
from mingjian.doors.api.answers import answer, time_of
from mingjian.doors.api.asking import Caller
from mingjian.doors.api.errors import lang_of
from mingjian.doors.api.openapi import gives
from mingjian.doors.desk.bell import WORK
from mingjian.doors.desk.sessions import desk_of
from mingjian.doors.i18n import say
from mingjian.intake.source import Source
from mingjian.records.blobs import Blobs
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.registry.model import Import, Reject
from mingjian.records.storage.registry_imports import import_by_id, list_imports, needs_file, rejects_of

router = APIRouter(prefix="/registry/imports", tags=["registry"])
MOST_TRIED = 8 << 20
"""Bytes of a file that is tried while the caller waits."""
_COUNTS = ("rows", "recorded", "added", "changed", "same", "rejected", "malformed", "awaited")
_SHOWN = 100


@router.post("", status_code=202, responses=gives({200: "ImportTried", 202: "Import"}))
def upload(
    request: Request,
    principal: Caller,
    file: Annotated[UploadFile, File(description="CSV、TSV、XLSX、JSON、JSONL")],
    kind: Annotated[str | None, Form(description="所有行都是哪类对象。 What all rows are of.")] = None,
    mapping: Annotated[str | None, Form(description="表头 → 列,JSON 对象。 What a heading is.")] = None,
    format: Annotated[str | None, Form(description="csv、tsv、xlsx、json、jsonl")] = None,
    source: Annotated[str | None, Form(description="来自哪个登记系统,一个词。 Which register.")] = None,
    dry_run: Annotated[bool, Form(description="只说会怎样,什么都不写。 Say what it would do.")] = False,
) -> Response:
    """Take a file in (``registry.import``): it is read by a duty, row by row; ask for its state by its id. The same
    file given again while it is being read is the same import. With ``dry_run`` the answer says what would become of
    it (files up to 8 MB) and nothing is written."""
    demand(principal, "registry.import")
    desk = desk_of(request)
    options = options_of({"kind": kind or None, "mapping": _mapping(mapping), "format": format or None,
                          "source": source or None})  # fmt: skip
    blobs = Blobs(desk.settings.blobs)
    name = (file.filename or "upload").replace("\x00", "").encode("utf-8", "replace").decode()[:200] or "upload"
    digest, size = blobs.put(file.file, desk.settings.max_upload)
    given = Source(name, name, blobs.path(digest))
    try:
        if dry_run:
            if size > MOST_TRIED:
                raise Invalid("文件太大,不能试运行。请直接上传,或用命令行 --dry-run。", field="file")
            made, rejects = rehearse(desk.database, principal, given, options)
            lang = lang_of(request)
            told = {"import": import_dict(made), "rejects": [reject_dict(one, lang) for one in rejects[:_SHOWN]]}
            return answer(told)
        headings = Reading(given, options).table.headings
        with desk.database.write() as tx:
            one = begin(tx, principal, name, digest, options, state="waiting", headings=headings, duty=True)
    finally:
        with desk.database.read() as tx:
            if not needs_file(tx, digest):
                blobs.delete(digest)
    WORK.ring()
    return answer(import_dict(one), 202)


def _mapping(given: str | None) -> Any:
    if not given:
        return {}
    try:
        return json.loads(given)
    except (ValueError, RecursionError):
        raise Invalid("列对应应为“表头 → 列”的 JSON 对象。", field="mapping") from None


@router.get("", responses=gives({200: "ImportPage"}))
def list_(request: Request, principal: Caller, cursor: paging.Cursor = None, limit: paging.Limit = 50) -> Response:
    """Imports, the newest first."""
    demand(principal, "registry.import")
    desk = desk_of(request)
    before = paging.read(desk.secret, "imports", cursor)
    with desk.database.read() as tx:
        found = list_imports(tx, before, limit + 1)
    next = paging.made(desk.secret, "imports", found[limit - 1].id) if len(found) > limit else None
    return answer({"items": [import_dict(one) for one in found[:limit]], "next": next})


@router.get("/{id}", responses=gives({200: "Import"}))
def get(request: Request, principal: Caller, id: str) -> Response:
    """How far an import is."""
    demand(principal, "registry.import")
    with desk_of(request).database.read() as tx:
        found = import_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有这次导入:{id[:40]}")
    return answer(import_dict(found))


@router.get("/{id}/rejects", responses=gives({200: "RejectPage"}))
def rejects(
    request: Request,
    principal: Caller,
    id: str,
    cursor: paging.Cursor = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="每页多少行。 Rows on a page.")] = 100,
) -> Response:
    """The rows that were not taken, with what is wrong; the rows themselves only for who may see personal data."""
    demand(principal, "registry.import")
    desk = desk_of(request)
    after = paging.read(desk.secret, ("rejects", id), cursor)
    with desk.database.read() as tx:
        if import_by_id(tx, id) is None:
            raise NotFound(f"没有这次导入:{id[:40]}")
        found = rejects_of(tx, id, after or 0, limit + 1)
    next = paging.made(desk.secret, ("rejects", id), found[limit - 1].line) if len(found) > limit else None
    lang, open = lang_of(request), allowed(principal, "personal.read")
    items = [reject_dict(one, lang) | ({} if open else {"row": None}) for one in found[:limit]]
    return answer({"items": items, "next": next})


def import_dict(one: Import) -> dict[str, Any]:
    """An import for programs."""
    return {
        "id": one.id, "name": one.name, "kind": one.options.get("kind"), "source": one.source, "state": one.state,
        "digest": one.digest, **{name: getattr(one, name) for name in _COUNTS}, "notes": list(one.notes),
        "why": one.why, "started_at": time_of(one.started_at or None), "changed_at": time_of(one.changed_at or None),
    }  # fmt: skip


def reject_dict(one: Reject, lang: str) -> dict[str, Any]:
    """A row that was not taken."""
    problems = [{**each, "message": say(each["message"], lang), "hint": say(each["hint"], lang)}
                for each in one.problems]  # fmt: skip
    return {"line": one.line, "problems": problems, "row": one.raw}
