"""Taking the prints of stored items anew: after an upgrade, or for items judged before there were prints.

Item by item in the order of arrival, each compared with those before it; what the journal does not say yet is added to
it. Safe beside a running desk: its processes learn of every change through the table of prints.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingjian.governance.reuse.index import Index
from mingjian.governance.reuse.model import Asked, Pair, Print
from mingjian.governance.reuse.pairs import found_event, paired, searched
from mingjian.governance.reuse.service import Printer, Unprinted, text_prints
from mingjian.intake.item_schema import parse_item
from mingjian.records.items.model import Media, Stored
from mingjian.records.journal.append import append_all
from mingjian.records.journal.model import Event
from mingjian.records.reuse.model import Behind, NewPrint
from mingjian.records.storage import contents, items, reuse, reuse_prints
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import hold_head

ACTOR = "duty:reuse"


@dataclass(frozen=True, slots=True)
class Step:
    """``place`` is where to go on from; ``items`` were looked at, ``prints`` taken, ``found`` pairs new to the journal;
    ``unread`` files could not be printed."""

    place: int
    items: int
    prints: int
    found: int
    unread: tuple[str, ...]


class Rebuild:
    """One rebuilding, step by step. It keeps its own index of what it has been through."""

    def __init__(self, database: Database, printer: Printer | None = None) -> None:
        self._database = database
        self._printer = printer
        self._index = Index()
        self._whose: list[tuple[str, str, str, int | None]] = []

    def step(self, after: int, limit: int = 100) -> Step | None:
        """The next items behind a place in the order of arrival; None at the end."""
        with self._database.read() as tx:
            arrived = reuse_prints.arrived(tx, after, limit)
            if not arrived:
                return None
            opened = _opened(tx, [id for _, id in arrived])
        unread: list[str] = []
        made = [(stored, asked, self._prints(asked, unread)) for stored, asked in opened]
        with self._database.write() as tx:
            hold_head(tx)
            now = items.items_by_id(tx, [stored.id for stored, _, _ in made])
            there = [each for each in made if now[each[0].id].state != "erased"]
            reuse_prints.drop_prints(tx, [stored.id for stored, _, _ in there])
            known = reuse.pairs_of(tx, [stored.id for stored, _, _ in there])
            events: list[Event] = []
            rows: list[NewPrint] = []
            found = 0
            for stored, asked, prints in there:
                pairs = self._pairs(tx, asked, prints)
                new = [pair for pair in pairs if not _is_known(known, stored.id, pair)]
                if new:
                    events.append(found_event(stored, new))
                    found += len(events[-1].body["with"])
                rows += [NewPrint(stored.id, one.matter, one.place, one.page, one.body) for one in prints]
                for one in prints:
                    self._index.add(len(self._whose), one.matter, one.value)
                    self._whose.append((stored.id, one.matter, one.place, one.page))
            reuse_prints.put_prints(tx, rows)
            append_all(tx, events)
        return Step(arrived[-1][0], len(arrived), len(rows), found, tuple(unread))

    def _prints(self, asked: Asked, unread: list[str]) -> list[Print]:
        (prints,) = text_prints([asked.item])
        for file in {one.digest: one for one in asked.media if one.kind in ("picture", "video")}.values():
            if self._printer is None:
                continue
            try:
                prints += self._printer(file)
            except Unprinted as error:
                unread.append(f"{file.name}: {error}")
        return prints

    def _pairs(self, tx: Tx, asked: Asked, prints: Sequence[Print]) -> tuple[Pair, ...]:
        matches, _ = searched(self._index, prints)
        if not matches:
            return ()
        numbers = {match.number for _, match in matches}
        stored = items.items_by_id(tx, [self._whose[number][0] for number in numbers])
        known = {
            number: _behind(number, stored[self._whose[number][0]], self._whose[number])
            for number in numbers
            if self._whose[number][0] in stored and stored[self._whose[number][0]].state != "erased"
        }
        return paired(asked, matches, known)


def _is_known(known: set[tuple[str, str, str]], one: str, pair: Pair) -> bool:
    matter, other = pair.match.matter, pair.behind.item
    return (one, other, matter) in known or (other, one, matter) in known


def _behind(number: int, stored: Stored, whose: tuple[str, str, str, int | None]) -> Behind:
    return Behind(
        number, *whose, number, stored.source, stored.external, stored.platform, stored.publisher,
        stored.published_on, stored.submitted_at,
    )  # fmt: skip


def _opened(tx: Tx, ids: Sequence[str]) -> list[tuple[Stored, Asked]]:
    stored = items.items_by_id(tx, ids)
    reads = reuse_prints.judged_reads(tx, ids)
    bodies = contents.get_many(tx, [*reads.values(), *(one.digest for one in stored.values())])
    found: list[tuple[Stored, Asked]] = []
    for id, one in stored.items():
        read, given = bodies.get(reads.get(id, "")), bodies.get(one.digest)
        if read is None or given is None or one.state == "erased":
            continue
        item = parse_item(json.loads(read)).item
        media: Mapping[str, Any] = json.loads(given)
        if item is not None:
            files = tuple(Media(**each) for each in media.get("media", ()))
            found.append((one, Asked(item, files, one.source)))
    return found
