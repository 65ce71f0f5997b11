"""May somebody do this? Roles are data (desk/data/roles.yaml); every service asks here before it does anything."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mingjian.desk.people.model import Principal, Role
from mingjian.desk.people.roles import MANAGES, packaged, roles_over
from mingjian.records.errors import Forbidden

__all__ = ["MANAGES", "allowed", "demand", "granted", "permissions", "roles", "scopes", "use_roles"]

_IN_FORCE: list[Mapping[str, Role]] = []
"""The roles of this process: empty while they are ours. Set once, when a desk is opened."""


def permissions() -> Mapping[str, str]:
    """Every permission with what it allows, in Chinese."""
    return packaged().permissions


def scopes() -> frozenset[str]:
    """The permissions that a program's key may hold."""
    return packaged().scopes


def roles() -> Mapping[str, Role]:
    """Every role by name."""
    return _IN_FORCE[0] if _IN_FORCE else packaged().roles


def use_roles(path: Path | None) -> None:
    """Let this process go by a deployer's file, or (None) by our roles. Invalid with every problem of the file, and
    then nothing changes."""
    _IN_FORCE[:] = [] if path is None else [roles_over(path)]


def granted(principal: Principal) -> frozenset[str]:
    """Everything somebody may do."""
    if principal.kind == "system":
        return frozenset(permissions())
    if principal.kind == "key":
        return frozenset(principal.scopes) & scopes()
    known = roles()
    return frozenset().union(*(known[role].permissions for role in principal.roles if role in known))


def allowed(principal: Principal, permission: str, queue: str | None = None) -> bool:
    """Whether somebody may; where a queue is named, also in that queue."""
    if permission not in permissions():
        raise ValueError(f"unknown permission {permission}")
    if permission not in granted(principal):
        return False
    return queue is None or not principal.queues or queue in principal.queues


def demand(principal: Principal, permission: str, queue: str | None = None) -> None:
    """Go on, or Forbidden."""
    if not allowed(principal, permission, queue):
        where = f"(队列 {queue})" if queue else ""
        raise Forbidden(f"没有权限:{permissions()[permission]}{where}。请联系管理员。")
