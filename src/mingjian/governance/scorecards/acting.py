"""What bands do: a case, a label on the display of what somebody publishes, rights suspended until a person looked.

Everything here is provisional, has a term, is told to the person concerned by the decision's statement, counts as no
strike, and has its reverse: a label goes when its actor leaves the band, a suspension when the re-review passes. When
many come into one band at once, acting stops and a person is asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from mingjian.desk.cases.model import CaseRequest
from mingjian.desk.cases.service import cases_of, open_cases, withdraw_case
from mingjian.desk.people.model import Principal, house
from mingjian.desk.people.permissions import demand
from mingjian.governance.decisions.model import DecisionInput
from mingjian.governance.decisions.service import decide_many, reverse
from mingjian.governance.scorecards.active import Live
from mingjian.governance.scorecards.engine import score_exact, top
from mingjian.governance.scorecards.explain import values_of
from mingjian.governance.scorecards.limits import limits
from mingjian.governance.scorecards.model import MICRO, Band, Scorecard
from mingjian.governance.scorecards.provider import risk_of
from mingjian.records.errors import Conflict, Invalid
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.registry.model import ENTITY_KINDS
from mingjian.records.scores.model import Halt, Past
from mingjian.records.storage import score_cards, score_facts, score_registry, scores
from mingjian.records.storage.case_queries import case_by_id
from mingjian.records.storage.database import Tx
from mingjian.records.storage.score_sweeps import Sweep, actions_by_card, end_sweep, put_sweep, unmarked_items

BANDS = house("bands")
_HOUR, _DAY = 3_600_000_000, 86_400_000_000
_PAGE = 200
_TOP = 3


def follow(tx: Tx, live: Live, moves: Sequence[Past]) -> int:
    """What follows from some actors' coming into other bands; for how many anything was done."""
    card, done = live.card, 0
    by_band: dict[str, list[Past]] = {}
    for move in moves:
        former = card.band(move.former)
        if former is not None and former.does.label_days is not None:
            put_sweep(tx, Sweep(card.name, move.actor, "unlabel"))
        if move.band is not None:
            by_band.setdefault(move.band, []).append(move)
    for name, entering in sorted(by_band.items()):
        band = card.band(name)
        if band is None or band.does.nothing or _halted(tx, card, band, len(entering)):
            continue
        act(tx, card, band, [one.actor for one in entering])
        done += len(entering)
    return done


def act(tx: Tx, card: Scorecard, band: Band, actors: Sequence[str]) -> None:
    """Do to these what their band says."""
    for actor in actors:
        kept = scores.kept_scores(tx, card.name, [actor]).get(actor)
        if kept is None or kept.band != band.name:
            continue  # has moved on since
        made = score_exact(card, values_of(tx, card, actor, kept.day))
        titles = [one.title for part in top(made, _TOP) if (one := card.feature(part.feature)) is not None]
        told = f"{card.title} {kept.points / MICRO:.1f} 分({band.title}),主要来自:{'、'.join(titles)}"
        reasons = band.does.reason, told
        taken = _suspend(tx, card, band, actor, reasons) if band.does.suspend else []
        if band.does.case:
            facts = {
                "publisher": actor, "scorecard": card.id, "band": band.name, "risk": risk_of(card, kept.points),
                "decisions": taken, "policy": card.id,
            }  # fmt: skip
            _give_way(tx, card, band, actor)
            open_cases(tx, BANDS, [CaseRequest("actor", actor, facts, "policy", band.does.queue, "。".join(reasons))])
        if band.does.label_days is not None:
            put_sweep(tx, Sweep(card.name, actor, "label"))


def _give_way(tx: Tx, card: Scorecard, band: Band, actor: str) -> None:
    """A case that waits because of another band of the card says less than the one to be opened. One that somebody
    works on stays: the new one is then given back as the same."""
    for case in cases_of(tx, BANDS, actor):
        of_card = str(case.facts.get("scorecard", "")).startswith(f"{card.name}@")
        if of_card and case.facts.get("band") != band.name and case.stage != "closed" and case.lease_holder is None:
            withdraw_case(tx, BANDS, case.id, f"等级已变为“{band.title}”,另开案件")


def _suspend(tx: Tx, card: Scorecard, band: Band, actor: str, reasons: tuple[str, ...]) -> list[str]:
    """Take the rights away for the band's term; the decisions. Those that this card took already stay as they are."""
    subjects = _subjects(tx, card.kinds, actor)
    if actions_by_card(tx, card.name, subjects, "suspend"):
        return []
    days = min(band.does.suspend_days or 1, limits().suspend_days)
    wishes = [
        DecisionInput("suspend", publisher=subject, reasons=reasons, cites=band.does.cites, policy=card.id,
                      right=right, days=days)
        for subject in subjects for right in band.does.suspend if right in limits().rights
    ]  # fmt: skip
    return [made.decision.id for made in decide_many(tx, BANDS, wishes)]


def _subjects(tx: Tx, kinds: Sequence[str], actor: str) -> list[str]:
    """On whom rights are suspended: the entity of the registry, whose accounts inherit it, and the actor by the name it
    publishes under; whoever is not registered, by that name alone."""
    entities = list(score_registry.entity_ids(tx, kinds, [actor]))
    published = not entities or score_facts.seen_publishers(tx, [actor])
    return [*entities, *([actor] if published else [])]


