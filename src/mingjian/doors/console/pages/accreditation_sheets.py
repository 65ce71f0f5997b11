"""A sheet of clauses to mark: saved clause by clause as one goes, with photos, on a tablet or by the keyboard.

The page keeps on the device what could not be sent and sends it again (static/js/sheet.js); answers are JSON."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mingjian.desk.people.permissions import allowed, demand
from mingjian.doors.console import accreditation as shared
from mingjian.doors.console.context import Crumb, desk, page, posted, text, user
from mingjian.doors.console.i18n import language
from mingjian.doors.console.subjects import names_of
from mingjian.doors.console.uploads import file_of
from mingjian.doors.desk.evidence_files import TAKES, keep
from mingjian.doors.i18n import say
from mingjian.governance.accreditation import auditing, looking, marking
from mingjian.governance.accreditation.access import APPLY, AUDIT, MANAGE, demand_some
from mingjian.governance.accreditation.load import standard_kept
from mingjian.governance.accreditation.marking import Given
from mingjian.governance.accreditation.scoring import shown_points, totals
from mingjian.governance.decisions.law import basis_in_force
from mingjian.records.accreditation.model import MARKS, Mark
from mingjian.records.clock import day
from mingjian.records.errors import Conflict, DeskError, NotFound
from mingjian.records.storage import accreditations, contents
from mingjian.records.storage.database import Tx

router = APIRouter()


@router.get("/accreditations/{id}/sheets/{which}")
def sheet(request: Request, id: str, which: str) -> Response:
    """One sheet, to write on or to read."""
    asks = user(request)
    demand_some(asks)
    with desk(request).database.read() as tx:
        whole = looking.whole(tx, asks, id)
        there = shared.sheets(tx, asks, whole)
        one = next((one for one in there if which == (one.audit.id if one.audit else one.which)), None)
        if one is None:
            raise NotFound("没有这张表。")
        marks = accreditations.marks_of(tx, one.audit.id if one.audit else f"{id}:{which}")
        notes = looking.texts_of(tx, [mark.note for mark in marks.values()])
        before = {} if one.which == "self" else accreditations.marks_of(tx, f"{id}:self")
        said = looking.texts_of(tx, [mark.note for mark in before.values()])
        asked = auditing.asked(tx, whole.standard, one.audit) if one.audit else tuple(whole.standard.clauses)
        names = names_of(tx, [mark.by for mark in marks.values()])
        today = day(tx.now)
    resolve = basis_in_force().resolve
    law = {name: found for clause in whole.standard.clauses.values() for name in clause.law
           if (found := resolve(name, today)) is not None}  # fmt: skip
    name = whole.institution.name if whole.institution else id
    title = {"self": "自评表", "document": "文件评审表", "audit": "现场审核表"}[one.which]
    crumbs = (Crumb("质量认证", "/accreditations"), Crumb(name, f"/accreditations/{id}"), Crumb(title))
    return page(
        request, "accreditation/sheet.html", title=title, crumbs=crumbs, w=whole, a=whole.accreditation,
        s=whole.standard, sheet=one, which=one.which, marks=marks, notes=notes, before=before, said=said,
        asked=frozenset(asked), names=names, law=law, takes=TAKES, words=MARKS,
    )  # fmt: skip


@router.post("/accreditations/{id}/marks")
def mark(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Save one clause. 409 with what stands there now when somebody else was first."""
    asks = user(request)
    which = text(form, "sheet", 20)
    demand(asks, marking.NEEDS.get(which) or _first(asks))
    audit = text(form, "audit", 40) or None
    version = text(form, "version", 9)
    evidence = [one for one in form.getlist("evidence") if isinstance(one, str) and one]
    given = Given(text(form, "clause", 16), text(form, "mark", 8), text(form, "note", 4001), evidence,
                  int(version) if version.isascii() and version.isdigit() else None)  # fmt: skip
    lang = language(request)
    try:
        with desk(request).database.write() as tx:
            (made,) = marking.mark(tx, asks, id, which, [given], audit=audit)
            return JSONResponse(_saved(tx, id, which, audit, made))
    except Conflict as error:
        with desk(request).database.read() as tx:
            there = accreditations.marks_of(tx, marking.sheet_of(id, which, audit)).get(given.clause)
            now = _now(tx, there) if there is not None and error.field == given.clause else None
        return JSONResponse({"error": say(error.message, lang=lang), "now": now}, 409)
    except DeskError as error:
        return JSONResponse({"error": say(error.message, lang=lang)}, error.status)


def _first(asks: Any) -> str:
    """For a sheet that is none: some permission of those who write on sheets."""
    return next((name for name in (APPLY, AUDIT, MANAGE) if allowed(asks, name)), APPLY)


def _saved(tx: Tx, id: str, which: str, audit: str | None, made: Mark) -> dict[str, Any]:
    found = accreditations.accreditation_by_id(tx, id)
    assert found is not None  # it was just written on
    sheet = totals(standard_kept(tx, found.text), accreditations.marks_of(tx, marking.sheet_of(id, which, audit)))
    return {"version": made.version, "points": shown_points(sheet.points), "unmarked": len(sheet.unmarked),
            "blocking": list(sheet.blocking)}  # fmt: skip


def _now(tx: Tx, there: Mark) -> dict[str, Any]:
    note = contents.get(tx, there.note) if there.note else None
    who = names_of(tx, [there.by]).get(there.by, there.by)
    return {"mark": there.mark, "note": note.decode() if note else "", "evidence": list(there.evidence),
            "version": there.version, "by": who}  # fmt: skip


@router.post("/accreditations/{id}/files")
def upload(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Keep a file of evidence."""
    asks = user(request)
    if not any(allowed(asks, name) for name in (APPLY, AUDIT, MANAGE)):
        demand(asks, APPLY)
    try:
        kept = keep(desk(request), asks, id, file_of(form.get("file")))
    except DeskError as error:
        return JSONResponse({"error": say(error.message, lang=language(request))}, error.status)
    return JSONResponse({"digest": kept.digest, "name": kept.name, "kind": kept.kind, "size": kept.size})
