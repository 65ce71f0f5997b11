"""The life of a card: draft → tried (compared with what is live) → live → retired, and back. Every step is an event;
whoever puts a version live did not write it; whoever changes something names the revision they saw."""

from __future__ import annotations

from dataclasses import dataclass

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.scorecards.limits import check_band
from mingjian.governance.scorecards.model import Scorecard
from mingjian.governance.scorecards.parse import Problem, load_scorecard, read_scorecard
from mingjian.governance.scorecards.sources import check
from mingjian.governance.scorecards.whatif import WhatIf
from mingjian.records.canonical import canonical
from mingjian.records.clock import day
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event, Recorded
from mingjian.records.scores.model import CardVersion
from mingjian.records.storage import contents, score_cards
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import events_of, hold_head

TITLES = {"draft": "草稿", "tried": "已测算", "live": "生效", "retired": "已停用"}
_MOST_REASON = 2000


@dataclass(frozen=True, slots=True)
class OpenedCard:
    """A version with its text. ``card`` is None and ``problems`` say why when the text can no longer be read."""

    kept: CardVersion
    text: str
    card: Scorecard | None
    problems: tuple[Problem, ...]


def list_cards(tx: Tx, principal: Principal, name: str | None = None) -> list[CardVersion]:
    """Every version of all cards or of one, by name, the newest first."""
    demand(principal, "score.read")
    return score_cards.card_versions(tx, name=name)


def get_card(tx: Tx, principal: Principal, id: str) -> OpenedCard:
    """A version (name@version, or a name: the live one, else the newest) with its text; NotFound."""
    demand(principal, "score.read")
    kept = version_of(tx, id) if "@" in id else _newest(tx, id)
    body = contents.get(tx, kept.digest)
    if body is None:
        return OpenedCard(kept, "", None, (Problem("", kept.id, "", "", "评分卡原文已不在"),))
    made, problems = read_scorecard(body.decode(), check=check)
    return OpenedCard(kept, body.decode(), made, tuple(problems))


def card_history(tx: Tx, principal: Principal, id: str) -> list[Recorded]:
    """Everything that happened to a version, in order."""
    demand(principal, "score.read")
    version_of(tx, id)
    return events_of(tx, id)


def draft_card(tx: Tx, principal: Principal, text: str, *, revision: int | None = None) -> CardVersion:
    """Write a new version (the number after the last), or write one anew that was not live yet (then ``revision`` is
    that of the one seen; what it was tried with is void). ScorecardError with everything wrong with the text."""
    demand(principal, "score.author")
    made = load_scorecard(text, "", check=check, check_band=check_band)
    hold_head(tx)
    kept = score_cards.card_by_id(tx, made.id)
    if kept is not None:
        _unchanged(kept, revision)
        if kept.state not in ("draft", "tried"):
            raise Conflict(f"{made.id} 已发布过,不能再改。请把 version 改为下一个版本号。", field="version")
    else:
        last = max((one.version for one in score_cards.card_versions(tx, name=made.name)), default=0)
        if made.version != last + 1:
            raise Conflict(f"“{made.name}”现有到第 {last} 版,新版本的 version 应为 {last + 1}。", field="version")
    (digest,) = contents.put(tx, [text.encode()])
    body = {"name": made.name, "version": made.version, "title": made.title, "title_en": made.title_en,
            "digest": digest}  # fmt: skip
    append(tx, Event("scorecard.drafted", made.id, body, principal.actor))
    return version_of(tx, made.id)


def attach_whatif(tx: Tx, principal: Principal, id: str, found: WhatIf, *, revision: int) -> CardVersion:
    """Put the comparison with the live version beside a draft: needed before it may be put live."""
    demand(principal, "score.author")
    hold_head(tx)
    kept = version_of(tx, id)
    _unchanged(kept, revision)
    if kept.state not in ("draft", "tried"):
        raise Conflict(f"{id} 现在是“{TITLES[kept.state]}”,不能再附测算结果。")
    if found.digest != kept.digest:
        raise Conflict("测算的是另一份文本:评分卡改过之后要重新测算。", field="trial")
    (digest,) = contents.put(tx, [canonical(found.to_json())])
    body = {"trial": digest, "card": kept.digest, "seen": found.seen, "moved": found.moved}
    append(tx, Event("scorecard.tried", id, body, principal.actor))
    return version_of(tx, id)


def whatif_of(tx: Tx, principal: Principal, id: str) -> WhatIf | None:
    """The comparison that lies beside a version."""
    demand(principal, "score.read")
    kept = version_of(tx, id)
    body = contents.get(tx, kept.trial) if kept.trial else None
    return None if body is None else WhatIf.from_json(body)


