"""What the registry says of actors as of a day, as numbers for scorecards, and which accounts are whose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa

from mingjian.records.scores.model import day_at, number_of
from mingjian.records.storage.bulk import among
from mingjian.records.storage.database import Tx
from mingjian.records.storage.registry_tables import CREDENTIALS, ENTITIES, LINKS
from mingjian.records.storage.score_asking import ids, listed

MICRO = 1_000_000
_Held = Sequence[Any]
_LICENCES = ("business_licence", "practice_licence", "clinic_filing", "physician_qualification", "nurse_practice")


def registered_keys(tx: Tx, kinds: Sequence[str]) -> set[str]:
    """The keys of all entities of these kinds."""
    asked = sa.select(ENTITIES.c.key).where(ENTITIES.c.kind.in_(kinds))
    return {row[0] for row in tx.connection.execute(asked)}


def any_registered(tx: Tx, kinds: Sequence[str]) -> bool:
    """Whether the registry holds anybody of these kinds."""
    return tx.one(sa.select(ENTITIES.c.id).where(ENTITIES.c.kind.in_(kinds)).limit(1)) is not None


def owned_accounts(tx: Tx, kinds: Sequence[str], keys: Sequence[str] | None, day: int) -> list[tuple[str, str]]:
    """(account's key, its owner's key) of the accounts that belong to entities of these kinds on a day; ``keys``: of
    these owners only."""
    by = None if keys is None else "owner"
    return [(row[0], row[1]) for row in tx.rows(_owned(tx.dialect, by), _bound(tx, kinds, keys or (), day))]


def owners_by_account(tx: Tx, kinds: Sequence[str], keys: Iterable[str], day: int) -> dict[str, str]:
    """Account's key → its owner's, of those of the keys that are accounts of entities of these kinds on a day."""
    return {row[0]: row[1] for row in tx.rows(_owned(tx.dialect, "account"), _bound(tx, kinds, keys, day))}


def _bound(tx: Tx, kinds: Sequence[str], keys: Iterable[str], day: int) -> dict[str, Any]:
    return {"kinds": ids(tx, kinds), "on": day_at(day).isoformat(), "ids": ids(tx, keys)}


@cache
def _owned(dialect: str, by: str | None) -> sa.Select[Any]:
    """Accounts with their owners, of the keys bound as ``ids``: those of owners, of accounts, or (None) all."""
    owner, account = ENTITIES.alias("owner"), ENTITIES.alias("account")
    on = sa.bindparam("on", type_=sa.String)
    asked = sa.select(account.c.key, owner.c.key).select_from(
        owner.join(LINKS, LINKS.c.target == owner.c.id).join(account, account.c.id == LINKS.c.source)
    ).where(
        LINKS.c.kind == "belongs_to", LINKS.c.state == "valid", account.c.kind == "account",
        listed(dialect, owner.c.kind, "kinds"),
        sa.or_(LINKS.c.valid_from.is_(None), LINKS.c.valid_from <= on),
        sa.or_(LINKS.c.valid_to.is_(None), LINKS.c.valid_to >= on),
    )  # fmt: skip
    if by is not None:
        asked = asked.where(listed(dialect, owner.c.key if by == "owner" else account.c.key))
    return asked


@cache
def _ids(dialect: str) -> sa.Select[Any]:
    mine = listed(dialect, ENTITIES.c.kind, "kinds"), listed(dialect, ENTITIES.c.key)
    return sa.select(ENTITIES.c.id, ENTITIES.c.key).where(*mine)


def entity_ids(tx: Tx, kinds: Sequence[str], keys: Iterable[str]) -> dict[str, str]:
    """Entity's id → its key, of those of the keys that are entities of these kinds: ladders and bands act on ids."""
    bound = {"kinds": ids(tx, kinds), "ids": ids(tx, keys)}
    return {row[0]: row[1] for row in tx.rows(_ids(tx.dialect), bound)}


def keys_of(tx: Tx, entities: Iterable[str]) -> dict[str, str]:
    """Entity's id → its key."""
    asked = sa.select(ENTITIES.c.id, ENTITIES.c.key).where(among(tx, ENTITIES.c.id, entities))
    return {row[0]: row[1] for row in tx.rows(asked)}


def registered_among(tx: Tx, kinds: Sequence[str], keys: Iterable[str]) -> set[str]:
    """Those of the keys that are entities of these kinds."""
    asked = sa.select(ENTITIES.c.key).where(ENTITIES.c.kind.in_(kinds), among(tx, ENTITIES.c.key, keys))
    return {row[0] for row in tx.rows(asked)}


