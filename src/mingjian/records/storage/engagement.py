"""Alarms about engagement, who belongs to them and their days: rows folded from the journal. Members and evidence lie
among the contents; the event names their digest. Once that content is deleted the alarm stays, with nobody in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from mingjian.records.clock import day
from mingjian.records.engagement.model import Day, Kept, Member
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.storage import contents
from mingjian.records.storage.bulk import among, insert_rows
from mingjian.records.storage.database import Tx
from mingjian.records.storage.items import ITEMS
from mingjian.records.storage.metadata import Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

ALARMS = sa.Table(
    "engagement_alarms",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("kinds", sa.String(120), nullable=False),
    sa.Column("content", sa.String(64), nullable=False),
    sa.Column("load", sa.String(32), nullable=False),
    sa.Column("actors", sa.Integer, nullable=False),
    sa.Column("items", sa.Integer, nullable=False),
    sa.Column("events", sa.Integer, nullable=False),
    sa.Column("since", Micros, nullable=False),
    sa.Column("until", Micros, nullable=False),
    sa.Column("chance", sa.Integer, nullable=False),
    sa.Column("raised_at", Micros, nullable=False),
    sa.Column("seen_at", Micros, nullable=False),
    sa.Column("decided_at", Micros),
    sa.Column("decided_by", sa.String(128)),
    sa.Column("reason", sa.Text),
    sa.Index("ix_engagement_alarms_state_seq", "state", "seq"),
    sa.Index("ix_engagement_alarms_kind_seq", "kind", "seq"),
    sa.Index("ix_engagement_alarms_load", "load"),
)
MEMBERS = sa.Table(
    "engagement_members",
    metadata,
    sa.Column("alarm", sa.String(32), primary_key=True),
    sa.Column("role", sa.String(12), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("ref", sa.String(200), nullable=False),
    sa.Column("events", sa.Integer, nullable=False),
    sa.Index("ix_engagement_members_ref_role", "ref", "role"),
)
DAYS = sa.Table(
    "engagement_days",
    metadata,
    sa.Column("alarm", sa.String(32), primary_key=True),
    sa.Column("publisher", sa.String(200), primary_key=True),
    sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("events", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Index("ix_engagement_days_publisher_day", "publisher", "day"),
)
projection(ALARMS, MEMBERS, DAYS)
_SHOWN = [ALARMS.c[field.name] for field in fields(Kept)]
_FIGURES = ("content", "load", "actors", "items", "events", "since", "until", "chance")
_STATES = {"engagement.confirmed": "confirmed", "engagement.dismissed": "dismissed", "engagement.reopened": "open"}
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class AlarmFilter:
    """Which alarms a list shows. ``member``: anybody or anything of that id belongs to it."""

    state: str | None = None
    kind: str | None = None
    load: str | None = None
    member: str | None = None


@folds("engagement.alarm")
def _raised(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(ALARMS.insert(), [
        {"id": event.subject, "seq": event.seq, "state": "open", "raised_at": event.at, "seen_at": event.at,
         "kind": event.body["kinds"][0], "kinds": " ".join(event.body["kinds"]),
         **{name: event.body[name] for name in _FIGURES}} for event in events
    ])  # fmt: skip
    for event in events:
        _belong(tx, event)


@folds("engagement.again")
def _again(tx: Tx, events: Sequence[Recorded]) -> None:
    """The same alarm in a later load, with what is known of it now."""
    for event in events:
        values = {name: event.body[name] for name in _FIGURES}
        tx.run(ALARMS.update().where(ALARMS.c.id == event.subject),
               {**values, "seen_at": event.at, "kind": event.body["kinds"][0],
                "kinds": " ".join(event.body["kinds"])})  # fmt: skip
        for table in (MEMBERS, DAYS):
            tx.run(table.delete().where(table.c.alarm == event.subject))
        _belong(tx, event)


@folds(*_STATES)
def _decided(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        tx.run(ALARMS.update().where(ALARMS.c.id == event.subject),
               {"state": _STATES[event.kind], "decided_at": event.at, "decided_by": event.actor,
                "reason": event.body["reason"]})  # fmt: skip


def _belong(tx: Tx, event: Recorded) -> None:
    found = content_of(tx, event.body["content"])
    if found is None:
        return  # deleted since: nobody is in it any more
    counts = {"actor": found["per_actor"], "item": found["per_item"], "publisher": [0] * len(found["publishers"])}
    rows = [(event.subject, role, place, str(ref)[:_LONGEST], events)
            for role, name in (("actor", "actors"), ("item", "items"), ("publisher", "publishers"))
            for place, (ref, events) in enumerate(zip(found[name], counts[role], strict=True))]  # fmt: skip
    insert_rows(tx, MEMBERS, ("alarm", "role", "place", "ref", "events"), rows)
    insert_rows(tx, DAYS, ("alarm", "publisher", "day", "events", "total"),
                [(event.subject, str(publisher)[:_LONGEST], day, mine, total)
                 for publisher, day, mine, total in found["days"]])  # fmt: skip


def content_of(tx: Tx, digest: str) -> Mapping[str, Any] | None:
    """An alarm's members and evidence; None when deleted."""
    body = contents.get(tx, digest)
    found: Mapping[str, Any] | None = None if body is None else json.loads(body)
    return found


