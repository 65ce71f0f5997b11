"""How well the reviewing is done: golden items, samples, agreement, scorecards that explain themselves."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mingjian.desk.cases import service as cases
from mingjian.desk.cases.model import CaseFilter, CaseRequest
from mingjian.desk.people.permissions import allowed
from mingjian.desk.quality import golden, scorecards
from mingjian.desk.queues.load import queues
from mingjian.doors.console.context import Crumb, Flash, desk, page, permitted, posted, redirect, spoken, text, user
from mingjian.doors.console.filters import address, chosen
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.ranges import PRESETS, Range, range_of
from mingjian.doors.console.subjects import names_of, titles_of
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.storage import items

router = APIRouter()
NAV = (Nav("审核", "质检", "/quality", ("quality.read", "quality.manage"), icon="check", order=50, keys="g z"),)
FILTERS = ("since", "until", "queue")
_PAGE = 50


@router.get("/quality")
def index(request: Request) -> Response:
    """To what one may see."""
    asks = user(request)
    if allowed(asks, "quality.read"):
        return RedirectResponse("/quality/reviewers", 303)
    permitted(request, "quality.manage")
    return RedirectResponse("/quality/golden", 303)


@router.get("/quality/reviewers")
def reviewers(request: Request) -> Response:
    """Everybody who answered in a stretch of days."""
    asks = permitted(request, "quality.read")
    values, days, since, until = _asked(request)
    with desk(request).database.read() as tx:
        cards = scorecards.scorecards(tx, asks, since, until, values.get("queue"))
        names = names_of(tx, [card.reviewer for card in cards])
    cards.sort(key=lambda card: -card.volume)
    return _page(
        request,
        "quality/reviewers.html",
        "审核员评分",
        values,
        days,
        cards=cards,
        names=names,
        figures=tuple(scorecards.FIGURES),
    )


@router.get("/quality/reviewers/{reviewer}")
def reviewer(request: Request, reviewer: str) -> Response:
    """One scorecard; ``me`` is everybody's own."""
    asks = user(request)
    actor = asks.actor if reviewer == "me" else reviewer
    if actor != asks.actor:
        permitted(request, "quality.read")
    values, days, since, until = _asked(request)
    with desk(request).database.read() as tx:
        card = scorecards.scorecard(tx, asks, actor, since, until, values.get("queue"))
        names = names_of(tx, [actor])
    return _page(
        request,
        "quality/scorecard.html",
        "评分卡",
        values,
        days,
        path=f"/quality/reviewers/{reviewer}",
        card=card,
        name=names[actor],
        of=reviewer,
        golden_seen=allowed(asks, "quality.read"),
    )


@router.get("/quality/reviewers/{reviewer}/{figure}")
def behind(request: Request, reviewer: str, figure: str, cursor: str | None = None) -> Response:
    """The reviews a figure was counted from."""
    asks = user(request)
    actor = asks.actor if reviewer == "me" else reviewer
    if actor != asks.actor:
        permitted(request, "quality.read")
    values, days, since, until = _asked(request)
    every = "all" in request.query_params
    with desk(request).database.read() as tx:
        found = scorecards.reviews_behind(
            tx, asks, actor, figure, since, until, values.get("queue"), hits=not every, cursor=cursor, limit=_PAGE
        )
        names = names_of(tx, [actor])
    path = f"/quality/reviewers/{reviewer}/{figure}"
    kept = {**values, **({"all": "1"} if every else {})}
    return _page(
        request,
        "quality/reviews.html",
        "背后的审核",
        values,
        days,
        path=path,
        found=found.items,
        every=every,
        name=names[actor],
        figure=scorecards.Figure(figure, 0, 0),
        of=reviewer,
        next=address(path, kept, cursor=found.next) if found.next else None,
        other=address(path, values, all=None if every else 1),
    )


@router.get("/quality/agreement")
def agreement(request: Request) -> Response:
    """Agreement beyond chance, with the tables it was counted from."""
    asks = permitted(request, "quality.read")
    values, days, since, until = _asked(request)
    with desk(request).database.read() as tx:
        found = scorecards.agreement(tx, asks, since, until, values.get("queue"))
    return _page(request, "quality/agreement.html", "一致性", values, days, found=found)


