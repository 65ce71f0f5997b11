"""Evidence from the desk's store: likenesses, what the items tell of who is behind them, alarms about lockstep."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import combinations

from mingjian.governance.rings.gathering import Gathering
from mingjian.governance.rings.model import MARK_KINDS, Evidence
from mingjian.governance.rings.settings import Settings
from mingjian.records.clock import CHINA, day, micros
from mingjian.records.items.model import Stored
from mingjian.records.reuse.model import Likeness
from mingjian.records.storage import engagement, ring_marks
from mingjian.records.storage.database import Tx
from mingjian.records.storage.items import items_by_id
from mingjian.records.storage.reuse import likenesses_after

_AT_ONCE = 5000
MOST_ACTORS = 200


def gather_store(tx: Tx, settings: Settings) -> Evidence:
    """Everything the desk knows that joins publishers. An item that was erased joins nobody any more."""
    pairs = _pairs(tx)
    known = items_by_id(tx, dict.fromkeys(id for pair in pairs for id in (pair.one, pair.other)))
    items = {id: item for id, item in known.items() if item.publisher and item.state != "erased"}
    named = ring_marks.marks_of_items(tx, items, "institution")
    gathered = Gathering()
    gathered.population(ring_marks.count_publishers(tx))
    for item in items.values():
        publisher = item.publisher or ""
        home = publisher if item.publisher_kind == "institution" else None
        gathered.account(publisher, item.publisher_kind, home)
        gathered.post(item.id, publisher, published_at(item), named.get(item.id), item.publisher_kind)
    for name, count in ring_marks.count_values(tx, "institution", set(named.values())).items():
        gathered.naming(name, count)
    for pair in pairs:
        gathered.likeness(pair.one, pair.other, pair.matter, settings.strength(pair.matter, pair.how))
    publishers = {item.publisher or "" for item in items.values()}
    for publisher, kind, value in ring_marks.marks_of_publishers(tx, publishers, MARK_KINDS):
        gathered.mark(publisher, kind, value)
    for one, other, strength in locksteps(tx):
        gathered.lockstep(one, other, strength)
    return gathered.evidence()


def _pairs(tx: Tx) -> list[Likeness]:
    found: list[Likeness] = []
    after = 0
    while some := likenesses_after(tx, after, _AT_ONCE):
        found += [pair for pair in some if not pair.own]
        after = some[-1].seq
    return found


def published_at(item: Stored) -> int:
    """When an item was published: the moment it came in if that was the day, else noon of the day."""
    if not item.published_on or item.published_on == day(item.submitted_at).isoformat():
        return item.submitted_at
    try:
        return micros(datetime.combine(date.fromisoformat(item.published_on[:10]), time(12), CHINA))
    except ValueError:
        return item.submitted_at


def locksteps(tx: Tx) -> list[tuple[str, str, float]]:
    """Pairs of accounts from alarms that people confirmed: those who acted together, and, half as sure, those for whom
    the same engagement was bought. Of a large alarm the busiest MOST_ACTORS."""
    found: dict[tuple[str, str], float] = {}
    before: int | None = None
    while True:
        alarms, before = engagement.list_alarms(tx, engagement.AlarmFilter("confirmed"), before, _AT_ONCE)
        for alarm in alarms:
            for role, strength in (("actor", 1.0), ("publisher", 0.5)):
                members = sorted(one.ref for one in engagement.members_of(tx, alarm.id, role, limit=MOST_ACTORS))
                for pair in combinations(members, 2):
                    found[pair] = max(strength, found.get(pair, 0.0))
        if before is None:
            return [(one, other, strength) for (one, other), strength in sorted(found.items())]
