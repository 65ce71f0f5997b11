"""Verifying the chain: whatever is done to a journal shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from mingjian.records.journal.append import append
from mingjian.records.journal.model import GENESIS, Event, link
from mingjian.records.journal.verify import verify
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import EVENTS, HEAD, events_after


@pytest.fixture
def written(database: Database) -> Database:
    for number in range(10):
        with database.write() as tx:
            append(tx, Event("note.made", f"n{number}", {"number": number}, "user:1"))
    return database


def test_an_untouched_journal_is_whole(written: Database) -> None:
    seen: list[int] = []
    found = verify(written, progress=seen.append)
    assert found.whole
    assert (found.events, found.seq, seen) == (10, 10, [10])


def test_an_empty_journal_is_whole(database: Database) -> None:
    assert verify(database).whole


def change(seq: int, **values: object) -> Callable[[Tx], object]:
    return lambda tx: tx.run(EVENTS.update().where(EVENTS.c.seq == seq), values)


def delete(first: int, last: int) -> Callable[[Tx], object]:
    return lambda tx: tx.run(EVENTS.delete().where(EVENTS.c.seq.between(first, last)))


def swap(a: int, b: int) -> Callable[[Tx], object]:
    def swapped(tx: Tx) -> None:
        for old, new in ((a, -1), (b, a), (-1, b)):
            tx.run(EVENTS.update().where(EVENTS.c.seq == old), {"seq": new})

    return swapped


@pytest.mark.parametrize(
    ("tamper", "seq", "word"),
    [
        (change(4, body='{"number":99}'), 4, "edited"),
        (change(4, actor="user:2"), 4, "edited"),
        (change(4, kind="note.unmade"), 4, "edited"),
        (change(4, subject="n9"), 4, "edited"),
        (change(4, at=1), 4, "reordered"),
        (change(4, hash=bytes(32)), 4, "edited"),
        (delete(4, 4), 5, "gap"),
        (delete(1, 3), 4, "gap"),
        (delete(10, 10), 10, "head"),
        (delete(1, 10), 10, "head"),
        (swap(4, 5), 4, "edited"),
    ],
)
def test_any_change_shows(written: Database, tamper: Callable[[Tx], object], seq: int, word: str) -> None:
    with written.write() as tx:
        tamper(tx)
    found = verify(written)
    assert (seq, word) in [(problem.seq, problem.word) for problem in found.problems]
    assert str(found.problems[0]).startswith("第 ")


def rewritten(tx: Tx) -> None:
    """Somebody who can write computes the whole chain anew around a changed event."""
    before = GENESIS
    for event in events_after(tx, 0):
        text = '{"number":99}' if event.seq == 4 else event.text
        made = link(before, event.seq, event.at, event.kind, event.subject, event.actor, text)
        tx.run(EVENTS.update().where(EVENTS.c.seq == event.seq), {"body": text, "hash": made})
        before = made
    tx.run(HEAD.update(), {"hash": before})


def test_a_chain_made_anew_shows_against_what_a_checkpoint_vouches_for(written: Database) -> None:
    with written.read() as tx:
        marks = {6: events_after(tx, 5)[0].hash}
    with written.write() as tx:
        rewritten(tx)
    assert verify(written).whole
    assert [(problem.seq, problem.word) for problem in verify(written, marks=marks).problems] == [(6, "checkpoint")]


def test_an_end_cut_off_with_its_head_shows_against_a_checkpoint(written: Database) -> None:
    with written.write() as tx:
        marks = {9: tx.scalar(sa.select(EVENTS.c.hash).where(EVENTS.c.seq == 9))}
        last = events_after(tx, 6)[0]
        delete(8, 10)(tx)
        tx.run(HEAD.update(), {"seq": 7, "at": last.at, "hash": last.hash})
    assert verify(written).whole
    assert [problem.word for problem in verify(written, marks=marks).problems] == ["cut"]
