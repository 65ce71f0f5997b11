"""Managing rankings: editions, their entrants, the steps from draft to page, and what was computed."""

from __future__ import annotations

import secrets
from typing import Any

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.doors.console.context import Crumb, Flash, desk, page, permitted, posted, redirect, spoken, text
from mingjian.doors.console.filters import address
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.rankings import ENTRANT_STATES, SOURCES, TIES, day_of, lines, nominations, values
from mingjian.doors.console.subjects import names_of
from mingjian.governance.ranking import appealing, computing, editions, entering, publishing, rating, valuing
from mingjian.governance.ranking.load import shipped, shipped_texts
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.ranking.model import Edition
from mingjian.records.storage import people as accounts
from mingjian.records.storage import ranking as store
from mingjian.records.storage import ranking_forms as forms
from mingjian.records.storage.database import Tx

router = APIRouter()
MANAGE = editions.MANAGE
NAV = (Nav("评分", "医师榜单", "/rankings", (MANAGE,), icon="chart", order=50, keys="g b"),)
_PAGE = 50
_SEED_BITS = 31
STEPS = ("open", "examine", "collect", "assign", "compute", "review", "publish", "return", "withdraw", "correct")


@router.get("/rankings")
def listed(request: Request) -> Response:
    """Every edition, the newest first."""
    asks = permitted(request, MANAGE)
    with desk(request).database.read() as tx:
        found = editions.list_editions(tx, asks)
        counts = {one.id: sum(store.entrant_counts(tx, one.id).values()) for one in found}
        waiting = len(forms.appeals_waiting(tx))
        experts = [user for user in accounts.all_users(tx) if "expert" in user.roles and user.state == "active"]
    plans = {name: shipped(name) for name in shipped_texts()}
    return page(request, "rankings/list.html", title="医师榜单", found=found, counts=counts, plans=plans,
                waiting=waiting, experts=experts, states=editions.STATES)  # fmt: skip