def _kept(row: sa.Row[Any]) -> Kept:
    values = dict(row._mapping)
    return Kept(**values | {"kinds": tuple(values["kinds"].split())})


def alarm_by_id(tx: Tx, id: str) -> Kept | None:
    """One alarm."""
    row = tx.one(sa.select(*_SHOWN).where(ALARMS.c.id == id))
    return None if row is None else _kept(row)


def alarms_by_id(tx: Tx, ids: Iterable[str]) -> dict[str, Kept]:
    """Alarms by id; those that are not there are left out."""
    return {row.id: _kept(row) for row in tx.rows(sa.select(*_SHOWN).where(among(tx, ALARMS.c.id, ids)))}


def list_alarms(tx: Tx, wanted: AlarmFilter, before: int | None, limit: int) -> tuple[list[Kept], int | None]:
    """Up to ``limit`` alarms, newest first, those before a place; and the place to go on from."""
    asked = sa.select(*_SHOWN).order_by(ALARMS.c.seq.desc()).limit(limit + 1)
    for name in ("state", "kind", "load"):
        value = getattr(wanted, name)
        asked = asked if value is None else asked.where(ALARMS.c[name] == value)
    if wanted.member is not None:
        theirs = sa.select(MEMBERS.c.alarm).where(MEMBERS.c.ref == wanted.member)
        asked = asked.where(ALARMS.c.id.in_(theirs))
    found = [_kept(row) for row in tx.rows(asked if before is None else asked.where(ALARMS.c.seq < before))]
    return found[:limit], found[limit - 1].seq if len(found) > limit else None


def count_alarms(tx: Tx) -> dict[str, int]:
    """How many there are in each state."""
    asked = sa.select(ALARMS.c.state, sa.func.count()).group_by(ALARMS.c.state)
    return {row[0]: int(row[1]) for row in tx.rows(asked)}


def members_of(tx: Tx, alarm: str, role: str, after: int | None = None, limit: int = 50) -> list[Member]:
    """Members of a role, those with most events first, behind a place."""
    asked = sa.select(MEMBERS.c.alarm, MEMBERS.c.role, MEMBERS.c.ref, MEMBERS.c.place, MEMBERS.c.events)
    asked = asked.where(MEMBERS.c.alarm == alarm, MEMBERS.c.role == role).order_by(MEMBERS.c.place).limit(limit)
    return [Member(*row) for row in tx.rows(asked if after is None else asked.where(MEMBERS.c.place > after))]


