"""Accounts of people whom another system signs in: made at the first visit, kept in step at every later one."""

from __future__ import annotations

from dataclasses import dataclass

from mingjian.desk.people.model import User, house
from mingjian.desk.people.service import change_user, create_user
from mingjian.desk.people.signing import folded
from mingjian.records.errors import Conflict, Forbidden
from mingjian.records.storage import people
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head

SSO = house("sso")


@dataclass(frozen=True, slots=True)
class Outside:
    """Somebody as the other system tells: ``subject`` is its number for them, unique within ``issuer``. ``roles`` are
    ours; None when our administrators give them."""

    issuer: str
    subject: str
    login: str
    name: str
    roles: tuple[str, ...] | None = None


def account_of(tx: Tx, who: Outside) -> User:
    """Their account. Forbidden for a disabled one, and for a stranger who would have no role; Conflict when somebody
    else has the login: accounts are never joined by name alone."""
    hold_head(tx)  # two first visits at once make one account
    found = people.user_by_external(tx, who.issuer, who.subject)
    if found is not None:
        if found.state != "active":
            raise Forbidden("这个账号已停用,请联系管理员。")
        return change_user(tx, SSO, found.id, name=who.name or found.name, roles=who.roles)
    if who.roles == ():
        raise Forbidden("单点登录没有给这个账号分配本系统的角色,请联系管理员。")
    if people.user_by_login(tx, folded(who.login)) is not None:
        raise Conflict(f"登录名“{who.login}”已有另一个账号在用。请管理员改用别的登录名或停用本地账号。")
    return create_user(tx, SSO, who.login, who.name or who.login, who.roles or (), issuer=who.issuer,
                       external=who.subject)  # fmt: skip
