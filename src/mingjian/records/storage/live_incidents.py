"""What was found in live rooms and what was done about it: rows folded from the journal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from mingjian.records.canonical import canonical
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.live.model import Act, Happening
from mingjian.records.storage import contents
from mingjian.records.storage.bulk import among
from mingjian.records.storage.database import Tx
from mingjian.records.storage.live_rooms import ROOMS, Seconds, touch
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

INCIDENTS = sa.Table(
    "live_incidents",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("room", sa.String(32), nullable=False),
    sa.Column("session", sa.Integer, nullable=False),
    sa.Column("key", sa.String(128), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("severity", sa.String(16), nullable=False),
    sa.Column("item", sa.String(32), nullable=False),
    sa.Column("publisher", sa.String(200)),
    sa.Column("codes", Document, nullable=False),
    sa.Column("what", Document, nullable=False),
    sa.Column("split", Document, nullable=False),
    sa.Column("merchants", Document, nullable=False),
    sa.Column("from_", Seconds, nullable=False),
    sa.Column("to", Seconds, nullable=False),
    sa.Column("said_at", Micros, nullable=False),
    sa.Column("raised_at", Micros, nullable=False),
    sa.Column("evidence", sa.String(64), nullable=False),
    sa.Column("sealed", sa.String(64)),
    sa.Column("sealed_at", Micros),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("by", sa.String(128), nullable=False),
    sa.Column("changed_at", Micros, nullable=False),
    sa.UniqueConstraint("room", "key"),
    sa.Index("ix_live_incidents_room_session_seq", "room", "session", "seq"),
    sa.Index("ix_live_incidents_raised_at", "raised_at"),
    sa.Index("ix_live_incidents_publisher_seq", "publisher", "seq"),
    sa.Index("ix_live_incidents_item", "item"),
)
CONCERNED = sa.Table(
    "live_incident_merchants",
    metadata,
    sa.Column("incident", sa.String(32), primary_key=True),
    sa.Column("merchant", sa.String(200), primary_key=True),
    sa.Index("ix_live_incident_merchants_merchant", "merchant"),
)
ACTS = sa.Table(
    "live_acts",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("room", sa.String(32), nullable=False),
    sa.Column("session", sa.Integer, nullable=False),
    sa.Column("incident", sa.String(32), nullable=False),
    sa.Column("measure", sa.String(32), nullable=False),
    sa.Column("step", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("text", sa.String(64), nullable=False),
    sa.Column("asked_at", Micros, nullable=False),
    sa.Column("asked_by", sa.String(128), nullable=False),
    sa.Column("sent_at", Micros),
    sa.Column("answered_at", Micros),
    sa.Column("answered_by", sa.String(128)),
    sa.Column("decision", sa.String(32)),
    sa.Column("due_at", Micros),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("changed_at", Micros, nullable=False),
    sa.Index("ix_live_acts_room_session_seq", "room", "session", "seq"),
    sa.Index("ix_live_acts_incident_seq", "incident", "seq"),
    sa.Index("ix_live_acts_state_due_at", "state", "due_at"),
    sa.Index("ix_live_acts_decision", "decision"),
)
projection(INCIDENTS, CONCERNED, ACTS)
_INCIDENT = [INCIDENTS.c[field.name] for field in fields(Happening)]
_ACT = [ACTS.c[field.name] for field in fields(Act)]
_LISTS = ("codes", "what", "split", "merchants")


@dataclass(frozen=True, slots=True)
class IncidentFilter:
    """Which incidents a list shows; None holds for all. ``merchant``: those it is concerned in."""

    room: str | None = None
    session: int | None = None
    state: str | None = None
    publisher: str | None = None
    merchant: str | None = None
    severity: str | None = None


@folds("live.incident_raised")
def _raised(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        body = event.body
        tx.run(INCIDENTS.insert(), {
            "id": event.subject, "seq": event.seq, "state": "open", "raised_at": event.at, "sealed": None,
            "sealed_at": None, "reason": "", "by": event.actor, "changed_at": event.at,
            **{name: body.get(name) for name in ("room", "session", "key", "kind", "severity", "item", "publisher",
                                                 "evidence", "said_at", "to")},
            "from_": body["from"], **{name: canonical(body[name]).decode() for name in _LISTS},
        })  # fmt: skip
        concerned = [{"incident": event.subject, "merchant": one} for one in body["merchants"]]
        if concerned:
            tx.run(CONCERNED.insert(), concerned)
    touch(tx, events)


def _incident_set(tx: Tx, events: Sequence[Recorded], **values: Any) -> None:
    for event in events:
        tx.run(INCIDENTS.update().where(INCIDENTS.c.id == event.subject),
               {"changed_at": event.at, "by": event.actor, "reason": event.body["reason"], **values})  # fmt: skip
    touch(tx, events)


@folds("live.incident_dismissed")
def _dismissed(tx: Tx, events: Sequence[Recorded]) -> None:
    _incident_set(tx, events, state="dismissed")


@folds("live.incident_reinstated")
def _reinstated(tx: Tx, events: Sequence[Recorded]) -> None:
    _incident_set(tx, events, state="open")


@folds("live.incident_sealed")
def _sealed(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        tx.run(INCIDENTS.update().where(INCIDENTS.c.id == event.subject),
               {"sealed": event.body["seal"], "sealed_at": event.at, "changed_at": event.at})  # fmt: skip
    touch(tx, events)


@folds("live.act_asked")
def _asked(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        body = event.body
        tx.run(ACTS.insert(), {
            "id": event.subject, "seq": event.seq, "state": "proposed", "asked_at": event.at, "asked_by": event.actor,
            "sent_at": None, "answered_at": None, "answered_by": None, "decision": None, "due_at": body["due_at"],
            "tries": 0, "outcome": "", "changed_at": event.at,
            **{name: body[name] for name in ("room", "session", "incident", "measure", "step", "reason", "text")},
        })  # fmt: skip
    touch(tx, events)


def _act_set(tx: Tx, event: Recorded, **values: Any) -> None:
    tx.run(ACTS.update().where(ACTS.c.id == event.subject), {"changed_at": event.at, **values})


@folds("live.act_confirmed")
def _confirmed(tx: Tx, events: Sequence[Recorded]) -> None:
    """Carried by a decision from here on: a person's, or the house's own."""
    for event in events:
        _act_set(tx, event, decision=event.body["decision"], due_at=None)
    touch(tx, events)


@folds("live.act_sent")
def _sent(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        body = event.body
        first = {"sent_at": event.at} if body["try"] == 1 else {}
        _act_set(tx, event, state="sent", due_at=body["due_at"], tries=body["try"], outcome="", **first)
    touch(tx, events)


@folds("live.act_acknowledged")
def _acknowledged(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        _act_set(tx, event, state="acknowledged", due_at=None, answered_at=event.body["at"], answered_by=event.actor,
                 outcome="")  # fmt: skip
    touch(tx, events)


@folds("live.act_failed")
def _failed(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        _act_set(tx, event, state="failed", due_at=None, outcome=event.body["reason"])
    touch(tx, events)


@folds("live.act_declined")
def _declined(tx: Tx, events: Sequence[Recorded]) -> None:
    """Nobody's answer in time is the house's: ``lapsed``."""
    for event in events:
        state = "lapsed" if event.body["lapsed"] else "declined"
        _act_set(tx, event, state=state, due_at=None, outcome=event.body["reason"], answered_by=event.actor,
                 answered_at=event.at)  # fmt: skip
    touch(tx, events)


@folds("live.act_lifted")
def _lifted(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        _act_set(tx, event, state="lifted", due_at=None, outcome=event.body["reason"])
    touch(tx, events)


def _happening(row: Any) -> Happening:
    values = dict(zip((field.name for field in fields(Happening)), row, strict=True))
    return Happening(**values | {name: tuple(json.loads(values[name])) for name in _LISTS})


def incident_by_id(tx: Tx, id: str) -> Happening | None:
    """One incident."""
    row = tx.one(sa.select(*_INCIDENT).where(INCIDENTS.c.id == id))
    return None if row is None else _happening(row)


def incidents_by_id(tx: Tx, ids: Iterable[str]) -> dict[str, Happening]:
    """Incidents by id; those that are not there are left out."""
    return {row.id: _happening(row) for row in tx.rows(sa.select(*_INCIDENT).where(among(tx, INCIDENTS.c.id, ids)))}


def incident_by_key(tx: Tx, room: str, key: str) -> Happening | None:
    """The incident of a room under the key its judge gave it."""
    row = tx.one(sa.select(*_INCIDENT).where(INCIDENTS.c.room == room, INCIDENTS.c.key == key))
    return None if row is None else _happening(row)


def incident_by_item(tx: Tx, item: str) -> Happening | None:
    """The incident whose item this is."""
    row = tx.one(sa.select(*_INCIDENT).where(INCIDENTS.c.item == item).order_by(INCIDENTS.c.seq.desc()).limit(1))
    return None if row is None else _happening(row)


def contents_about(tx: Tx, item: str) -> list[str]:
    """The contents that quote what was said in a live room (evidence, transcript, comments): they go with the item."""
    incident = incident_by_item(tx, item)
    if incident is None:
        return []
    seal = contents.get(tx, incident.sealed) if incident.sealed else None
    sealed = json.loads(seal) if seal is not None else {}
    return [incident.evidence, *(sealed[name] for name in ("transcript", "comments") if sealed.get(name))]


def list_incidents(
    tx: Tx, wanted: IncidentFilter, before: int | None, limit: int
) -> tuple[list[Happening], int | None]:
    """Up to ``limit``, the newest first, those before a ``seq``; and the one to go on from."""
    asked = sa.select(*_INCIDENT).order_by(INCIDENTS.c.seq.desc()).limit(limit + 1)
    for name in ("room", "session", "state", "publisher", "severity"):
        if (value := getattr(wanted, name)) is not None:
            asked = asked.where(INCIDENTS.c[name] == value)
    if wanted.merchant is not None:
        mine = sa.select(CONCERNED.c.incident).where(CONCERNED.c.merchant == wanted.merchant)
        asked = asked.where(INCIDENTS.c.id.in_(mine))
    if before is not None:
        asked = asked.where(INCIDENTS.c.seq < before)
    found = [_happening(row) for row in tx.rows(asked)]
    return found[:limit], found[limit - 1].seq if len(found) > limit else None


def rooms_astir(tx: Tx, state: str | None, since: int, limit: int) -> list[str]:
    """Rooms in which incidents stand that were raised from a moment on, or an act wants an operator."""
    raised = sa.select(INCIDENTS.c.room).where(INCIDENTS.c.raised_at >= since, INCIDENTS.c.state == "open")
    wanting = sa.select(ACTS.c.room).where(ACTS.c.state.in_(("proposed", "failed")))
    asked = sa.select(ROOMS.c.id).where(sa.or_(ROOMS.c.id.in_(raised), ROOMS.c.id.in_(wanting)))
    if state is not None:
        asked = asked.where(ROOMS.c.state == state)
    return [row.id for row in tx.rows(asked.order_by(ROOMS.c.version.desc()).limit(limit))]


def incidents_since(tx: Tx, rooms: Iterable[str], since: int) -> list[Happening]:
    """The incidents raised in these rooms from a moment on, in order."""
    asked = sa.select(*_INCIDENT).where(among(tx, INCIDENTS.c.room, rooms), INCIDENTS.c.raised_at >= since)
    return [_happening(row) for row in tx.rows(asked.order_by(INCIDENTS.c.seq))]


def incidents_of_session(tx: Tx, room: str, session: int) -> list[Happening]:
    """All of a session, in order."""
    asked = sa.select(*_INCIDENT).where(INCIDENTS.c.room == room, INCIDENTS.c.session == session)
    return [_happening(row) for row in tx.rows(asked.order_by(INCIDENTS.c.seq))]


def unsealed(tx: Tx, rooms: Iterable[str], limit: int = 100) -> list[Happening]:
    """The incidents of these rooms whose evidence is not sealed yet, the oldest first."""
    asked = sa.select(*_INCIDENT).where(among(tx, INCIDENTS.c.room, rooms), INCIDENTS.c.sealed.is_(None))
    return [_happening(row) for row in tx.rows(asked.order_by(INCIDENTS.c.seq).limit(limit))]


def act_by_id(tx: Tx, id: str) -> Act | None:
    """One act."""
    row = tx.one(sa.select(*_ACT).where(ACTS.c.id == id))
    return None if row is None else Act(*row)


def acts_of_incident(tx: Tx, incident: str) -> list[Act]:
    """What was done because of an incident, in order."""
    return [Act(*row) for row in tx.rows(sa.select(*_ACT).where(ACTS.c.incident == incident).order_by(ACTS.c.seq))]


def acts_of_session(tx: Tx, room: str, session: int) -> list[Act]:
    """What was done to a room in a session, in order."""
    asked = sa.select(*_ACT).where(ACTS.c.room == room, ACTS.c.session == session)
    return [Act(*row) for row in tx.rows(asked.order_by(ACTS.c.seq))]


def acts_of_rooms(tx: Tx, rooms: Iterable[str], since: int) -> list[Act]:
    """What was asked for in these rooms from a moment on, in order."""
    asked = sa.select(*_ACT).where(among(tx, ACTS.c.room, rooms), ACTS.c.asked_at >= since)
    return [Act(*row) for row in tx.rows(asked.order_by(ACTS.c.seq))]


def acts_of_decisions(tx: Tx, decisions: Iterable[str]) -> list[Act]:
    """The acts that these decisions carry."""
    return [Act(*row) for row in tx.rows(sa.select(*_ACT).where(among(tx, ACTS.c.decision, decisions)))]


def acts_due(tx: Tx, limit: int) -> list[Act]:
    """Acts that wait for an operator or for the platform and whose time has come."""
    asked = sa.select(*_ACT).where(ACTS.c.state.in_(("proposed", "sent")), ACTS.c.due_at <= tx.now)
    return [Act(*row) for row in tx.rows(asked.order_by(ACTS.c.due_at, ACTS.c.seq).limit(limit))]


def list_acts(
    tx: Tx, *, room: str | None = None, state: str | None = None, before: int | None = None, limit: int = 50
) -> tuple[list[Act], int | None]:
    """Up to ``limit``, the newest first, those before a ``seq``; and the one to go on from."""
    asked = sa.select(*_ACT).order_by(ACTS.c.seq.desc()).limit(limit + 1)
    for column, value in ((ACTS.c.room, room), (ACTS.c.state, state)):
        if value is not None:
            asked = asked.where(column == value)
    if before is not None:
        asked = asked.where(ACTS.c.seq < before)
    found = [Act(*row) for row in tx.rows(asked)]
    return found[:limit], found[limit - 1].seq if len(found) > limit else None


def incidents_of_publishers(tx: Tx, publishers: Iterable[str]) -> list[Happening]:
    """The incidents of these publishers that stand, in order."""
    asked = sa.select(*_INCIDENT).where(among(tx, INCIDENTS.c.publisher, publishers), INCIDENTS.c.state == "open")
    return [_happening(row) for row in tx.rows(asked.order_by(INCIDENTS.c.seq))]


def incidents_of_merchants(tx: Tx, merchants: Iterable[str]) -> dict[str, list[Happening]]:
    """Of each merchant the incidents that stand and it is concerned in, in order."""
    asked = (sa.select(CONCERNED.c.merchant, *_INCIDENT).join(INCIDENTS, INCIDENTS.c.id == CONCERNED.c.incident)
             .where(among(tx, CONCERNED.c.merchant, merchants), INCIDENTS.c.state == "open")
             .order_by(INCIDENTS.c.seq))  # fmt: skip
    found: dict[str, list[Happening]] = {}
    for row in tx.rows(asked):
        found.setdefault(row[0], []).append(_happening(row[1:]))
    return found


def merchants_concerned(tx: Tx, after: str, limit: int) -> tuple[list[tuple[str, int, int]], str | None]:
    """Merchants behind one by id, each with how many incidents that stand concern it and in how many rooms; and the one
    to go on from."""
    asked = (sa.select(CONCERNED.c.merchant, sa.func.count(), sa.func.count(INCIDENTS.c.room.distinct()))
             .join(INCIDENTS, INCIDENTS.c.id == CONCERNED.c.incident)
             .where(INCIDENTS.c.state == "open", CONCERNED.c.merchant > after)
             .group_by(CONCERNED.c.merchant).order_by(CONCERNED.c.merchant).limit(limit + 1))  # fmt: skip
    found = [(str(row[0]), int(row[1]), int(row[2])) for row in tx.rows(asked)]
    return found[:limit], found[limit - 1][0] if len(found) > limit else None
