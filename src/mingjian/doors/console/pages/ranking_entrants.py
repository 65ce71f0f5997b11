"""One entrant of a ranking as who manages it sees them; and the appeals of entrants."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.desk.people.permissions import allowed, demand
from mingjian.doors.console.context import Crumb, Flash, desk, page, permitted, posted, redirect, spoken, text, user
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.rankings import APPEAL_STATES, ENTRANT_STATES, FORM_STATES, ORIGINS, SOURCES, lines
from mingjian.doors.console.subjects import names_of
from mingjian.governance.appeals.token import make_token
from mingjian.governance.ranking import appealing, computing, editions, entering, publishing, valuing
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.people.model import Principal
from mingjian.records.storage import ranking_forms as forms

router = APIRouter()
NAV = (Nav("申诉", "榜单申诉", "/ranking-appeals", ("appeal.decide", editions.MANAGE), icon="appeal", order=40),)
_MOST = 1_000_000.0


@router.get("/rankings/{id}/entrants/{entrant}")
def shown(request: Request, id: str, entrant: str) -> Response:
    """The chain of facts, the values with their sources, the marks, the score that explains itself."""
    permitted(request, editions.MANAGE)
    with desk(request).database.read() as tx:
        found = editions.get_entrant(tx, entrant)
        edition = editions.get_edition(tx, found.edition)
        if edition.id != id:
            raise NotFound("这一期没有这位参评医师。")
        plan = editions.plan_of(tx, edition)
        (line,) = lines(tx, [found])
        chain = entering.chain_of(tx, found)
        given = valuing.values_of(tx, [found])[found.id]
        score, frozen = computing.explain(tx, edition, found) if found.points is not None else (None, given)
        rated = forms.forms_of_entrant(tx, entrant)
        own = forms.appeals_of_entrant(tx, entrant)
        names = names_of(tx, [one.rater for one in rated] + [found.registered_by, found.examined_by])
    parts = {one.feature: one for one in score.contributions} if score is not None else {}
    return page(
        request, "rankings/entrant.html", title=line.name, edition=edition, plan=plan, line=line, chain=chain,
        values=frozen, parts=parts, score=score, forms=rated, appeals=own, names=names, sources=SOURCES,
        states=ENTRANT_STATES, form_states=FORM_STATES, appeal_states=APPEAL_STATES, origins=ORIGINS,
        token=make_token(desk(request).secret, entrant), works=None,
        crumbs=(Crumb("医师榜单", "/rankings"), Crumb(edition.title, f"/rankings/{id}"),
                Crumb("参评医师", f"/rankings/{id}/entrants"), Crumb(line.name)),
    )  # fmt: skip


@router.post("/rankings/{id}/entrants/{entrant}/amend")
def amend(request: Request, id: str, entrant: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Put a value right."""
    asks = permitted(request, editions.MANAGE)
    given = text(form, "value", 30)
    try:
        value = float(given) if given else None
    except ValueError:
        raise Invalid("数值应为数。", field="value") from None
    if value is not None and not -_MOST <= value <= _MOST:
        raise Invalid("数值超出范围。", field="value")
    with desk(request).database.write() as tx:
        valuing.amend(tx, asks, entrant, text(form, "dimension", 40), value, text(form, "reason", 2000))
    return redirect(request, f"/rankings/{id}/entrants/{entrant}", Flash(spoken(request, "已更正。")))


@router.post("/rankings/{id}/entrants/{entrant}/withdraw")
def withdraw(request: Request, id: str, entrant: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Take an entrant out."""
    asks = permitted(request, editions.MANAGE)
    with desk(request).database.write() as tx:
        entering.withdraw_entrant(tx, asks, entrant, text(form, "reason", 2000))
    return redirect(request, f"/rankings/{id}/entrants/{entrant}", Flash(spoken(request, "已退出。")))


@router.get("/ranking-appeals")
def appeals(request: Request) -> Response:
    """Those that wait, the most urgent first."""
    asks = _sees(request)
    with desk(request).database.read() as tx:
        found = appealing.list_waiting(tx, asks)
        people = {one.appeal.id: lines(tx, [one.entrant])[0] for one in found}
    return page(request, "rankings/appeals.html", title="榜单申诉", found=found, people=people, asks=asks)


@router.get("/ranking-appeals/{id}")
def appeal(request: Request, id: str) -> Response:
    """One appeal, with what was found at the gate or the score."""
    asks = _sees(request)
    with desk(request).database.read() as tx:
        found = appealing.get_appeal(tx, asks, id)
        (line,) = lines(tx, [found.entrant])
        plan = editions.plan_of(tx, found.edition)
        chain = entering.chain_of(tx, found.entrant)
        score, values = (computing.explain(tx, found.edition, found.entrant) if found.entrant.points is not None
                         else (None, {}))  # fmt: skip
        names = names_of(tx, [found.appeal.decided_by, *sorted(found.barred)])
    may = found.appeal.state == "lodged" and allowed(asks, "appeal.decide") and asks.actor not in found.barred
    parts = publishing.parts(plan, score, values) if score is not None else []
    return page(
        request, "rankings/appeal.html", title="榜单申诉", found=found, line=line, plan=plan, chain=chain, score=score,
        parts=parts, names=names, answers=may, barred=asks.actor in found.barred, appeal_states=APPEAL_STATES,
        crumbs=(Crumb("榜单申诉", "/ranking-appeals"), Crumb(id)),
    )  # fmt: skip


@router.post("/ranking-appeals/{id}")
def answer(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Uphold or grant, for a reason the entrant will read."""
    asks = permitted(request, "appeal.decide")
    with desk(request).database.write() as tx:
        appealing.decide(tx, asks, id, text(form, "outcome", 20), text(form, "reason", 2000))
    return redirect(request, f"/ranking-appeals/{id}", Flash(spoken(request, "已答复。")))


def _sees(request: Request) -> Principal:
    asks = user(request)
    if not allowed(asks, editions.MANAGE):
        demand(asks, "appeal.decide")
    return asks
