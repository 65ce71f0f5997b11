"""Webhooks: endpoints fold from the journal; deliveries and their tries are the outbox, which no fold makes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from mingjian.records.canonical import canonical, digest
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType
from mingjian.records.webhooks.model import Delivery, Endpoint, Try

ENDPOINTS = sa.Table(
    "webhook_endpoints",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("url", sa.String(1000), nullable=False),
    sa.Column("events", Document, nullable=False),
    sa.Column("note", sa.String(200), nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("since", sa.BigInteger, nullable=False),
    sa.Column("created_at", Micros, nullable=False),
    sa.Column("created_by", sa.String(128), nullable=False),
)
projection(ENDPOINTS)
DELIVERIES = sa.Table(
    "webhook_deliveries",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("endpoint", sa.String(32), nullable=False),
    sa.Column("sequence", SequenceType, nullable=False),
    sa.Column("event", sa.String(64), nullable=False),
    sa.Column("subject", sa.String(128), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("created_at", Micros, nullable=False),
    sa.Column("give_up_at", Micros, nullable=False),
    sa.Column("next_at", Micros),
    sa.Column("delivered_at", Micros),
    sa.Column("status", sa.Integer),
    sa.Column("error", sa.String(200)),
    sa.UniqueConstraint("endpoint", "sequence"),
    sa.Index("ix_webhook_deliveries_state_next_at", "state", "next_at"),
    sa.Index("ix_webhook_deliveries_created_at", "created_at"),
)
TRIES = sa.Table(
    "webhook_tries",
    metadata,
    sa.Column("delivery", sa.String(32), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", Micros, nullable=False),
    sa.Column("took", sa.Integer, nullable=False),
    sa.Column("status", sa.Integer),
    sa.Column("error", sa.String(200)),
)
_ENDPOINT = [ENDPOINTS.c[field.name] for field in fields(Endpoint)]
_DELIVERY = [DELIVERIES.c[field.name] for field in fields(Delivery)]
_TRY = [TRIES.c[field.name] for field in fields(Try)]


@folds("webhook.registered")
def _registered(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = []
    for event in events:
        body = event.body
        rows.append({"id": event.subject, "url": body["url"], "events": canonical(body["events"]).decode(),
                     "note": body["note"], "active": True, "since": event.seq, "created_at": event.at,
                     "created_by": event.actor})  # fmt: skip
    tx.run(ENDPOINTS.insert(), rows)


@folds("webhook.removed")
def _removed(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(ENDPOINTS.update().where(ENDPOINTS.c.id.in_([event.subject for event in events])), {"active": False})


def _endpoint(row: sa.Row[Any]) -> Endpoint:
    values = dict(zip((field.name for field in fields(Endpoint)), row, strict=True))
    return Endpoint(**{**values, "events": tuple(json.loads(values["events"])), "active": bool(values["active"])})


def endpoints(tx: Tx, *, active: bool = True) -> list[Endpoint]:
    """Endpoints, the oldest first; with ``active`` False also those that were removed."""
    asked = sa.select(*_ENDPOINT).order_by(ENDPOINTS.c.since)
    return [_endpoint(row) for row in tx.rows(asked.where(ENDPOINTS.c.active) if active else asked)]


def endpoint_by_id(tx: Tx, id: str) -> Endpoint | None:
    """One endpoint, also one that was removed."""
    row = tx.one(sa.select(*_ENDPOINT).where(ENDPOINTS.c.id == id))
    return None if row is None else _endpoint(row)


def delivery_id(endpoint: str, sequence: int) -> str:
    """The same for the same event and endpoint."""
    named = f"{endpoint}\n{sequence}".encode()
    return f"dlv_{digest(named)[:20]}"


def put_deliveries(tx: Tx, rows: Sequence[tuple[str, int, str, str]], give_up_at: int) -> int:
    """New deliveries (endpoint, sequence, event, subject), due now; one that is there already stays as it is."""
    if not rows:
        return 0
    insert = (postgresql if tx.dialect == "postgresql" else sqlite).insert(DELIVERIES)
    values = [
        {"id": delivery_id(endpoint, sequence), "endpoint": endpoint, "sequence": sequence, "event": event,
         "subject": subject, "state": "waiting", "tries": 0, "created_at": tx.now, "give_up_at": give_up_at,
         "next_at": tx.now}
        for endpoint, sequence, event, subject in rows
    ]  # fmt: skip
    tx.run(insert.on_conflict_do_nothing(index_elements=["id"]), values)
    return len(values)


def any_due(tx: Tx) -> bool:
    """Whether the time of any delivery has come."""
    due = (DELIVERIES.c.state == "waiting") & (DELIVERIES.c.next_at <= tx.now)
    return tx.one(sa.select(DELIVERIES.c.id).where(due).limit(1)) is not None


def claim_due(tx: Tx, limit: int, lease: int) -> list[Delivery]:
    """Deliveries whose time has come, in order; others do not get them for ``lease`` microseconds. Whoever is killed
    meanwhile loses nothing: their time comes again."""
    due = (DELIVERIES.c.state == "waiting") & (DELIVERIES.c.next_at <= tx.now)
    asked = sa.select(*_DELIVERY).where(due).order_by(DELIVERIES.c.next_at, DELIVERIES.c.sequence).limit(limit)
    found = [Delivery(*row) for row in tx.rows(asked.with_for_update(skip_locked=True))]
    if found:
        ids = [delivery.id for delivery in found]
        tx.run(DELIVERIES.update().where(DELIVERIES.c.id.in_(ids)), {"next_at": tx.now + lease})
    return found


def record_try(tx: Tx, delivery: Delivery, took: int, status: int | None, error: str | None, *, state: str,
               next_at: int | None) -> None:  # fmt: skip
    """How a try ended, and what becomes of the delivery."""
    number = int(tx.scalar(sa.select(sa.func.count()).select_from(TRIES).where(TRIES.c.delivery == delivery.id))) + 1
    tx.run(TRIES.insert(), {"delivery": delivery.id, "number": number, "at": tx.now, "took": took, "status": status,
                            "error": error})  # fmt: skip
    tx.run(
        DELIVERIES.update().where(DELIVERIES.c.id == delivery.id, DELIVERIES.c.state == "waiting"),
        {"state": state, "tries": delivery.tries + 1, "next_at": next_at, "status": status, "error": error,
         "delivered_at": tx.now if state == "delivered" else None},
    )  # fmt: skip


def cancel_deliveries(tx: Tx, endpoint: str) -> int:
    """What waits for a removed endpoint is not sent any more."""
    waiting = (DELIVERIES.c.endpoint == endpoint) & (DELIVERIES.c.state == "waiting")
    return tx.run(DELIVERIES.update().where(waiting), {"state": "cancelled", "next_at": None})


def send_again(tx: Tx, id: str, give_up_at: int) -> int:
    """A delivery is due once more, from now, as if for the first time."""
    again = {"state": "waiting", "tries": 0, "next_at": tx.now, "give_up_at": give_up_at}
    return tx.run(DELIVERIES.update().where(DELIVERIES.c.id == id), again)


def delivery_by_id(tx: Tx, id: str) -> Delivery | None:
    """One delivery."""
    row = tx.one(sa.select(*_DELIVERY).where(DELIVERIES.c.id == id))
    return None if row is None else Delivery(*row)


def deliveries_of(tx: Tx, endpoint: str, state: str | None, before: int | None, limit: int) -> list[Delivery]:
    """An endpoint's deliveries, the newest event first, those before a ``sequence``."""
    asked = sa.select(*_DELIVERY).where(DELIVERIES.c.endpoint == endpoint)
    if state is not None:
        asked = asked.where(DELIVERIES.c.state == state)
    if before is not None:
        asked = asked.where(DELIVERIES.c.sequence < before)
    return [Delivery(*row) for row in tx.rows(asked.order_by(DELIVERIES.c.sequence.desc()).limit(limit))]


def tries_of(tx: Tx, deliveries: Sequence[str]) -> list[Try]:
    """The tries of up to some hundred deliveries, in order."""
    asked = sa.select(*_TRY).where(TRIES.c.delivery.in_(deliveries)).order_by(TRIES.c.delivery, TRIES.c.number)
    return [Try(*row) for row in tx.rows(asked)]


def forget_deliveries(tx: Tx, before: int) -> int:
    """Delete what was settled and is older; how many deliveries."""
    old = (DELIVERIES.c.created_at < before) & (DELIVERIES.c.state != "waiting")
    tx.run(TRIES.delete().where(TRIES.c.delivery.in_(sa.select(DELIVERIES.c.id).where(old))))
    return tx.run(DELIVERIES.delete().where(old))
