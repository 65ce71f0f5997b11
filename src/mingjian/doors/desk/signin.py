"""Who asks: dependencies for every page and endpoint, and signing in and out.

All of it is blocking (the store, argon2): dependencies and endpoints that are not ``async`` run in threads."""

from __future__ import annotations

from fastapi import Request, Response

from mingjian.desk.people import keys, signing
from mingjian.desk.people.model import Principal, Session, User
from mingjian.doors.desk.csrf import demand_header
from mingjian.doors.desk.sessions import (
    address_of,
    agent_of,
    clear_session,
    desk_of,
    session_token,
    set_session,
)
from mingjian.records.errors import Forbidden, Unauthenticated
from mingjian.records.storage.people import key_used

_BEARER = "bearer "


class MustChange(Forbidden):
    """The password was given by somebody else: first it must be changed."""

    word = "password_change_required"


def current_session(request: Request) -> Session:
    """The browser's session; also one that must change its password first: for the pages that do that, and for
    signing out. Unauthenticated when there is none; CsrfFailed when the request may change something and has no
    token (the header, or whatever ``csrf.demand_csrf`` passed)."""
    known: Session | None = getattr(request.state, "session", None)
    if known is not None:
        return known
    token = session_token(request)
    session = _session(request, token) if token else None
    if session is None:
        raise Unauthenticated("请先登录。")
    demand_header(request)
    request.state.session = session
    return session


def current_user(request: Request) -> Principal:
    """The signed-in person. Unauthenticated; MustChange; CsrfFailed. Also kept as ``request.state.principal``."""
    session = current_session(request)
    if session.user.must_change:
        raise MustChange("请先修改一次性密码。")
    principal = request.state.principal = session.user.principal()
    return principal


def api_principal(request: Request) -> Principal:
    """Who asks over the API: a program with ``Authorization: Bearer <key>``, or a person with a session (then with
    the CSRF token in the header). Also kept as ``request.state.principal``."""
    given = request.headers.get("authorization")
    if given is None:
        return current_user(request)
    if not given.lower().startswith(_BEARER):
        raise Unauthenticated("只接受 Authorization: Bearer <接口密钥>。")
    principal = request.state.principal = _program(request, given[len(_BEARER) :].strip())
    return principal


def sign_in(request: Request, response: Response, login: str, password: str) -> User:
    """Check a password, begin a session and hand the browser its cookie. Slow on purpose. The page's POST
    needs ``Depends(demand_csrf)``. Unauthenticated; TooMany."""
    user = signing.verify_login(desk_of(request).database, login, password, address_of(request))
    begin(request, response, user, "password")
    return user


def begin(request: Request, response: Response, user: User, how: str) -> None:
    """Begin a session for somebody who has proven who they are; a session the browser had ends."""
    with desk_of(request).database.write() as tx:
        token = signing.open_session(tx, user, how=how, address=address_of(request), agent=agent_of(request),
                                     before=session_token(request))  # fmt: skip
    set_session(request, response, token)


def sign_out(request: Request, response: Response, session: Session, *, everywhere: bool = False) -> None:
    """End this session, or all of the account's, and take the cookie back."""
    with desk_of(request).database.write() as tx:
        signing.close_session(tx, session, everywhere=everywhere)
    clear_session(request, response)


def change_password(request: Request, response: Response, session: Session, old: str, new: str) -> None:
    """Change one's own password; the browser goes on with a new session and all others end."""
    database = desk_of(request).database
    signing.change_password(database, session.user, old, new, session=session.id, address=address_of(request))
    begin(request, response, session.user, "password_changed")


def _session(request: Request, token: str) -> Session | None:
    database = desk_of(request).database
    with database.read() as tx:
        found, now = signing.session_of(tx, token), tx.now
    if found is not None:
        signing.touch(database, found, now)
    return found


def _program(request: Request, secret: str) -> Principal:
    database = desk_of(request).database
    with database.read() as tx:
        key = keys.valid_key(tx, secret)
        fresh = keys.unmarked(tx, key)
    if fresh:
        with database.write() as tx:
            key_used(tx, key.id)
    return key.principal()
