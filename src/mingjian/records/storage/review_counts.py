"""What reviews tell of reviewers, counted when it is asked. A number and the list behind it come from the same
conditions, so they cannot differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from mingjian.records.cases.model import Review
from mingjian.records.storage.case_queries import reviews_by_id
from mingjian.records.storage.cases import CASES, REVIEWS
from mingjian.records.storage.database import Tx
from mingjian.records.storage.quality import GOLDENS

_OTHER = REVIEWS.alias("other")
_CHILD = CASES.alias("child")
Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Window:
    """Which reviews count: from ``since`` until before ``until`` (microseconds), of one queue or all, of one
    reviewer or all."""

    since: int
    until: int
    queue: str | None = None
    reviewer: str | None = None


def _inside(window: Window, reviews: Any = REVIEWS, *, undone: bool = False) -> list[Condition]:
    taken_back = reviews.c.undone_at.is_not(None) if undone else reviews.c.undone_at.is_(None)
    wanted: list[Condition] = [reviews.c.at >= window.since, reviews.c.at < window.until, taken_back]
    if window.queue is not None:
        wanted.append(reviews.c.queue == window.queue)
    if window.reviewer is not None:
        wanted.append(reviews.c.reviewer == window.reviewer)
    return wanted


def _other(stage: str, *more: Condition) -> Condition:
    """Another's answer on the same case, given at this stage."""
    return sa.exists().where(
        _OTHER.c.case == REVIEWS.c.case, _OTHER.c.stage == stage, _OTHER.c.undone_at.is_(None), *more
    )


def _child(*conditions: Condition) -> Condition:
    return sa.exists().where(_CHILD.c.parent == REVIEWS.c.case, *conditions)


# Found by their parent; an index of origins, which a planner without statistics would take, holds far too many.
_SAMPLE = (sa.func.coalesce(_CHILD.c.origin, "") == "sample", _CHILD.c.outcome.is_not(None))
_APPEAL = (_CHILD.c.kind == "appeal", _CHILD.c.outcome.is_not(None))
_CARRIED = sa.exists().where(CASES.c.id == REVIEWS.c.case, CASES.c.outcome == REVIEWS.c.measure)
_EARLIER = REVIEWS.c.stage != "expert"
# The right answers are a list in JSON; a measure is a word of ours, without quotes or blanks.
_RIGHT = GOLDENS.c.measures.like(sa.literal('%"').concat(REVIEWS.c.measure).concat('"%'))


def _golden(*more: Condition) -> Condition:
    return sa.exists().where(CASES.c.id == REVIEWS.c.case, GOLDENS.c.id == CASES.c.golden, *more)


# Each figure: which reviews it is of, and which of these count.
_FIGURES: dict[str, tuple[Condition, Condition]] = {
    "second": (
        sa.and_(REVIEWS.c.stage == "first", _other("second")),
        _other("second", _OTHER.c.measure != REVIEWS.c.measure),
    ),
    "expert": (
        sa.and_(_EARLIER, _other("expert")),
        _other("expert", _OTHER.c.measure != REVIEWS.c.measure),
    ),
    "sample": (_child(*_SAMPLE), _child(*_SAMPLE, _CHILD.c.outcome != REVIEWS.c.measure)),
    "appeal": (
        sa.and_(_CARRIED, _child(*_APPEAL)),
        _child(*_APPEAL, _CHILD.c.outcome.in_(("overturned", "varied"))),
    ),
    "golden": (_golden(), _golden(_RIGHT)),
}
FIGURES = tuple(_FIGURES)


def reviewers(tx: Tx, window: Window) -> list[str]:
    """Everybody who answered in the window."""
    asked = sa.select(REVIEWS.c.reviewer).where(*_inside(window)).distinct().order_by(REVIEWS.c.reviewer)
    return [row.reviewer for row in tx.rows(asked)]


def count_by_stage(tx: Tx, window: Window) -> dict[str, int]:
    """Answers by stage."""
    asked = sa.select(REVIEWS.c.stage, sa.func.count().label("all")).where(*_inside(window)).group_by(REVIEWS.c.stage)
    return {row.stage: row.all for row in tx.rows(asked)}


