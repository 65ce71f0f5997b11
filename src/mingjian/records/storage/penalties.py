"""How many were suspended, for how long: counted from the actions, and from the journal itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from mingjian.records.storage.actions import ACTIONS
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import events_after

_KINDS = ("action.taken", "action.reversed", "action.replaced", "action.resumed")
_GONE = ("reversed", "replaced")
_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Longest:
    """The longest a subject was put under one measure in a stretch of time: ``days`` whole days, None without a
    term."""

    measure: str
    right: str | None
    subject: str
    days: int | None


@dataclass(frozen=True, slots=True)
class Count:
    """Subjects under one measure: all of them; with a term of at least so many days (those without a term too)."""

    measure: str
    right: str | None
    subjects: int
    at_least: tuple[int, ...]
    """In the order of the days asked for."""


def count_penalties(tx: Tx, measures: Sequence[str], since: int, until: int, days: Sequence[int]) -> list[Count]:
    """The subjects put under these measures from ``since`` to before ``until`` whose measure was not taken back."""
    term = sa.func.max(sa.func.coalesce(ACTIONS.c.until - ACTIONS.c.taken_at, sa.literal(_FOR_EVER, sa.BigInteger)))
    each = (
        sa.select(ACTIONS.c.measure, ACTIONS.c.of_right, ACTIONS.c.publisher, term.label("term"))
        .where(ACTIONS.c.measure.in_(measures), ACTIONS.c.item.is_(None), ACTIONS.c.state.not_in(_GONE))
        .where(ACTIONS.c.taken_at >= since, ACTIONS.c.taken_at < until)
        .group_by(ACTIONS.c.measure, ACTIONS.c.of_right, ACTIONS.c.publisher)
        .subquery()
    )
    longer = [sa.func.sum(sa.case((each.c.term >= least * _DAY, 1), else_=0)) for least in days]
    asked = sa.select(each.c.measure, each.c.of_right, sa.func.count(), *longer)
    grouped = asked.group_by(each.c.measure, each.c.of_right).order_by(each.c.measure, each.c.of_right)
    return [Count(row[0], row[1], int(row[2]), tuple(int(number) for number in row[3:])) for row in tx.rows(grouped)]


_FOR_EVER = 10**17


def retold_penalties(tx: Tx, measures: Sequence[str], since: int, until: int) -> Iterator[Longest]:
    """The same subjects, told by the journal alone, event by event."""
    taken: dict[str, Longest] = {}
    gone: set[str] = set()
    seq = 0
    while events := events_after(tx, seq, limit=5000, kinds=_KINDS):
        seq = events[-1].seq
        for event in events:
            if event.kind == "action.taken":
                body = event.body
                if body["measure"] in measures and body["item"] is None and since <= event.at < until:
                    days = None if body["until"] is None else (body["until"] - event.at) // _DAY
                    taken[event.subject] = Longest(body["measure"], body["right"], body["publisher"], days)
            elif event.kind == "action.resumed":
                gone.discard(event.subject)
            else:
                gone.add(event.subject)
    longest: dict[tuple[str, str | None, str], Longest] = {}
    for id, one in taken.items():
        key = (one.measure, one.right, one.subject)
        if id not in gone and (key not in longest or _longer(one, longest[key])):
            longest[key] = one
    yield from longest.values()


def _longer(one: Longest, other: Longest) -> bool:
    return other.days is not None and (one.days is None or one.days > other.days)
