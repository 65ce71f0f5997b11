"""Official look-ups: what was asked of which source, what it said, and the form for a person who looked."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.core.credentials import masked
from mingjian.desk.people.permissions import allowed
from mingjian.doors.console.context import (
    Crumb,
    Flash,
    desk,
    local_path,
    page,
    permitted,
    posted,
    redirect,
    spoken,
    text,
    user,
)
from mingjian.doors.console.filters import address, chosen
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.subjects import names_of
from mingjian.doors.console.verifying import Told, evidence_file, kept_file, place_of
from mingjian.doors.desk.bell import WORK
from mingjian.governance.lookups import service
from mingjian.governance.lookups.sources import sources
from mingjian.records.lookups.model import ANSWERED, STATES
from mingjian.records.storage import lookups as store

router = APIRouter()
NAV = (Nav("登记", "官方核验", "/lookups", ("registry.read",), icon="check", order=40),)
UPLOADS = ("/lookups/",)
READS = "registry.read"
_PAGE = 50


@router.get("/lookups")
def listed(request: Request) -> Response:
    """Look-ups, newest first."""
    asks = permitted(request, READS)
    values = chosen(request.query_params, ("state", "outcome", "source", "before"))
    with desk(request).database.read() as tx:
        found, last = store.list_lookups(
            tx, values.get("state"), values.get("outcome"), values.get("source"), place_of(values.get("before")), _PAGE
        )
        told = Told(tx, (one.entity for one in found), (one.credential for one in found))
        names = names_of(tx, [one.asked_by for one in found])
    onward = address("/lookups", values, before=last) if last is not None else None
    return page(request, "lookups/list.html", title="官方核验", found=found, told=told, names=names, values=values,
                sources=sources(), states=STATES, outcomes=ANSWERED, next=onward, asks=asks)  # fmt: skip


@router.post("/lookups")
def ask(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Ask about one or several credentials."""
    asks = user(request)
    service.demand_verify(asks)
    named = [value for value in form.getlist("credential") if isinstance(value, str)]
    with desk(request).database.write() as tx:
        found = service.request(tx, asks, named, why=text(form, "why", 500), again=form.get("again") == "1")
    WORK.ring()
    back = local_path(text(form, "back", 300), f"/lookups/{found[0].id}")
    return redirect(request, back, Flash(spoken(request, "已提交官方核验。")))


@router.get("/lookups/{id}")
def shown(request: Request, id: str) -> Response:
    """One look-up: where to look, what was said, on what evidence."""
    asks = permitted(request, READS)
    with desk(request).database.read() as tx:
        found, facts = service.get_lookup(tx, asks, id)
        whose = Told(tx, [found.entity], [found.credential]).whose(found.entity, found.credential)
        names = names_of(tx, [found.asked_by, found.answered_by])
        before = [one for one in store.lookups_of(tx, credential=found.credential, limit=10) if one.id != id]
    row = dict(facts.get("shown") or {}) if facts else {}
    if row.get("number"):
        row["number"] = masked(found.kind, str(row["number"]))
    note = str(facts["note"]) if facts and facts.get("note") else ""
    may = allowed(asks, "registry.write") or allowed(asks, "patrol.manage")
    return page(request, "lookups/lookup.html", title="官方核验", crumbs=(Crumb("官方核验", "/lookups"), Crumb(id)),
                one=found, row=row, note=note, whose=whose, names=names, before=before,
                source=sources().get(found.source), sources=sources(), outcomes=ANSWERED,
                answers=may and found.state in ("waiting", "by_hand"),
                asks_again=may and found.state in ("answered", "cancelled"))  # fmt: skip


@router.post("/lookups/{id}/answer")
def answer(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """What a person saw, with the file that shows it."""
    asks = user(request)
    service.demand_verify(asks)
    evidence = kept_file(request, form)
    note = text(form, "note", 2000)
    with desk(request).database.write() as tx:
        service.answer_by_hand(tx, asks, id, text(form, "outcome", 20), facts={"note": note} if note else {},
                               evidence=evidence)  # fmt: skip
    return redirect(request, f"/lookups/{id}", Flash(spoken(request, "已登记核验结果。")))


@router.post("/lookups/{id}/cancel")
def cancel(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Ask no more."""
    asks = user(request)
    service.demand_verify(asks)
    with desk(request).database.write() as tx:
        service.cancel(tx, asks, id, text(form, "reason", 500))
    return redirect(request, f"/lookups/{id}", Flash(spoken(request, "已取消。")))


@router.get("/lookups/{id}/evidence")
def evidence(request: Request, id: str) -> Response:
    """The page or file that shows the answer."""
    asks = permitted(request, READS)
    with desk(request).database.read() as tx:
        found, _ = service.get_lookup(tx, asks, id)
    return evidence_file(request, asks, found.entity, found.evidence, f"lookup-{id}")