def count_by_measure(tx: Tx, window: Window) -> dict[str, int]:
    """Answers by measure."""
    asked = sa.select(REVIEWS.c.measure, sa.func.count().label("all")).where(*_inside(window))
    return {row.measure: row.all for row in tx.rows(asked.group_by(REVIEWS.c.measure))}


def count_undone(tx: Tx, window: Window) -> int:
    """Answers taken back."""
    return int(tx.scalar(sa.select(sa.func.count()).select_from(REVIEWS).where(*_inside(window, undone=True))))


def median_seconds(tx: Tx, window: Window) -> float | None:
    """The middle of the seconds spent, None without answers."""
    wanted = _inside(window)
    many = int(tx.scalar(sa.select(sa.func.count()).select_from(REVIEWS).where(*wanted)))
    if not many:
        return None
    asked = sa.select(REVIEWS.c.seconds).where(*wanted).order_by(REVIEWS.c.seconds)
    middle = tx.rows(asked.offset((many - 1) // 2).limit(2 - many % 2))
    return float(sum(row.seconds for row in middle) / len(middle))


def count_figure(tx: Tx, name: str, window: Window) -> tuple[int, int]:
    """How many reviews count, and of how many."""
    of, hit = _FIGURES[name]
    asked = sa.select(sa.func.count().label("all"), sa.func.sum(sa.case((hit, 1), else_=0)).label("hits"))
    row = tx.one(asked.where(*_inside(window), of))
    return (0, 0) if row is None else (int(row.hits or 0), int(row.all))


def reviews_behind(
    tx: Tx, name: str, window: Window, *, hits: bool, after: tuple[int, str] | None, limit: int
) -> list[Review]:
    """The reviews a figure is of (``hits``: those that count), newest first, behind ``after`` (time, id)."""
    of, hit = _FIGURES[name]
    asked = sa.select(REVIEWS.c.id).where(*_inside(window), of)
    if hits:
        asked = asked.where(hit)
    if after is not None:
        asked = asked.where(sa.tuple_(REVIEWS.c.at, REVIEWS.c.id) < sa.tuple_(*(sa.literal(value) for value in after)))
    rows = tx.rows(asked.order_by(REVIEWS.c.at.desc(), REVIEWS.c.id.desc()).limit(limit))
    return list(reviews_by_id(tx, [row.id for row in rows]).values())


def answer_pairs(tx: Tx, window: Window, *, other: bool = False) -> dict[tuple[str, str], int]:
    """First answers and second ones on the same cases, counted: (first, second) → count. The window is of the first
    answer, or with ``other`` of the second one."""
    first, second = REVIEWS.alias("first"), REVIEWS.alias("second")
    asked = (
        sa.select(first.c.measure.label("one"), second.c.measure.label("two"), sa.func.count().label("all"))
        .select_from(first.join(second, second.c.case == first.c.case))
        .where(first.c.stage == "first", second.c.stage == "second", *_inside(window, second if other else first))
        .where((first if other else second).c.undone_at.is_(None))
        .group_by(first.c.measure, second.c.measure)
    )
    return {(row.one, row.two): row.all for row in tx.rows(asked)}


def sample_pairs(tx: Tx, window: Window) -> dict[tuple[str, str], int]:
    """Outcomes of sampled cases and the inspectors' own answers: (outcome, inspector's) → count. The window is of
    the inspector's answer."""
    parent = CASES.alias("parent")
    asked = (
        sa.select(parent.c.outcome.label("one"), REVIEWS.c.measure.label("two"), sa.func.count().label("all"))
        .select_from(REVIEWS.join(CASES, CASES.c.id == REVIEWS.c.case).join(parent, parent.c.id == CASES.c.parent))
        .where(
            sa.func.coalesce(CASES.c.origin, "") == "sample", REVIEWS.c.stage == "first", parent.c.outcome.is_not(None)
        )
        .where(*_inside(window))
        .group_by(parent.c.outcome, REVIEWS.c.measure)
    )
    return {(row.one, row.two): row.all for row in tx.rows(asked)}
