"""What scorecards get to know of rings, as observations of the source ``rings``: how many accounts are in the ring a
publisher belongs to (``size``), and in how many items its accounts were in step with others (``lockstep``), by alarms
about engagement that people confirmed. Dismissing, merging or splitting a ring, and settling an alarm otherwise, report
it anew, so that nothing stays counted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date

from mingjian.core.model import PUBLISHER_KINDS
from mingjian.desk.people.model import house
from mingjian.governance.scorecards.observing import MOST_ROWS, observe
from mingjian.governance.scorecards.sources import observed
from mingjian.records.clock import day
from mingjian.records.scores.model import day_at
from mingjian.records.storage import contents, engagement, ring_marks, rings
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import cursor_of, events_after, events_of, move_cursor
from mingjian.records.storage.score_observations import observations_of

DUTY = "ring-scores"
_SAYS = ("ring.found", "ring.changed", "ring.merged", "ring.dismissed", "ring.reopened")
_ALARMS = ("engagement.confirmed", "engagement.dismissed", "engagement.reopened", "engagement.again")
_TOGETHER = ("lockstep", "synchrotrap", "copycatch", "catchsync")
"""Alarms that say accounts did the same at the same time."""
_AT_ONCE = 50
_MOST_ITEMS = 2000  # of an alarm
Days = dict[tuple[str, date], int]
"""(account, day) → how many."""


def report(tx: Tx, limit: int = _AT_ONCE) -> int:
    """Report the rings of those whose rings changed since the last time; how many events were read."""
    begin = cursor_of(tx, DUTY)
    events = events_after(tx, begin, limit=limit, kinds=(*_SAYS, *_ALARMS))
    if not events:
        return 0
    told = [event for event in events if event.kind in _SAYS]
    accounts = {one for some in rings.members_of(tx, [event.subject for event in told]).values() for one in some}
    for story in {event.body["before"] for event in told if event.body.get("before")}:
        accounts |= set(json.loads(contents.get(tx, story) or b"{}").get("accounts", ()))
    accounts |= _in_alarms(tx, {event.subject for event in events if event.kind in _ALARMS})
    _tell(tx, sorted(accounts))
    move_cursor(tx, DUTY, events[-1].seq)
    return len(events)


def _in_alarms(tx: Tx, alarms: Iterable[str]) -> set[str]:
    """Accounts of rings that are in these alarms or were before the alarm was seen again."""
    everybody: set[str] = set()
    for alarm in sorted(alarms):
        for digest in {str(event.body["content"]) for event in events_of(tx, alarm) if event.body.get("content")}:
            found = engagement.content_of(tx, digest) or {}
            everybody |= {str(one) for role in ("actors", "publishers") for one in found.get(role, ())}
    return set(rings.rings_with(tx, "account", everybody))


def _tell(tx: Tx, accounts: Iterable[str]) -> None:
    source = observed().get("rings")
    if source is None:
        return  # a deployer's sources do without it
    wanted = list(accounts)
    kinds = ring_marks.kinds_of_publishers(tx, wanted)
    inside = rings.rings_with(tx, "account", wanted)
    values: dict[tuple[str, date], dict[str, int]] = {}
    for measure, now in (("size", _sizes(tx, wanted, inside)), ("lockstep", _locksteps(tx, sorted(inside)))):
        if measure not in source.measures:
            continue
        for known in observations_of(tx, wanted, source.name):
            key = (known.actor, day_at(known.day))
            # It was told on that day and turned out not to be so. A size told on another day was so then, unless the
            # account is in no ring at all.
            if known.values.get(measure) and key not in now and (measure == "lockstep" or not inside.get(known.actor)):
                now[key] = 0
        for key, count in now.items():
            values.setdefault(key, {})[measure] = count
    rows = [
        {"source": source.name, "actor": account, "kind": kinds[account], "day": on.isoformat(), "values": told}
        for (account, on), told in sorted(values.items()) if kinds.get(account) in PUBLISHER_KINDS
    ]  # fmt: skip
    for first in range(0, len(rows), MOST_ROWS):
        observe(tx, house(DUTY), rows[first : first + MOST_ROWS])


def _sizes(tx: Tx, accounts: Iterable[str], inside: Mapping[str, list[str]]) -> Days:
    """How many accounts the largest ring of each has today; 0 for who is in none."""
    sizes = {
        id: ring.accounts
        for id, ring in rings.rings_by_id(tx, {one for some in inside.values() for one in some}).items()
    }
    today = day(tx.now)
    return {(one, today): max((sizes[id] for id in inside.get(one, ())), default=0) for one in accounts}


def _locksteps(tx: Tx, accounts: Iterable[str]) -> Days:
    """Of accounts in rings: the items in which they did the same as others at the same time, and their own for which
    others did, by the day the alarm ends on."""
    found: dict[tuple[str, date], set[str]] = {}
    items: dict[str, list[str]] = {}
    for account, role, alarm in engagement.confirmed_with(tx, accounts):
        if not set(alarm.kinds) & set(_TOGETHER):
            continue
        if alarm.id not in items:
            items[alarm.id] = [one.ref for one in engagement.members_of(tx, alarm.id, "item", limit=_MOST_ITEMS)]
        theirs = items[alarm.id]
        if role == "publisher":
            owners = engagement.owners_of(tx, theirs)
            theirs = [one for one in theirs if one in owners and owners[one][0] == account]
        on = min(day(alarm.until), day(tx.now))
        found.setdefault((account, on), set()).update(theirs)
    return {key: len(some) for key, some in found.items() if some}
