"""Which clause of which policy each item met, and how often rules and clauses hit: counted by query, never kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import sqlalchemy as sa

from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.policies.model import Hit
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import EVENTS
from mingjian.records.storage.hot import adding
from mingjian.records.storage.items import FINDINGS
from mingjian.records.storage.metadata import Sequence as SequenceType
from mingjian.records.storage.metadata import metadata

HITS = sa.Table(
    "policy_hits",
    metadata,
    sa.Column("item", sa.String(32), primary_key=True),
    sa.Column("policy", sa.String(64), primary_key=True),
    sa.Column("mode", sa.String(8), primary_key=True),
    sa.Column("clause", sa.String(40), nullable=False),
    sa.Column("outcome", sa.String(80), nullable=False),
    sa.Column("former", sa.String(80)),
    sa.Column("seq", SequenceType, nullable=False),
    sa.Index("ix_policy_hits_clause_seq", "policy", "clause", "mode", "seq"),
)
projection(HITS)
_HIT = [HITS.c[field.name] for field in fields(Hit)]
_ADD = adding(HITS, ("item", "policy", "mode", "clause", "outcome", "former", "seq"))


@folds("policy.applied")
def _applied(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.put(_ADD, [(*hit, event.seq) for event in events for hit in event.body["hits"]])


def hits_of_item(tx: Tx, item: str) -> list[Hit]:
    """What policies said of an item, in order."""
    asked = sa.select(*_HIT).where(HITS.c.item == item).order_by(HITS.c.seq, HITS.c.policy)
    return [Hit(*row) for row in tx.rows(asked)]


def hits_of_policy(tx: Tx, policy: str, mode: str, limit: int = 50, clause: str | None = None) -> list[Hit]:
    """The last items that met a policy's clauses."""
    asked = sa.select(*_HIT).where(HITS.c.policy == policy, HITS.c.mode == mode)
    if clause is not None:
        asked = asked.where(HITS.c.clause == clause)
    return [Hit(*row) for row in tx.rows(asked.order_by(HITS.c.seq.desc(), HITS.c.item).limit(limit))]


def count_hits(tx: Tx, policy: str, mode: str) -> dict[tuple[str, str, str | None], int]:
    """How many items met each clause, as (clause, outcome, former)."""
    keys = (HITS.c.clause, HITS.c.outcome, HITS.c.former)
    asked = sa.select(*keys, sa.func.count()).where(HITS.c.policy == policy, HITS.c.mode == mode).group_by(*keys)
    return {(row[0], row[1], row[2]): int(row[3]) for row in tx.rows(asked)}


def judged_before(tx: Tx, many: int) -> int:
    """The place in the journal behind which the last ``many`` items were judged; 0 when there are no more."""
    asked = sa.select(EVENTS.c.seq).where(EVENTS.c.kind == "item.judged").order_by(EVENTS.c.seq.desc())
    return int(tx.scalar(asked.offset(many).limit(1)) or 0)


def count_judged(tx: Tx, after: int, until: int | None = None) -> int:
    """How many items were judged behind one place of the journal, up to another one."""
    asked = sa.select(sa.func.count()).where(EVENTS.c.kind == "item.judged", EVENTS.c.seq > after)
    return int(tx.scalar(asked if until is None else asked.where(EVENTS.c.seq <= until)))


def batch_end(tx: Tx, at: int) -> int:
    """The end of the last batch that policies were applied to, at or before a place of the journal; 0 when there is
    none. What is behind it belongs to later batches whole, their judgements as their hits."""
    last = sa.select(sa.func.max(EVENTS.c.seq)).where(EVENTS.c.kind == "policy.applied", EVENTS.c.seq <= at)
    return int(tx.scalar(last) or 0)


def known_codes(tx: Tx) -> list[str]:
    """The codes that findings carry. The index is leapt through from code to code: their number counts, not the
    findings'."""
    first = sa.select(sa.func.min(FINDINGS.c.code).label("code")).cte("codes", recursive=True)
    after = sa.select(sa.func.min(FINDINGS.c.code)).where(FINDINGS.c.code > first.c.code).scalar_subquery()
    leaps = first.union_all(sa.select(after).where(first.c.code.is_not(None)))
    return [row.code for row in tx.rows(sa.select(leaps.c.code).where(leaps.c.code.is_not(None)))]


def code_hits(tx: Tx, codes: Sequence[str], after: int, until: int | None = None) -> dict[str, int]:
    """How many items each code was found in, judged behind ``after`` and not behind ``until``. Found by code and
    place in the index; what was before is not looked at."""
    found: dict[str, int] = {}
    for first in range(0, len(codes), 200):
        asked = sa.select(FINDINGS.c.code, sa.func.count(FINDINGS.c.item.distinct()))
        asked = asked.where(FINDINGS.c.code.in_(codes[first : first + 200]), FINDINGS.c.seq > after)
        if until is not None:
            asked = asked.where(FINDINGS.c.seq <= until)
        found |= {row[0]: int(row[1]) for row in tx.rows(asked.group_by(FINDINGS.c.code))}
    return found


def clause_hits(tx: Tx, policy: str, clause: str, after: int, until: int | None = None) -> int:
    """How many items met a clause that acted, behind ``after`` and not behind ``until``."""
    asked = sa.select(sa.func.count()).where(HITS.c.policy == policy, HITS.c.clause == clause, HITS.c.mode == "acted")
    asked = asked.where(HITS.c.seq > after)
    return int(tx.scalar(asked if until is None else asked.where(HITS.c.seq <= until)))
