"""Signing in. These functions open their own transactions: a failure must be on record although it raises, and
argon2 must not run while others wait for the store."""

from __future__ import annotations

import ipaddress
import unicodedata

from mingjian.desk.people import lockout, passwords
from mingjian.desk.people.model import Session, User
from mingjian.desk.people.tokens import hashed, new_token
from mingjian.records.errors import Conflict, TooMany, Unauthenticated
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import people, sessions
from mingjian.records.storage.database import Database, Tx

IDLE = 30 * 60 * lockout.SECOND
ABSOLUTE = 12 * 3600 * lockout.SECOND
_SEEN_EVERY = 60 * lockout.SECOND  # a session's last visit is kept to the minute: reading pages writes little
_KEPT_ATTEMPTS = 30 * 24 * 3600 * lockout.SECOND
WRONG = "登录名或密码不对。"


def verify_login(database: Database, login: str, password: str, address: str) -> User:
    """The account behind a login and its password. Unauthenticated, in the same words and the same time whether the
    login is unknown, the password wrong or the account disabled; TooMany (``retry_after``) while locked out."""
    login, place = folded(login), network(address)
    with database.write() as tx:
        _demand_patience(tx, hashed(login), place)
        number = sessions.put_attempt(tx, hashed(login), place)
        user = people.user_by_login(tx, login)
        kept = people.account(tx, user.id) if user else None
    before = kept.password if kept else None
    # Too long to be one: hashing it would cost more than any real one does.
    tried = password if len(password) <= passwords.LONGEST else ""
    right = passwords.verify_password(before, tried)
    if not right or before is None:
        raise Unauthenticated(WRONG)
    anew = passwords.hash_password(password) if passwords.outdated(before) else None
    with database.write() as tx:
        found = people.user_by_login(tx, login)
        if found is None or found.state != "active":
            raise Unauthenticated(WRONG)
        sessions.attempt_succeeded(tx, number)
        if anew is not None:
            people.replace_hash(tx, found.id, before, anew)
    return found


def change_password(database: Database, user: User, old: str, new: str, *, session: str, address: str) -> None:
    """Change one's own password, which one must know (tries count as sign-ins do). All other sessions end."""
    verify_login(database, user.login, old, address)
    passwords.check_password(new, login=user.login, before=old)
    made = passwords.hash_password(new)
    with database.write() as tx:
        kept = people.account(tx, user.id)
        if kept is None or kept.password is None:
            raise Conflict("这个账号由单点登录管理,没有本地密码。")
        people.put_account(tx, people.Account(user.id, kept.name, made, False))
        sessions.end_sessions(tx, user.id, but=session)
        append(tx, Event("user.password_changed", user.id, {"by": "self"}, user.principal().actor))


def open_session(tx: Tx, user: User, *, how: str, address: str, agent: str, before: str | None = None) -> str:
    """A new session and its token, which only the browser keeps. ``before``: the token the browser had, whose
    session ends, so that nobody can slip somebody a session of their own."""
    if before is not None:
        sessions.end_session(tx, hashed(before))
    token = new_token()
    sessions.put_session(tx, hashed(token), user.id, tx.now + ABSOLUTE, network(address), agent)
    append(tx, Event("user.signed_in", user.id, {"how": how}, user.principal().actor))
    return token


def session_of(tx: Tx, token: str) -> Session | None:
    """The session of a token, unless it ended, expired, idled too long, or the account is disabled."""
    found = sessions.session_by_hash(tx, hashed(token))
    if found is None or found.user.state != "active":
        return None
    return None if tx.now >= found.expires_at or tx.now - found.seen_at >= IDLE else found


def touch(database: Database, session: Session, now: int) -> None:
    """Remember that the browser came again, at most once a minute."""
    if now - session.seen_at >= _SEEN_EVERY:
        with database.write() as tx:
            sessions.session_seen(tx, session.id)


def close_session(tx: Tx, session: Session, *, everywhere: bool = False) -> None:
    """Sign out here, or on every device."""
    if everywhere:
        sessions.end_sessions(tx, session.user.id)
        append(tx, Event("user.signed_out_everywhere", session.user.id, {}, session.user.principal().actor))
    else:
        sessions.end_session(tx, session.id)


def tidy(tx: Tx) -> int:
    """The duty that deletes old attempts and dead sessions; how many rows."""
    return sessions.forget_before(tx, attempts=tx.now - _KEPT_ATTEMPTS, sessions_seen=tx.now - IDLE)


def folded(login: str) -> str:
    """A login as it is kept and compared."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def network(address: str) -> str:
    """What counts as one address: IPv4 as it is, of IPv6 the /64 that one customer has to himself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64] or "-"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _demand_patience(tx: Tx, login: str, place: str) -> None:
    sessions.hold_attempts(tx, login, place)
    since = tx.now - lockout.WINDOW
    left = max(
        lockout.ACCOUNT.wait(sessions.failures(tx, login=login, since=since), tx.now),
        lockout.ADDRESS.wait(sessions.failures(tx, address=place, since=since), tx.now),
    )
    if left:
        seconds = -(-left // lockout.SECOND)
        raise TooMany(f"登录失败次数太多,请 {seconds} 秒后再试。", retry_after=float(seconds))
