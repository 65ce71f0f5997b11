"""How cases and reviews are asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Any, Literal

import sqlalchemy as sa

from mingjian.records.cases.model import Case, CaseFilter, QueueCount, Review
from mingjian.records.storage.cases import BARS, CASES, REVIEWS
from mingjian.records.storage.database import Tx

_CASE = [CASES.c[field.name] for field in fields(Case) if field.name != "state"]
_REVIEW = [REVIEWS.c[field.name] for field in fields(Review)]
_ORDER = (CASES.c.priority, CASES.c.due_at, CASES.c.id)
# Fields that lists filter by, those that leave the fewest cases first.
_EQUAL = ("subject", "publisher", "assignee", "department", "platform", "origin", "severity", "value", "queue", "kind")
_LIVE = CASES.c.closed_at.is_(None)


def _case(row: sa.Row[Any], now: int) -> Case:
    values: dict[str, Any] = dict(row._mapping)
    values["facts"] = json.loads(values["facts"])
    if values["lease_until"] is not None and values["lease_until"] <= now:
        values["lease_holder"] = values["lease_until"] = None
    state = values["stage"]
    if state != "closed" and values["lease_holder"] is not None:
        state = "leased"
    return Case(state="open" if state == "first" else state, **values)


def _review(row: sa.Row[Any]) -> Review:
    values: dict[str, Any] = dict(row._mapping)
    for name in ("reasons", "codes", "cites"):
        values[name] = tuple(json.loads(values[name]))
    values["terms"] = json.loads(values["terms"])
    return Review(**values)


def case_by_id(tx: Tx, id: str) -> Case | None:
    """One case; in a writing transaction its row is held until the end."""
    asked = sa.select(*_CASE).where(CASES.c.id == id)
    row = tx.one(asked.with_for_update() if tx.writes else asked)
    return None if row is None else _case(row, tx.now)


def cases_by_id(tx: Tx, ids: Iterable[str]) -> dict[str, Case]:
    """Cases by id, in the order asked; those that are not there are left out."""
    wanted = list(dict.fromkeys(ids))
    found: dict[str, Case] = {}
    for first in range(0, len(wanted), 500):
        rows = tx.rows(sa.select(*_CASE).where(CASES.c.id.in_(wanted[first : first + 500])))
        found |= {row.id: _case(row, tx.now) for row in rows}
    return {id: found[id] for id in wanted if id in found}


def golden_of(tx: Tx, id: str) -> str | None:
    """The golden item a case was made from, or None."""
    found: str | None = tx.scalar(sa.select(CASES.c.golden).where(CASES.c.id == id))
    return found


def live_cases_about(tx: Tx, subjects: Iterable[str]) -> list[Case]:
    """Live cases about any of these subjects."""
    wanted = list(dict.fromkeys(subjects))
    found: list[Case] = []
    for first in range(0, len(wanted), 500):
        asked = sa.select(*_CASE).where(CASES.c.subject.in_(wanted[first : first + 500]), _LIVE)
        found += [_case(row, tx.now) for row in tx.rows(asked)]
    return found


def cases_about(tx: Tx, subject: str) -> list[Case]:
    """All cases about a subject, newest first."""
    asked = sa.select(*_CASE).where(CASES.c.subject == subject).order_by(CASES.c.opened_at.desc(), CASES.c.id.desc())
    return [_case(row, tx.now) for row in tx.rows(asked)]


def children_of(tx: Tx, parent: str) -> list[Case]:
    """The cases that arose from one, oldest first; in a writing transaction their rows are held."""
    asked = sa.select(*_CASE).where(CASES.c.parent == parent).order_by(CASES.c.opened_at, CASES.c.id)
    return [_case(row, tx.now) for row in tx.rows(asked.with_for_update() if tx.writes else asked)]


def _free(now: int) -> sa.ColumnElement[bool]:
    return sa.or_(CASES.c.lease_until.is_(None), CASES.c.lease_until <= now)


def held_by(tx: Tx, actor: str, queue: str) -> str | None:
    """A case of the queue this actor holds a lease on now; the one that runs out first."""
    asked = sa.select(CASES.c.id).where(
        CASES.c.lease_holder == actor, CASES.c.lease_until > tx.now, _LIVE, CASES.c.queue == queue
    )
    found: str | None = tx.scalar(asked.order_by(CASES.c.lease_until, CASES.c.id).limit(1))
    return found


def first_free(tx: Tx, queue: str, actor: str, stages: Sequence[str], department: str | None = None) -> str | None:
    """The first case of a queue that is free and that this actor has neither answered nor is barred from. Its row is
    held until the transaction ends, and rows that others hold are skipped."""
    answered = sa.exists().where(
        REVIEWS.c.case == CASES.c.id, REVIEWS.c.reviewer == actor, REVIEWS.c.undone_at.is_(None)
    )
    barred = sa.exists().where(BARS.c.case == CASES.c.id, BARS.c.actor == actor)
    asked = sa.select(CASES.c.id).where(
        CASES.c.queue == queue, _LIVE, CASES.c.stage.in_(stages), _free(tx.now),
        sa.or_(CASES.c.assignee.is_(None), CASES.c.assignee == actor), ~answered, ~barred,
    )  # fmt: skip
    if department is not None:
        asked = asked.where(sa.or_(CASES.c.department.is_(None), CASES.c.department == department))
    asked = asked.order_by(*_ORDER).limit(1).with_for_update(skip_locked=True, of=CASES)
    found: str | None = tx.scalar(asked)
    return found


def is_barred(tx: Tx, case: str, actor: str) -> bool:
    """Whether this actor may not review the case."""
    asked = sa.select(BARS.c.case).where(BARS.c.case == case, BARS.c.actor == actor)
    return tx.one(asked) is not None


def bars_of(tx: Tx, case: str) -> list[str]:
    """Who may not review the case."""
    return [row.actor for row in tx.rows(sa.select(BARS.c.actor).where(BARS.c.case == case).order_by(BARS.c.actor))]


def reviews_of_case(tx: Tx, case: str, *, undone: bool = False) -> list[Review]:
    """The answers on a case, oldest first; those taken back only when asked for."""
    asked = sa.select(*_REVIEW).where(REVIEWS.c.case == case).order_by(REVIEWS.c.seq)
    if not undone:
        asked = asked.where(REVIEWS.c.undone_at.is_(None))
    return [_review(row) for row in tx.rows(asked)]


def reviews_by_id(tx: Tx, ids: Iterable[str]) -> dict[str, Review]:
    """Answers by id, in the order asked; those that are not there are left out."""
    wanted = list(dict.fromkeys(ids))
    found: dict[str, Review] = {}
    for first in range(0, len(wanted), 500):
        rows = tx.rows(sa.select(*_REVIEW).where(REVIEWS.c.id.in_(wanted[first : first + 500])))
        found |= {row.id: _review(row) for row in rows}
    return {id: found[id] for id in wanted if id in found}


def _matching(filters: CaseFilter, now: int) -> list[sa.ColumnElement[bool]]:
    live = filters.overdue or filters.holder is not None or filters.state not in (None, "closed")
    given = [name for name in _EQUAL if getattr(filters, name) is not None]
    # Without statistics a planner takes any equality for selective. It is left one: of live work the queue, for which
    # there is an index of live cases alone, else what leaves the fewest.
    closed = filters.state == "closed"
    led_by = ("subject", "queue") if live else [name for name in given[:1] if name != "queue" or closed]
    wanted: list[sa.ColumnElement[bool]] = [
        (CASES.c[name] if name in led_by else sa.func.coalesce(CASES.c[name], "")) == getattr(filters, name)
        for name in given
    ]
    if filters.queues is not None:
        wanted.append(sa.func.coalesce(CASES.c.queue, "").in_(filters.queues))
    if filters.holder is not None:
        wanted += [CASES.c.lease_holder == filters.holder, CASES.c.lease_until > now, _LIVE]
    if filters.overdue:
        wanted += [CASES.c.due_at < now, _LIVE]
    if closed:
        wanted.append(CASES.c.closed_at.is_not(None))
    elif filters.state is not None:
        wanted.append(_LIVE)
        if filters.state == "leased":
            wanted.append(CASES.c.lease_until > now)
        elif filters.state != "live":
            stage = "first" if filters.state == "open" else filters.state
            wanted += [CASES.c.stage == stage, _free(now)]
    return wanted


def list_page(
    tx: Tx,
    filters: CaseFilter,
    after: tuple[int, int, str] | None,
    limit: int,
    *,
    disguised: Literal["all", "live"] | None = None,
    apart: tuple[str, Sequence[str]] | None = None,
) -> list[Case]:
    """Up to ``limit`` cases behind ``after`` (priority, due time, id), in that order. ``disguised``: golden items
    (all, or the live ones) count as of the origin asked for. ``apart``: (department, queues): of these queues only
    that department's cases and those of none."""
    wanted = _matching(filters if disguised is None else replace(filters, origin=None), tx.now)
    if disguised is not None:
        origin = sa.func.coalesce(CASES.c.origin, "")  # most cases: no index helps
        golden = origin == "golden"
        wanted.append(sa.or_(origin == filters.origin, golden if disguised == "all" else golden & _LIVE))
    if apart is not None and apart[1]:
        own = sa.or_(CASES.c.department.is_(None), CASES.c.department == apart[0])
        wanted.append(sa.or_(CASES.c.queue.not_in(apart[1]), own))
    asked = sa.select(CASES.c.id).where(*wanted).order_by(*_ORDER).limit(limit)
    if after is not None:
        asked = asked.where(sa.tuple_(*_ORDER) > sa.tuple_(*(sa.literal(value) for value in after)))
    return list(cases_by_id(tx, [row.id for row in tx.rows(asked)]).values())


