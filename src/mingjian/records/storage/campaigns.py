"""Campaigns, links, batches and announcements: rows, folds, questions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from mingjian.records.campaigns.model import Announcement, Campaign, CampaignBatch, Link
from mingjian.records.canonical import canonical
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

CAMPAIGNS = sa.Table(
    "campaigns",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("since", sa.String(10), nullable=False),
    sa.Column("until", sa.String(10)),
    sa.Column("scope", Document, nullable=False),
    sa.Column("policy", sa.String(120)),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("made_by", sa.String(128), nullable=False),
    sa.Column("made_at", Micros, nullable=False),
    sa.Column("batch", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("ended_by", sa.String(128)),
    sa.Column("ended_at", Micros),
    sa.Column("ended_why", sa.Text),
)
CAMPAIGN_LINKS = sa.Table(
    "campaign_links",
    metadata,
    sa.Column("campaign", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(32), primary_key=True),
    sa.Column("ref", sa.String(64), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False),
    sa.Column("batch", sa.Integer, nullable=False),
    sa.Column("linked_by", sa.String(128), nullable=False),
    sa.Column("linked_at", Micros, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Index("ix_campaign_links_kind_ref", "kind", "ref"),
    sa.Index("ix_campaign_links_campaign_batch_kind_ref", "campaign", "batch", "kind", "ref"),
)
CAMPAIGN_BATCHES = sa.Table(
    "campaign_batches",
    metadata,
    sa.Column("campaign", sa.String(32), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("opened_at", Micros, nullable=False),
    sa.Column("closed_at", Micros),
    sa.Column("closed_by", sa.String(128)),
    sa.Column("counted_to", SequenceType),
)
ANNOUNCEMENTS = sa.Table(
    "announcements",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("campaign", sa.String(32), nullable=False),
    sa.Column("batch", sa.Integer, nullable=False),
    sa.Column("seal", sa.String(64), nullable=False),
    sa.Column("counted_to", SequenceType, nullable=False),
    sa.Column("drafted_by", sa.String(128), nullable=False),
    sa.Column("drafted_at", Micros, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("published_by", sa.String(128)),
    sa.Column("published_at", Micros),
    sa.Column("withdrawn_by", sa.String(128)),
    sa.Column("withdrawn_at", Micros),
    sa.Column("withdrawn_why", sa.Text),
    sa.Index("ix_announcements_campaign_batch", "campaign", "batch"),
    sa.Index("ix_announcements_state_seq", "state", "seq"),
)
projection(CAMPAIGNS, CAMPAIGN_LINKS, CAMPAIGN_BATCHES, ANNOUNCEMENTS)
_GIVEN = ("title", "since", "until", "policy", "purpose")
_CAMPAIGN = [CAMPAIGNS.c[one.name] for one in fields(Campaign)]
_LINK = [CAMPAIGN_LINKS.c[one.name] for one in fields(Link)]
_BATCH = [CAMPAIGN_BATCHES.c[one.name] for one in fields(CampaignBatch)]
_ANNOUNCEMENT = [ANNOUNCEMENTS.c[one.name] for one in fields(Announcement)]
_ONE = CAMPAIGNS.update().where(CAMPAIGNS.c.id == sa.bindparam("b_id"))
_TOLD = ANNOUNCEMENTS.update().where(ANNOUNCEMENTS.c.id == sa.bindparam("b_id"))
_NOT_ENDED = {"state": "open", "ended_by": None, "ended_at": None, "ended_why": None}


def _words(body: dict[str, Any]) -> dict[str, Any]:
    return {"scope": canonical(body["scope"]).decode(), **{name: body[name] for name in _GIVEN}}


@folds("campaign.opened")
def _opened(tx: Tx, events: Sequence[Recorded]) -> None:
    """With its first batch."""
    tx.run(CAMPAIGNS.insert(), [
        {"id": event.subject, "seq": event.seq, "made_by": event.actor, "made_at": event.at, "batch": 1,
         "state": "open", **_words(event.body)} for event in events
    ])  # fmt: skip
    tx.run(CAMPAIGN_BATCHES.insert(), [{"campaign": event.subject, "number": 1, "opened_at": event.at}
                                       for event in events])  # fmt: skip


@folds("campaign.changed")
def _changed(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(_ONE, [{"b_id": event.subject, **_words(event.body)} for event in events])


@folds("campaign.closed")
def _closed(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(_ONE, [{"b_id": event.subject, "state": "closed", "ended_by": event.actor, "ended_at": event.at,
                   "ended_why": event.body["reason"]} for event in events])  # fmt: skip


@folds("campaign.reopened")
def _reopened(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(_ONE, [{"b_id": event.subject, **_NOT_ENDED} for event in events])


@folds("campaign.linked")
def _linked(tx: Tx, events: Sequence[Recorded]) -> None:
    """``links`` are [kind, ref]."""
    tx.run(CAMPAIGN_LINKS.insert(), [
        {"campaign": event.subject, "kind": kind, "ref": ref, "seq": event.seq, "batch": event.body["batch"],
         "linked_by": event.actor, "linked_at": event.at, "why": event.body["reason"]}
        for event in events for kind, ref in event.body["links"]
    ])  # fmt: skip


@folds("campaign.unlinked")
def _unlinked(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        for kind, ref in event.body["links"]:
            there = CAMPAIGN_LINKS.c
            tx.run(CAMPAIGN_LINKS.delete().where(there.campaign == event.subject, there.kind == kind, there.ref == ref))


@folds("campaign.batch_closed")
def _batch_closed(tx: Tx, events: Sequence[Recorded]) -> None:
    """The next one is open from then on."""
    for event in events:
        number = event.body["number"]
        done = {"closed_at": event.at, "closed_by": event.actor, "counted_to": event.body["counted_to"]}
        tx.run(_of(event.subject, number), done)
        tx.run(CAMPAIGN_BATCHES.insert(), {"campaign": event.subject, "number": number + 1, "opened_at": event.at})
        tx.run(_ONE, {"b_id": event.subject, "batch": number + 1})


@folds("campaign.batch_reopened")
def _batch_reopened(tx: Tx, events: Sequence[Recorded]) -> None:
    """The empty one behind it is gone again."""
    for event in events:
        number = event.body["number"]
        tx.run(_of(event.subject, number), {"closed_at": None, "closed_by": None, "counted_to": None})
        tx.run(CAMPAIGN_BATCHES.delete().where(
            CAMPAIGN_BATCHES.c.campaign == event.subject, CAMPAIGN_BATCHES.c.number > number))  # fmt: skip
        tx.run(_ONE, {"b_id": event.subject, "batch": number})


def _of(campaign: str, number: int) -> sa.Update:
    return CAMPAIGN_BATCHES.update().where(CAMPAIGN_BATCHES.c.campaign == campaign, CAMPAIGN_BATCHES.c.number == number)


@folds("announcement.drafted")
def _drafted(tx: Tx, events: Sequence[Recorded]) -> None:
    names = ("campaign", "batch", "seal", "counted_to")
    tx.run(ANNOUNCEMENTS.insert(), [
        {"id": event.subject, "seq": event.seq, "drafted_by": event.actor, "drafted_at": event.at, "state": "drafted",
         **{name: event.body[name] for name in names}} for event in events
    ])  # fmt: skip


@folds("announcement.published")
def _published(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(_TOLD, [{"b_id": event.subject, "state": "published", "published_by": event.actor,
                    "published_at": event.at} for event in events])  # fmt: skip


@folds("announcement.withdrawn")
def _withdrawn(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(_TOLD, [{"b_id": event.subject, "state": "withdrawn", "withdrawn_by": event.actor,
                    "withdrawn_at": event.at, "withdrawn_why": event.body["reason"]} for event in events])  # fmt: skip


def _campaign(row: sa.Row[Any]) -> Campaign:
    values: dict[str, Any] = dict(row._mapping)
    values["scope"] = json.loads(values["scope"])
    return Campaign(**values)


def campaign_by_id(tx: Tx, id: str) -> Campaign | None:
    """One campaign."""
    row = tx.one(sa.select(*_CAMPAIGN).where(CAMPAIGNS.c.id == id))
    return None if row is None else _campaign(row)


def campaigns(tx: Tx, before: int | None = None, limit: int = 50, state: str | None = None) -> list[Campaign]:
    """Campaigns, the newest first, those before the sequence number ``before``."""
    asked = sa.select(*_CAMPAIGN).order_by(CAMPAIGNS.c.seq.desc()).limit(limit)
    if before is not None:
        asked = asked.where(CAMPAIGNS.c.seq < before)
    if state is not None:
        asked = asked.where(CAMPAIGNS.c.state == state)
    return [_campaign(row) for row in tx.rows(asked)]


def links_of(tx: Tx, campaign: str, *, batch: int | None = None, kind: str | None = None,
             after: tuple[str, str] | None = None, limit: int | None = None) -> list[Link]:  # fmt: skip
    """A campaign's links by kind and id, those behind ``after`` (kind, ref)."""
    there = CAMPAIGN_LINKS.c
    asked = sa.select(*_LINK).where(there.campaign == campaign).order_by(there.kind, there.ref).limit(limit)
    if batch is not None:
        asked = asked.where(there.batch == batch)
    if kind is not None:
        asked = asked.where(there.kind == kind)
    if after is not None:
        asked = asked.where(sa.tuple_(there.kind, there.ref) > sa.tuple_(*map(sa.literal, after)))
    return [Link(*row) for row in tx.rows(asked)]


