"""The duty that reads judged items for the marks of who is behind them, behind the journal by cursor."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingjian.governance.rings.contacts import contacts_of
from mingjian.records.items.model import Stored
from mingjian.records.search.service import texts_of
from mingjian.records.storage import contents, items
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import cursor_of, events_after, move_cursor
from mingjian.records.storage.ring_marks import ItemMark, put_marks

DUTY = "ring-marks"
AT_ONCE = 200  # judged items of one round
_MOST = 50  # marks of one item
_OPAQUE = {"device": "device", "devices": "device", "payment": "payment", "payments": "payment"}


@dataclass(frozen=True, slots=True)
class _Read:
    begin: int
    end: int
    events: int
    rows: tuple[ItemMark, ...]


def mark_items(database: Database, salt: bytes, limit: int = AT_ONCE) -> int:
    """Take the marks of up to ``limit`` judged items; how many events that were (0: none are left)."""
    if database.dialect == "postgresql":  # the cursor is held: other processes do not read the same items
        with database.write() as tx:
            found = _read(tx, salt, limit)
            return 0 if found is None else _keep(tx, found)
    with database.read() as tx:
        found = _read(tx, salt, limit)
    if found is None:
        return 0
    with database.write() as tx:
        if cursor_of(tx, DUTY) != found.begin:
            return limit  # another process was quicker: there may be more
        return _keep(tx, found)


def _keep(tx: Tx, found: _Read) -> int:
    now = items.items_by_id(tx, [row.item for row in found.rows])
    put_marks(tx, [row for row in found.rows if row.item in now and now[row.item].state != "erased"])
    move_cursor(tx, DUTY, found.end)
    return found.events


def _read(tx: Tx, salt: bytes, limit: int) -> _Read | None:
    begin = cursor_of(tx, DUTY)
    events = events_after(tx, begin, limit=limit, kinds=("item.judged",))
    if not events:
        return None
    stored = items.items_by_id(tx, [event.subject for event in events])
    reads = {event.subject: str(event.body["read"]) for event in events}
    bodies = contents.get_many(tx, [reads[id] for id in stored])
    rows = [row for one in stored.values() if one.publisher and one.state != "erased" and reads[one.id] in bodies
            for row in marks_in(one, json.loads(bodies[reads[one.id]]), salt)]  # fmt: skip
    return _Read(begin, events[-1].seq, len(events), tuple(rows))


def marks_in(stored: Stored, item: Mapping[str, Any], salt: bytes) -> Iterable[ItemMark]:
    """The marks of an item's object: contact handles in its words, the opaque devices and payments that its sender
    vouches for among its facts, and the institution it names."""
    publisher = stored.publisher or ""
    facts = item.get("facts") if isinstance(item.get("facts"), Mapping) else {}
    found = [("contact", value) for value in sorted(contacts_of(texts_of(item), salt))]
    for name, kind in _OPAQUE.items():
        found += [(kind, value) for value in _words((facts or {}).get(name))]
    institution = institution_of(item.get("institution"))
    if institution is None and stored.publisher_kind == "institution":
        institution = publisher
    if institution is not None:
        found.append(("institution", institution))
    return [ItemMark(stored.id, kind, value, publisher) for kind, value in found[:_MOST]]


def institution_of(given: Any) -> str | None:
    """The institution an item names: its id where it has one, else its name."""
    if isinstance(given, Mapping):
        given = next((given[name] for name in ("id", "key", "uscc", "name") if isinstance(given.get(name), str)), None)
    return given.strip()[:200] if isinstance(given, str) and given.strip() else None


def _words(given: Any) -> Sequence[str]:
    listed = given if isinstance(given, list) else [given]
    return [one.strip()[:200] for one in listed if isinstance(one, str) and one.strip()]
