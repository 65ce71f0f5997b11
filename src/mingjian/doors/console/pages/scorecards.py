"""Scorecards: read, written, compared with what is live, put live by somebody else."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.desk.people.permissions import allowed
from mingjian.doors.console import score_charts as charts
from mingjian.doors.console.context import Crumb, Flash, desk, page, permitted, posted, redirect, spoken, text
from mingjian.doors.console.i18n import language, speaker
from mingjian.doors.console.policies import next_text
from mingjian.doors.console.score_words import does_of, features_of, wrong_by_line
from mingjian.doors.console.subjects import names_of
from mingjian.governance.scorecards import service
from mingjian.records.errors import Invalid, NotFound

router = APIRouter()
MOST_TEXT = 400_000
# A page waits for a comparison; all of a large desk is work for the command line.
SAMPLES = (2000, 10_000, 50_000)


@router.get("/scores/cards")
def listed(request: Request) -> Response:
    """Every card with its versions."""
    asks = permitted(request, "score.read")
    with desk(request).database.read() as tx:
        found = service.list_cards(tx, asks)
        names = names_of(tx, [name for one in found for name in (*one.authors, one.staged_by)])
    groups: dict[str, list[object]] = {}
    for one in found:
        groups.setdefault(one.name, []).append(one)
    return page(request, "scores/cards.html", title="评分卡", groups=groups, names=names, titles=service.TITLES)


@router.get("/scores/cards/new")
def new(request: Request, name: str | None = None, edit: str | None = None) -> Response:
    """Write a version: the next of a card, one anew that was not live yet, or the first of a new one."""
    asks = permitted(request, "score.author")
    with desk(request).database.read() as tx:
        if edit is not None:
            opened = service.get_card(tx, asks, edit)
            return _editor(request, opened.text, revision=opened.kept.revision, of=opened.kept.id)
        versions = service.list_cards(tx, asks, name) if name else service.list_cards(tx, asks)
        if name and not versions:
            raise NotFound(f"没有评分卡“{name}”")
        base = versions[0] if versions else None
        number = versions[0].version + 1 if name and versions else 1
        words = next_text(service.get_card(tx, asks, base.id).text, number, fresh=not name) if base else ""
    return _editor(request, words, of=base.id if base and name else None)


@router.post("/scores/cards/new")
def write(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Keep what was written, or show everything that is wrong with it beside its lines."""
    asks = permitted(request, "score.author")
    words = form.get("text")
    words = words.replace("\r\n", "\n")[:MOST_TEXT] if isinstance(words, str) else ""
    given = text(form, "revision", 20)
    revision = int(given) if given.isascii() and given.isdigit() else None
    try:
        with desk(request).database.write() as tx:
            kept = service.draft_card(tx, asks, words, revision=revision)
    except service.ScorecardError as error:
        return _editor(request, words, revision=revision, problems=error.problems, of=text(form, "of", 80) or None)
    return redirect(request, f"/scores/cards/{kept.id}", Flash(spoken(request, "已保存为草稿,先测算再发布。")))


@router.get("/scores/cards/{id}")
def version(request: Request, id: str) -> Response:
    """A version: its features and bands, what it would change, where it stands and who may bring it further."""
    asks = permitted(request, "score.read")
    lang = language(request)
    said = speaker(lang)
    with desk(request).database.read() as tx:
        opened = service.get_card(tx, asks, id)
        kept, card = opened.kept, opened.card
        events = service.card_history(tx, asks, kept.id)
        found = service.whatif_of(tx, asks, kept.id)
        versions = service.list_cards(tx, asks, kept.name)
        former = service.former_of(versions, kept) if kept.state == "live" else None
        names = names_of(tx, [*kept.authors, kept.staged_by, *(event.actor for event in events)])
    moves = None
    if found is not None and card is not None and found.against:
        moves = charts.migration("migration", said("等级迁移"), found.migration, card, lang, said)
    return page(
        request,
        "scores/card.html",
        title=kept.id,
        crumbs=(Crumb("评分", "/scores"), Crumb("评分卡", "/scores/cards"), Crumb(kept.id)),
        kept=kept,
        opened=opened,
        card=card,
        features=features_of(card, lang) if card is not None else [],
        does={band.name: does_of(band, lang) for band in card.bands} if card is not None else {},
        tone={band.name: charts.colour(card, band.name) for band in card.bands} if card is not None else {},
        titles=charts.titles_of(card, lang) if card is not None else {},
        wrong=wrong_by_line(opened.problems),
        history=events,
        found=found,
        distribution=charts.distribution(found, said) if found is not None else None,
        moves=moves,
        versions=versions,
        former=former,
        names=names,
        states=service.TITLES,
        samples=SAMPLES,
        own=asks.actor in kept.authors,
        deploys=allowed(asks, "score.deploy"),
        authors=allowed(asks, "score.author"),
    )


@router.post("/scores/cards/{id}/whatif")
def whatif(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Compare a version with the live one, and keep the result beside it."""
    asks = permitted(request, "score.author")
    limit = text(form, "limit", 8)
    if limit not in map(str, SAMPLES):
        raise Invalid("请选测算多少个主体。", field="limit")
    with desk(request).database.read() as tx:
        revision = service.get_card(tx, asks, id).kept.revision
        found = service.try_card(tx, asks, id, limit=int(limit))
    with desk(request).database.write() as tx:
        service.attach_whatif(tx, asks, id, found, revision=revision)
    told = spoken(request, "测算完:看了 {n} 个主体,{c} 个换等级。", n=found.seen, c=found.moved)
    return redirect(request, f"/scores/cards/{id}", Flash(told))


@router.post("/scores/cards/{id}/stage")
def stage(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Live, back to the former version, or out of use."""
    asks = permitted(request, "score.deploy")
    to, reason, given = text(form, "to", 20), text(form, "reason"), text(form, "revision", 20)
    if not (given.isascii() and given.isdigit()):
        raise Invalid("应为整数。", field="revision")
    revision = int(given)
    with desk(request).database.write() as tx:
        if to == "live":
            done = service.deploy_card(tx, asks, id, revision=revision, reason=reason)
        elif to == "rollback":
            done = service.rollback_card(tx, asks, id.partition("@")[0], revision=revision, reason=reason)
        elif to == "retire":
            done = service.retire_card(tx, asks, id, revision=revision, reason=reason)
        else:
            raise Invalid("请选择要做什么。", field="to")
    return redirect(request, f"/scores/cards/{done.id}", Flash(spoken(request, "已改为:") + service.TITLES[done.state]))


def _editor(
    request: Request,
    words: str,
    *,
    revision: int | None = None,
    of: str | None = None,
    problems: list[service.Problem] | None = None,
) -> Response:
    ways = (Crumb(of, f"/scores/cards/{of}"),) if of else ()
    return page(
        request,
        "scores/edit.html",
        status=422 if problems else 200,
        title="编写评分卡",
        text=words,
        revision=revision,
        of=of,
        problems=problems or [],
        wrong=wrong_by_line(problems or []),
        crumbs=(Crumb("评分", "/scores"), Crumb("评分卡", "/scores/cards"), *ways, Crumb("编写评分卡")),
    )
