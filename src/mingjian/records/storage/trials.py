"""Stored items for trials: newest first, a stretch at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from mingjian.records.clock import CHINA, micros
from mingjian.records.items.model import Stored
from mingjian.records.journal.model import Recorded
from mingjian.records.policies.model import TrialFilter
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import EVENTS
from mingjian.records.storage.items import ITEMS

_SHOWN = [ITEMS.c[field.name] for field in fields(Stored)]


def judged_items(tx: Tx, chosen: TrialFilter, before: int | None, limit: int) -> list[tuple[int, Stored]]:
    """Judged items with their place (``before`` of the stretch behind), newest first."""
    asked = sa.select(ITEMS.c.seq, *_SHOWN).where(ITEMS.c.state == "judged").order_by(ITEMS.c.seq.desc()).limit(limit)
    for name in ("platform", "kind", "nature", "publisher"):
        wanted = getattr(chosen, name)
        if wanted is not None:
            asked = asked.where(ITEMS.c[name] == wanted)
    # Days become places in the journal, which the index of items knows: `submitted_at` is in none.
    if chosen.since is not None:
        asked = asked.where(ITEMS.c.seq >= _first_at(tx, date.fromisoformat(chosen.since)))
    if chosen.until is not None:
        asked = asked.where(ITEMS.c.seq < _first_at(tx, date.fromisoformat(chosen.until) + timedelta(days=1)))
    if before is not None:
        asked = asked.where(ITEMS.c.seq < before)
    return [(int(row[0]), Stored(*row[1:])) for row in tx.rows(asked)]


def _first_at(tx: Tx, day: date) -> int:
    """The place of the first event of a day in China, or behind the last event."""
    start = micros(datetime.combine(day, time(), CHINA))
    first = sa.select(EVENTS.c.seq).where(EVENTS.c.at >= start).order_by(EVENTS.c.at, EVENTS.c.seq).limit(1)
    found = tx.scalar(first)
    return int(found) if found is not None else int(tx.scalar(sa.select(sa.func.max(EVENTS.c.seq))) or 0) + 1


def any_judged(tx: Tx) -> bool:
    """Whether any item was ever judged."""
    return tx.one(sa.select(EVENTS.c.seq).where(EVENTS.c.kind == "item.judged").limit(1)) is not None


def judging_events(tx: Tx, items: Iterable[str]) -> dict[str, Recorded]:
    """The event that recorded each item's verdict: it names the item as it was read (``read``)."""
    wanted, found = list(items), {}
    columns = (EVENTS.c.seq, EVENTS.c.at, EVENTS.c.kind, EVENTS.c.subject, EVENTS.c.actor, EVENTS.c.body, EVENTS.c.hash)
    for first in range(0, len(wanted), 500):
        some = EVENTS.c.subject.in_(wanted[first : first + 500])
        for row in tx.rows(sa.select(*columns).where(some, EVENTS.c.kind == "item.judged")):
            event = Recorded.of(row)
            found[event.subject] = event
    return found
