"""Scores: every card at a glance, an actor's score with its reasons, who stands in a band, stability reports."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import quote

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.desk.people.permissions import allowed
from mingjian.doors.console import score_charts as charts
from mingjian.doors.console.context import Crumb, Flash, desk, page, permitted, posted, redirect, spoken, text
from mingjian.doors.console.i18n import language, speaker
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.score_words import lines_of, said_levers
from mingjian.governance.scorecards import service
from mingjian.governance.scorecards.sources import sources
from mingjian.records.clock import day
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.scores.model import day_at, number_of
from mingjian.records.storage import scores

router = APIRouter()
NAV = (
    Nav("评分", "评分", "/scores", ("score.read",), icon="chart", order=10, keys="g v"),
    Nav("评分", "评分卡", "/scores/cards", ("score.read",), icon="policy", order=20),
)
_PAGE = 50


@router.get("/scores")
def overview(request: Request, actor: str = "") -> Response:
    """Every live card with how many stand in each band; or where to find one actor's scores."""
    asks = permitted(request, "score.read")
    if actor.strip():
        return redirect(request, f"/scores/actor?actor={quote(actor.strip()[:200], safe='')}")
    lang = language(request)
    with desk(request).database.read() as tx:
        found = service.overview(tx, asks)
    shown = [(one, charts.bands(one.live.card, one.bands, lang, speaker(lang))) for one in found]
    return page(request, "scores/index.html", title="评分", found=shown, resumes=allowed(asks, "score.deploy"),
                day_at=day_at)  # fmt: skip


@router.post("/scores/resume")
def resume(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Acting on a band goes on: a person has looked."""
    asks = permitted(request, "score.deploy")
    with desk(request).database.write() as tx:
        service.resume(tx, asks, text(form, "card", 40), text(form, "band", 40), text(form, "reason", 500))
    return redirect(request, "/scores", Flash(spoken(request, "已恢复自动处置,等着的主体随后处理。")))


@router.get("/scores/actor")
def actor_scores(request: Request, actor: str = "", card: str = "", as_of: str = "") -> Response:
    """One actor: the score on each card that speaks of it, one of them explained."""
    asks = permitted(request, "score.read")
    lang, actor = language(request), actor.strip()[:200]
    if not actor:
        raise Invalid("请填主体的编号。", field="actor")
    with desk(request).database.read() as tx:
        kept = service.scores_for(tx, asks, actor)
        live = service.live_cards(tx)
        names = [one.card for one in kept if one.card in live]
        chosen = card if card in live else names[0] if names else ""
        found = service.explain(tx, asks, chosen, actor, _day(as_of)) if chosen else None
        told = service.observations_for(tx, asks, actor)
    if found is None:
        raise NotFound(f"没有 {actor} 的评分:没有见过这个主体,或评分还没有算到它。")
    said = speaker(lang)
    return page(
        request,
        "scores/actor.html",
        title="主体评分",
        crumbs=(Crumb("评分", "/scores"), Crumb(actor)),
        actor=actor,
        kept={one.card: one for one in kept if one.card in live},
        live=live,
        found=found,
        band=charts.titles_of(found.card, lang)[found.score.band],
        tone=charts.colour(found.card, found.score.band),
        titles=charts.titles_of(found.card, lang),
        lines=lines_of(found, lang),
        levers=said_levers(found, lang),
        contributions=charts.contributions(found, lang, said),
        history=charts.history(found, said),
        observations=told,
        sources=sources(),
        day_at=day_at,
    )


@router.get("/scores/bands/{name}/{band}")
def in_band(request: Request, name: str, band: str, points: str = "", after: str = "") -> Response:
    """Who stands in a band, the highest score first."""
    asks = permitted(request, "score.read")
    wanted = None if band == "undetermined" else band
    before = (_whole(points), after) if points and after else None
    with desk(request).database.read() as tx:
        found, next = service.band_page(tx, asks, name, wanted, before, _PAGE)
        card = service.live_cards(tx)[name].card
    lang = language(request)
    titles = charts.titles_of(card, lang)
    onward = None
    if next is not None:
        onward = f"/scores/bands/{quote(name)}/{quote(band)}?points={next[0]}&after={quote(next[1], safe='')}"
    return page(
        request,
        "scores/band.html",
        title="等级名单",
        crumbs=(Crumb("评分", "/scores"), Crumb(card.title, f"/scores/cards/{card.id}"), Crumb(titles[wanted])),
        card=card,
        band=card.band(wanted),
        word=titles[wanted],
        titles=titles,
        chosen=band,
        found=found,
        onward=onward,
        day_at=day_at,
    )


@router.get("/scores/report/{name}")
def report(request: Request, name: str, since: str = "", until: str = "", days: str = "90") -> Response:
    """Shift between two days, migration, calibration against later decisions."""
    asks = permitted(request, "score.read")
    lang = language(request)
    said = speaker(lang)
    with desk(request).database.read() as tx:
        today = day(tx.now)
        last = _date(until) or today
        first = _date(since) or last - timedelta(days=30)
        watched = min(365, max(1, _whole(days or "90")))
        found = service.stability(tx, asks, name, number_of(first), number_of(last))
        later = service.calibration(tx, asks, name, number_of(today) - watched, watched)
        card = service.live_cards(tx)[name].card
        wrong = scores.disagreements(tx, name, 5)
    moves = charts.migration("moves", said("等级迁移"), found.migration, card, lang, said)
    return page(
        request,
        "scores/report.html",
        title="稳定性与校准",
        crumbs=(Crumb("评分", "/scores"), Crumb(card.title, f"/scores/cards/{card.id}"), Crumb("稳定性与校准")),
        card=card,
        found=found,
        later=later,
        first=first,
        last=last,
        days=watched,
        wrong=wrong,
        psi=charts.shifts(found, said),
        score=charts.shift_parts(found.score, said),
        moves=moves,
        rates=charts.rates(later, card, lang, said),
        features=[charts.shift_parts(one, said) for one in found.features[:4]],
        day_at=day_at,
    )


def _day(written: str) -> int | None:
    found = _date(written)
    return None if found is None else number_of(found)


def _date(written: str) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Invalid("日期应写作 2026-03-02。", field="as_of") from None


def _whole(given: str) -> int:
    try:
        return int(given)
    except ValueError:
        raise Invalid("应为整数。", field="days") from None
