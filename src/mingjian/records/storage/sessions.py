"""Signed-in browsers, attempts to sign in, and sign-ins that another system is asked about. None of it is folded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from mingjian.records.people.model import Session
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType
from mingjian.records.storage.people import ACCOUNTS, USER_SHOWN, USERS, user_of

SESSIONS = sa.Table(
    "sessions",
    metadata,
    sa.Column("hash", sa.String(64), primary_key=True),  # SHA-256 of the token
    sa.Column("user", sa.String(32), nullable=False, index=True),
    sa.Column("began_at", Micros, nullable=False),
    sa.Column("seen_at", Micros, nullable=False),
    sa.Column("expires_at", Micros, nullable=False, index=True),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("agent", sa.String(200), nullable=False),
)
ATTEMPTS = sa.Table(
    "sign_in_attempts",
    metadata,
    sa.Column("number", SequenceType, primary_key=True, autoincrement=True),
    sa.Column("at", Micros, nullable=False, index=True),
    sa.Column("login", sa.String(64), nullable=False),  # SHA-256: people type passwords into this field
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("failed", sa.Boolean, nullable=False),
    sa.Index("ix_sign_in_attempts_login_at", "login", "at"),
    sa.Index("ix_sign_in_attempts_address_at", "address", "at"),
)
FLOWS = sa.Table(
    "sign_in_flows",
    metadata,
    sa.Column("state", sa.String(64), primary_key=True),  # SHA-256 of the state parameter
    sa.Column("browser", sa.String(64), nullable=False),  # SHA-256 of the visitor's cookie
    sa.Column("nonce", sa.String(64), nullable=False),
    sa.Column("verifier", sa.String(128), nullable=False),
    sa.Column("back_to", sa.String(500), nullable=False),
    sa.Column("expires_at", Micros, nullable=False, index=True),
)


def put_session(tx: Tx, hashed: str, user: str, expires_at: int, address: str, agent: str) -> None:
    """A new session, from now."""
    tx.run(SESSIONS.insert(), {"hash": hashed, "user": user, "began_at": tx.now, "seen_at": tx.now,
                               "expires_at": expires_at, "address": address[:64], "agent": agent[:200]})  # fmt: skip


def session_by_hash(tx: Tx, hashed: str) -> Session | None:
    """A session with its account as it is now."""
    found = _sessions(tx, SESSIONS.c.hash == hashed)
    return found[0] if found else None


def sessions_of(tx: Tx, user: str) -> list[Session]:
    """An account's sessions, the latest seen first."""
    return _sessions(tx, SESSIONS.c.user == user)


def _sessions(tx: Tx, where: sa.ColumnElement[bool]) -> list[Session]:
    joined = SESSIONS.join(USERS, USERS.c.id == SESSIONS.c.user).outerjoin(ACCOUNTS, ACCOUNTS.c.user == USERS.c.id)
    columns = (SESSIONS.c.hash, SESSIONS.c.began_at, SESSIONS.c.seen_at, SESSIONS.c.expires_at, SESSIONS.c.address,
               SESSIONS.c.agent)  # fmt: skip
    asked = sa.select(*columns, *USER_SHOWN).select_from(joined).where(where).order_by(SESSIONS.c.seen_at.desc())
    return [
        Session(row.hash, user_of(row), row.began_at, row.seen_at, row.expires_at, row.address, row.agent)
        for row in tx.rows(asked)
    ]


def session_seen(tx: Tx, hashed: str) -> None:
    """The browser came again."""
    tx.run(SESSIONS.update().where(SESSIONS.c.hash == hashed), {"seen_at": tx.now})


def end_sessions(tx: Tx, user: str, *, but: str | None = None) -> int:
    """End an account's sessions, all or all but one; how many."""
    ended = SESSIONS.delete().where(SESSIONS.c.user == user)
    return tx.run(ended if but is None else ended.where(SESSIONS.c.hash != but))


def end_session(tx: Tx, hashed: str) -> None:
    """End one."""
    tx.run(SESSIONS.delete().where(SESSIONS.c.hash == hashed))


def hold_attempts(tx: Tx, *names: str) -> None:
    """Let those who try the same login or come from the same address come one after the other, until the transaction
    ends. SQLite writes one after the other anyway."""
    if tx.dialect == "postgresql":
        for name in names:
            tx.run(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 0))))


def put_attempt(tx: Tx, login: str, address: str) -> int:
    """Count an attempt as failed, before it is looked at: many at once see one another. Its number."""
    values = {"at": tx.now, "login": login, "address": address, "failed": True}
    return int(tx.scalar(ATTEMPTS.insert().returning(ATTEMPTS.c.number), values))


def attempt_succeeded(tx: Tx, number: int) -> None:
    """It was right after all."""
    tx.run(ATTEMPTS.update().where(ATTEMPTS.c.number == number), {"failed": False})


def failures(tx: Tx, *, login: str | None = None, address: str | None = None, since: int) -> Sequence[int]:
    """When attempts failed, the latest first: for a login since its last success, for an address all of them."""
    where: list[sa.ColumnElement[bool]] = [ATTEMPTS.c.at >= since]
    if login is not None:
        where.append(ATTEMPTS.c.login == login)
        good: Any = sa.select(sa.func.max(ATTEMPTS.c.number)).where(*where, ~ATTEMPTS.c.failed).scalar_subquery()
        where.append(ATTEMPTS.c.number > sa.func.coalesce(good, 0))
    if address is not None:
        where.append(ATTEMPTS.c.address == address)
    asked = sa.select(ATTEMPTS.c.at).where(*where, ATTEMPTS.c.failed).order_by(ATTEMPTS.c.number.desc()).limit(1000)
    return [row.at for row in tx.rows(asked)]


def put_flow(tx: Tx, state: str, browser: str, nonce: str, verifier: str, back_to: str, expires_at: int) -> None:
    """Remember what was sent along with a browser to the other system."""
    tx.run(FLOWS.insert(), {"state": state, "browser": browser, "nonce": nonce, "verifier": verifier,
                            "back_to": back_to, "expires_at": expires_at})  # fmt: skip


def take_flow(tx: Tx, state: str, browser: str) -> tuple[str, str, str] | None:
    """Nonce, verifier and where to go back to; once, and to the browser that began."""
    where = (FLOWS.c.state == state) & (FLOWS.c.browser == browser)
    row = tx.one(sa.select(FLOWS.c.nonce, FLOWS.c.verifier, FLOWS.c.back_to, FLOWS.c.expires_at).where(where))
    if row is None or not tx.run(FLOWS.delete().where(where)) or row.expires_at <= tx.now:
        return None
    return row.nonce, row.verifier, row.back_to


def forget_before(tx: Tx, *, attempts: int, sessions_seen: int) -> int:
    """Delete what has served: attempts and idle sessions before a time, and whatever has expired; how many rows."""
    gone = tx.run(ATTEMPTS.delete().where(ATTEMPTS.c.at < attempts))
    gone += tx.run(SESSIONS.delete().where((SESSIONS.c.expires_at <= tx.now) | (SESSIONS.c.seen_at < sessions_seen)))
    return gone + tx.run(FLOWS.delete().where(FLOWS.c.expires_at <= tx.now))
