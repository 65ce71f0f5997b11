"""Filling a store with a million items for the benchmark of scale.

A few thousand items are submitted, judged, reviewed and decided by the services themselves; their lives (all events
of an item, its cases, decisions and actions) are then copied with other ids, publishers, times and endings of the
text, through the journal and its folds. The index of words is filled beside them.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from corpus import written

from mingjian.desk.people.model import Principal
from mingjian.doors.demo.history import Weeks
from mingjian.doors.demo.notes import breaches, submissions
from mingjian.doors.demo.staff import hire
from mingjian.doors.desk.opening import Desk
from mingjian.governance.policies.shipped import install_shipped
from mingjian.governance.screening.service import Screening
from mingjian.records.canonical import canonical, digest
from mingjian.records.clock import SteppedClock, new_id
from mingjian.records.items.model import Stored
from mingjian.records.journal.append import append_all
from mingjian.records.journal.model import Event
from mingjian.records.search.grams import Likeness, grams_of, likeness
from mingjian.records.search.service import DUTY, facets_of, index_items, texts_of
from mingjian.records.storage import contents, search
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import all_events, head, move_cursor
from mingjian.records.storage.items import ITEMS
from mingjian.records.storage.metadata import metadata
from mingjian.records.storage.people import any_user

PASSWORD = "benchmark of scale"
RARE = "骊歌轩"  # stands in one item of RARELY
RARELY = 20_000
TEMPLATES = 3000
BATCH = 2000
PUBLISHERS = 40_000
WITH_CASE, LIVE = 0.30, 0.02  # shares of all items
SPAN = timedelta(days=180)
_ID, _PUBLISHER, _TAIL = "\ue001", "\ue002", "\ue003"
_TIMES = frozenset(("due_at", "until", "appeal_until"))
_LATER = frozenset(("case.leased", "case.reviewed", "decision.made", "action.taken", "item.stands"))


@dataclass(slots=True)
class Life:
    """One item's events (kind, subject, actor, body) and contents, with places for what copies change."""

    item: str
    external: str
    publisher: str
    at: int
    content: str
    read: str
    verdict: str
    events: list[tuple[str, str, str, dict[str, Any]]]
    texts: list[str]
    shown: dict[str, Any]  # what the index's facets are made of
    hits: list[list[Any]]
    live: bool = False
    words: list[str] = field(default_factory=list)
    likeness: Likeness | None = None

    @property
    def cased(self) -> bool:
        """Whether a case was opened about it."""
        return any(kind == "case.opened" for kind, *_ in self.events)


def fill(desk: Desk, folder: Path, count: int, say: Callable[[int], object]) -> dict[str, float]:
    """Fill up to ``count`` items (an empty store, with its tables); what is there already is kept. Seconds of each
    step."""
    took: dict[str, float] = {}
    path = folder / "lives.json"
    began = time.perf_counter()
    clock = SteppedClock(datetime.now(UTC) - SPAN - timedelta(days=2))
    database = Database(desk.settings.database_url, clock=clock)
    if database.dialect == "sqlite":
        sa.event.listen(database.engine, "connect", _hurry)
    try:
        if not path.exists():
            _play(replace(desk.screening, database=database), database, clock, desk)
            lives = list(_lives(database))
            path.write_text(json.dumps([_dict(life) for life in lives], ensure_ascii=False), encoding="utf-8")
            took["templates_s"] = time.perf_counter() - began
        lives = [Life(**given) for given in json.loads(path.read_text("utf-8"))]
        began = time.perf_counter()
        with database.read() as tx:
            have = int(tx.scalar(sa.select(sa.func.count()).select_from(ITEMS)))
        if have < count:
            with _without_indices(database):
                _copy(database, clock, lives, have, count, say)
                took["copies_s"] = time.perf_counter() - began
            took["with_indices_s"] = time.perf_counter() - began
            _settle(database)
    finally:
        database.close()
    return took


def _hurry(connection: Any, _record: Any) -> None:
    """A fill that is cut off is begun anew: nothing here must last."""
    for pragma in ("synchronous=OFF", "cache_size=-1500000", "wal_autocheckpoint=20000"):
        connection.execute(f"PRAGMA {pragma}")


