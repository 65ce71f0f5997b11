"""Somebody for every role, for authorisation tests of all rooms: parametrise a test over ``ROLES`` and do the deed
as ``somebody(role)`` within ``with permitted(role, "policy.deploy"):``."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import permissions, roles
from mingjian.records.errors import Forbidden

ROLES: tuple[str, ...] = tuple(roles())
PERMISSIONS: tuple[str, ...] = tuple(permissions())


def somebody(
    *names: str, queues: tuple[str, ...] = (), id: str | None = None, department: str | None = None
) -> Principal:
    """A user with these roles and no others; ``id`` tells two of the same role apart."""
    return Principal(id or f"usr_{'_'.join(names) or 'none'}", "user", "·".join(names) or "无角色", names, (), queues,
                     department)  # fmt: skip


def program(*scopes: str, queues: tuple[str, ...] = ()) -> Principal:
    """A key with these scopes."""
    return Principal("key_test", "key", "测试密钥", (), scopes, queues)


def may(role: str, permission: str) -> bool:
    """Whether the role's data allows it."""
    return permission in roles()[role].permissions


def holders(permission: str) -> tuple[str, ...]:
    """The roles that may."""
    return tuple(role for role in ROLES if may(role, permission))


def outsiders(permission: str) -> tuple[str, ...]:
    """The roles that may not."""
    return tuple(role for role in ROLES if not may(role, permission))


@contextlib.contextmanager
def permitted(role: str, permission: str) -> Iterator[None]:
    """The block must be Forbidden for roles that lack the permission, and must not be for those that hold it."""
    if may(role, permission):
        yield
        return
    with pytest.raises(Forbidden):
        yield
