"""What is wrong with an account as asked for: everything at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from mingjian.desk.people.model import User
from mingjian.desk.people.permissions import MANAGES, roles
from mingjian.desk.queues.load import queues
from mingjian.records.errors import Conflict, Invalid
from mingjian.records.storage import people
from mingjian.records.storage.database import Tx

LANGS = ("zh", "en")
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
_LONGEST = 64


def words(values: Iterable[str]) -> tuple[str, ...]:
    """Roles, scopes or queues without doubles, in order."""
    return tuple(dict.fromkeys(values))


def wrong_login(login: str) -> list[str]:
    """Problems of a login, folded."""
    return [] if _LOGIN.fullmatch(login) else ["登录名要用 2–64 个小写字母、数字或 . _ @ -,以字母或数字开头"]


def wrong_name(name: str, noun: str = "姓名") -> list[str]:
    """Problems of a name."""
    if not name or len(name) > _LONGEST or not name.isprintable():
        return [f"{noun}要有 1–{_LONGEST} 个可见字符"]
    return []


def wrong_in(given: Mapping[str, Any]) -> list[str]:
    """Problems of roles, queues, department and language, as far as they are given."""
    wrong = []
    unknown = [role for role in given.get("roles", ()) if role not in roles()]
    if unknown:
        wrong.append(f"没有这些角色:{'、'.join(unknown)}(可用:{'、'.join(roles())})")
    unknown = [queue for queue in given.get("queues", ()) if queue not in queues()]
    if unknown:
        wrong.append(f"没有这些队列:{'、'.join(unknown)}(可用:{'、'.join(queues())})")
    if given.get("department"):
        wrong += wrong_name(given["department"], "科室")
    if given.get("lang", LANGS[0]) not in LANGS:
        wrong.append(f"没有这种界面语言:{given['lang']}(可用:{'、'.join(LANGS)})")
    return wrong


def refuse(wrong: Iterable[str]) -> None:
    """Invalid when there is a problem."""
    if listed := list(wrong):
        raise Invalid(";".join(listed) + "。")


def keep_a_manager(tx: Tx, user: User, roles_after: Iterable[str]) -> None:
    """Conflict when nobody would be left who may manage accounts."""
    if user.state != "active" or not _manages(user.roles) or _manages(roles_after):
        return
    if not any(other.id != user.id and other.state == "active" and _manages(other.roles)
               for other in people.all_users(tx)):  # fmt: skip
        raise Conflict("这是最后一个能管理账号的账号,先让另一个账号有这项权限。")


def _manages(names: Iterable[str]) -> bool:
    return any(MANAGES in roles()[name].permissions for name in names if name in roles())
