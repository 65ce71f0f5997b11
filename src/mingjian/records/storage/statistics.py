"""Counting over stretches of time, grouped in SQL. Every question is bounded by its stretch and, where it can be, is
answered from an index alone; days are days in China."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from mingjian.records.clock import MICROSECONDS, day
from mingjian.records.storage.actions import ACTIONS, DECISIONS
from mingjian.records.storage.appeals import APPEALS
from mingjian.records.storage.cases import CASES, REVIEWS
from mingjian.records.storage.database import Tx
from mingjian.records.storage.items import FINDINGS, ITEMS
from mingjian.records.storage.search import first_seq_at

_DAY = 86_400 * MICROSECONDS
_EAST = 8 * 3600 * MICROSECONDS  # a day begins in China
DIMENSIONS = ("value", "platform", "publisher", "nature", "severity", "kind")
"""What items can be grouped by."""
OF_FINDINGS = ("code", "family")
"""What findings can be grouped by."""

sa.Index("ix_items_submitted_at", *(ITEMS.c[name] for name in ("submitted_at", *DIMENSIONS, "seq")))
sa.Index("ix_findings_seq", *(FINDINGS.c[name] for name in ("seq", "family", "code", "item")))
sa.Index("ix_actions_taken_at", *(ACTIONS.c[name] for name in ("taken_at", "measure", "state")))
sa.Index("ix_appeals_decided_at", *(APPEALS.c[name] for name in ("decided_at", "state")))


@dataclass(frozen=True, slots=True)
class Stretch:
    """From ``since`` until before ``until`` (microseconds), with filters on the item; None means any."""

    since: int
    until: int
    platform: str | None = None
    publisher: str | None = None
    nature: str | None = None
    value: str | None = None
    kind: str | None = None

    @property
    def days(self) -> list[date]:
        """Every day it touches."""
        first, last = day(self.since), day(self.until - 1)
        return [first + timedelta(days=number) for number in range((last - first).days + 1)]


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Which findings; None means any."""

    code: str | None = None
    family: str | None = None


def items_by_day(
    tx: Tx, stretch: Stretch, by: str = "value", about: FindingFilter | None = None
) -> dict[tuple[date, str | None], int]:
    """(day of submitting, value of ``by``) → how many items."""
    bucket = _bucket(ITEMS.c.submitted_at)
    column = ITEMS.c[by]
    asked = sa.select(bucket.label("n"), column.label("by"), sa.func.count().label("all"))
    rows = tx.rows(asked.where(*on_items(tx, stretch, about)).group_by(bucket, column))
    return {(date(1970, 1, 1) + timedelta(days=int(row.n)), row.by): row.all for row in rows}


def items_by(
    tx: Tx, stretch: Stretch, by: str, limit: int, about: FindingFilter | None = None
) -> list[tuple[str | None, int]]:
    """The commonest values of a dimension of items, with how many items each."""
    return _counted(tx, sa.select().where(*on_items(tx, stretch, about)), ITEMS.c[by], limit)


def count_items(tx: Tx, stretch: Stretch, about: FindingFilter | None = None) -> int:
    """How many items."""
    return int(tx.scalar(sa.select(sa.func.count()).select_from(ITEMS).where(*on_items(tx, stretch, about))))


def findings_by(
    tx: Tx, stretch: Stretch, by: str, limit: int, about: FindingFilter | None = None
) -> list[tuple[str, int]]:
    """The commonest rules (``code``) or families among findings of items judged in the stretch, with how many
    findings each."""
    # Not the bare column: its index, walked in order, holds the findings of all times.
    return _counted(tx, sa.select().where(*on_findings(tx, stretch, about)), FINDINGS.c[by].concat(""), limit)


def families_by_platform(tx: Tx, stretch: Stretch) -> dict[tuple[str | None, str], int]:
    """(platform, family) → how many findings."""
    asked = (
        sa.select(ITEMS.c.platform, FINDINGS.c.family, sa.func.count().label("all"))
        .select_from(FINDINGS.join(ITEMS, ITEMS.c.id == FINDINGS.c.item))
        .where(*_findings(tx, stretch, None), *_facts(stretch))
        .group_by(ITEMS.c.platform, FINDINGS.c.family)
    )
    return {(row.platform, row.family): row.all for row in tx.rows(asked)}


def live_ages(tx: Tx, bounds: Sequence[int]) -> dict[str, list[int]]:
    """Queue → how many live cases by age: younger than the first of ``bounds`` (microseconds), … , older than the
    last."""
    age = tx.now - CASES.c.opened_at
    step = sa.case(*[(age < bound, number) for number, bound in enumerate(bounds)], else_=len(bounds)).label("step")
    asked = sa.select(CASES.c.queue, step, sa.func.count().label("all"))
    found: dict[str, list[int]] = {}
    for row in tx.rows(asked.where(CASES.c.closed_at.is_(None)).group_by(CASES.c.queue, step)):
        found.setdefault(row.queue, [0] * (len(bounds) + 1))[row.step] = row.all
    return found