def links_to(tx: Tx, kind: str, ref: str) -> list[Link]:
    """The campaigns that something is linked to."""
    asked = sa.select(*_LINK).where(CAMPAIGN_LINKS.c.kind == kind, CAMPAIGN_LINKS.c.ref == ref)
    return [Link(*row) for row in tx.rows(asked.order_by(CAMPAIGN_LINKS.c.seq))]


def count_links(tx: Tx, campaign: str) -> dict[tuple[int, str], int]:
    """How many links there are, by batch and kind."""
    there = CAMPAIGN_LINKS.c
    asked = sa.select(there.batch, there.kind, sa.func.count()).where(there.campaign == campaign)
    return {(row[0], row[1]): int(row[2]) for row in tx.rows(asked.group_by(there.batch, there.kind))}


def batches_of(tx: Tx, campaign: str) -> list[CampaignBatch]:
    """A campaign's batches in order."""
    asked = sa.select(*_BATCH).where(CAMPAIGN_BATCHES.c.campaign == campaign)
    return [CampaignBatch(*row) for row in tx.rows(asked.order_by(CAMPAIGN_BATCHES.c.number))]


def batch_of(tx: Tx, campaign: str, number: int) -> CampaignBatch | None:
    """One batch."""
    there = CAMPAIGN_BATCHES.c
    row = tx.one(sa.select(*_BATCH).where(there.campaign == campaign, there.number == number))
    return None if row is None else CampaignBatch(*row)


def announcement_by_id(tx: Tx, id: str) -> Announcement | None:
    """One announcement."""
    row = tx.one(sa.select(*_ANNOUNCEMENT).where(ANNOUNCEMENTS.c.id == id))
    return None if row is None else Announcement(*row)


def announcements(tx: Tx, *, campaign: str | None = None, batch: int | None = None, state: str | None = None,
                  before: int | None = None, limit: int = 50) -> list[Announcement]:  # fmt: skip
    """Announcements, the newest first, those before the sequence number ``before``."""
    there = ANNOUNCEMENTS.c
    asked = sa.select(*_ANNOUNCEMENT).order_by(there.seq.desc()).limit(limit)
    for column, value in ((there.campaign, campaign), (there.batch, batch), (there.state, state)):
        if value is not None:
            asked = asked.where(column == value)
    if before is not None:
        asked = asked.where(there.seq < before)
    return [Announcement(*row) for row in tx.rows(asked)]
