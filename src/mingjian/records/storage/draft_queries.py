"""Asking for drafts and all that belongs to them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from mingjian.records.drafts.model import Comment, Draft, DraftFilter, DriftCheck, Seal, Step, Version, Waiver
from mingjian.records.storage.database import Tx
from mingjian.records.storage.draft_remarks import CHECKS, COMMENTS, STEPS, WAIVERS
from mingjian.records.storage.drafts import DRAFTS, SEALS, VERSIONS

_DOCUMENTS = ("anchor", "reasons", "evidence")


def _columns(table: sa.Table, noun: type) -> list[sa.Column[Any]]:
    return [table.c[field.name] for field in fields(noun)]


def _plain(row: sa.Row[Any]) -> dict[str, Any]:
    found = dict(row._mapping)
    for name in _DOCUMENTS:
        if name in found:
            value = json.loads(found[name])
            found[name] = tuple(value) if isinstance(value, list) else value
    return found


def draft_by_id(tx: Tx, id: str) -> Draft | None:
    """One draft; in a writing transaction its row is held until the end."""
    asked = sa.select(*_columns(DRAFTS, Draft)).where(DRAFTS.c.id == id)
    row = tx.one(asked.with_for_update() if tx.writes else asked)
    return None if row is None else Draft(**_plain(row))


def drafts_by_id(tx: Tx, ids: Iterable[str]) -> dict[str, Draft]:
    """Drafts by id."""
    wanted = list(dict.fromkeys(ids))
    asked = sa.select(*_columns(DRAFTS, Draft)).where(DRAFTS.c.id.in_(wanted))
    return {draft.id: draft for draft in (Draft(**_plain(row)) for row in tx.rows(asked))}


def draft_page(
    tx: Tx, filters: DraftFilter, before: int | None, limit: int, *, author: str | None, department: str | None
) -> list[Draft]:
    """Drafts, the newest first, behind the sequence number ``before``. With ``author`` only his and (where given)
    those of ``department``."""
    asked = sa.select(*_columns(DRAFTS, Draft))
    for name in ("state", "author", "department", "platform", "level", "drift"):
        value = getattr(filters, name)
        if value is not None:
            asked = asked.where(DRAFTS.c[name] == value)
    if author is not None:
        own = DRAFTS.c.author == author
        asked = asked.where(own if department is None else sa.or_(own, DRAFTS.c.department == department))
    if before is not None:
        asked = asked.where(DRAFTS.c.seq < before)
    return [Draft(**_plain(row)) for row in tx.rows(asked.order_by(DRAFTS.c.seq.desc()).limit(limit))]


def count_states(tx: Tx, *, author: str | None, department: str | None) -> dict[str, int]:
    """How many drafts there are in each state, of those ``draft_page`` would show."""
    asked = sa.select(DRAFTS.c.state, sa.func.count()).group_by(DRAFTS.c.state)
    if author is not None:
        own = DRAFTS.c.author == author
        asked = asked.where(own if department is None else sa.or_(own, DRAFTS.c.department == department))
    return {row[0]: int(row[1]) for row in tx.rows(asked)}


def versions_of(tx: Tx, draft: str) -> list[Version]:
    """Every version, the first first."""
    asked = sa.select(*_columns(VERSIONS, Version)).where(VERSIONS.c.draft == draft).order_by(VERSIONS.c.number)
    return [Version(**_plain(row)) for row in tx.rows(asked)]


def steps_of(tx: Tx, draft: str) -> list[Step]:
    """Every answer, the first first, those taken back too."""
    asked = sa.select(*_columns(STEPS, Step)).where(STEPS.c.draft == draft).order_by(STEPS.c.seq)
    return [Step(**_plain(row)) for row in tx.rows(asked)]


def comments_of(tx: Tx, draft: str) -> list[Comment]:
    """Every comment, the first first."""
    asked = sa.select(*_columns(COMMENTS, Comment)).where(COMMENTS.c.draft == draft).order_by(COMMENTS.c.seq)
    return [Comment(**_plain(row)) for row in tx.rows(asked)]


def waivers_of(tx: Tx, draft: str) -> list[Waiver]:
    """Every waiver, those run out too."""
    asked = sa.select(*_columns(WAIVERS, Waiver)).where(WAIVERS.c.draft == draft)
    return [Waiver(**_plain(row)) for row in tx.rows(asked.order_by(WAIVERS.c.made_at, WAIVERS.c.id))]


def seal_of(tx: Tx, draft: str) -> Seal | None:
    """The seal, once there is one."""
    row = tx.one(sa.select(*_columns(SEALS, Seal)).where(SEALS.c.draft == draft))
    return None if row is None else Seal(**_plain(row))


def checks_of(tx: Tx, draft: str) -> list[DriftCheck]:
    """Every comparison with what was published, the newest first."""
    asked = sa.select(*_columns(CHECKS, DriftCheck)).where(CHECKS.c.draft == draft).order_by(CHECKS.c.seq.desc())
    return [DriftCheck(**_plain(row)) for row in tx.rows(asked)]