def owners_of_entities(tx: Tx, ids: Sequence[str]) -> set[str]:
    """The keys of these entities, and of those they are linked to: whom a change of any of them may concern."""
    mine = sa.select(ENTITIES.c.key).where(among(tx, ENTITIES.c.id, ids))
    linked = sa.select(ENTITIES.c.key).select_from(
        LINKS.join(ENTITIES, ENTITIES.c.id == LINKS.c.target)
    ).where(among(tx, LINKS.c.source, ids))  # fmt: skip
    return {row[0] for asked in (mine, linked) for row in tx.rows(asked)}


def changed_keys(tx: Tx, ids: Sequence[str]) -> set[str]:
    """The same for accounts with the bare number that items may name as well."""
    return {name for key in owners_of_entities(tx, ids) for name in (key, key.partition(":")[2]) if name}


def registry_values(
    tx: Tx, kinds: Sequence[str], keys: Sequence[str], day: int
) -> dict[str, Mapping[str, int]]:
    """Measure → value (millionths) of each registered actor, by key, as of a day. Measures that nothing is known for
    are left out."""
    found = sa.select(ENTITIES.c.id, ENTITIES.c.key, ENTITIES.c.state).where(
        ENTITIES.c.kind.in_(kinds), among(tx, ENTITIES.c.key, keys)
    )
    entities = {row[0]: (row[1], row[2]) for row in tx.connection.execute(found)}
    if not entities:
        return {}
    held: dict[str, list[_Held]] = {}
    asked = sa.select(CREDENTIALS.c.entity, CREDENTIALS.c.kind, CREDENTIALS.c.valid_from, CREDENTIALS.c.valid_to,
                      CREDENTIALS.c.state, CREDENTIALS.c.verified)  # fmt: skip
    for row in tx.connection.execute(asked.where(among(tx, CREDENTIALS.c.entity, entities))):
        held.setdefault(row[0], []).append(row)
    physicians = _linked(tx, "practises_at", entities, day)
    devices = _linked(tx, "used_by", entities, day)
    made: dict[str, Mapping[str, int]] = {}
    for id, (key, state) in entities.items():
        values = {"registered": MICRO, "suspended": 0 if state == "active" else MICRO,
                  "physicians": physicians.get(id, 0) * MICRO, "devices": devices.get(id, 0) * MICRO}  # fmt: skip
        values.update(_of_credentials(held.get(id, ()), day))
        made[key] = values
    return made


def _linked(tx: Tx, kind: str, entities: Mapping[str, object], day: int) -> dict[str, int]:
    on = day_at(day).isoformat()
    asked = sa.select(LINKS.c.target, sa.func.count(LINKS.c.source.distinct())).where(
        LINKS.c.kind == kind, LINKS.c.state == "valid", among(tx, LINKS.c.target, entities),
        sa.or_(LINKS.c.valid_from.is_(None), LINKS.c.valid_from <= on),
        sa.or_(LINKS.c.valid_to.is_(None), LINKS.c.valid_to >= on),
    ).group_by(LINKS.c.target)  # fmt: skip
    return {row[0]: int(row[1]) for row in tx.rows(asked)}


def _of_credentials(rows: Sequence[_Held], day: int) -> dict[str, int]:
    """A kind counts as expired when something of it has run out and nothing of it holds."""
    on = day_at(day).isoformat()
    kinds: dict[str, list[bool]] = {}
    ends: dict[str, str] = {}
    begun: str | None = None
    malformed = contradicted = withdrawn = current = unverified = 0
    for _, kind, since, until, state, verified in rows:
        if since is not None and since > on:
            continue  # not yet
        over = until is not None and until < on
        withdrawn += state != "valid"
        holds = state == "valid" and not over
        kinds.setdefault(kind, []).append(holds)
        if state == "valid" and until is not None:
            ends[kind] = max(until, ends.get(kind, until))
        if kind in _LICENCES and since is not None and (begun is None or since < begun):
            begun = since
        if holds:
            current += 1
            malformed += verified == "malformed"
            contradicted += verified == "contradicted"
            unverified += verified == "unverified"
    made = {"expired": sum(not any(held) for held in kinds.values()) * MICRO, "malformed": malformed * MICRO,
            "contradicted": contradicted * MICRO, "withdrawn": withdrawn * MICRO}  # fmt: skip
    if current:
        made["unverified"] = (2 * unverified * MICRO + current) // (2 * current)
    if ends:
        made["expires_in"] = (number_of(date.fromisoformat(min(ends.values()))) - day) * MICRO
    if begun is not None:
        made["years"] = (day - number_of(date.fromisoformat(begun))) * MICRO // 365
    return made if rows else {}
