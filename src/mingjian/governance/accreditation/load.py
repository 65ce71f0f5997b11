"""The standards: those that ship with the software, each file read once; and one as it was kept with an application."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import yaml

from mingjian.governance.accreditation.parse import parse_standard
from mingjian.governance.accreditation.standard import Standard
from mingjian.records.canonical import digest
from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.storage import contents
from mingjian.records.storage.database import Tx


class StandardFileError(Invalid):
    """The file cannot be used; ``problems`` is (field, what is wrong) for all that is wrong with it."""

    def __init__(self, source: str, problems: list[tuple[str, str]]) -> None:
        lines = "\n".join(f"  {field}:{message}" if field else f"  {message}" for field, message in problems)
        super().__init__(f"标准文件 {source} 有 {len(problems)} 处错误:\n{lines}", field="standard")
        self.problems = problems


@cache
def read_standard(content: bytes, source: str = "") -> Standard:
    """The standard of a file's bytes; StandardFileError with everything that is wrong with it."""
    try:
        data: Any = yaml.safe_load(content.decode("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise StandardFileError(source, [("", f"不是合法的 YAML:{error}")]) from error
    problems: list[tuple[str, str]] = []
    made = parse_standard(data, lambda field, message: problems.append((field, message)))
    if made is None or problems:
        raise StandardFileError(source, problems)
    return replace(made, text=content)


@cache
def standards() -> Mapping[str, Standard]:
    """The shipped standards by name, each in its newest version."""
    found: dict[str, Standard] = {}
    folder = resources.files("mingjian.governance") / "data" / "standards"
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".yaml"):
            standard = read_standard(file.read_bytes(), file.name)
            if standard.name not in found or found[standard.name].version < standard.version:
                found[standard.name] = standard
    return found


def standard_named(name: str, as_of: date) -> Standard:
    """The standard to apply under today; NotFound, Conflict before its first day."""
    found = standards().get(name)
    if found is None:
        raise NotFound(f"没有标准 {name}。可用:{'、'.join(standards())}")
    if as_of < found.since:
        raise Conflict(f"标准 {name} 自 {found.since} 起适用。")
    return found


def standard_kept(tx: Tx, text: str) -> Standard:
    """The standard as it stood when somebody applied, by its digest."""
    for shipped in standards().values():
        if digest(shipped.text) == text:
            return shipped
    content = contents.get(tx, text)
    if content is None:
        raise Conflict("申请所依据的标准文本不在了,请从备份恢复。")
    return read_standard(content, text)