def overdue_cases(tx: Tx, limit: int) -> list[Case]:
    """Live cases whose time is up, the longest waiting first."""
    asked = sa.select(*_CASE).where(CASES.c.due_at < tx.now, _LIVE).order_by(CASES.c.due_at, CASES.c.id).limit(limit)
    return [_case(row, tx.now) for row in tx.rows(asked)]


def count_live(tx: Tx) -> dict[str, QueueCount]:
    """The live work of every queue."""
    held = sa.case((CASES.c.lease_until > tx.now, 1), else_=0)
    late = sa.func.sum(sa.case((CASES.c.due_at < tx.now, 1), else_=0))
    asked = (
        sa.select(CASES.c.queue, CASES.c.stage, sa.func.count().label("all"), sa.func.sum(held).label("held"),
                  late.label("late"), sa.func.min(CASES.c.due_at).label("oldest"))
        .where(_LIVE)
        .group_by(CASES.c.queue, CASES.c.stage)
    )  # fmt: skip
    found: dict[str, dict[str, int]] = {}
    for row in tx.rows(asked):
        counts = found.setdefault(row.queue, {"leased": 0, "overdue": 0})
        counts["open" if row.stage == "first" else row.stage] = row.all - row.held
        counts["leased"] += row.held
        counts["overdue"] += row.late
        counts["oldest_due"] = min(row.oldest, counts.get("oldest_due", row.oldest))
    return {queue: QueueCount(queue, **counts) for queue, counts in found.items()}
