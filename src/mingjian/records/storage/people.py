"""Accounts and keys: what the journal tells of them, and beside it what it must not hold (names, hashes)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from mingjian.records.canonical import canonical
from mingjian.records.clock import day
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.people.model import Key, User
from mingjian.records.storage.database import Tx
from mingjian.records.storage.hot import Hot
from mingjian.records.storage.metadata import Document, Micros, metadata

USERS = sa.Table(
    "users",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("login", sa.String(64), nullable=False, unique=True),
    sa.Column("roles", Document, nullable=False),
    sa.Column("queues", Document, nullable=False),
    sa.Column("department", sa.String(64)),
    sa.Column("lang", sa.String(8), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("created_at", Micros, nullable=False),
)
KEYS = sa.Table(
    "keys",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("scopes", Document, nullable=False),
    sa.Column("queues", Document, nullable=False),
    sa.Column("created_at", Micros, nullable=False),
    sa.Column("created_by", sa.String(128), nullable=False),
    sa.Column("expires_at", Micros),
    sa.Column("revoked_at", Micros),
)
projection(USERS, KEYS)
# Not folded: the journal names no person and no secret.
ACCOUNTS = sa.Table(
    "accounts",
    metadata,
    sa.Column("user", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("password", sa.String(255)),  # argon2; NULL for one who signs in elsewhere
    sa.Column("must_change", sa.Boolean, nullable=False),
    sa.Column("issuer", sa.String(255)),
    sa.Column("external", sa.String(255)),  # the issuer's number for this person
    sa.UniqueConstraint("issuer", "external"),
)
KEY_SECRETS = sa.Table(
    "key_secrets",
    metadata,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("key", sa.String(32), nullable=False, unique=True),
    sa.Column("used_on", sa.String(10)),
)
_FOLDED = ("login", "roles", "queues", "department", "lang", "state")
USER_SHOWN = (USERS, ACCOUNTS.c.name, ACCOUNTS.c.must_change, ACCOUNTS.c.issuer)
USER_JOINED = USERS.outerjoin(ACCOUNTS, ACCOUNTS.c.user == USERS.c.id)


@dataclass(frozen=True, slots=True)
class Account:
    """What lies beside the journal. ``password`` is an argon2 hash, or None for one who signs in elsewhere."""

    user: str
    name: str
    password: str | None
    must_change: bool
    issuer: str | None = None
    external: str | None = None


@folds("user.created")
def _created(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(USERS.insert(), [{"id": event.subject, "created_at": event.at, **_columns(event.body)} for event in events])


@folds("user.changed")
def _changed(tx: Tx, events: Sequence[Recorded]) -> None:
    """The body names what is new and nothing else."""
    for event in events:
        tx.run(USERS.update().where(USERS.c.id == event.subject), _columns(event.body))


@folds("key.issued")
def _issued(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = []
    for event in events:
        body = event.body
        lists = {name: canonical(body[name]).decode() for name in ("scopes", "queues")}
        rows.append({"id": event.subject, "name": body["name"], "created_at": event.at, "created_by": event.actor,
                     "expires_at": body["expires_at"], "revoked_at": None, **lists})  # fmt: skip
    tx.run(KEYS.insert(), rows)


@folds("key.revoked")
def _revoked(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        tx.run(KEYS.update().where(KEYS.c.id == event.subject), {"revoked_at": event.at})


def _columns(body: dict[str, Any]) -> dict[str, Any]:
    return {
        name: canonical(body[name]).decode() if name in ("roles", "queues") else body[name]
        for name in _FOLDED
        if name in body
    }


def user_of(row: sa.Row[Any]) -> User:
    """A row of ``USER_SHOWN`` as the noun; a person whose name was deleted shows by login."""
    return User(
        row.id, row.login, row.name or row.login, tuple(json.loads(row.roles)), tuple(json.loads(row.queues)),
        row.department, row.lang, row.state, row.created_at, bool(row.must_change), row.issuer,
    )  # fmt: skip


def user_by_id(tx: Tx, id: str) -> User | None:
    """One account."""
    row = tx.one(sa.select(*USER_SHOWN).select_from(USER_JOINED).where(USERS.c.id == id))
    return None if row is None else user_of(row)


def users_by_id(tx: Tx, ids: Iterable[str]) -> dict[str, User]:
    """Accounts by id; those that are not there are left out."""
    wanted = list(dict.fromkeys(ids))
    found: dict[str, User] = {}
    for first in range(0, len(wanted), 500):
        asked = sa.select(*USER_SHOWN).select_from(USER_JOINED).where(USERS.c.id.in_(wanted[first : first + 500]))
        found |= {row.id: user_of(row) for row in tx.rows(asked)}
    return found


def user_by_login(tx: Tx, login: str) -> User | None:
    """One account by its login, as kept: lower case."""
    row = tx.one(sa.select(*USER_SHOWN).select_from(USER_JOINED).where(USERS.c.login == login))
    return None if row is None else user_of(row)


def user_by_external(tx: Tx, issuer: str, external: str) -> User | None:
    """The account of a person whom another system signs in."""
    where = (ACCOUNTS.c.issuer == issuer) & (ACCOUNTS.c.external == external)
    row = tx.one(sa.select(*USER_SHOWN).select_from(USER_JOINED).where(where))
    return None if row is None else user_of(row)


def all_users(tx: Tx) -> list[User]:
    """Every account, by login."""
    return [user_of(row) for row in tx.rows(sa.select(*USER_SHOWN).select_from(USER_JOINED).order_by(USERS.c.login))]


def any_user(tx: Tx) -> bool:
    """Whether there is any account."""
    return tx.one(sa.select(USERS.c.id).limit(1)) is not None


def account(tx: Tx, user: str) -> Account | None:
    """What lies beside the journal for one account."""
    row = tx.one(sa.select(ACCOUNTS).where(ACCOUNTS.c.user == user))
    return None if row is None else Account(*row)


def put_account(tx: Tx, given: Account) -> None:
    """Keep it, in place of what was there."""
    values = {name: getattr(given, name) for name in ("name", "password", "must_change", "issuer", "external")}
    if not tx.run(ACCOUNTS.update().where(ACCOUNTS.c.user == given.user), values):
        tx.run(ACCOUNTS.insert(), {"user": given.user, **values})


def replace_hash(tx: Tx, user: str, before: str, after: str) -> None:
    """The same password under new parameters, unless it was changed meanwhile."""
    tx.run(ACCOUNTS.update().where(ACCOUNTS.c.user == user, ACCOUNTS.c.password == before), {"password": after})


def _keys() -> sa.Select[Any]:
    joined = KEYS.outerjoin(KEY_SECRETS, KEY_SECRETS.c.key == KEYS.c.id)
    return sa.select(KEYS, KEY_SECRETS.c.used_on).select_from(joined)


def _key_of(row: Sequence[Any]) -> Key:
    id, name, scopes, queues, *rest = row
    return Key(id, name, tuple(json.loads(scopes)), tuple(json.loads(queues)), *rest)


def key_by_id(tx: Tx, id: str) -> Key | None:
    """One key."""
    row = tx.one(_keys().where(KEYS.c.id == id))
    return None if row is None else _key_of(row)


_BY_HASH = Hot(_keys().where(KEY_SECRETS.c.hash == sa.bindparam("hashed")))


def key_by_hash(tx: Tx, hashed: str) -> Key | None:
    """The key whose secret has this SHA-256."""
    rows = tx.ask(_BY_HASH, {"hashed": hashed})
    return _key_of(rows[0]) if rows else None


def all_keys(tx: Tx) -> list[Key]:
    """Every key, the newest first."""
    return [_key_of(row) for row in tx.rows(_keys().order_by(KEYS.c.created_at.desc(), KEYS.c.id.desc()))]


def put_key_secret(tx: Tx, key: str, hashed: str) -> None:
    """Keep the SHA-256 of a key's secret."""
    tx.run(KEY_SECRETS.insert(), {"hash": hashed, "key": key, "used_on": None})


def key_used(tx: Tx, key: str) -> None:
    """Remember the day; finer would be a record of what somebody does."""
    tx.run(KEY_SECRETS.update().where(KEY_SECRETS.c.key == key), {"used_on": day(tx.now).isoformat()})
