"""What scorecards count, asked of the store for many actors at once: each row says whose, on what day (a number, in
China), in which categories, and how many. What was taken back later still counted on the days before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from mingjian.records.scores.model import start_of
from mingjian.records.storage.actions import ACTIONS, DECISIONS
from mingjian.records.storage.appeals import APPEALS
from mingjian.records.storage.bulk import among
from mingjian.records.storage.database import Tx
from mingjian.records.storage.items import FINDINGS, ITEMS
from mingjian.records.storage.score_asking import ids, listed

_HOUR, _DAY = 3_600_000_000, 86_400_000_000
Row = Sequence[Any]


def _day_of(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """The day in China as a number: whole division on both databases."""
    east, whole = (sa.literal_column(str(span), sa.BigInteger) for span in (8 * _HOUR, _DAY))
    return (column + east) // whole


def _spans(tx: Tx, publishers: Iterable[str], first: int, last: int) -> dict[str, Any]:
    return {"ids": ids(tx, publishers), "since": start_of(first), "end": start_of(last + 1)}


_SINCE, _END = sa.bindparam("since", type_=sa.BigInteger), sa.bindparam("end", type_=sa.BigInteger)


@cache
def _items(dialect: str) -> sa.Select[Any]:
    day = _day_of(ITEMS.c.judged_at).label("day")
    columns = (ITEMS.c.publisher, day, ITEMS.c.value, ITEMS.c.severity, ITEMS.c.nature, ITEMS.c.kind)
    return sa.select(*columns, sa.func.count()).where(
        listed(dialect, ITEMS.c.publisher), ITEMS.c.judged_at >= _SINCE, ITEMS.c.judged_at < _END
    ).group_by(*columns)  # fmt: skip


def item_rows(tx: Tx, publishers: Sequence[str], first: int, last: int) -> Iterable[Row]:
    """(publisher, day, value, severity, nature, kind, count) of items judged on these days."""
    return tx.connection.execute(_items(tx.dialect), _spans(tx, publishers, first, last))


@cache
def _findings(dialect: str) -> sa.Select[Any]:
    day = _day_of(ITEMS.c.judged_at).label("day")
    columns = (ITEMS.c.publisher, day, FINDINGS.c.family, FINDINGS.c.severity, FINDINGS.c.status)
    return sa.select(*columns, sa.func.count(ITEMS.c.id.distinct())).select_from(
        ITEMS.join(FINDINGS, FINDINGS.c.item == ITEMS.c.id)
    ).where(
        listed(dialect, ITEMS.c.publisher), ITEMS.c.judged_at >= _SINCE, ITEMS.c.judged_at < _END
    ).group_by(*columns)  # fmt: skip


def finding_rows(tx: Tx, publishers: Sequence[str], first: int, last: int) -> Iterable[Row]:
    """(publisher, day, family, severity, status, items with such a finding) of items judged on these days."""
    return tx.connection.execute(_findings(tx.dialect), _spans(tx, publishers, first, last))


@cache
def _decisions(dialect: str) -> sa.Select[Any]:
    return sa.select(
        DECISIONS.c.publisher, _day_of(DECISIONS.c.at), DECISIONS.c.measure, DECISIONS.c.origin, DECISIONS.c.facts
    ).where(
        listed(dialect, DECISIONS.c.publisher), DECISIONS.c.at >= _SINCE, DECISIONS.c.at < _END,
        sa.or_(DECISIONS.c.closed_at.is_(None), DECISIONS.c.closed_at >= _END),
    )  # fmt: skip


def decision_rows(tx: Tx, publishers: Sequence[str], first: int, last: int) -> Iterable[Row]:
    """(publisher, day, measure, origin, facts) of decisions made on these days that were in force at the end of the
    last one."""
    return tx.connection.execute(_decisions(tx.dialect), _spans(tx, publishers, first, last))


@cache
def _actions(dialect: str) -> sa.Select[Any]:
    binds = sa.and_(
        sa.or_(ACTIONS.c.ended_at.is_(None), ACTIONS.c.ended_at >= _END),
        sa.or_(ACTIONS.c.until.is_(None), ACTIONS.c.until >= _END),
    )
    return sa.select(
        ACTIONS.c.publisher, _day_of(ACTIONS.c.taken_at), ACTIONS.c.measure, ACTIONS.c.of_right,
        sa.case((binds, sa.literal_column("1")), else_=sa.literal_column("0")),
    ).where(
        listed(dialect, ACTIONS.c.publisher), ACTIONS.c.item.is_(None), ACTIONS.c.taken_at >= _SINCE,
        ACTIONS.c.taken_at < _END,
    )  # fmt: skip


def action_rows(tx: Tx, publishers: Sequence[str], first: int, last: int) -> Iterable[Row]:
    """(publisher, day taken, measure, right, whether it bound at the end of the last day) of actions on publishers
    themselves."""
    return tx.connection.execute(_actions(tx.dialect), _spans(tx, publishers, first, last))


@cache
def _appeals(dialect: str) -> sa.Select[Any]:
    state = sa.case((sa.and_(APPEALS.c.decided_at.is_not(None), APPEALS.c.decided_at < _END), APPEALS.c.state),
                    else_=sa.literal_column("'lodged'"))  # fmt: skip
    return sa.select(APPEALS.c.publisher, _day_of(APPEALS.c.lodged_at), state).where(
        listed(dialect, APPEALS.c.publisher), APPEALS.c.lodged_at >= _SINCE, APPEALS.c.lodged_at < _END
    )


def appeal_rows(tx: Tx, publishers: Sequence[str], first: int, last: int) -> Iterable[Row]:
    """(publisher, day lodged, state at the end of the last day) of appeals."""
    return tx.connection.execute(_appeals(tx.dialect), _spans(tx, publishers, first, last))


def publishers_of(tx: Tx, kinds: Sequence[str]) -> set[str]:
    """Everybody of these kinds who published anything that was handed in."""
    asked = sa.select(ITEMS.c.publisher).where(ITEMS.c.publisher.is_not(None), ITEMS.c.publisher_kind.in_(kinds))
    return {row[0] for row in tx.connection.execute(asked.distinct())}


@cache
def _seen(dialect: str) -> sa.Select[Any]:
    asked = sa.select(ITEMS.c.publisher, ITEMS.c.publisher_kind, ITEMS.c.platform)
    return asked.where(listed(dialect, ITEMS.c.publisher)).distinct()


def seen_publishers(tx: Tx, publishers: Iterable[str]) -> dict[str, set[tuple[str, str]]]:
    """As what and where publishers published: (kind, platform), empty where it was not said."""
    found: dict[str, set[tuple[str, str]]] = {}
    for row in tx.connection.execute(_seen(tx.dialect), {"ids": ids(tx, publishers)}):
        found.setdefault(row[0], set()).add((row[1] or "", row[2] or ""))
    return found


def publishers_of_items(tx: Tx, items: Iterable[str]) -> dict[str, str]:
    """The publisher of each item that has one."""
    asked = sa.select(ITEMS.c.id, ITEMS.c.publisher).where(among(tx, ITEMS.c.id, items), ITEMS.c.publisher.is_not(None))
    return {row[0]: row[1] for row in tx.rows(asked)}


def publishers_of_decisions(tx: Tx, decisions: Iterable[str]) -> set[str]:
    """Whom these decisions concern."""
    asked = sa.select(DECISIONS.c.publisher).where(among(tx, DECISIONS.c.id, decisions))
    return {row[0] for row in tx.rows(asked.distinct()) if row[0]}


def publishers_of_actions(tx: Tx, taken: Iterable[str]) -> set[str]:
    """Whom these actions concern."""
    asked = sa.select(ACTIONS.c.publisher).where(among(tx, ACTIONS.c.id, taken))
    return {row[0] for row in tx.rows(asked.distinct()) if row[0]}


def publishers_of_appeals(tx: Tx, lodged: Iterable[str]) -> set[str]:
    """Whom these appeals concern."""
    asked = sa.select(APPEALS.c.publisher).where(among(tx, APPEALS.c.id, lodged))
    return {row[0] for row in tx.rows(asked.distinct()) if row[0]}
