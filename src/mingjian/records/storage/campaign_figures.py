"""What a campaign's figures are counted from, by the tables; and the journal's events about many subjects at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from mingjian.records.journal.model import Recorded
from mingjian.records.storage.actions import ACTIONS, DECISIONS
from mingjian.records.storage.appeals import APPEALS
from mingjian.records.storage.cases import CASES
from mingjian.records.storage.certification_batches import BATCHES, MEMBERS
from mingjian.records.storage.database import Tx
from mingjian.records.storage.engagement import ALARMS
from mingjian.records.storage.events import EVENTS
from mingjian.records.storage.items import ITEMS
from mingjian.records.storage.live_incidents import INCIDENTS
from mingjian.records.storage.rings import RINGS, WORKS
from mingjian.records.storage.sweeps import SWEEPS, TAKEN

_AT_ONCE = 500
_EVENT = (EVENTS.c.seq, EVENTS.c.at, EVENTS.c.kind, EVENTS.c.subject, EVENTS.c.actor, EVENTS.c.body, EVENTS.c.hash)


def _pieces(values: Iterable[str]) -> Iterator[list[str]]:
    wanted = list(dict.fromkeys(values))
    for first in range(0, len(wanted), _AT_ONCE):
        yield wanted[first : first + _AT_ONCE]


def events_about(tx: Tx, subjects: Iterable[str], upto: int, kinds: Sequence[str] = ()) -> Iterator[Recorded]:
    """Events of many subjects up to a number of the journal, those of one subject in order."""
    for ids in _pieces(subjects):
        asked = sa.select(*_EVENT).where(EVENTS.c.subject.in_(ids), EVENTS.c.seq <= upto)
        if kinds:
            asked = asked.where(EVENTS.c.kind.in_(list(kinds)))
        yield from map(Recorded.of, tx.rows(asked.order_by(EVENTS.c.seq)))


def first_seq(tx: Tx, subjects: Iterable[str], otherwise: int) -> int:
    """The number of the journal at which the first of these subjects appears."""
    found = otherwise
    for ids in _pieces(subjects):
        least = tx.scalar(sa.select(sa.func.min(EVENTS.c.seq)).where(EVENTS.c.subject.in_(ids)))
        found = found if least is None else min(found, int(least))
    return found


def events_between(tx: Tx, after: int, upto: int, kinds: Sequence[str]) -> Iterator[Recorded]:
    """Events of some kinds behind ``after``, up to ``upto``, in order."""
    while True:
        asked = sa.select(*_EVENT).where(EVENTS.c.kind.in_(list(kinds)), EVENTS.c.seq > after, EVENTS.c.seq <= upto)
        found = tx.rows(asked.order_by(EVENTS.c.seq).limit(5000))
        yield from map(Recorded.of, found)
        if len(found) < 5000:
            return
        after = found[-1].seq


def decisions_of_batches(tx: Tx, batches: Iterable[str]) -> list[str]:
    """What batches that revoke certifications decided, those taken back since included."""
    found: list[str] = []
    for ids in _pieces(batches):
        asked = sa.select(MEMBERS.c.effect).join(BATCHES, BATCHES.c.id == MEMBERS.c.batch)
        asked = asked.where(MEMBERS.c.batch.in_(ids), BATCHES.c.kind == "revoke", MEMBERS.c.effect.is_not(None))
        found += [row.effect for row in tx.rows(asked)]
    return found


def taken_by(tx: Tx, sweeps: Iterable[str]) -> list[tuple[str | None, str | None]]:
    """(decision, case) of every item that sweeps acted on or opened a case about."""
    found: list[tuple[str | None, str | None]] = []
    for ids in _pieces(sweeps):
        asked = sa.select(TAKEN.c.decision, TAKEN.c.case)
        asked = asked.where(TAKEN.c.sweep.in_(ids), TAKEN.c.how.in_(("acted", "opened")))
        found += [(row.decision, row.case) for row in tx.rows(asked)]
    return found


def weight(tx: Tx, refs: Mapping[str, Sequence[str]]) -> int:
    """About how many decisions stand behind links (kind → ids), found without reading them."""
    total = sum(len(ids) for ids in refs.values())
    for kind, of, column in (("sweep", SWEEPS.c.id, SWEEPS.c.taken), ("ring", WORKS.c.ring, WORKS.c["count"]),
                             ("certification_batch", BATCHES.c.id, BATCHES.c.number)):  # fmt: skip
        for ids in _pieces(refs.get(kind, ())):
            total += int(tx.scalar(sa.select(sa.func.coalesce(sa.func.sum(column), 0)).where(of.in_(ids))) or 0)
    return total


def judged_by(tx: Tx, sweeps: Iterable[str]) -> dict[str, int]:
    """How many items each sweep judged."""
    found: dict[str, int] = {}
    for ids in _pieces(sweeps):
        asked = sa.select(SWEEPS.c.id, SWEEPS.c.judged).where(SWEEPS.c.id.in_(ids))
        found |= {row.id: int(row.judged) for row in tx.rows(asked)}
    return found


def ring_states(tx: Tx, rings: Iterable[str]) -> dict[str, str]:
    """The state each ring is in."""
    rows = _many(tx, (RINGS.c.id, RINGS.c.state), RINGS.c.id, rings)
    return {row["id"]: row["state"] for row in rows}


def decisions_of_rings(tx: Tx, rings: Iterable[str]) -> list[str]:
    """What was decided of all of a ring at once, those taken back since included."""
    return [id for row in _many(tx, (WORKS.c.decisions,), WORKS.c.ring, rings) for id in json.loads(row["decisions"])]


def items_of_incidents(tx: Tx, incidents: Iterable[str]) -> list[str]:
    """The items that live incidents gave."""
    return [row["item"] for row in _many(tx, (INCIDENTS.c.item,), INCIDENTS.c.id, incidents)]


def aired_in(tx: Tx, items: Iterable[str]) -> list[tuple[str, str, int, list[str]]]:
    """Of items said in live rooms: item, room, session, and those behind the goods."""
    columns = (INCIDENTS.c.item, INCIDENTS.c.room, INCIDENTS.c.session, INCIDENTS.c.merchants)
    return [(row["item"], row["room"], row["session"], json.loads(row["merchants"]))
            for row in _many(tx, columns, INCIDENTS.c.item, items)]  # fmt: skip


def alarm_states(tx: Tx, alarms: Iterable[str]) -> dict[str, str]:
    """What people said of each alarm; open while nobody did."""
    rows = _many(tx, (ALARMS.c.id, ALARMS.c.state), ALARMS.c.id, alarms)
    return {row["id"]: row["state"] for row in rows}


def case_outcomes(tx: Tx, cases: Iterable[str]) -> dict[str, str | None]:
    """What each case ended with; None while it is open or when it was withdrawn."""
    found: dict[str, str | None] = {}
    for ids in _pieces(cases):
        rows = tx.rows(sa.select(CASES.c.id, CASES.c.outcome).where(CASES.c.id.in_(ids)))
        found |= {row.id: row.outcome for row in rows}
    return found


def decisions(tx: Tx, *, ids: Iterable[str] = (), cases: Iterable[str] = (),
              items: Iterable[str] = (), publishers: Iterable[str] = ()) -> list[dict[str, Any]]:  # fmt: skip
    """Decisions by id, by case, or about items or (without an item) publishers, in the order they were made."""
    there = DECISIONS.c
    columns = (there.id, there.seq, there.item, there.publisher, there.case_id, there.facts, there.replaces,
               there.state, ITEMS.c.kind)  # fmt: skip
    made: dict[str, dict[str, Any]] = {}

    def ask(column: sa.Column[Any], values: Iterable[str], *more: sa.ColumnElement[bool]) -> None:
        for some in _pieces(values):
            asked = sa.select(*columns).select_from(DECISIONS.outerjoin(ITEMS, ITEMS.c.id == there.item))
            for row in tx.rows(asked.where(column.in_(some), *more)):
                one: dict[str, Any] = dict(row._mapping)
                one["facts"], one["replaces"] = json.loads(row.facts), tuple(json.loads(row.replaces))
                made[row.id] = one

    ask(there.id, ids)
    ask(there.case_id, cases)
    ask(there.item, items)
    ask(there.publisher, publishers, there.item.is_(None))
    return sorted(made.values(), key=lambda one: int(one["seq"]))


def actions_of(tx: Tx, decision_ids: Iterable[str]) -> list[dict[str, Any]]:
    """Actions of decisions."""
    there = ACTIONS.c
    columns = (there.id, there.decision, there.item, there.publisher, there.measure,
               there.of_right.label("of_right"), there.state, there.taken_at, there.until)  # fmt: skip
    return _many(tx, columns, there.decision, decision_ids)


def appeals_against(tx: Tx, decision_ids: Iterable[str]) -> list[dict[str, Any]]:
    """Appeals against decisions."""
    there = APPEALS.c
    return _many(tx, (there.id, there.decision, there.state), there.decision, decision_ids)


def _many(tx: Tx, columns: Sequence[Any], by: sa.Column[Any], values: Iterable[str]) -> list[dict[str, Any]]:
    return [dict(row._mapping) for some in _pieces(values) for row in tx.rows(sa.select(*columns).where(by.in_(some)))]