def confirmed_with(tx: Tx, refs: Iterable[str]) -> list[tuple[str, str, Kept]]:
    """(member, role, alarm) for each confirmed alarm that one of these acted in or is the publisher of, the oldest
    first."""
    asked = (
        sa.select(MEMBERS.c.ref, MEMBERS.c.role, *_SHOWN)
        .join(ALARMS, ALARMS.c.id == MEMBERS.c.alarm)
        .where(among(tx, MEMBERS.c.ref, refs), MEMBERS.c.role.in_(("actor", "publisher")),
               ALARMS.c.state == "confirmed")
        .order_by(ALARMS.c.seq, MEMBERS.c.role, MEMBERS.c.place)
    )  # fmt: skip
    found = []
    for row in tx.rows(asked):
        values = {field.name: row._mapping[field.name] for field in fields(Kept)}
        found.append((row.ref, row.role, Kept(**values | {"kinds": tuple(values["kinds"].split())})))
    return found


def known_with(tx: Tx, actors: Iterable[str]) -> dict[str, int]:
    """Alarms these actors belong to → how many of them do."""
    theirs = (MEMBERS.c.role == "actor", among(tx, MEMBERS.c.ref, actors))
    asked = sa.select(MEMBERS.c.alarm, sa.func.count()).where(*theirs).group_by(MEMBERS.c.alarm)
    return {row[0]: int(row[1]) for row in tx.rows(asked)}


def days_of(tx: Tx, alarm: str) -> list[Day]:
    """The days of an alarm."""
    asked = sa.select(*(DAYS.c[field.name] for field in fields(Day))).where(DAYS.c.alarm == alarm)
    return [Day(*row) for row in tx.rows(asked.order_by(DAYS.c.publisher, DAYS.c.day))]


def confirmed_days(tx: Tx, publishers: Iterable[str]) -> list[tuple[str, int, int, int]]:
    """(publisher, day, events of confirmed alarms, all events pushed of that day), counted from the rows now."""
    asked = sa.select(DAYS.c.publisher, DAYS.c.day, sa.func.sum(DAYS.c.events), sa.func.max(DAYS.c.total)).where(
        among(tx, DAYS.c.publisher, publishers),
        DAYS.c.alarm.in_(sa.select(ALARMS.c.id).where(ALARMS.c.state == "confirmed")),
    )  # fmt: skip
    grouped = asked.group_by(DAYS.c.publisher, DAYS.c.day).order_by(DAYS.c.publisher, DAYS.c.day)
    return [(row[0], int(row[1]), int(row[2]), int(row[3])) for row in tx.rows(grouped)]


def owners_of(tx: Tx, items: Iterable[str]) -> dict[str, tuple[str, int | None]]:
    """Items (by the desk's id or the platform's own number) → (publisher, when it was published), the newest
    version's. When: the moment it came in if that was the day; None if not, a day is too coarse."""
    found: dict[str, tuple[str, int | None]] = {}
    wanted = list(dict.fromkeys(items))
    for name in ("external", "id"):
        asked = sa.select(ITEMS.c[name], ITEMS.c.publisher, ITEMS.c.submitted_at, ITEMS.c.published_on).where(
            among(tx, ITEMS.c[name], wanted), ITEMS.c.publisher.is_not(None)).order_by(ITEMS.c.seq)  # fmt: skip
        for row in tx.rows(asked):
            fresh = row.published_on == day(row.submitted_at).isoformat()
            found[row[0]] = row.publisher, int(row.submitted_at) if fresh else None
    return found


def desk_items(tx: Tx, refs: Iterable[str]) -> dict[str, str]:
    """Items (by the desk's id or the platform's own number) → the desk's id of the newest version; those the desk
    does not have are left out."""
    found: dict[str, str] = {}
    wanted = list(dict.fromkeys(refs))
    for name in ("external", "id"):
        asked = sa.select(ITEMS.c[name], ITEMS.c.id).where(among(tx, ITEMS.c[name], wanted)).order_by(ITEMS.c.seq)
        found |= {row[0]: row[1] for row in tx.rows(asked)}
    return found


def kinds_of(tx: Tx, publishers: Iterable[str]) -> dict[str, str]:
    """Publishers the desk has items of → what they are."""
    asked = sa.select(ITEMS.c.publisher, sa.func.max(ITEMS.c.publisher_kind)).where(
        among(tx, ITEMS.c.publisher, publishers), ITEMS.c.publisher_kind.is_not(None)).group_by(ITEMS.c.publisher)
    return {row[0]: row[1] for row in tx.rows(asked)}
