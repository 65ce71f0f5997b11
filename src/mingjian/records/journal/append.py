"""Adding to the journal, and making the state from it anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mingjian.records.journal.fold import fold, projections
from mingjian.records.journal.model import Event, Head, Recorded, chained
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import all_events, hold_head, insert_events


def append(tx: Tx, *events: Event) -> list[Recorded]:
    """Record events and fold them, all in the caller's transaction."""
    return append_all(tx, events)


def append_all(tx: Tx, events: Iterable[Event]) -> list[Recorded]:
    """The same for many."""
    waiting = list(events)
    if not waiting:
        return []  # the chain's head is not held for nothing
    recorded: list[Recorded] = []
    head = hold_head(tx)
    for event in waiting:
        made = chained(event, head, tx.now)
        recorded.append(made)
        head = Head(made.seq, made.at, made.hash)
    insert_events(tx, recorded)
    fold(tx, recorded)
    return recorded


def refold(database: Database, *, progress: Callable[[int], None] | None = None) -> int:
    """Empty the projections and fold the whole journal again, in one transaction; how many events that were."""
    done = 0
    with database.write() as tx:
        for table in reversed(projections()):
            tx.run(table.delete())
        for events in all_events(tx):
            fold(tx, events)
            done += len(events)
            if progress is not None:
                progress(done)
    return done
