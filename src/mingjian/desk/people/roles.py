"""Reading roles: ours, and a deployer's file over them. Everything wrong with a file is said at once."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from mingjian.desk.people.model import Role
from mingjian.records.errors import Invalid

MANAGES = "user.manage"
_FIELDS = ("title", "title_en", "allows")


@dataclass(frozen=True, slots=True)
class Access:
    """``permissions`` with what each allows, in Chinese; ``scopes`` are those that a program's key may hold."""

    permissions: Mapping[str, str]
    scopes: frozenset[str]
    roles: Mapping[str, Role]


@cache
def packaged() -> Access:
    """What we come with."""
    data = yaml.safe_load((resources.files("mingjian.desk") / "data" / "roles.yaml").read_text("utf-8"))
    known, scopes = dict(data["permissions"]), frozenset(data["scopes"])
    found, wrong = _roles(data["roles"], known)
    wrong += [f"scopes: {name}" for name in scopes - known.keys()]
    if wrong:
        raise ValueError(f"roles.yaml: {wrong}")
    return Access(known, scopes, {name: role for name, role in found.items() if role is not None})


def roles_over(path: Path) -> Mapping[str, Role]:
    """Our roles with a deployer's file over them: roles of the same name are replaced, new ones added, those that are
    ``null`` taken away. Invalid with every problem of the file."""
    ours = packaged()
    try:
        data = yaml.load(path.read_text("utf-8"), Loader=_Unique)
    except OSError as error:
        raise Invalid(f"读不到角色文件 {path}:{error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Invalid(f"角色文件 {path} 不是合格的 YAML:{' '.join(str(error).split())}") from error
    wrong: list[str] = []
    given: object = None
    if not isinstance(data, Mapping):
        wrong.append("整个文件应为映射,含一项 roles")
    else:
        wrong += [f"{key}:不认识的项,只能有 roles" for key in data if key != "roles"]
        given = data.get("roles")
    found, more = _roles(given, ours.permissions) if given is not None else ({}, ["缺少 roles"])
    wrong += more
    wrong += [f"roles.{name}:为空表示删去,但没有这个角色" for name, role in found.items()
              if role is None and name not in ours.roles]  # fmt: skip
    merged = {name: role for name, role in ({**ours.roles, **found}).items() if role is not None}
    if not any(MANAGES in role.permissions for role in merged.values()):
        wrong.append(f"没有任何角色有 {MANAGES}({ours.permissions[MANAGES]}),账号将无人能管")
    if wrong:
        raise Invalid(f"角色文件 {path} 有 {len(wrong)} 处错误:\n" + "\n".join(f"- {line}" for line in wrong))
    return merged


def _roles(given: object, known: Mapping[str, str]) -> tuple[dict[str, Role | None], list[str]]:
    if not isinstance(given, Mapping):
        return {}, ["roles:应为“名称: 内容”的映射"]
    found: dict[str, Role | None] = {}
    wrong: list[str] = []
    for name, value in given.items():
        if not isinstance(name, str) or not name.isidentifier() or not name.isascii():
            wrong.append(f"roles.{name}:名称要用英文字母、数字和下划线")
        elif value is None:
            found[name] = None
        elif not isinstance(value, Mapping):
            wrong.append(f"roles.{name}:应为映射")
        else:
            problems = list(_problems(value, known))
            wrong += [f"roles.{name}.{problem}" for problem in problems]
            if not problems:
                allows = frozenset(known) if value["allows"] == "*" else frozenset(value["allows"])
                found[name] = Role(name, value["title"], value["title_en"], allows)
    return found, wrong


def _problems(value: Mapping[Any, Any], known: Mapping[str, str]) -> Iterator[str]:
    for field in value:
        if field not in _FIELDS:
            yield f"{field}:不认识的项,只能有 {'、'.join(_FIELDS)}"
    for field in ("title", "title_en"):
        if not isinstance(value.get(field), str) or not value[field].strip():
            yield f"{field}:应为一行文字"
    allows = value.get("allows")
    if allows == "*":
        return
    if not isinstance(allows, list):
        yield "allows:应为权限的列表,或 '*'"
        return
    for permission in allows:
        if permission not in known:
            yield f"allows:没有权限 {permission}{_nearest(str(permission), known)}"


def _nearest(word: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f",是不是 {near[0]}?" if near else ""


class _Unique(yaml.SafeLoader):
    """YAML in which a name given twice is an error, not the last one wins."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[object] = set()
        for key, _ in node.value:
            name = key.value
            if name in seen:
                raise yaml.constructor.ConstructorError(None, None, f"“{name}”写了两次", key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)
