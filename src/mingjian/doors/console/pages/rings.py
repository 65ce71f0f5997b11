"""Rings: who works together, with what, for whom; merging, splitting, dismissing, acting on all and undoing it."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.desk.people.permissions import allowed
from mingjian.doors.console import rings as shown
from mingjian.doors.console.context import Crumb, Flash, desk, page, permitted, posted, redirect, spoken, text
from mingjian.doors.console.filters import address, chosen
from mingjian.doors.console.i18n import language, speaker
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.subjects import names_of, titles_of
from mingjian.governance.decisions.law import book_in_force
from mingjian.governance.rings import acting, service
from mingjian.governance.rings.words import reason_words
from mingjian.records.errors import Invalid
from mingjian.records.rings.model import STATES
from mingjian.records.storage import ring_marks, rings
from mingjian.records.storage.rings import RingFilter

router = APIRouter()
NAV = (Nav("治理", "团伙", "/rings", ("ring.read",), icon="people", order=10, keys="g o"),)
READS, MANAGES = "ring.read", "ring.manage"
FILTERS = ("state", "account", "institution", "after")
LISTED = ("live", *STATES)
_PAGE, _ITEMS, _SHELVES = 40, 30, 8


@router.get("/rings")
def listed(request: Request) -> Response:
    """Rings, the surest first."""
    permitted(request, READS)
    values = chosen(request.query_params, FILTERS)
    state = values.get("state", "live")
    if state not in LISTED:
        raise Invalid("没有这种状态。", field="state")
    wanted = RingFilter(state, values.get("account"), institution=values.get("institution"))
    with desk(request).database.read() as tx:
        found, last = rings.list_rings(tx, wanted, _place(values.get("after")), _PAGE)
        counts = rings.count_rings(tx)
    onward = address("/rings", values, after=f"{last[0]}-{last[1]}") if last is not None else None
    return page(request, "rings/list.html", title="团伙", found=found, counts=counts, values=values, state=state,
                states=LISTED, next=onward)  # fmt: skip


@router.get("/rings/{id}")
def ring(request: Request, id: str) -> Response:
    """One ring: why it is believed, the gallery, graph, time line, who belongs to it, what was done."""
    asks = permitted(request, READS)
    speak = speaker(language(request))
    first = _number(request.query_params.get("materials"))
    after = request.query_params.get("items", "")[:64]
    with desk(request).database.read() as tx:
        kept, told = service.get_ring(tx, asks, id)
        materials = told.materials if told is not None else ()
        shelves = shown.gallery(tx, materials[first : first + _SHELVES])
        items, more_items = rings.page_of_members(tx, id, "item", after, _ITEMS)
        titles = titles_of(tx, items)
        works = rings.works_of(tx, id)
        merged = rings.merged_into(tx, id)
        names = names_of(tx, [kept.by, *(work.by for work in works), *(work.undone_by for work in works)])
        kinds = ring_marks.kinds_of_publishers(tx, told.accounts) if told is not None else {}
        others = [one for one in rings.list_rings(tx, RingFilter("open"), None, 100)[0] if one.id != id]
        now = tx.now
    manages = allowed(asks, MANAGES)
    reasons = [] if told is None else [(reason, *reason_words(reason)) for reason in told.reasons]
    return page(
        request, "rings/ring.html", title="团伙", crumbs=(Crumb("团伙", "/rings"), Crumb(id)), ring=kept, told=told,
        shelves=shelves, reasons=reasons, items=items, titles=titles, works=works, merged=merged, names=names,
        kinds=kinds, others=others, manages=manages, acts=manages and allowed(asks, "decision.serious"), at=now,
        graph=shown.graph_option(told, speak, {}) if told is not None else None,
        timeline=shown.timeline(told, speak, {}) if told is not None else None,
        earlier=None if first == 0 else address(f"/rings/{id}", {}, materials=max(0, first - _SHELVES)),
        further=address(f"/rings/{id}", {}, materials=first + _SHELVES)
        if first + _SHELVES < len(materials) else None,
        first=first, next=address(f"/rings/{id}", {}, items=more_items) if more_items else None,
        measures=[one for name, one in book_in_force().measures.items() if name != "pass"],
        rights=book_in_force().rights,
    )  # fmt: skip


@router.post("/rings/{id}/dismiss")
def dismiss(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """It is none: not raised again."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        service.dismiss(tx, asks, id, text(form, "reason", 1001))
    return redirect(request, f"/rings/{id}", Flash(spoken(request, "已排除,以后不再提出;可以重开。")))


@router.post("/rings/{id}/reopen")
def reopen(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Back from dismissed or merged."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        service.reopen(tx, asks, id, text(form, "reason", 1001))
    return redirect(request, f"/rings/{id}", Flash(spoken(request, "已重开。")))


@router.post("/rings/{id}/merge")
def merge(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Others become part of this one."""
    asks = permitted(request, MANAGES)
    others = [value for value in form.getlist("other") if isinstance(value, str) and value]
    with desk(request).database.write() as tx:
        service.merge(tx, asks, id, others, text(form, "reason", 1001))
    return redirect(request, f"/rings/{id}", Flash(spoken(request, "已合并;被并入的团伙可以重开。")))


@router.post("/rings/{id}/split")
def split(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Some accounts become a ring of their own."""
    asks = permitted(request, MANAGES)
    accounts = [value for value in form.getlist("account") if isinstance(value, str)]
    with desk(request).database.write() as tx:
        _, new = service.split(tx, asks, id, accounts, text(form, "reason", 1001))
    return redirect(request, f"/rings/{new.id}", Flash(spoken(request, "已拆分,这是新的团伙;并回原团伙即可撤销。")))


@router.post("/rings/{id}/act")
def act(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """One measure on all of it, for one reason."""
    asks = permitted(request, MANAGES)
    days = text(form, "days", 6)
    if days and not (days.isascii() and days.isdigit()):
        raise Invalid("期限应为天数。", field="days")
    cites = [one for one in text(form, "cites", 500).replace(",", " ").replace("、", " ").split() if one]
    measure = text(form, "measure", 32)
    with desk(request).database.write() as tx:
        work = acting.act(
            tx, asks, id, measure, text(form, "reason", 1001), cites=cites,
            right=text(form, "right", 32) or None if measure == "suspend" else None, days=int(days) if days else None,
        )  # fmt: skip
    told = spoken(request, "已处置 {n} 项;可一次全部撤销。", n=work.count)
    return redirect(request, f"/rings/{id}", Flash(told))


@router.post("/rings/{id}/undo/{work}")
def undo(request: Request, id: str, work: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Take all of one acting back."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        acting.undo(tx, asks, work, text(form, "reason", 1001))
    return redirect(request, f"/rings/{id}", Flash(spoken(request, "已全部撤销。")))


def _number(given: str | None) -> int:
    if not given:
        return 0
    if not (given.isascii() and given.isdigit() and len(given) < 6):
        raise Invalid("翻页地址不对,请从头再看。", field="materials")
    return int(given)


def _place(given: str | None) -> tuple[int, int] | None:
    if not given:
        return None
    confidence, dash, seq = given.partition("-")
    whole = all(part.isascii() and part.isdigit() and len(part) < 19 for part in (confidence, seq))
    if not dash or not whole:
        raise Invalid("翻页地址不对,请从头再看。", field="after")
    return int(confidence), int(seq)
