"""What outside sources report of actors, a row for each source, actor and day.

Values are packed: 64-bit integers (millionths) in the order of a shape, the sorted names of the measures. A million
actors with a hundred values each are then read at the speed of the disk.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import sqlalchemy as sa

from mingjian.records.canonical import canonical, digest
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.scores.model import Observation
from mingjian.records.storage import contents
from mingjian.records.storage.bulk import among, insert_rows
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Document, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType
from mingjian.records.storage.score_asking import ids, listed

OBSERVATIONS = sa.Table(
    "score_observations",
    metadata,
    sa.Column("actor", sa.String(200), primary_key=True),
    sa.Column("source", sa.String(40), primary_key=True),
    sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("shape", sa.String(16), nullable=False),
    sa.Column("packed", sa.LargeBinary, nullable=False),
    sa.Column("seq", SequenceType, nullable=False),
    sa.Index("ix_score_observations_source_day", "source", "day"),
    sa.Index("ix_score_observations_seq", "seq"),
)
SHAPES = sa.Table(
    "score_shapes",
    metadata,
    sa.Column("shape", sa.String(16), primary_key=True),
    sa.Column("names", Document, nullable=False),
)
projection(OBSERVATIONS, SHAPES)
_COLUMNS = ("actor", "source", "day", "kind", "shape", "packed", "seq")
_ORDER = "<i8"


def shape_of(names: Iterable[str]) -> str:
    """The name of a set of measures."""
    return digest(canonical(sorted(names)))[:16]


def pack(values: Mapping[str, int]) -> bytes:
    """Values in the order of their names."""
    return np.array([values[name] for name in sorted(values)], _ORDER).tobytes()


def unpack(names: Sequence[str], packed: bytes) -> dict[str, int]:
    """Packed values by name."""
    return dict(zip(names, np.frombuffer(packed, _ORDER).tolist(), strict=True))


@folds("score.observed")
def _observed(tx: Tx, events: Sequence[Recorded]) -> None:
    """One event after another: a later report of a day takes the place of the measures it names."""
    for event in events:
        found = contents.get(tx, event.body["rows"])
        if found is None:
            continue  # deleted since: as if it had never been told
        given: list[Any] = json.loads(found)
        _take(tx, [Observation(event.body["source"], actor, kind, day, values) for actor, kind, day, values in given],
              event.seq)  # fmt: skip


def _take(tx: Tx, given: Sequence[Observation], seq: int) -> None:
    rows: dict[tuple[str, str, int], Observation] = {}
    there = {(one.source, one.actor, one.day): one for one in observations_of(tx, {one.actor for one in given})}
    replaced = set()
    for one in given:
        key = one.source, one.actor, one.day
        before = rows.get(key) or there.get(key)
        if before is not None:
            one = Observation(one.source, one.actor, one.kind, one.day, {**before.values, **one.values})
        if key in there:
            replaced.add(key)
        rows[key] = one
    if replaced:
        gone = OBSERVATIONS.delete().where(
            OBSERVATIONS.c.source == sa.bindparam("b_source"), OBSERVATIONS.c.actor == sa.bindparam("b_actor"),
            OBSERVATIONS.c.day == sa.bindparam("b_day"),
        )  # fmt: skip
        tx.run(gone, [{"b_source": source, "b_actor": actor, "b_day": day} for source, actor, day in sorted(replaced)])
    insert_observations(tx, list(rows.values()), seq)


def insert_observations(tx: Tx, given: Sequence[Observation], seq: int) -> None:
    """Add rows that are not there yet."""
    names = {shape_of(one.values): sorted(one.values) for one in given}
    known = shapes(tx)
    new = [(shape, canonical(listed).decode()) for shape, listed in names.items() if shape not in known]
    insert_rows(tx, SHAPES, ("shape", "names"), new)
    insert_rows(tx, OBSERVATIONS, _COLUMNS, [
        (one.actor, one.source, one.day, one.kind, shape_of(one.values), pack(one.values), seq) for one in given
    ])  # fmt: skip


def shapes(tx: Tx) -> dict[str, list[str]]:
    """The measures of every shape."""
    return {row.shape: json.loads(row.names) for row in tx.rows(sa.select(SHAPES.c.shape, SHAPES.c.names))}


def observations_of(tx: Tx, actors: Iterable[str], source: str | None = None) -> list[Observation]:
    """What was reported of actors, in the order of days."""
    names = shapes(tx)
    asked = sa.select(*(OBSERVATIONS.c[name] for name in _COLUMNS)).where(among(tx, OBSERVATIONS.c.actor, actors))
    if source is not None:
        asked = asked.where(OBSERVATIONS.c.source == source)
    order = (OBSERVATIONS.c.day, OBSERVATIONS.c.source, OBSERVATIONS.c.actor)
    return [
        Observation(row.source, row.actor, row.kind, row.day, unpack(names[row.shape], bytes(row.packed)))
        for row in tx.rows(asked.order_by(*order))
    ]


def packed_rows(
    tx: Tx, actors: Sequence[str], sources: Iterable[str], first: int, last: int
) -> Iterable[tuple[str, str, str, int, bytes]]:
    """(source, shape, actor, day, packed) of actors from one day to another, both included."""
    bound = {"ids": ids(tx, actors), "sources": ids(tx, sources), "first": first, "last": last}
    return tx.connection.execute(_packed(tx.dialect), bound)  # type: ignore[return-value]


@cache
def _packed(dialect: str) -> sa.Select[Any]:
    table = OBSERVATIONS.c
    return sa.select(table.source, table.shape, table.actor, table.day, table.packed).where(
        listed(dialect, table.actor), listed(dialect, table.source, "sources"),
        table.day >= sa.bindparam("first", type_=sa.Integer), table.day <= sa.bindparam("last", type_=sa.Integer),
    )  # fmt: skip


_FIRST = sa.select(sa.func.min(OBSERVATIONS.c.day)).where(OBSERVATIONS.c.source == sa.bindparam("source"))


def first_days(tx: Tx, sources: Iterable[str]) -> dict[str, int]:
    """The first day each source reported anything of; a source that never did is left out."""
    found: dict[str, int] = {}
    for source in sorted(set(sources)):
        first = tx.scalar(_FIRST, {"source": source})
        if first is not None:
            found[source] = int(first)
    return found


def observed_actors(tx: Tx, kinds: Sequence[str]) -> set[str]:
    """Actors of these kinds that anything was reported of."""
    asked = sa.select(OBSERVATIONS.c.actor).where(OBSERVATIONS.c.kind.in_(kinds)).distinct()
    return {row.actor for row in tx.rows(asked)}


def observed_among(tx: Tx, kinds: Sequence[str], actors: Iterable[str]) -> set[str]:
    """Those of the actors that anything was reported of as one of these kinds."""
    mine = OBSERVATIONS.c.kind.in_(kinds), among(tx, OBSERVATIONS.c.actor, actors)
    return {row.actor for row in tx.rows(sa.select(OBSERVATIONS.c.actor).where(*mine).distinct())}


def observed_in(tx: Tx, seqs: Iterable[int]) -> set[str]:
    """Of whom these events told something."""
    asked = sa.select(OBSERVATIONS.c.actor).where(OBSERVATIONS.c.seq.in_(sorted(seqs))).distinct()
    return {row.actor for row in tx.rows(asked)}


def source_counts(tx: Tx) -> list[tuple[str, int, int, int]]:
    """(source, rows, first day, last day) of what was reported."""
    asked = sa.select(OBSERVATIONS.c.source, sa.func.count(), sa.func.min(OBSERVATIONS.c.day),
                      sa.func.max(OBSERVATIONS.c.day)).group_by(OBSERVATIONS.c.source)  # fmt: skip
    return sorted((row[0], int(row[1]), int(row[2]), int(row[3])) for row in tx.rows(asked))
