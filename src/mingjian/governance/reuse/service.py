"""Comparing items with everything known, and keeping what they are known by.

``look`` runs before the verdict and writes nothing. ``keep`` runs in the transaction that records the verdict, while
the journal's end is held: it compares once more with the few prints that came in since ``look`` (other processes,
items of the same round), keeps the item's own, and says what was found. So of two copies that come in together the
later one is always told of, at the latest in the journal.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Any, Protocol

from mingjian.core.model import Item
from mingjian.governance.reuse.beside import Round, beside
from mingjian.governance.reuse.facts import fact_of, told
from mingjian.governance.reuse.index import Index
from mingjian.governance.reuse.model import Asked, Compared, Print
from mingjian.governance.reuse.pairs import found_event, paired, searched
from mingjian.governance.reuse.words import texts_of
from mingjian.records.items.model import Media, Stored
from mingjian.records.journal.model import Event
from mingjian.records.reuse.model import Behind, NewPrint
from mingjian.records.storage import reuse_prints
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import hold_head

_AT_ONCE = 2000
_REMEMBERED = 512
_MADE = 256


class Printer(Protocol):
    """Takes the prints of a file; lent by a door. Raises ``Unprinted`` when it cannot."""

    def __call__(self, file: Media) -> Sequence[Print]: ...
    def close(self) -> None: ...


class Unprinted(Exception):
    """No prints could be taken of a file, and why."""


class Reuse:
    """Over a store. Threads may share it."""

    def __init__(self, database: Database, printer: Printer | None = None) -> None:
        self.database = database
        self._printer = printer
        self._lock = threading.Lock()
        self._index = Index(self._body)
        self._tx: Tx | None = None
        self._cursor = 0
        self._made: dict[bytes, Any] = {}
        """Values of texts kept a moment ago, by their bodies: soon they come back from the store."""
        self._remembered: OrderedDict[str, tuple[Print, ...]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._index)

    def close(self) -> None:
        """End the printer's worker."""
        if self._printer is not None:
            self._printer.close()

    def look(self, asked: Sequence[Asked], tx: Tx | None = None) -> list[Compared]:
        """What each item is like among all that is known; nothing is kept. ``tx``: a look at the store that is open
        already."""
        made = self._prints(asked)
        if not any(prints for prints, _ in made):
            return [Compared(unread=unread) for _, unread in made]
        with self._lock:
            given = tx is not None and self._follows(tx)
            with nullcontext(tx) if given and tx is not None else self.database.glance() as look:
                return self._look(look, asked, made)

    def _look(
        self, tx: Tx, asked: Sequence[Asked], made: Sequence[tuple[tuple[Print, ...], tuple[str, ...]]]
    ) -> list[Compared]:
        self._catch_up(tx)
        if not len(self._index):
            return [Compared(prints, seen=self._cursor, unread=unread) for prints, unread in made]
        self._tx = tx
        try:
            found = [searched(self._index, prints) for prints, _ in made]
        finally:
            self._tx = None
        numbers = {match.number for matches, _ in found for _, match in matches}
        known = reuse_prints.behind(tx, numbers) if numbers else {}
        return [
            Compared(prints, paired(one, matches, known), self._cursor, more, unread)
            for one, (prints, unread), (matches, more) in zip(asked, made, found, strict=True)
        ]

    def _follows(self, tx: Tx) -> bool:
        """Whether a look at the store is no older than the index. SQLite shows the store as it was at the look's first
        question; another thread may have read on since, and what it read would be neither found nor looked for."""
        if tx.dialect != "sqlite" or not self._cursor:
            return True
        return bool(reuse_prints.prints_after(tx, self._cursor - 1, 1))

    def facts(self, asked: Sequence[Asked], tx: Tx | None = None) -> list[tuple[Compared, Mapping[str, Any]]]:
        """``look``, and what it says of each item as facts, which also know the items before it in the round."""
        found = self.look(asked, tx)
        near = beside(asked, found, self.database.clock.now())
        whole = [replace(one, pairs=one.pairs + more) if more else one for one, more in zip(found, near, strict=True)]
        facts = [fact_of(one, each.item.facts) for one, each in zip(whole, asked, strict=True)]
        return list(zip(found, facts, strict=True))

    def told(self, asked: Sequence[Asked]) -> list[Mapping[str, Any]]:
        """The fact ``reuse`` of items that are not to be kept, empty for those that are like nothing. While nothing
        is known at all this costs one question to the store."""
        if not len(self._index):
            self.catch_up()
        if not len(self._index):
            return [{} for _ in asked]
        return [told(one) if one.pairs else {} for one in self.look(asked)]

    def keep(self, tx: Tx, judged: Sequence[tuple[Stored, Item, Compared]]) -> list[Event]:
        """Keep the items' prints and answer with what was found of them, ``reuse.found`` for each that is like
        something."""
        if not any(compared.prints for _, _, compared in judged):
            return []
        hold_head(tx)
        late = _Late(tx, min(compared.seen for _, _, compared in judged if compared.prints), len(judged) > 1)
        events: list[Event] = []
        rows: list[NewPrint] = []
        for stored, item, compared in judged:
            if not compared.prints:
                continue
            pairs = [*compared.pairs, *late.pairs(Asked(item, source=stored.source), compared.prints)]
            pairs = [pair for pair in pairs if pair.behind.item != stored.id]
            if pairs:
                events.append(found_event(stored, pairs))
            rows += [NewPrint(stored.id, one.matter, one.place, one.page, one.body) for one in compared.prints]
            late.add(stored, compared.prints)
        reuse_prints.put_prints(tx, rows)
        if len(self._made) + len(rows) > _MADE:
            self._made.clear()
        for _, _, compared in judged[:_MADE]:
            self._made |= {one.body: one.value for one in compared.prints if one.matter == "text"}
        return events

    def catch_up(self) -> int:
        """Read what came in since; how many rows it were. A duty does this ahead of those who wait."""
        with self._lock, self.database.read() as tx:
            return self._catch_up(tx)

    def _catch_up(self, tx: Tx) -> int:
        done = 0
        while rows := reuse_prints.prints_after(tx, self._cursor, _AT_ONCE):
            self._index.take(rows, self._made)
            self._cursor = rows[-1].number
            done += len(rows)
            if len(rows) < _AT_ONCE:
                break
        return done

    def _body(self, number: int) -> bytes | None:
        """A print looked at closely, from the store."""
        return None if self._tx is None else reuse_prints.body_of(self._tx, number)

    def _prints(self, asked: Sequence[Asked]) -> list[tuple[tuple[Print, ...], tuple[str, ...]]]:
        """The prints of each item, and the files that none could be taken of."""
        texts = text_prints([one.item for one in asked])
        return [self._with_files(one, list(prints)) for one, prints in zip(asked, texts, strict=True)]

    def _with_files(self, asked: Asked, prints: list[Print]) -> tuple[tuple[Print, ...], tuple[str, ...]]:
        unread: list[str] = []
        for file in {one.digest: one for one in asked.media if one.kind in ("picture", "video")}.values():
            try:
                prints += self._file(file)
            except Unprinted as error:
                unread.append(f"{file.name}: {error}")
        return tuple(prints), tuple(unread)

    def _file(self, file: Media) -> tuple[Print, ...]:
        if self._printer is None:
            return ()
        kept = self._remembered.get(file.digest)
        if kept is None:
            kept = tuple(self._printer(file))
            self._remembered[file.digest] = kept
            while len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)
        return kept