@router.get("/quality/samples")
def samples(request: Request, cursor: str | None = None, state: str = "live") -> Response:
    """Cases drawn to be asked again."""
    asks = permitted(request, "quality.read")
    if state not in ("live", "closed"):
        raise Invalid("抽样只能按“未结”或“已结”看。", field="state")
    with desk(request).database.read() as tx:
        found = cases.list_cases(tx, asks, CaseFilter(origin="sample", state=state), cursor, _PAGE)
        parents = {one.parent: cases.get_case(tx, asks, one.parent) for one in found.items if one.parent}
        titles = titles_of(tx, [one.subject for one in found.items if one.kind in ("item", "product")])
    return page(
        request,
        "quality/samples.html",
        title="抽样",
        tab="samples",
        found=found.items,
        parents=parents,
        titles=titles,
        state=state,
        next=address("/quality/samples", {"state": state}, cursor=found.next) if found.next else None,
    )


@router.get("/quality/golden")
def goldens(request: Request) -> Response:
    """The golden items, with how often each was answered."""
    asks = permitted(request, "quality.manage")
    with desk(request).database.read() as tx:
        found = golden.list_goldens(tx, asks)
        titles = titles_of(tx, [one.subject for one in found if one.kind in ("item", "product")])
        names = names_of(tx, [one.added_by for one in found])
    kinds = {name: queue for name, queue in queues().items() if {"item", "product"} & set(queue.kinds)}
    return page(
        request,
        "quality/golden.html",
        title="标准题",
        tab="golden",
        found=found,
        titles=titles,
        names=names,
        queues=kinds,
    )


@router.post("/quality/golden")
def add(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Make a stored item a golden one."""
    asks = permitted(request, "quality.manage")
    queue = text(form, "queue", 40)
    measures = tuple(value for value in form.getlist("measure") if isinstance(value, str) and value)
    with desk(request).database.write() as tx:
        item = items.item_by_id(tx, text(form, "item", 64))
        if item is None:
            raise NotFound("没有这件内容,请填内容编号(itm_…)。")
        facts = {
            "platform": item.platform,
            "value": item.value,
            "severity": item.severity,
            "nature": item.nature,
            "publisher": item.publisher,
            "publisher_kind": item.publisher_kind,
        }
        kind = "product" if queue in queues() and "item" not in queues()[queue].kinds else "item"
        wish = CaseRequest(kind, item.id, facts, "golden", queue, text(form, "reason", 500))
        golden.add_golden(tx, asks, wish, measures)
    return redirect(request, "/quality/golden", Flash(spoken(request, "已加为标准题。")))


@router.post("/quality/golden/{id}/retire")
def retire(request: Request, id: str) -> Response:
    """Put it among the cases no more."""
    asks = permitted(request, "quality.manage")
    with desk(request).database.write() as tx:
        golden.retire_golden(tx, asks, id)
    return redirect(request, "/quality/golden", Flash(spoken(request, "已停用这道标准题。")))


def _asked(request: Request) -> tuple[dict[str, str], Range, int, int]:
    values = chosen(request.query_params, FILTERS)
    if values.get("queue") and values["queue"] not in queues():
        raise Invalid(f"没有队列“{values['queue']}”。", field="queue")
    days = range_of(values, desk(request).database.clock.now())
    stretch = days.stretch({})
    return values, days, stretch.since, stretch.until


def _page(
    request: Request, template: str, title: str, values: dict[str, str], days: Range, *, path: str = "", **more: Any
) -> Response:
    tab = template.partition("/")[2].partition(".")[0]
    crumbs = (Crumb("质检", "/quality"), Crumb(title))
    return page(
        request,
        template,
        title=title,
        crumbs=crumbs,
        tab=tab,
        values=values,
        days=days,
        presets=PRESETS,
        queues=queues(),
        path=path or f"/quality/{tab}",
        **more,
    )
