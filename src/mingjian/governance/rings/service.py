"""Rings at the desk: counted again when there is something new, and what people do with them.

Recounting reads in one transaction and writes in another; what becomes of each part is decided in the writing one,
with the journal's end held, so that two processes that count the same thing record it once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from mingjian.desk.people.model import Principal, house
from mingjian.desk.people.permissions import demand
from mingjian.governance.rings.find import find_rings
from mingjian.governance.rings.gather_store import gather_store
from mingjian.governance.rings.matching import Plan, Standing, match
from mingjian.governance.rings.model import Ring
from mingjian.governance.rings.settings import RINGS
from mingjian.governance.rings.stories import joined, only, ring_of, story_bytes
from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.journal.append import append_all
from mingjian.records.journal.model import Event
from mingjian.records.rings.model import Kept
from mingjian.records.storage import contents, rings
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import hold_head

DUTY = house("rings")
MOST_REASON = 1000


def recount(database: Database) -> int:
    """Find the rings of the whole store anew and record what changed; how many events that were."""
    settings = RINGS.current()
    with database.read() as tx:
        known = gather_store(tx, settings)
    if not len(known.one) and not len(known.lock_one):
        return 0
    found = find_rings(known, settings)
    with database.write() as tx:
        hold_head(tx)
        return len(append_all(tx, _events(tx, found, settings.least_accounts)))


def _events(tx: Tx, found: Sequence[Ring], least: int) -> list[Event]:
    kept = rings.standing_rings(tx)
    members = rings.members_of(tx, [ring.id for ring in kept])
    known = [Standing(ring.id, ring.state, frozenset(members.get(ring.id, ())), ring.pinned) for ring in kept]
    plan = match([ring.accounts for ring in found], known, least)
    told = _Told(found)
    by_id = {ring.id: ring for ring in kept}
    events: list[Event] = []
    for id, accounts in plan.keep.items():
        now = told.of(accounts)
        if now is None or by_id[id].state == "dismissed":
            continue
        if by_id[id].pinned:
            now = _with_everybody(tx, by_id[id], now, accounts)
        events += _changed(tx, by_id[id], now)
    for accounts, origin in plan.fresh:
        ring = told.of(accounts)
        if ring is not None:
            events.append(found_event(tx, tx.new_id("rng"), ring, DUTY.actor, origin=origin))
    events += _swallowed(plan)
    return events


class _Told:
    """The story of any set of accounts: that of the part most of them are in, narrowed to them."""

    def __init__(self, found: Sequence[Ring]) -> None:
        self._home = {account: ring for ring in found for account in ring.accounts}

    def of(self, accounts: Sequence[str]) -> Ring | None:
        """None when nothing was found about any of them."""
        around = {id(ring): ring for one in accounts if (ring := self._home.get(one)) is not None}
        if not around:
            return None
        some = [ring if set(ring.accounts) <= set(accounts) else only(ring, accounts) for ring in around.values()]
        whole = some[0]
        for other in some[1:]:
            whole = joined(whole, other)
        return whole


def _with_everybody(tx: Tx, kept: Kept, now: Ring, accounts: Sequence[str]) -> Ring:
    """People put them there: they stay though nothing was found about them this time, with what was told before."""
    if set(accounts) <= set(now.accounts):
        return now
    before = told_of(tx, kept)
    missing = set(accounts) - set(now.accounts)
    return now if before is None else joined(now, only(before, missing))


def _changed(tx: Tx, kept: Kept, now: Ring, actor: str = DUTY.actor, **more: Any) -> list[Event]:
    """The event of a ring whose accounts, posts or confidence are others than before; nothing else counts."""
    before = told_of(tx, kept)
    if before is not None and not more:
        same = set(before.accounts) == set(now.accounts) and set(before.posts) == set(now.posts)
        if same and abs(before.confidence - now.confidence) < 0.02:
            return []
    return [Event("ring.changed", kept.id, {**_body(tx, now), "before": kept.story, **more}, actor)]


def found_event(tx: Tx, id: str, ring: Ring, actor: str, **more: Any) -> Event:
    """A ring that was not known before; its story is kept in this transaction."""
    return Event("ring.found", id, {**_body(tx, ring), **more}, actor)


def _body(tx: Tx, ring: Ring) -> dict[str, Any]:
    (story,) = contents.put(tx, [story_bytes(ring)])
    return {
        "story": story, "accounts": len(ring.accounts), "items": len(ring.posts), "materials": len(ring.materials),
        "confidence": round(ring.confidence * 1000), "since": ring.since, "until": ring.until,
    }  # fmt: skip


def _swallowed(plan: Plan) -> Iterable[Event]:
    for id, into in plan.swallowed.items():
        yield Event("ring.merged", id, {"into": into, "reason": "重算后成为另一团伙的一部分"}, DUTY.actor)
    for id, count in plan.split.items():
        yield Event("ring.split", id, {"reason": f"重算后另有 {count} 部分自成团伙", "count": count}, DUTY.actor)


def told_of(tx: Tx, kept: Kept) -> Ring | None:
    """What there is to tell of a ring; None once its story was deleted."""
    found = contents.get(tx, kept.story)
    return None if found is None else ring_of(json.loads(found))


def get_ring(tx: Tx, principal: Principal, id: str) -> tuple[Kept, Ring | None]:
    """One ring with its story; NotFound."""
    demand(principal, "ring.read")
    kept = the(tx, id)
    return kept, told_of(tx, kept)


def the(tx: Tx, id: str) -> Kept:
    """A ring, or NotFound."""
    found = rings.ring_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有这个团伙:{id}")
    return found


def dismiss(tx: Tx, principal: Principal, id: str, reason: str) -> Kept:
    """It is no ring, or none to act on: it is not raised again until somebody opens it again."""
    kept, why = _for_change(tx, principal, id, reason)
    if kept.state == "dismissed":
        return kept
    _demand_open(kept)
    return _done(tx, Event("ring.dismissed", id, {"reason": why}, principal.actor))


def reopen(tx: Tx, principal: Principal, id: str, reason: str) -> Kept:
    """The reverse of dismissing, and of merging: the ring takes its accounts out of the one it was merged into."""
    kept, why = _for_change(tx, principal, id, reason)
    if kept.state not in ("dismissed", "merged"):
        raise Conflict("这个团伙没有被排除或合并,不必重开。")
    events = [Event("ring.reopened", id, {"reason": why}, principal.actor)]
    if kept.state == "merged" and kept.into is not None:
        own = rings.members_of(tx, [id]).get(id, set())
        host = the(tx, kept.into)
        whole = told_of(tx, host)
        rest = [one for one in (whole.accounts if whole is not None else ()) if one not in own]
        if whole is not None and rest:
            events += _changed(tx, host, only(whole, rest), principal.actor, pinned=True)
        mine = told_of(tx, kept)
        if mine is not None:
            events += _changed(tx, kept, mine, principal.actor, pinned=True)
    return _done(tx, *events, about=id)


def merge(tx: Tx, principal: Principal, into: str, others: Sequence[str], reason: str) -> Kept:
    """These rings are one: the others become part of the first. Reopening one takes it out again."""
    host, why = _for_change(tx, principal, into, reason)
    _demand_open(host, acted=True)
    wanted = [id for id in dict.fromkeys(others) if id != into]
    if not wanted or len(wanted) > 20:
        raise Invalid("请选 1 到 20 个要并入的团伙。", field="others")
    whole = told_of(tx, host)
    events = []
    for id in wanted:
        other = the(tx, id)
        _demand_open(other)
        told = told_of(tx, other)
        if whole is not None and told is not None:
            whole = joined(whole, told)
        events.append(Event("ring.merged", id, {"into": into, "reason": why}, principal.actor))
    if whole is None:
        raise Conflict("这个团伙的内容已删除,不能合并。")
    return _done(tx, *_changed(tx, host, whole, principal.actor, pinned=True, reason=why), *events, about=into)


def split(tx: Tx, principal: Principal, id: str, accounts: Sequence[str], reason: str) -> tuple[Kept, Kept]:
    """These accounts are a ring of their own. Merging the new ring into the old one takes it back."""
    kept, why = _for_change(tx, principal, id, reason)
    _demand_open(kept)
    whole = told_of(tx, kept)
    away = set(accounts)
    if whole is None or not away <= set(whole.accounts):
        raise Invalid("要分出的账号须都在这个团伙里。", field="accounts")
    if not away or away == set(whole.accounts):
        raise Invalid("请选出一部分账号:不能一个不选,也不能全选。", field="accounts")
    rest = [one for one in whole.accounts if one not in away]
    new = tx.new_id("rng")
    _done(
        tx, *_changed(tx, kept, only(whole, rest), principal.actor, pinned=True, reason=why),
        found_event(tx, new, only(whole, away), principal.actor, origin=id, pinned=True),
        Event("ring.split", id, {"reason": why, "count": 1}, principal.actor), about=id,
    )  # fmt: skip
    return the(tx, id), the(tx, new)


def _for_change(tx: Tx, principal: Principal, id: str, reason: str) -> tuple[Kept, str]:
    demand(principal, "ring.manage")
    why = reason.strip()
    if not why or len(why) > MOST_REASON:
        raise Invalid(f"请写明理由,最多 {MOST_REASON} 字。", field="reason")
    hold_head(tx)
    return the(tx, id), why


def _demand_open(kept: Kept, acted: bool = False) -> None:
    if kept.state == "acted" and not acted:
        raise Conflict("这个团伙已统一处置;请先撤销处置。")
    if kept.state not in ("open", "acted"):
        raise Conflict("这个团伙已被排除或合并;请先重开。")


def _done(tx: Tx, *events: Event, about: str | None = None) -> Kept:
    append_all(tx, events)
    return the(tx, about or events[0].subject)
