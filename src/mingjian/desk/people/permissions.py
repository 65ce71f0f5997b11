"""May somebody do this? Roles are data (desk/data/roles.yaml); every service asks here before it does anything."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

from mingjian.desk.people.model import Principal, Role
from mingjian.records.errors import Forbidden


@cache
def permissions() -> Mapping[str, str]:
    """Every permission with what it allows, in Chinese."""
    return dict(_data()["permissions"])


@cache
def roles() -> Mapping[str, Role]:
    """Every role by name."""
    found: dict[str, Role] = {}
    for name, given in _data()["roles"].items():
        allows = frozenset(permissions()) if given["allows"] == "*" else frozenset(given["allows"])
        unknown = allows - permissions().keys()
        if unknown:
            raise ValueError(f"roles.yaml: {name}: unknown permissions {sorted(unknown)}")
        found[name] = Role(name, given["title"], given["title_en"], allows)
    return found


@cache
def _data() -> dict[str, dict[str, Any]]:
    data: dict[str, dict[str, Any]] = yaml.safe_load(
        (resources.files("mingjian.desk") / "data" / "roles.yaml").read_text("utf-8")
    )
    return data


def granted(principal: Principal) -> frozenset[str]:
    """Everything somebody may do."""
    if principal.kind == "system":
        return frozenset(permissions())
    if principal.kind == "key":
        return frozenset(principal.scopes) & permissions().keys()
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
