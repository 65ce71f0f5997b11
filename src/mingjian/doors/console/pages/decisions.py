"""Decisions: what was decided, why, what the person concerned is told, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

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
)
from mingjian.doors.console.filters import address, chosen, day_bounds
from mingjian.doors.console.i18n import language
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.subjects import Subject, names_of, titles_of
from mingjian.governance.appeals.token import make_token
from mingjian.governance.decisions import service
from mingjian.governance.decisions.law import book_in_force
from mingjian.governance.decisions.make import principal_action
from mingjian.governance.statements.service import statement
from mingjian.records.actions.model import DECISION_STATES, ORIGINS, Decision
from mingjian.records.errors import Invalid
from mingjian.records.storage import actions, appeals
from mingjian.records.storage.database import Tx
from mingjian.records.storage.decision_pages import DecisionFilter, list_decisions

router = APIRouter()
NAV = (Nav("审核", "处置记录", "/decisions", ("case.read",), icon="items", order=40, keys="g r"),)
FILTERS = ("measure", "origin", "state", "publisher", "since", "until")
_PAGE = 40


@router.get("/decisions")
def listed(request: Request, before: str | None = None) -> Response:
    """Decisions, newest first; several can be taken back at once."""
    permitted(request, "case.read")
    values = chosen(request.query_params, FILTERS)
    since, until = day_bounds(values.get("since"), values.get("until"))
    wanted = DecisionFilter(
        values.get("measure"), values.get("origin"), values.get("state"), values.get("publisher"), since, until
    )
    with desk(request).database.read() as tx:
        found, onward = list_decisions(tx, wanted, _place(before), _PAGE)
        titles = titles_of(tx, [one.item for one in found if one.item])
        names = names_of(tx, [one.made_by for one in found])
        appealed = appeals.appeals_of(tx, [one.id for one in found])
    return page(
        request,
        "decisions/list.html",
        title="处置记录",
        found=found,
        titles=titles,
        names=names,
        appealed=appealed,
        values=values,
        here=address("/decisions", values),
        measures=tuple(book_in_force().measures),
        origins=ORIGINS,
        states=DECISION_STATES,
        later=before is not None,
        next=address("/decisions", values, before=f"{onward[0]}-{onward[1]}") if onward else None,
    )


@router.get("/decisions/{id}")
def decision(request: Request, id: str) -> Response:
    """One decision with its actions, the statement of reasons, and what may still be done about it."""
    asks = permitted(request, "case.read")
    lang = language(request)
    with desk(request).database.read() as tx:
        made = service.get_decision(tx, asks, id)
        told = statement(tx, asks, id, lang)
        subject = _subject(tx, made.decision)
        appeal = appeals.appeals_of(tx, [id]).get(id)
        names = names_of(
            tx,
            [
                made.decision.made_by,
                made.decision.closed_by,
                *(one.taken_by for one in made.actions),
                *(one.ended_by for one in made.actions),
            ],
        )
        can_undo = service.undoable(tx, asks, made.decision)
        now = tx.now
    open_ = made.decision.state == "in_force" and made.decision.appeal_until is not None and appeal is None
    lodges = open_ and allowed(asks, "appeal.lodge") and now <= (made.decision.appeal_until or 0)
    return page(
        request,
        "decisions/decision.html",
        title="处置决定",
        crumbs=(Crumb("处置记录", "/decisions"), Crumb(id)),
        decision=made.decision,
        actions=made.actions,
        told=told,
        subject=subject,
        appeal=appeal,
        names=names,
        can_undo=can_undo,
        lodges=lodges,
        link=link_of(request, id) if lodges else None,
        own={one.id for one in made.actions if principal_action(one, made.decision)},
        measures=book_in_force().measures,
    )


@router.get("/decisions/{id}/statement")
def printable(request: Request, id: str, lang: str = "") -> Response:
    """The statement of reasons alone, to print or to hand over."""
    asks = permitted(request, "case.read")
    with desk(request).database.read() as tx:
        told = statement(tx, asks, id, lang or language(request))
    return page(request, "decisions/statement.html", title="处置说明", told=told)


@router.post("/decisions/reverse")
def reverse_many(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Take several decisions back for one reason: all or none."""
    asks = permitted(request, "decision.reverse")
    wanted = [value for value in form.getlist("decision") if isinstance(value, str)]
    if not wanted:
        raise Invalid("请先选中要撤销的处置。", field="decision")
    with desk(request).database.write() as tx:
        found = actions.decisions_by_id(tx, wanted)
        own = _own_actions(tx, found)
        without = [id for id in wanted if id not in own]
        if without:
            raise Invalid(f"这些决定没有可撤销的处置:{'、'.join(without[:5])}", field="decision")
        done = service.reverse_many(tx, asks, list(own.values()), text(form, "reason"))
    back = local_path(text(form, "back"), "/decisions")
    return redirect(request, back, Flash(spoken(request, "已撤销 {n} 项处置。", n=len(done))))


@router.post("/decisions/{id}/reverse/{action}")
def reverse(request: Request, id: str, action: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Take one action back; with the decision's own measure the decision goes with it."""
    asks = permitted(request, "decision.reverse")
    with desk(request).database.write() as tx:
        service.reverse(tx, asks, action, text(form, "reason"))
    return redirect(request, f"/decisions/{id}", Flash(spoken(request, "已撤销。")))


@router.post("/decisions/{id}/undo")
def undo(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Its maker takes a decision back; the case opens again."""
    asks = permitted(request, "case.review")
    with desk(request).database.write() as tx:
        done = service.undo(tx, asks, id, text(form, "reason"))
    onward = f"/review/{done.case}" if done.case else f"/decisions/{id}"
    return redirect(request, onward, Flash(spoken(request, "已撤回,案件重新打开。")))


def link_of(request: Request, decision: str) -> str:
    """Where the person concerned reads the statement and appeals, without signing in."""
    opened = desk(request)
    base = (opened.settings.base_url or str(request.base_url)).rstrip("/")
    return f"{base}/concerned/{make_token(opened.secret, decision)}"


def _own_actions(tx: Tx, found: Mapping[str, Decision]) -> dict[str, str]:
    """Each decision's own action in force: decision → action."""
    taken = actions.actions_of_decisions(tx, found)
    return {
        one.decision: one.id for one in taken if one.in_force(tx.now) and principal_action(one, found[one.decision])
    }


def _subject(tx: Tx, found: Decision) -> Subject | None:
    named: Sequence[str] = [found.item] if found.item else []
    return titles_of(tx, named).get(found.item or "")


def _place(text: str | None) -> tuple[int, int] | None:
    """Where a page goes on: microseconds and place, as this page writes them."""
    if not text:
        return None
    at, dash, seq = text.partition("-")
    if not (dash and at.isascii() and at.isdigit() and seq.isascii() and seq.isdigit() and len(text) < 40):
        raise Invalid("翻页地址不对,请从头再看。", field="before")
    return int(at), int(seq)
