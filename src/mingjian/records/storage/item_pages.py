"""Lists of items, newest first, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import sqlalchemy as sa

from mingjian.records.items.model import Stored
from mingjian.records.storage.database import Tx
from mingjian.records.storage.items import ITEMS, LISTED_BY
from mingjian.records.storage.search import first_seq_at

_SHOWN = [ITEMS.c[field.name] for field in fields(Stored)]
_PROBED = 2000  # a value that more items have is common: which of the common ones leads makes little difference


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which items a list shows; None means any. ``since`` and ``until`` in microseconds, of submitting; ``value`` is
    the verdict's."""

    source: str | None = None
    external: str | None = None
    state: str | None = None
    platform: str | None = None
    channel: str | None = None
    kind: str | None = None
    publisher: str | None = None
    value: str | None = None
    severity: str | None = None
    nature: str | None = None
    standing: str | None = None
    since: int | None = None
    until: int | None = None


def list_items(tx: Tx, wanted: ItemFilter, before: int | None, limit: int) -> tuple[list[Stored], int | None]:
    """Up to ``limit`` items that arrived before the place ``before`` (None: the newest), and the place to go on
    from, None at the end."""
    asked = sa.select(*_SHOWN, ITEMS.c.seq).order_by(ITEMS.c.seq.desc()).limit(limit + 1)
    given = {name: value for name in ("external", *LISTED_BY) if (value := getattr(wanted, name)) is not None}
    led_by = _rarest(tx, given)
    for name, value in given.items():
        # A planner takes any equality for selective. It is left the one that is.
        asked = asked.where((ITEMS.c[name] if name == led_by else ITEMS.c[name].concat("")) == value)
    # The order of arrival is the order of time: a time becomes a place in it, which the indexes know.
    if wanted.since is not None:
        first = first_seq_at(tx, wanted.since)
        if first is None:
            return [], None
        asked = asked.where(ITEMS.c.seq >= first)
    if wanted.until is not None and (last := first_seq_at(tx, wanted.until)) is not None:
        asked = asked.where(ITEMS.c.seq < last)
    if before is not None:
        asked = asked.where(ITEMS.c.seq < before)
    rows = tx.rows(asked)
    found = [Stored(*row[:-1]) for row in rows[:limit]]
    return found, rows[limit - 1].seq if len(rows) > limit else None


def _rarest(tx: Tx, given: Mapping[str, str]) -> str | None:
    """The property that the fewest items share, counted in the indices up to _PROBED."""
    if "external" in given or len(given) < 2:
        return next(iter(given), None)
    counts: dict[str, int] = {}
    for name, value in given.items():
        some = sa.select(sa.literal(1)).where(ITEMS.c[name] == value).limit(_PROBED).subquery()
        counts[name] = int(tx.scalar(sa.select(sa.func.count()).select_from(some)))
    return min(counts, key=counts.__getitem__)


def others_with(tx: Tx, item: Stored) -> tuple[bool, bool]:
    """Whether another item that is not erased has the same content, and whether one has the same verdict."""
    live = (ITEMS.c.id != item.id) & (ITEMS.c.state != "erased")
    content = tx.one(sa.select(ITEMS.c.id).where(ITEMS.c.digest == item.digest, live).limit(1))
    if item.verdict is None:
        return content is not None, False
    verdict = tx.one(sa.select(ITEMS.c.id).where(ITEMS.c.verdict == item.verdict, live).limit(1))
    return content is not None, verdict is not None