def _play(screening: Screening, database: Database, clock: SteppedClock, desk: Desk) -> None:
    with database.read() as tx:
        known = any_user(tx)
    if known:
        raise SystemExit("this store holds accounts but was not filled by this benchmark: give an empty one")
    with database.write() as tx:
        install_shipped(tx)
        staff: Mapping[str, Principal] = hire(tx, PASSWORD)
    rng = random.Random(11)
    made = submissions(rng, breaches({rule.code: rule for rule in desk.engine.compiled.rules}))
    weeks = Weeks(screening, clock, staff, made, rng)
    weeks.play(TEMPLATES - TEMPLATES // 5, share=0.995)
    weeks.arrive(TEMPLATES // 5)
    weeks.play(0, share=0.5)
    indexed = 1
    while indexed:
        with database.write() as tx:
            indexed = index_items(tx, 500)


def _lives(database: Database) -> Iterator[Life]:
    """The lives of the items that were played."""
    owner: dict[str, str] = {}
    found: dict[str, list[Any]] = {}
    hits: dict[str, list[list[Any]]] = {}
    with database.read() as tx:
        for batch in all_events(tx):
            for event in batch:
                body = dict(event.body)
                if event.kind == "policy.applied":
                    for hit in body["hits"]:
                        hits.setdefault(hit[0], []).append(list(hit))
                    continue
                about = {"case.opened": "subject", "decision.made": "item", "action.taken": "decision"}.get(event.kind)
                item = event.subject if event.subject.startswith("itm_") else owner.get(event.subject)
                if item is None and about is not None:
                    item = owner.get(str(body.get(about)))
                if item is None:
                    continue
                owner[event.subject] = item
                found.setdefault(item, []).append((event.kind, event.subject, event.actor, body, event.at))
        for item, events in found.items():
            kinds = [kind for kind, *_ in events]
            # Only plain lives: what was appealed, undone or suspended has threads to others.
            if set(kinds) <= _LATER | {"item.submitted", "item.judged", "case.opened"} and "item.judged" in kinds:
                yield _life(tx, item, events, hits.get(item, []))


def _life(tx: Tx, item: str, events: list[Any], hits: list[list[Any]]) -> Life:
    bodies = {kind: body for kind, _, _, body, _ in events}
    submitted, judged = bodies["item.submitted"], bodies["item.judged"]
    kept = contents.get_many(tx, [submitted["digest"], judged["read"], judged["verdict"]])
    content, read = json.loads(kept[submitted["digest"]]), json.loads(kept[judged["read"]])
    texts = texts_of(read)
    for one in (content["item"], read):
        one["id"] = _ID
        one["publisher"]["id"] = _PUBLISHER
        body = next(part for part in one["parts"] if part["role"] == "body")
        body["text"] += "\n" + _TAIL
    verdict = kept[judged["verdict"]].decode().replace(json.dumps(submitted["external"]), f'"{_ID}"')
    row = tx.one(sa.select(ITEMS).where(ITEMS.c.id == item))
    assert row is not None
    shown = {name: row._mapping[name] for name in ("platform", "value", "severity")}
    opened = {subject for kind, subject, *_ in events if kind == "case.opened"}
    closed = {subject for kind, subject, _, body, _ in events
              if kind == "case.reviewed" and body["after"] == "closed"}  # fmt: skip
    return Life(item, submitted["external"], submitted["publisher"], events[0][4], canonical(content).decode(),
                canonical(read).decode(), verdict, [each[:4] for each in events], texts, shown, hits,
                bool(opened - closed))  # fmt: skip


def _dict(life: Life) -> dict[str, Any]:
    return {name: getattr(life, name) for name in Life.__slots__ if name not in ("words", "likeness")}


@dataclass(slots=True)
class Copies:
    """What is written of one batch."""

    first: list[tuple[int, Event]] = field(default_factory=list)
    later: list[tuple[int, Event]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    index: list[tuple[str, list[str]]] = field(default_factory=list)
    hits: list[list[Any]] = field(default_factory=list)


class _Maker:
    """Makes copies; the same ``number`` gives the same text, publisher and life."""

    def __init__(self, lives: list[Life], count: int) -> None:
        lines = [line.strip() for note in written() for line in note.split("\n") if 8 < len(line.strip()) < 60]
        rng = random.Random(5)
        self.tails = ["".join(rng.choices(lines, k=3)) for _ in range(2000)]
        self.tail_words = grams_of(self.tails)
        self.tail_likeness = [likeness([tail]) for tail in self.tails]
        for life, words in zip(lives, grams_of([" \n ".join(life.texts) for life in lives]), strict=True):
            life.words = words
        self.plain = [life for life in lives if not life.cased]
        self.closed = [life for life in lives if life.cased and not life.live]
        self.live = [life for life in lives if life.live]
        self.count = count

    def add(self, copies: Copies, number: int, at: int) -> None:
        rng = random.Random(number)
        draw = rng.random()
        # Live work is what came in last: the last tenth.
        live = LIVE * 10 if number >= self.count * 0.9 else 0.0
        pool = self.live if draw < live else self.closed if draw < live + WITH_CASE - LIVE else self.plain
        life = rng.choice(pool)
        tail = rng.randrange(len(self.tails)) if rng.random() < 0.5 else life.at % 97  # half are copies of others
        publisher = f"pub-{int(PUBLISHERS * rng.random() ** 4):05d}"  # few have many, many have few
        external, rare = f"s{number}", number % RARELY == 7
        end = self.tails[tail] + (RARE if rare else "")
        told = json.dumps(end, ensure_ascii=False)[1:-1]

        def written_out(text: str) -> bytes:
            return text.replace(_ID, external).replace(_PUBLISHER, publisher).replace(_TAIL, told).encode()

        kept = [written_out(text) for text in (life.content, life.read, life.verdict)]
        digests = [digest(body) for body in kept]
        copies.bodies += kept
        swap: dict[str, str] = {life.external: external, life.publisher: publisher}
        for kind, subject, _, body in life.events:
            if subject not in swap:
                swap[subject] = new_id(subject[:3], at)
            if kind == "case.reviewed":
                swap[body["review"]] = new_id("rev", at)
        shift = at - life.at
        judged = False
        for place, (kind, subject, actor, body) in enumerate(life.events):
            made = {
                key: value + shift if key in _TIMES and value is not None else swap.get(value, value)
                if isinstance(value, str) else value
                for key, value in body.items()
            }  # fmt: skip
            if kind == "item.submitted":
                made["digest"] = digests[0]
            elif kind == "item.judged":
                made |= {"read": digests[1], "verdict": digests[2]}
                judged = True
            elif kind == "decision.made":
                made["verdict"] = digests[2]
                if made["request"]:
                    made["request"] = made["request"].replace(life.item, swap[life.item])
            elif kind == "case.opened" and "publisher" in made["facts"]:
                made["facts"] = dict(body["facts"], publisher=publisher)
            into = copies.later if kind in _LATER and judged else copies.first
            into.append((place, Event(kind, swap[subject], made, actor)))
        copies.hits += [[swap[life.item], *hit[1:]] for hit in life.hits]
        facets = facets_of(_shown(life, publisher))
        words = [*life.words, *self.tail_words[tail], *((RARE[:2], RARE[1:]) if rare else ())]
        copies.index.append((swap[life.item], [*words, *facets, *self._marks(life, tail)]))

    def _marks(self, life: Life, tail: int) -> list[str]:
        """The tokens of likeness of a text put together: but for the seam, its marks are those of its pieces."""
        if life.likeness is None:
            life.likeness = likeness(life.texts)
        own, end = life.likeness, self.tail_likeness[tail]
        return Likeness(digest(f"{own.digest}{end.digest}".encode()), own.marks | end.marks).tokens()


def _shown(life: Life, publisher: str) -> Stored:
    return Stored("", "", "", 1, "", "judged", None, life.shown["platform"], None, publisher, None, None, 0, "",
                  value=life.shown["value"], severity=life.shown["severity"])  # fmt: skip


def _copy(database: Database, clock: SteppedClock, lives: list[Life], have: int, count: int,
          say: Callable[[int], object]) -> None:  # fmt: skip
    maker = _Maker(lives, count)
    step = SPAN / count
    with database.read() as tx:
        clock.at = max(clock.at, head(tx).at)
    for first in range(have, count, BATCH):
        numbers = range(first, min(first + BATCH, count))
        clock.move(step * len(numbers) / 2)
        copies = Copies()
        for number in numbers:
            maker.add(copies, number, clock.now())
        with database.write() as tx:
            contents.put(tx, copies.bodies)
            kept = append_all(tx, _ordered(copies.first))
            if copies.hits:
                append_all(tx, [Event("policy.applied", "policies", {"hits": copies.hits}, "duty:policies")])
            places = {event.subject: event.seq for event in kept if event.kind == "item.submitted"}
            search.put_rows(tx, [(places[item], item, tokens) for item, tokens in copies.index])
        clock.move(step * len(numbers) / 2)
        with database.write() as tx:
            append_all(tx, _ordered(copies.later))
            move_cursor(tx, DUTY, head(tx).seq)
        say(numbers[-1] + 1)


def _ordered(events: list[tuple[int, Event]]) -> list[Event]:
    """Those of one place in their lives together: folds take neighbours of one kind at once."""
    ordered = sorted(events, key=lambda one: (one[0], one[1].kind))
    return [event for _, group in groupby(ordered, key=lambda one: one[0]) for _, event in group]


@contextmanager
def _without_indices(database: Database) -> Iterator[None]:
    """Indices are made at the end: sorted once instead of looked up for every row."""
    indices = [index for table in metadata.sorted_tables for index in table.indexes if not index.unique]
    with database.write() as tx:
        for index in indices:
            index.drop(tx.connection, checkfirst=True)
    try:
        yield
    finally:
        with database.write() as tx:
            for index in indices:
                index.create(tx.connection, checkfirst=True)


def _settle(database: Database) -> None:
    """What a server that has run for months has done by itself."""
    if database.dialect == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    else:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