def handling(tx: Tx, stretch: Stretch) -> dict[str, tuple[int, float]]:
    """Queue → answers that stand and the median of the seconds they took."""
    inside = (REVIEWS.c.at >= stretch.since) & (REVIEWS.c.at < stretch.until) & REVIEWS.c.undone_at.is_(None)
    counted = sa.select(REVIEWS.c.queue, sa.func.count().label("all")).where(inside).group_by(REVIEWS.c.queue)
    found = {}
    for row in tx.rows(counted.order_by(REVIEWS.c.queue)):
        ordered = sa.select(REVIEWS.c.seconds).where(inside, REVIEWS.c.queue == row.queue).order_by(REVIEWS.c.seconds)
        middle = [float(each[0]) for each in tx.rows(ordered.offset((row.all - 1) // 2).limit(2 - row.all % 2))]
        found[row.queue] = (row.all, sum(middle) / len(middle))
    return found


def actions_by_measure(tx: Tx, stretch: Stretch) -> list[tuple[str, int]]:
    """Measures taken, with how many actions each, the commonest first."""
    inside = (ACTIONS.c.taken_at >= stretch.since) & (ACTIONS.c.taken_at < stretch.until)
    return _counted(tx, sa.select().where(inside), ACTIONS.c.measure)


def decisions_by_measure(tx: Tx, stretch: Stretch) -> list[tuple[str, int]]:
    """Decisions made, by their measure, the commonest first."""
    inside = (DECISIONS.c.at >= stretch.since) & (DECISIONS.c.at < stretch.until)
    return _counted(tx, sa.select().where(inside), DECISIONS.c.measure)


def appeals_by_outcome(tx: Tx, stretch: Stretch) -> dict[str, int]:
    """Appeals answered in the stretch, by outcome."""
    asked = sa.select(APPEALS.c.state, sa.func.count().label("all")).where(
        APPEALS.c.decided_at >= stretch.since, APPEALS.c.decided_at < stretch.until
    )
    return {row.state: row.all for row in tx.rows(asked.group_by(APPEALS.c.state))}


def _bucket(column: Any) -> Any:
    """The number of the day in China. The numbers are written into the SQL: PostgreSQL would not see that what is
    grouped by is what is asked for if they were values."""
    east, a_day = (sa.literal_column(str(number), sa.BigInteger) for number in (_EAST, _DAY))
    return (column + east) // a_day


def _counted(tx: Tx, asked: sa.Select[Any], column: Any, limit: int | None = None) -> list[tuple[Any, int]]:
    """The values of a column in a question, with how many rows each, the commonest first."""
    count = sa.func.count()
    grouped = asked.add_columns(column, count).group_by(column).order_by(count.desc(), column)
    return [(row[0], int(row[1])) for row in tx.rows(grouped.limit(limit))]


def _facts(stretch: Stretch, *, listed: bool = False) -> list[sa.ColumnElement[bool]]:
    """``listed``: the question is asked in the order of arrival, which each property has an index of. Else only a
    publisher leaves fewer items than the stretch does, and a planner, which takes any equality for selective, must
    not see the others."""
    given = {name: getattr(stretch, name) for name in ("platform", "publisher", "nature", "value", "kind")}
    return [(ITEMS.c[name] if listed or name == "publisher" else ITEMS.c[name].concat("")) == value
            for name, value in given.items() if value is not None]  # fmt: skip


def on_items(tx: Tx, stretch: Stretch, about: FindingFilter | None) -> list[sa.ColumnElement[bool]]:
    """What holds of the items of a stretch, and of their findings: for counting."""
    inside = [ITEMS.c.submitted_at >= stretch.since, ITEMS.c.submitted_at < stretch.until]
    return [*inside, *_facts(stretch), *_with(tx, stretch, about)]


def in_order(tx: Tx, stretch: Stretch, about: FindingFilter | None) -> list[sa.ColumnElement[bool]]:
    """The same in places of the journal: for lists in the order of arrival, which need then not be sorted."""
    return [*_between(tx, stretch, ITEMS.c.seq), *_facts(stretch, listed=True), *_with(tx, stretch, about)]


def on_findings(tx: Tx, stretch: Stretch, about: FindingFilter | None) -> list[sa.ColumnElement[bool]]:
    """What holds of the findings of items judged in a stretch, and of these items."""
    facts = _facts(stretch)
    joined = [FINDINGS.c.item == ITEMS.c.id, *facts] if facts else []
    return [*_findings(tx, stretch, about), *joined]


def _findings(tx: Tx, stretch: Stretch, about: FindingFilter | None) -> list[sa.ColumnElement[bool]]:
    """Findings know the place of their judging in the journal; an item is judged after it is submitted."""
    named = [FINDINGS.c[name] == value for name in OF_FINDINGS if about is not None and (value := getattr(about, name))]
    return [*_between(tx, stretch, FINDINGS.c.seq), *named]


def _with(tx: Tx, stretch: Stretch, about: FindingFilter | None) -> list[sa.ColumnElement[bool]]:
    """Only items with such a finding."""
    if about is None or not (about.code or about.family):
        return []
    return [ITEMS.c.id.in_(sa.select(FINDINGS.c.item).where(*_findings(tx, stretch, about)))]


def _between(tx: Tx, stretch: Stretch, seq: Any) -> list[sa.ColumnElement[bool]]:
    """A stretch of time as one of the journal."""
    first, last = first_seq_at(tx, stretch.since), first_seq_at(tx, stretch.until)
    inside: list[sa.ColumnElement[bool]] = [seq >= first] if first is not None else [sa.false()]
    return inside if last is None else [*inside, seq < last]
