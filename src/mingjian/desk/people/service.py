"""Accounts: who works here, with which roles, in which queues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from mingjian.desk.people import passwords
from mingjian.desk.people import permissions as granted
from mingjian.desk.people.accesses import list_accesses, log_access
from mingjian.desk.people.checks import keep_a_manager, refuse, words, wrong_in, wrong_login, wrong_name
from mingjian.desk.people.keys import issue_key, key_principal, list_keys, revoke_key
from mingjian.desk.people.model import Principal, User, house
from mingjian.desk.people.permissions import MANAGES, demand
from mingjian.desk.people.signing import folded, verify_login
from mingjian.desk.people.tokens import hashed, one_time_password
from mingjian.records.errors import Conflict, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import people, sessions
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head

__all__ = [
    "change_user", "choose_language", "create_user", "disable_user", "enable_user", "first_administrator", "get_user",
    "issue_key", "key_principal", "list_accesses", "list_keys", "list_users", "log_access", "reset_password",
    "revoke_key", "set_password", "verify_login",
]  # fmt: skip


def create_user(
    tx: Tx, principal: Principal, login: str, name: str, roles: Sequence[str], *, queues: Sequence[str] = (),
    department: str | None = None, lang: str = "zh", issuer: str | None = None, external: str | None = None,
) -> User:  # fmt: skip
    """A new account. It has no password until one is set (``reset_password``, ``set_password``); one with ``issuer``
    and ``external`` signs in there. Invalid with all that is wrong; Conflict when the login is taken."""
    demand(principal, MANAGES)
    login, name = folded(login), name.strip()
    given: dict[str, Any] = {"roles": words(roles), "queues": words(queues), "department": department or None,
                             "lang": lang}  # fmt: skip
    refuse(wrong_login(login) + wrong_name(name) + wrong_in(given))
    hold_head(tx)  # two who take the same login come one after the other
    if people.user_by_login(tx, login) is not None:
        raise Conflict(f"登录名“{login}”已经有人用了。", field="login")
    id = tx.new_id("usr")
    people.put_account(tx, people.Account(id, name, None, False, issuer, external))
    body = {"login": login, "state": "active", **given, "how": "oidc" if issuer else "local"}
    append(tx, Event("user.created", id, body, principal.actor))
    return get_user(tx, id)


def change_user(
    tx: Tx, principal: Principal, id: str, *, name: str | None = None, roles: Sequence[str] | None = None,
    queues: Sequence[str] | None = None, department: str | None = None, lang: str | None = None,
) -> User:  # fmt: skip
    """Change what is given and leave the rest; an empty department is none. Takes effect at the user's next click."""
    demand(principal, MANAGES)
    hold_head(tx)
    before = get_user(tx, id)
    given: dict[str, Any] = {}
    if roles is not None:
        given["roles"] = words(roles)
    if queues is not None:
        given["queues"] = words(queues)
    if department is not None:
        given["department"] = department or None
    if lang is not None:
        given["lang"] = lang
    name = before.name if name is None else name.strip()
    refuse(wrong_name(name) + wrong_in(given))
    if "roles" in given:
        keep_a_manager(tx, before, given["roles"])
    changed = {field: value for field, value in given.items() if value != getattr(before, field)}
    if name != before.name:
        _put(tx, before, name=name)
        changed["renamed"] = True  # the name itself stays out of the journal
    if changed:
        append(tx, Event("user.changed", id, changed, principal.actor))
    return get_user(tx, id)


def choose_language(tx: Tx, principal: Principal, lang: str) -> User:
    """What everybody may change of their own account."""
    before = get_user(tx, principal.id)
    refuse(wrong_in({"lang": lang}))
    if lang != before.lang:
        append(tx, Event("user.changed", before.id, {"lang": lang}, principal.actor))
    return get_user(tx, before.id)


def disable_user(tx: Tx, principal: Principal, id: str) -> User:
    """Nobody signs in with it any more and its sessions end. What it did stays."""
    demand(principal, MANAGES)
    hold_head(tx)
    before = get_user(tx, id)
    if principal.kind == "user" and principal.id == id:
        raise Conflict("不能停用自己的账号,请由另一位管理员操作。")
    keep_a_manager(tx, before, ())
    if before.state == "active":
        append(tx, Event("user.changed", id, {"state": "disabled"}, principal.actor))
    sessions.end_sessions(tx, id)
    return get_user(tx, id)


def enable_user(tx: Tx, principal: Principal, id: str) -> User:
    """The reverse of ``disable_user``."""
    demand(principal, MANAGES)
    before = get_user(tx, id)
    if before.state != "active":
        append(tx, Event("user.changed", id, {"state": "active"}, principal.actor))
    return get_user(tx, id)


def set_password(tx: Tx, principal: Principal, id: str, password: str, *, must_change: bool = True) -> User:
    """Set somebody's password; it must be changed at the next sign-in unless said otherwise. All sessions end."""
    demand(principal, MANAGES)
    user = get_user(tx, id)
    if user.issuer is not None:
        raise Conflict(f"账号“{user.login}”由单点登录管理,没有本地密码。")
    passwords.check_password(password, login=user.login)
    _put(tx, user, password=passwords.hash_password(password), must_change=must_change)
    sessions.end_sessions(tx, id)
    # A new password also lifts the lock-out that the old one ran into.
    sessions.attempt_succeeded(tx, sessions.put_attempt(tx, hashed(user.login), "-"))
    append(tx, Event("user.password_changed", id, {"by": "manager"}, principal.actor))
    return get_user(tx, id)


def reset_password(tx: Tx, principal: Principal, id: str) -> str:
    """A one-time password to hand over: shown once, to be changed at the next sign-in."""
    password = one_time_password()
    set_password(tx, principal, id, password)
    return password


def first_administrator(tx: Tx, login: str = "admin") -> tuple[User, str]:
    """The account a fresh store begins with, and its one-time password. Conflict when there is any account."""
    hold_head(tx)
    if people.any_user(tx):
        raise Conflict("已经有账号了,请由管理员添加。")
    setup = house("setup")
    managers = [name for name, role in granted.roles().items() if MANAGES in role.permissions]
    user = create_user(tx, setup, login, "管理员", managers[:1])
    return user, reset_password(tx, setup, user.id)


def get_user(tx: Tx, id: str) -> User:
    """One account; NotFound."""
    found = people.user_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有这个账号:{id}")
    return found


def list_users(tx: Tx, principal: Principal) -> list[User]:
    """Every account, by login."""
    demand(principal, MANAGES)
    return people.all_users(tx)


def _put(tx: Tx, user: User, **values: Any) -> None:
    before = people.account(tx, user.id) or people.Account(user.id, user.name, None, False)
    people.put_account(tx, replace(before, **values))
