"""Rings, who and what belongs to them, and what was done to all of it: rows folded from the journal.

A ring's story (ids and figures) lies among the contents; the event names its digest. Once a story is deleted its ring
stays, with nobody in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.rings.model import Kept, Work
from mingjian.records.storage import contents
from mingjian.records.storage.bulk import among, insert_rows
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

RINGS = sa.Table(
    "rings",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("story", sa.String(64), nullable=False),
    sa.Column("accounts", sa.Integer, nullable=False),
    sa.Column("items", sa.Integer, nullable=False),
    sa.Column("materials", sa.Integer, nullable=False),
    sa.Column("confidence", sa.Integer, nullable=False),
    sa.Column("since", Micros, nullable=False),
    sa.Column("until", Micros, nullable=False),
    sa.Column("institution", sa.String(200)),
    sa.Column("found_at", Micros, nullable=False),
    sa.Column("changed_at", Micros, nullable=False),
    sa.Column("pinned", sa.Boolean, nullable=False),
    sa.Column("into", sa.String(32)),
    sa.Column("origin", sa.String(32)),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("by", sa.String(128), nullable=False),
    sa.Column("work", sa.String(32)),
    sa.Index("ix_rings_state_confidence", "state", "confidence", "seq"),
    sa.Index("ix_rings_institution", "institution"),
)
MEMBERS = sa.Table(
    "ring_members",
    metadata,
    sa.Column("ring", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(8), primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Index("ix_ring_members_kind_key", "kind", "key"),
)
WORKS = sa.Table(
    "ring_works",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("ring", sa.String(32), nullable=False),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("measure", sa.String(32), nullable=False),
    sa.Column("on", sa.String(16), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", Micros, nullable=False),
    sa.Column("by", sa.String(128), nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("decisions", sa.Text, nullable=False),
    sa.Column("undone_at", Micros),
    sa.Column("undone_by", sa.String(128)),
    sa.Column("undone_why", sa.Text),
    sa.Index("ix_ring_works_ring_seq", "ring", "seq"),
)
projection(RINGS, MEMBERS, WORKS)
_KEPT = [RINGS.c[field.name] for field in fields(Kept)]
_WORK = [WORKS.c[field.name] for field in fields(Work)]
_TOLD = ("accounts", "items", "materials", "confidence", "since", "until")


@dataclass(frozen=True, slots=True)
class RingFilter:
    """Which rings a list shows. ``state``: one of the states, or live (open and acted) or None for all but merged;
    ``account``, ``item``: those it belongs to; ``least``: confidence in thousandths."""

    state: str | None = "live"
    account: str | None = None
    item: str | None = None
    institution: str | None = None
    least: int = 0


def _told(tx: Tx, digest: str) -> dict[str, Any]:
    found = contents.get(tx, digest)
    return {} if found is None else json.loads(found)


def _row(tx: Tx, event: Recorded) -> dict[str, Any]:
    body = event.body
    story = _told(tx, body["story"])
    profit = story.get("profit") or []
    return {"story": body["story"], "changed_at": event.at, **{name: body[name] for name in _TOLD},
            "institution": profit[0]["institution"][:200] if profit else None}  # fmt: skip


def _members(tx: Tx, id: str, digest: str) -> None:
    story = _told(tx, digest)
    tx.run(MEMBERS.delete().where(MEMBERS.c.ring == id))
    rows = [(id, "account", key) for key in story.get("accounts", ())]
    rows += [(id, "item", key) for key in story.get("posts", ())]
    insert_rows(tx, MEMBERS, ("ring", "kind", "key"), rows)


@folds("ring.found")
def _found(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        tx.run(RINGS.insert(), {
            "id": event.subject, "seq": event.seq, "state": "open", "found_at": event.at, "reason": "",
            "pinned": bool(event.body.get("pinned")), "into": None, "origin": event.body.get("origin"),
            "by": event.actor, "work": None, **_row(tx, event),
        })  # fmt: skip
        _members(tx, event.subject, event.body["story"])


@folds("ring.changed")
def _changed(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        pinned = {"pinned": bool(event.body["pinned"])} if "pinned" in event.body else {}
        tx.run(RINGS.update().where(RINGS.c.id == event.subject), {**_row(tx, event), **pinned})
        _members(tx, event.subject, event.body["story"])


@folds("ring.merged")
def _merged(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        _set(tx, event, state="merged", into=event.body["into"])


@folds("ring.split")
def _split(tx: Tx, events: Sequence[Recorded]) -> None:
    """What it became is told by the events beside it: ring.changed of itself, ring.found of the others."""
    for event in events:
        _set(tx, event)


@folds("ring.dismissed")
def _dismissed(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        _set(tx, event, state="dismissed")


@folds("ring.reopened")
def _reopened(tx: Tx, events: Sequence[Recorded]) -> None:
    """Back from dismissed, or out of the ring it was merged into."""
    for event in events:
        _set(tx, event, state="open", into=None)


@folds("ring.acted")
def _acted(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        body = event.body
        tx.run(WORKS.insert(), {
            "id": body["work"], "ring": event.subject, "seq": event.seq, "measure": body["measure"], "on": body["on"],
            "reason": body["reason"], "at": event.at, "by": event.actor, "count": len(body["decisions"]),
            "decisions": json.dumps(body["decisions"]), "undone_at": None, "undone_by": None, "undone_why": None,
        })  # fmt: skip
        _set(tx, event, state="acted", work=body["work"])


@folds("ring.undone")
def _undone(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        tx.run(WORKS.update().where(WORKS.c.id == event.body["work"]),
               {"undone_at": event.at, "undone_by": event.actor, "undone_why": event.body["reason"]})  # fmt: skip
        asked = sa.select(WORKS.c.id).where(WORKS.c.ring == event.subject, WORKS.c.undone_at.is_(None))
        left = tx.one(asked.order_by(WORKS.c.seq.desc()).limit(1))
        state = {} if left is not None else {"state": "open"}
        _set(tx, event, work=None if left is None else left.id, **state)


def _set(tx: Tx, event: Recorded, **values: Any) -> None:
    tx.run(RINGS.update().where(RINGS.c.id == event.subject),
           {"reason": event.body["reason"], "by": event.actor, "changed_at": event.at, **values})  # fmt: skip


def _kept(row: Any) -> Kept:
    values = dict(zip((field.name for field in fields(Kept)), row, strict=True))
    return Kept(**values | {"pinned": bool(values["pinned"])})


def ring_by_id(tx: Tx, id: str) -> Kept | None:
    """One ring."""
    row = tx.one(sa.select(*_KEPT).where(RINGS.c.id == id))
    return None if row is None else _kept(row)


def rings_by_id(tx: Tx, ids: Iterable[str]) -> dict[str, Kept]:
    """Rings by id; those that are not there are left out."""
    return {row.id: _kept(row) for row in tx.rows(sa.select(*_KEPT).where(among(tx, RINGS.c.id, ids)))}


def list_rings(
    tx: Tx, wanted: RingFilter, after: tuple[int, int] | None, limit: int
) -> tuple[list[Kept], tuple[int, int] | None]:
    """Up to ``limit``, the surest first, those behind a place (confidence, seq); and the place to go on from."""
    asked = sa.select(*_KEPT).order_by(RINGS.c.confidence.desc(), RINGS.c.seq.desc()).limit(limit + 1)
    states = {"live": ("open", "acted"), None: ("open", "acted", "dismissed")}.get(wanted.state)
    asked = asked.where(RINGS.c.state.in_(states or (wanted.state,)))
    if wanted.institution is not None:
        asked = asked.where(RINGS.c.institution == wanted.institution)
    if wanted.least:
        asked = asked.where(RINGS.c.confidence >= wanted.least)
    for kind, key in (("account", wanted.account), ("item", wanted.item)):
        if key is not None:
            mine = sa.select(MEMBERS.c.ring).where(MEMBERS.c.kind == kind, MEMBERS.c.key == key)
            asked = asked.where(RINGS.c.id.in_(mine))
    if after is not None:
        confidence, seq = after
        less = sa.or_(RINGS.c.confidence < confidence, RINGS.c.seq < seq)
        asked = asked.where(RINGS.c.confidence <= confidence, less)
    found = [_kept(row) for row in tx.rows(asked)]
    more = len(found) > limit
    return found[:limit], (found[limit - 1].confidence, found[limit - 1].seq) if more else None


def count_rings(tx: Tx) -> dict[str, int]:
    """How many are in each state."""
    rows = tx.rows(sa.select(RINGS.c.state, sa.func.count()).group_by(RINGS.c.state))
    return {row[0]: int(row[1]) for row in rows}


def members_of(tx: Tx, rings: Iterable[str], kind: str = "account") -> dict[str, set[str]]:
    """Who (or what) belongs to these rings."""
    found: dict[str, set[str]] = {}
    asked = sa.select(MEMBERS.c.ring, MEMBERS.c.key).where(MEMBERS.c.kind == kind, among(tx, MEMBERS.c.ring, rings))
    for row in tx.rows(asked):
        found.setdefault(row.ring, set()).add(row.key)
    return found


def page_of_members(tx: Tx, ring: str, kind: str, after: str, limit: int) -> tuple[list[str], str | None]:
    """Members in the order of their ids, behind one; and the one to go on from."""
    asked = sa.select(MEMBERS.c.key).where(MEMBERS.c.ring == ring, MEMBERS.c.kind == kind, MEMBERS.c.key > after)
    found = [row.key for row in tx.rows(asked.order_by(MEMBERS.c.key).limit(limit + 1))]
    return found[:limit], found[limit - 1] if len(found) > limit else None


def rings_with(
    tx: Tx, kind: str, keys: Iterable[str], states: Sequence[str] = ("open", "acted")
) -> dict[str, list[str]]:
    """Of each key the rings in these states it belongs to."""
    asked = (
        sa.select(MEMBERS.c.key, MEMBERS.c.ring)
        .join(RINGS, RINGS.c.id == MEMBERS.c.ring)
        .where(MEMBERS.c.kind == kind, among(tx, MEMBERS.c.key, keys), RINGS.c.state.in_(states))
        .order_by(RINGS.c.seq)
    )
    found: dict[str, list[str]] = {}
    for row in tx.rows(asked):
        found.setdefault(row.key, []).append(row.ring)
    return found


def standing_rings(tx: Tx) -> list[Kept]:
    """All that recounting goes by: open, acted and dismissed ones, the oldest first."""
    asked = sa.select(*_KEPT).where(RINGS.c.state.in_(("open", "acted", "dismissed"))).order_by(RINGS.c.seq)
    return [_kept(row) for row in tx.rows(asked)]


def merged_into(tx: Tx, ring: str) -> list[Kept]:
    """Rings that became part of this one, the oldest first."""
    asked = sa.select(*_KEPT).where(RINGS.c.state == "merged", RINGS.c.into == ring).order_by(RINGS.c.seq)
    return [_kept(row) for row in tx.rows(asked)]


def works_of(tx: Tx, ring: str, limit: int = 50) -> list[Work]:
    """What was done to all of a ring, the newest first."""
    asked = sa.select(*_WORK).where(WORKS.c.ring == ring).order_by(WORKS.c.seq.desc()).limit(limit)
    return [Work(*row) for row in tx.rows(asked)]


def work_by_id(tx: Tx, id: str) -> tuple[Work, list[str]] | None:
    """One acting with the decisions it made."""
    row = tx.one(sa.select(*_WORK, WORKS.c.decisions).where(WORKS.c.id == id))
    return None if row is None else (Work(*row[:-1]), list(json.loads(row[-1])))