class _Late(Round):
    """Prints that came in since the items were compared, and those of the items before in the same round."""

    def __init__(self, tx: Tx, seen: int, several: bool) -> None:
        super().__init__()
        self._several = several
        after = seen
        while rows := reuse_prints.prints_after(tx, after, _AT_ONCE):
            self._index.take(rows)
            after = rows[-1].number
            self._behind |= reuse_prints.behind(tx, [row.number for row in rows])

    def add(self, stored: Stored, prints: Iterable[Print]) -> None:
        """Let the items behind it in the round be compared with this one."""
        if self._several:
            self.put(prints, lambda number, one: Behind(
                number, stored.id, one.matter, one.place, one.page, 1 << 60, stored.source, stored.external,
                stored.platform, stored.publisher, stored.published_on, stored.submitted_at,
            ))  # fmt: skip


def text_prints(items: Sequence[Item]) -> list[list[Print]]:
    """The prints of each item's words; many are taken faster than one by one."""
    texts = [(at, place, text) for at, item in enumerate(items) for place, text in texts_of(item.parts)]
    found: list[list[Print]] = [[] for _ in items]
    if texts:
        from mingjian.core.reuse.texts import text_prints as taken

        for (at, place, _), value in zip(texts, taken([text for _, _, text in texts]), strict=True):
            found[at].append(Print("text", place, None, value.to_bytes(), value))
    return found