def deploy_card(tx: Tx, principal: Principal, id: str, *, revision: int, reason: str) -> CardVersion:
    """Put a tried version live; the one that was live is retired. Forbidden for its authors; Conflict for a stale
    revision, a version that was not tried, or one that is not in effect yet."""
    demand(principal, "score.deploy")
    reason = _reason(reason)
    hold_head(tx)
    kept = version_of(tx, id)
    _unchanged(kept, revision)
    if principal.actor in kept.authors:
        raise Forbidden("编写和发布须由不同的人进行:你是这个版本的作者,请由其他有发布权限的人发布。")
    if kept.state != "tried":
        raise Conflict(f"{id} 现在是“{TITLES[kept.state]}”。顺序为:草稿 → 已测算 → 生效。")
    _in_effect(tx, kept)
    live = _live(tx, kept.name)
    body = {"reason": reason, "digest": kept.digest, **({"replaces": live.id} if live is not None else {})}
    append(tx, Event("scorecard.deployed", id, body, principal.actor))
    return version_of(tx, id)


def retire_card(tx: Tx, principal: Principal, id: str, *, revision: int, reason: str) -> CardVersion:
    """Stop a version for good, whatever its state. When it was live nobody is scored on it any more; what its bands did
    stays until its term or a person ends it."""
    demand(principal, "score.deploy")
    reason = _reason(reason)
    hold_head(tx)
    kept = version_of(tx, id)
    _unchanged(kept, revision)
    if kept.state == "retired":
        raise Conflict(f"{id} 已经停用。")
    append(tx, Event("scorecard.retired", id, {"reason": reason}, principal.actor))
    return version_of(tx, id)


def rollback_card(tx: Tx, principal: Principal, name: str, *, revision: int, reason: str) -> CardVersion:
    """The former live version is live again, in one step; ``revision`` is that of the version that is live now."""
    demand(principal, "score.deploy")
    reason = _reason(reason)
    hold_head(tx)
    live = _live(tx, name)
    if live is None:
        raise Conflict(f"“{name}”现在没有生效的版本,无可回退。")
    _unchanged(live, revision)
    former = former_of(score_cards.card_versions(tx, name=name), live)
    if former is None:
        raise Conflict(f"“{name}”没有可回退的旧版本。")
    body = {"reason": reason, "digest": former.digest, "replaces": live.id}
    append(tx, Event("scorecard.restored", former.id, body, principal.actor))
    return version_of(tx, former.id)


def former_of(found: list[CardVersion], live: CardVersion) -> CardVersion | None:
    """What ``rollback_card`` goes back to: of those that were live and not rolled back, the last before it."""
    lived = [one for one in found if one.lived_seq is not None and not one.rolled_back and one.id != live.id]
    before = [one for one in lived if (one.lived_seq or 0) < (live.lived_seq or 0)]
    return max(before, key=lambda one: one.lived_seq or 0, default=None)


def version_of(tx: Tx, id: str) -> CardVersion:
    """The version, or NotFound."""
    kept = score_cards.card_by_id(tx, id)
    if kept is None:
        raise NotFound(f"没有评分卡 {id}")
    return kept


def _newest(tx: Tx, name: str) -> CardVersion:
    found = score_cards.card_versions(tx, name=name)
    if not found:
        raise NotFound(f"没有评分卡“{name}”")
    return next((one for one in found if one.state == "live"), found[0])


def _live(tx: Tx, name: str) -> CardVersion | None:
    return next(iter(score_cards.card_versions(tx, name=name, states=("live",))), None)


def _unchanged(kept: CardVersion, revision: int | None) -> None:
    if kept.revision != revision:
        raise Conflict(f"{kept.id} 已被他人改动(现在是“{TITLES[kept.state]}”),请刷新后再试。", field="revision")


def _in_effect(tx: Tx, kept: CardVersion) -> None:
    body = contents.get(tx, kept.digest)
    if body is None:
        raise Conflict(f"{kept.id} 的原文已不在。")
    card, today = load_scorecard(body.decode(), kept.id, check=check), day(tx.now)
    if today < card.since:
        raise Conflict(f"{kept.id} 自 {card.since} 起生效,今天是 {today}。", field="from")


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not 0 < len(reason) <= _MOST_REASON:
        raise Invalid(f"须写明理由,不超过 {_MOST_REASON} 字", field="reason")
    return reason