def sweep(tx: Tx, live: Live, work: Sweep, limit: int = _PAGE) -> int:
    """Some of the labels that are to be put on an actor's content, or taken off; how many items were looked at."""
    card = live.card
    names = _publishers(tx, card, work.actor, tx.now // _DAY)
    if work.mode == "unlabel":
        taken = actions_by_card(tx, card.name, names, "label", limit)
        for action, _ in taken:
            reverse(tx, BANDS, action, f"已不在“{card.title}”的该等级")
        if len(taken) < limit:
            end_sweep(tx, work)
        return len(taken)
    kept = scores.kept_scores(tx, card.name, [work.actor]).get(work.actor)
    band = card.band(kept.band) if kept is not None else None
    if band is None or band.does.label_days is None:
        end_sweep(tx, work)
        return 0
    found = unmarked_items(tx, names, work.below, limit)
    label(tx, card, band, [item for _, item, free in found if free])
    if len(found) < limit:
        end_sweep(tx, work)
    else:
        put_sweep(tx, Sweep(card.name, work.actor, "label", found[-1][0]))
    return len(found)


def label(tx: Tx, card: Scorecard, band: Band, items: Sequence[str]) -> None:
    """Put the band's label on the display of items."""
    if not items or band.does.label_days is None:
        return
    days = min(band.does.label_days, limits().label_days)
    wishes = [DecisionInput("label", item=item, reasons=(band.does.reason,), cites=band.does.cites, policy=card.id,
                            days=days) for item in items]  # fmt: skip
    decide_many(tx, BANDS, wishes)


def _publishers(tx: Tx, card: Scorecard, actor: str, day: int) -> list[str]:
    owned = score_registry.owned_accounts(tx, card.kinds, [actor], day)
    return [actor, *(name for account, _ in owned for name in (account, account.partition(":")[2]) if name)]


def after_review(tx: Tx, case: str, measure: str | None) -> int:
    """A re-review ended: when it passes, the suspensions that waited for it are reversed; when the reviewer decided
    something of their own, that takes their place. How many ended."""
    found = case_by_id(tx, case)
    card = str(found.facts.get("scorecard", "")).partition("@")[0] if found is not None else ""
    if found is None or not card or measure not in ("pass", "suspend", "ban"):
        return 0
    reason = f"复核通过(案件 {case})" if measure == "pass" else f"由复核决定取代(案件 {case})"
    subjects = [found.subject, *score_registry.entity_ids(tx, ENTITY_KINDS, [found.subject])]
    taken = actions_by_card(tx, card, subjects, "suspend")
    for action, _ in taken:
        reverse(tx, BANDS, action, reason)
    return len(taken)


def _halted(tx: Tx, card: Scorecard, band: Band, entering: int) -> bool:
    """Whether acting on a band is stopped: it was, or so many came into it that it is now."""
    known = next((one for one in score_cards.halts(tx, card.name) if one.band == band.name), None)
    if known is not None and known.state == "halted":
        return True
    held = limits()
    since = max(tx.now - held.hours * _HOUR, known.at if known is not None else 0)
    lately = max(scores.entered(tx, card.name, band.name, since, tx.now + 1), entering)
    begins = since - held.history_days * _DAY
    usual = scores.entered(tx, card.name, band.name, begins, since) / held.history_days * held.hours / 24
    everybody = sum(scores.band_counts(tx, card.name).values())
    if lately < held.least or lately <= held.share * everybody or lately <= held.factor * usual:
        return False
    details = {"entered": lately, "hours": held.hours, "usual": round(usual, 3), "everybody": everybody}
    reason = (
        f"{held.hours} 小时内 {lately} 个主体进入“{band.title}”(以往同样时长约 {usual:.1f} 个,全体 {everybody} 个):"
        "已停止自动处置,请核对数据和评分卡后恢复"
    )
    append(tx, Event("score.halted", card.name, {"band": band.name, "reason": reason, "details": details}, BANDS.actor))
    return True


def list_halts(tx: Tx, principal: Principal) -> list[Halt]:
    """Where acting is stopped."""
    demand(principal, "score.read")
    return [one for one in score_cards.halts(tx) if one.state == "halted"]


def resume(tx: Tx, principal: Principal, card: str, band: str, reason: str) -> None:
    """A person has looked: acting on a band goes on, and those who came into it meanwhile are taken up."""
    demand(principal, "score.deploy")
    if not 0 < len(reason.strip()) <= 500:
        raise Invalid("请写明核对了什么(不超过 500 字)。", field="reason")
    if not any((one.card, one.band, one.state) == (card, band, "halted") for one in score_cards.halts(tx, card)):
        raise Conflict("这个等级的自动处置没有停止,请刷新后再看。")
    append(tx, Event("score.resumed", card, {"band": band, "reason": reason.strip()}, principal.actor))


def take_up(tx: Tx, live: Live, name: str) -> int:
    """Act on everybody who stands in a band now; what was done already is not done twice."""
    band, before, done = live.card.band(name), None, 0
    while band is not None and not band.does.nothing:
        page = scores.actors_in_band(tx, live.card.name, name, before, _PAGE)
        act(tx, live.card, band, [one.actor for one in page])
        done += len(page)
        if len(page) < _PAGE:
            break
        before = (page[-1].points, page[-1].actor)
    return done


