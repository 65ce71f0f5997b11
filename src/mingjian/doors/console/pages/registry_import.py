"""Files into the registry and out of it: tried first, then taken, each row that was not taken with its reason."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from fastapi import APIRouter, Depends
from starlette.background import BackgroundTask
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from mingjian.desk.people.masking import mask
from mingjian.desk.people.permissions import allowed
from mingjian.desk.people.service import log_access
from mingjian.desk.registry import exporting, importing
from mingjian.doors.console.context import Crumb, Flash, desk, fragment, page, permitted, posted, redirect, spoken, text
from mingjian.doors.console.filters import chosen
from mingjian.doors.console.subjects import names_of
from mingjian.doors.console.uploads import file_of, plain_name
from mingjian.doors.desk.bell import WORK
from mingjian.intake.source import Source
from mingjian.records.blobs import Blobs
from mingjian.records.clock import day
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.registry.model import ENTITY_KINDS, Import
from mingjian.records.storage.database import Tx
from mingjian.records.storage.registry import count_entities
from mingjian.records.storage.registry_imports import all_rejects, import_by_id, list_imports, needs_file, rejects_of

router = APIRouter()
UPLOADS = ("/registry/imports",)
MOST_TRIED = 8 << 20
"""Bytes of a file that is tried while somebody waits."""
MOST_EXPORTED = 200_000
_SHOWN = 200
_PAGE = 50
COUNTS = ("rows", "recorded", "added", "changed", "same", "rejected", "malformed", "awaited")


@router.get("/registry/imports")
def imports(request: Request) -> Response:
    """Files that came in, the newest first, and where the next is given."""
    permitted(request, "registry.import")
    before = request.query_params.get("before") or None
    with desk(request).database.read() as tx:
        found = list_imports(tx, before, _PAGE + 1)
        names = names_of(tx, [one.actor for one in found])
    return page(
        request, "registry/imports.html", title="导入",
        crumbs=(Crumb("登记册", "/registry"), Crumb("导入")), found=found[:_PAGE], names=names, kinds=ENTITY_KINDS,
        rows=True,
        next=f"/registry/imports?before={found[_PAGE - 1].id}" if len(found) > _PAGE else None,
        formats=exporting.FORMATS, most=desk(request).settings.max_upload, tried=None, rejects=(), counts=COUNTS,
        cover=mask,
    )  # fmt: skip


@router.post("/registry/imports")
def give(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Try a file (nothing is written), or take it in: then it goes on by itself and the page tells how far it is."""
    asks = permitted(request, "registry.import")
    given = file_of(form.get("file"))
    name = plain_name(given.filename or "")
    options = importing.options_of({"kind": text(form, "kind", 40) or None, "source": text(form, "source", 64) or None})
    settings = desk(request).settings
    if text(form, "mode", 10) == "try":
        return _tried(request, form, name, options)
    digest, _ = Blobs(settings.blobs).put(given.file, settings.max_upload)
    try:
        source = Source(name, name, Blobs(settings.blobs).path(digest))
        headings = importing.Reading(source, options).table.headings  # what cannot be read at all is told here
        with desk(request).database.write() as tx:
            one = importing.begin(tx, asks, name, digest, options, state="waiting", headings=headings, duty=True)
    finally:
        with desk(request).database.read() as tx:
            if not needs_file(tx, digest):
                Blobs(settings.blobs).delete(digest)
    WORK.ring()
    return redirect(request, f"/registry/imports/{one.id}", Flash(spoken(request, "已开始导入。")))


def _tried(request: Request, form: FormData, name: str, options: importing.Options) -> Response:
    """What the file would do, on the page."""
    asks = permitted(request, "registry.import")
    given = file_of(form.get("file"))
    with tempfile.TemporaryDirectory(prefix="mingjian-import-") as folder:
        path = Path(folder) / f"file{Path(name).suffix[:12]}"
        size = 0
        given.file.seek(0)
        with path.open("wb") as out:
            while piece := given.file.read(1 << 20):
                size += len(piece)
                if size > MOST_TRIED:
                    raise Invalid("文件太大,不能在网页上试运行。请直接导入,或用命令行 --dry-run。", field="file")
                out.write(piece)
        found, rejects = importing.rehearse(desk(request).database, asks, Source(name, name, path), options)
    with desk(request).database.read() as tx:
        listed = list_imports(tx, None, _PAGE)
        names = names_of(tx, [one.actor for one in listed])
    return page(
        request, "registry/imports.html", title="导入",
        crumbs=(Crumb("登记册", "/registry"), Crumb("导入")), found=listed, names=names, kinds=ENTITY_KINDS, next=None,
        rows=True,
        formats=exporting.FORMATS, most=desk(request).settings.max_upload, tried=replace(found, name=name),
        rejects=rejects[:_SHOWN], counts=COUNTS, cover=mask,
    )  # fmt: skip


