"""Random samples for measuring prevalence: rows, folds, the frame they are drawn from."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from mingjian.records.campaigns.model import Drawn, Sample, SampleItem, SampleRow
from mingjian.records.canonical import canonical
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.storage.database import Tx
from mingjian.records.storage.items import ITEMS
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

SAMPLES = sa.Table(
    "prevalence_samples",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("campaign", sa.String(32), nullable=False, index=True),
    sa.Column("side", sa.String(8), nullable=False),
    sa.Column("frame", sa.String(120), nullable=False),
    sa.Column("as_of", sa.String(10), nullable=False),
    sa.Column("by", Document, nullable=False),
    sa.Column("seed", sa.String(64), nullable=False),
    sa.Column("list", sa.String(64), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("strata", Document, nullable=False),
    sa.Column("drawn_by", sa.String(128), nullable=False),
    sa.Column("drawn_at", Micros, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("asked_at", Micros),
    sa.Column("dropped_why", sa.Text),
)
SAMPLE_ITEMS = sa.Table(
    "prevalence_sample_items",
    metadata,
    sa.Column("sample", sa.String(32), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("item", sa.String(32), nullable=False, index=True),
    sa.Column("stratum", sa.String(200), nullable=False),
    sa.Column("flagged", sa.Boolean),
    sa.Column("case", sa.String(32)),
)
projection(SAMPLES, SAMPLE_ITEMS)
STRATIFY = ("platform", "kind", "channel", "publisher_kind", "value", "nature", "domain")
"""What a sample of the desk may be stratified by."""
GONE = ("take_down", "return", "interrupt")
"""Measures under which nobody sees an item any more."""
_SAMPLE = [SAMPLES.c[one.name] for one in fields(Sample)]
_ITEM = [SAMPLE_ITEMS.c[one.name] for one in fields(SampleItem)]
_ONE = SAMPLES.update().where(SAMPLES.c.id == sa.bindparam("b_id"))


@folds("prevalence_sample.drawn")
def _drawn(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = []
    for event in events:
        body = event.body
        names = ("campaign", "side", "frame", "as_of", "seed", "list", "number")
        rows.append({"id": event.subject, "seq": event.seq, "drawn_by": event.actor, "drawn_at": event.at,
                     "state": "drawn", "by": canonical(body["by"]).decode(),
                     "strata": canonical(body["strata"]).decode(),
                     **{name: body[name] for name in names}})  # fmt: skip
    tx.run(SAMPLES.insert(), rows)


@folds("prevalence_sample.listed")
def _listed(tx: Tx, events: Sequence[Recorded]) -> None:
    """A stretch of the list: [item, stratum, flagged], from the place ``first`` on."""
    rows = [{"sample": event.subject, "place": place, "item": item, "stratum": stratum, "flagged": flagged}
            for event in events
            for place, (item, stratum, flagged) in enumerate(event.body["items"], event.body["first"])]  # fmt: skip
    tx.run(SAMPLE_ITEMS.insert(), rows)


@folds("prevalence_sample.asked")
def _asked(tx: Tx, events: Sequence[Recorded]) -> None:
    """People are asked about a stretch of it: [place, case]."""
    change = SAMPLE_ITEMS.update().where(
        SAMPLE_ITEMS.c.sample == sa.bindparam("b_sample"), SAMPLE_ITEMS.c.place == sa.bindparam("b_place")
    )
    for event in events:
        rows = [{"b_sample": event.subject, "b_place": place, "case": case} for place, case in event.body["cases"]]
        tx.run(change, rows)
        tx.run(_ONE, {"b_id": event.subject, "state": "asked", "asked_at": event.at})


@folds("prevalence_sample.dropped")
def _dropped(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(_ONE, [{"b_id": event.subject, "state": "dropped", "dropped_why": event.body["reason"]}
                  for event in events])  # fmt: skip


def _sample(row: sa.Row[Any]) -> Sample:
    values: dict[str, Any] = dict(row._mapping)
    values["by"] = tuple(json.loads(values["by"]))
    values["strata"] = tuple(Drawn(**one) for one in json.loads(values["strata"]))
    return Sample(**values)


def sample_by_id(tx: Tx, id: str) -> Sample | None:
    """One sample."""
    row = tx.one(sa.select(*_SAMPLE).where(SAMPLES.c.id == id))
    return None if row is None else _sample(row)


def samples_of(tx: Tx, campaign: str) -> list[Sample]:
    """A campaign's samples in order."""
    asked = sa.select(*_SAMPLE).where(SAMPLES.c.campaign == campaign).order_by(SAMPLES.c.seq)
    return [_sample(row) for row in tx.rows(asked)]


def sample_items(tx: Tx, sample: str, after: int = -1, limit: int | None = None) -> list[SampleItem]:
    """A sample's items in order, behind the place ``after``."""
    asked = sa.select(*_ITEM).where(SAMPLE_ITEMS.c.sample == sample, SAMPLE_ITEMS.c.place > after)
    return [SampleItem(*row) for row in tx.rows(asked.order_by(SAMPLE_ITEMS.c.place).limit(limit))]


def visible_items(tx: Tx, scope: Mapping[str, Sequence[str]], by: Collection[str], since: str | None = None,
                  until: str | None = None) -> Iterator[SampleRow]:  # fmt: skip
    """The items that people can see now: the last version of each, whose words are kept and on which no measure stands
    that hides it; of ``scope`` (column → values), published on these days. In the order of arrival."""
    here = ITEMS.c
    later = ITEMS.alias()
    newer = sa.exists().where(later.c.external == here.external, later.c.source == here.source,
                              later.c.version > here.version)  # fmt: skip
    asked = sa.select(here.id, here.value, *(here[name].label(f"s_{name}") for name in by)).where(
        here.state != "erased", sa.or_(here.standing.is_(None), here.standing.not_in(GONE)), ~newer
    )
    for name, values in scope.items():
        if values:
            asked = asked.where(here[name].in_(list(values)))
    if since is not None:
        asked = asked.where(here.published_on >= since)
    if until is not None:
        asked = asked.where(here.published_on <= until)
    result = tx.connection.execute(asked.order_by(here.seq).execution_options(stream_results=True))
    while rows := result.fetchmany(5000):
        for row in rows:
            stratum = "/".join(str(one) if one is not None else "-" for one in row[2:])
            yield SampleRow(row.id, stratum, None if row.value is None else row.value == "violation")


def hidden_among(tx: Tx, source: str, externals: Sequence[str]) -> set[str]:
    """Of these outside numbers those the desk took down (or keeps no words of)."""
    found: set[str] = set()
    for first in range(0, len(externals), 500):
        asked = sa.select(ITEMS.c.external).where(
            ITEMS.c.source == source, ITEMS.c.external.in_(externals[first : first + 500]),
            sa.or_(ITEMS.c.state == "erased", ITEMS.c.standing.in_(GONE)),
        )  # fmt: skip
        found.update(row.external for row in tx.rows(asked))
    return found
