"""What governance figures count, from the tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import sqlalchemy as sa

from mingjian.records.storage.actions import ACTIONS
from mingjian.records.storage.appeals import APPEALS
from mingjian.records.storage.database import Tx
from mingjian.records.storage.items import ITEMS
from mingjian.records.storage.registry_tables import ENTITIES

_GONE = ("reversed", "replaced")


def acted_on(
    tx: Tx,
    since: int,
    until: int,
    *,
    measures: Collection[str] = (),
    rights: Collection[str] = (),
    kinds: Collection[str] = (),
    subjects: Collection[str] = (),
) -> Iterator[tuple[str, bool]]:
    """(subject, whether a measure on it still stands) for whom a measure was taken on in the stretch, each subject
    once. ``kinds`` narrows to items of these kinds, ``subjects`` to entities of these kinds."""
    subject = sa.func.coalesce(ACTIONS.c.item, ACTIONS.c.publisher).label("subject")
    stands = sa.func.max(sa.case((ACTIONS.c.state.in_(_GONE), 0), else_=1)).label("stands")
    asked = sa.select(subject, stands).where(ACTIONS.c.taken_at >= since, ACTIONS.c.taken_at < until)
    if measures:
        asked = asked.where(ACTIONS.c.measure.in_(measures))
    if rights:
        asked = asked.where(ACTIONS.c.of_right.in_(rights))
    if kinds:
        asked = asked.join(ITEMS, ITEMS.c.id == ACTIONS.c.item).where(ITEMS.c.kind.in_(kinds))
    if subjects:
        named = ENTITIES.c.id == ACTIONS.c.publisher
        asked = asked.join(ENTITIES, named).where(ENTITIES.c.kind.in_(subjects), ACTIONS.c.item.is_(None))
    for row in tx.connection.execute(asked.where(subject.is_not(None)).group_by(subject)):
        yield row.subject, bool(row.stands)


def judged_between(tx: Tx, since: int, until: int, kinds: Collection[str] = ()) -> Iterator[str]:
    """Items whose (last) verdict was given in the stretch."""
    asked = sa.select(ITEMS.c.id).where(ITEMS.c.judged_at >= since, ITEMS.c.judged_at < until)
    if kinds:
        asked = asked.where(ITEMS.c.kind.in_(kinds))
    for row in tx.connection.execute(asked):
        yield row.id


def lodged_between(tx: Tx, since: int, until: int) -> Iterator[str]:
    """Appeals lodged in the stretch."""
    asked = sa.select(APPEALS.c.id).where(APPEALS.c.lodged_at >= since, APPEALS.c.lodged_at < until)
    for row in tx.connection.execute(asked):
        yield row.id