@router.post("/rankings")
def draft(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Draft an edition."""
    asks = permitted(request, MANAGE)
    most = text(form, "most", 7)
    if most and not (most.isascii() and most.isdigit()):
        raise Invalid("入榜人数应为整数。", field="most")
    jury = [{"user": value, "entity": text(form, f"entity-{value}", 40) or None}
            for value in form.getlist("jury") if isinstance(value, str)]  # fmt: skip
    wish = editions.Wish(
        text(form, "ranking", 40), text(form, "title", 201), text(form, "title_en", 201),
        day_of(text(form, "opens", 10), "opens"), day_of(text(form, "closes", 10), "closes"),
        day_of(text(form, "as_of", 10), "as_of"), jury, int(most) if most else None,
    )  # fmt: skip
    with desk(request).database.write() as tx:
        made = editions.draft(tx, asks, wish)
    return redirect(request, f"/rankings/{made.id}", Flash(spoken(request, "已草拟。")))


@router.get("/rankings/{id}")
def edition(request: Request, id: str) -> Response:
    """An edition at a glance, and what can be done next."""
    asks = permitted(request, MANAGE)
    with desk(request).database.read() as tx:
        found, shared = _shared(tx, id)
        counts = store.entrant_counts(tx, id)
        rated = forms.form_counts(tx, id)
        raters = {one["user"]: f"user:{one['user']}" for one in found.jury}
        names = names_of(tx, [*raters.values(), found.made_by, found.computed_by, found.reviewed_by,
                              found.published_by])  # fmt: skip
        correction = store.correction_of(tx, id)
        made = computing.result(tx, found) if found.result else None
        appeals = appealing.list_of_edition(tx, asks, id)
    return page(request, "rankings/edition.html", title=found.title, tab="edition", counts=counts, rated=rated,
                names=names, correction=correction, made=made, appeals=appeals,
                states=ENTRANT_STATES, **shared)  # fmt: skip


@router.get("/rankings/{id}/entrants")
def entrants(request: Request, id: str, state: str = "", after: int = 0) -> Response:
    """Who takes part."""
    permitted(request, MANAGE)
    if state and state not in ENTRANT_STATES:
        raise Invalid("没有这种状态。", field="state")
    with desk(request).database.read() as tx:
        _, shared = _shared(tx, id)
        some = store.entrants_of(tx, id, states=(state,) if state else (), after=after, limit=_PAGE + 1)
        shown = lines(tx, some[:_PAGE])
        counts = store.entrant_counts(tx, id)
    onward = None
    if len(some) > _PAGE:
        onward = address(f"/rankings/{id}/entrants", {"state": state}, after=some[_PAGE - 1].number)
    return page(request, "rankings/entrants.html", title="参评医师", tab="entrants", shown=shown, counts=counts,
                state=state, states=ENTRANT_STATES, next=onward, **shared)  # fmt: skip


@router.post("/rankings/{id}/entrants")
def enter(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Nominate by keys, or rows with works."""
    asks = permitted(request, MANAGE)
    given = nominations(text(form, "rows", 2_000_001))
    with desk(request).database.write() as tx:
        rows = entering.register(tx, asks, id, given, "staff")
    wrong = [row for row in rows if row.problem]
    flashes = [Flash(spoken(request, "已登记 {n} 位参评医师。", n=len(rows) - len(wrong)))]
    flashes += [Flash(f"{row.key[:40]}:{row.problem}", "warning") for row in wrong[:3]]
    return redirect(request, f"/rankings/{id}/entrants", *flashes)


@router.post("/rankings/{id}/values")
def bring(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Take values in."""
    asks = permitted(request, MANAGE)
    rows = values(text(form, "rows", 2_000_001))
    with desk(request).database.write() as tx:
        told = valuing.bring(tx, asks, id, rows)
    wrong = [(at, problem) for at, problem in enumerate(told, 2) if problem]
    flashes = [Flash(spoken(request, "已导入 {n} 个数值。", n=len(rows) - len(wrong)))]
    flashes += [Flash(spoken(request, "第 {n} 行:{why}", n=at, why=problem), "warning") for at, problem in wrong[:3]]
    return redirect(request, f"/rankings/{id}/entrants", *flashes)


@router.get("/rankings/{id}/results")
def results(request: Request, id: str, skip: int = 0) -> Response:
    """Who ranks where, how surely, and whether experts agree."""
    permitted(request, MANAGE)
    with desk(request).database.read() as tx:
        found, shared = _shared(tx, id)
        made = computing.result(tx, found) if found.result else None
        some = store.ranked(tx, id, skip=max(0, skip), limit=_PAGE + 1)
        shown = lines(tx, some[:_PAGE])
        flips = _flips(made)
        flipping = lines(tx, [one for one in store.entrants_of(tx, id) if one.id in flips]) if flips else []
        names = names_of(tx, [one["rater"] for one in made["agreement"]["raters"]] if made else [])
    onward = address(f"/rankings/{id}/results", {}, skip=skip + _PAGE) if len(some) > _PAGE else None
    return page(request, "rankings/results.html", title="结果", tab="results", made=made, shown=shown, names=names,
                flips=sorted(flipping, key=lambda one: one.entrant.rank or 0)[:30], next=onward, **shared)  # fmt: skip


def _flips(made: dict[str, Any] | None) -> set[str]:
    """The entrants who are on the list in some draws and off it in others."""
    rows = made["rows"] if made else []
    return {row[0] for row in rows if 0 < row[9] < 1_000_000}


@router.get("/rankings/{id}/plan")
def plan(request: Request, id: str) -> Response:
    """The ranking's dimensions, as they were when the edition was drafted."""
    permitted(request, MANAGE)
    with desk(request).database.read() as tx:
        _, shared = _shared(tx, id)
    return page(request, "rankings/plan.html", title="维度", tab="plan", sources=SOURCES, ties=TIES, **shared)


@router.post("/rankings/{id}/jury")
def jury(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Change the jury."""
    asks = permitted(request, MANAGE)
    given = [{"user": value, "entity": text(form, f"entity-{value}", 40) or None}
             for value in form.getlist("jury") if isinstance(value, str)]  # fmt: skip
    with desk(request).database.write() as tx:
        editions.seat(tx, asks, id, given)
    return redirect(request, f"/rankings/{id}", Flash(spoken(request, "已更新评委。")))


@router.post("/rankings/{id}/jury/{user}/void")
def void(request: Request, id: str, user: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Take back what a rater has not handed in."""
    asks = permitted(request, MANAGE)
    with desk(request).database.write() as tx:
        count = rating.void(tx, asks, id, f"user:{user}", text(form, "reason", 2000))
    return redirect(request, f"/rankings/{id}", Flash(spoken(request, "已收回 {n} 份未交的评分表。", n=count)))


@router.post("/rankings/{id}/step/{step}")
def step(request: Request, id: str, step: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """One of the steps."""
    asks = permitted(request, MANAGE)
    if step not in STEPS:
        raise NotFound("没有这一步。")
    reason = text(form, "reason", 2000)
    onward = id
    with desk(request).database.write() as tx:
        if step == "open":
            editions.open_edition(tx, asks, id)
            told = spoken(request, "已开放参评。")
        elif step == "examine":
            count = entering.examine_entrants(tx, asks, id)
            told = spoken(request, "审查完毕:符合 {a},不符合 {b},待补充 {c}。", a=count.get("eligible", 0),
                          b=count.get("refused", 0), c=count.get("undetermined", 0))  # fmt: skip
        elif step == "collect":
            told = spoken(request, "已采集 {n} 位参评医师的数据。", n=valuing.collect(tx, asks, id))
        elif step == "assign":
            made = rating.give_out(tx, asks, id, secrets.randbits(_SEED_BITS))
            told = spoken(request, "已分配 {n} 份评分表;因利益关系避开 {b} 对;{s} 位参评医师缺评委。", n=made.made,
                          b=made.barred, s=len(made.short))  # fmt: skip
        elif step == "compute":
            computing.compute_edition(tx, asks, id, secrets.randbits(_SEED_BITS))
            told = spoken(request, "已计算。")
        elif step == "review":
            publishing.review_edition(tx, asks, id, reason)
            told = spoken(request, "已复核。")
        elif step == "publish":
            publishing.publish(tx, asks, id)
            told = spoken(request, "已公布。")
        elif step == "return":
            editions.return_edition(tx, asks, id, reason)
            told = spoken(request, "已退回评分。")
        elif step == "withdraw":
            editions.withdraw_edition(tx, asks, id, reason)
            told = spoken(request, "已撤回这一期。")
        else:
            onward = appealing.correct(tx, asks, id, reason).id
            told = spoken(request, "已草拟更正版,重新计算、复核后公布。")
    return redirect(request, f"/rankings/{onward}", Flash(told))


def _shared(tx: Tx, id: str) -> tuple[Edition, dict[str, Any]]:
    found = editions.get_edition(tx, id)
    experts = [user for user in accounts.all_users(tx) if "expert" in user.roles and user.state == "active"]
    return found, {
        "edition": found, "plan": editions.plan_of(tx, found), "edition_states": editions.STATES, "experts": experts,
        "crumbs": (Crumb("医师榜单", "/rankings"), Crumb(found.title)),
    }  # fmt: skip