@router.get("/registry/imports/{id}")
def import_page(request: Request, id: str) -> Response:
    """How far an import is, and the rows it did not take; the rows themselves only for who may see personal data."""
    asks = permitted(request, "registry.import")
    with desk(request).database.read() as tx:
        one = _known(tx, id)
        rejects = rejects_of(tx, id, 0, _SHOWN)
        names = names_of(tx, [one.actor])
    return page(
        request, "registry/import.html", title=one.name,
        crumbs=(Crumb("登记册", "/registry"), Crumb("导入", "/registry/imports"), Crumb(one.name)), one=one,
        rejects=rejects, names=names, counts=COUNTS, cover=mask, rows=allowed(asks, "personal.read"),
    )  # fmt: skip


@router.get("/registry/imports/{id}/progress")
def progress(request: Request, id: str) -> Response:
    """The counts alone, asked for again and again while it runs."""
    permitted(request, "registry.import")
    with desk(request).database.read() as tx:
        one = _known(tx, id)
    return fragment(request, "registry/_progress.html", one=one, counts=COUNTS)


@router.get("/registry/imports/{id}/rejects.csv")
def rejects_file(request: Request, id: str) -> Response:
    """The rows that were not taken, with what is wrong, as a table; the look is put on the access log."""
    asks = permitted(request, "registry.import")
    with desk(request).database.write() as tx:
        _known(tx, id)
        log_access(tx, asks, "registry.export", id, ("unmasked",))
    database, open_rows = desk(request).database, allowed(asks, "personal.read")

    def lines() -> Iterator[str]:
        yield "\ufeff" + _line(("line", "problem", "row"))
        with database.read() as tx:
            for one in all_rejects(tx, id):
                problems = ";".join(_said(problem) for problem in one.problems)
                row = " | ".join(map(str, one.raw)) if isinstance(one.raw, list) else str(one.raw)
                yield _line((str(one.line), problems, row if open_rows else ""))

    headers = {"Content-Disposition": f'attachment; filename="mingjian-rejects-{id}.csv"'}
    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/registry/export")
def export(request: Request) -> Response:
    """All entities (of a kind) as a file that importing reads back. Personal numbers only for who may see them."""
    asks = permitted(request, "registry.read")
    values = chosen(request.query_params, ("kind", "format"))
    kind, format = values.get("kind"), values.get("format", "csv")
    opened = desk(request)
    with opened.database.read() as tx:
        counts = count_entities(tx)
    if (counts.get(kind, 0) if kind else sum(counts.values())) > MOST_EXPORTED:
        raise Invalid(f"超过 {MOST_EXPORTED} 个,请按种类导出,或用命令行 mingjian registry export。", field="kind")
    folder = tempfile.TemporaryDirectory(prefix="mingjian-export-")
    path = Path(folder.name) / f"registry.{format if format in exporting.FORMATS else 'csv'}"
    try:
        with opened.database.read() as tx, path.open("wb") as out:
            exporting.write(lambda: exporting.records(tx, asks, kind), out, format)
        if allowed(asks, "personal.read"):
            with opened.database.write() as tx:
                log_access(tx, asks, "registry.export", kind or "all", ("unmasked",))
    except BaseException:
        folder.cleanup()
        raise
    today = day(opened.database.clock.now()).isoformat()
    name = f"mingjian-registry-{kind or 'all'}-{today}.{format}"
    return FileResponse(path, filename=name, background=BackgroundTask(folder.cleanup))


def _known(tx: Tx, id: str) -> Import:
    found = import_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有这次导入:{id}")
    return found


def _line(cells: tuple[str, ...]) -> str:
    out = io.StringIO()
    # No cell is a formula when a spreadsheet opens the file.
    csv.writer(out).writerow([f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell for cell in cells])
    return out.getvalue()


def _said(problem: object) -> str:
    told = problem if isinstance(problem, dict) else {}
    hint = f"({told['hint']})" if told.get("hint") else ""
    return f"{told.get('field', '')}:{told.get('message', '')}{hint}"
