"""The file of a campaign's figures: ours, or a deployer's in its place. All mistakes at once, each with its line."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from mingjian.desk.queues.fields import check_known, mapping, number, text, words
from mingjian.governance.campaigns.figure_model import CONDITIONS, Figure
from mingjian.governance.campaigns.told import SOURCES
from mingjian.governance.policies.places import places
from mingjian.records.errors import Invalid
from mingjian.records.registry.model import ENTITY_KINDS

Complain = Callable[[str, str], None]
_NAME = "campaign_figures.yaml"
_TEXTS = ("title", "title_en", "unit", "unit_en", "definition", "definition_en")
_LISTS = ("measures", "rights", "kinds", "families", "sources", "subjects", "states")
_FIELDS = (*_TEXTS, "of", "target", *_LISTS, "least_days")
_in_force: list[tuple[Figure, ...]] = []  # the last one counts


def campaign_figures() -> tuple[Figure, ...]:
    """The figures in force, in the order of the file."""
    return _in_force[-1] if _in_force else _shipped()


def use_figures(path: Path | None) -> None:
    """Let this process go by a deployer's file, or (None) by ours. Invalid with every mistake of the file."""
    if path is None:
        _in_force.clear()
        return
    try:
        written = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"治理公告数字文件 {path} 读不了:{error}。应为 UTF-8 编码的 YAML 文件。") from error
    _in_force[:] = [parse_figures(written, str(path))]


@contextlib.contextmanager
def using(figures: tuple[Figure, ...]) -> Iterator[None]:
    """Put others in force for a while."""
    _in_force.append(figures)
    try:
        yield
    finally:
        _in_force.remove(figures)


@cache
def _shipped() -> tuple[Figure, ...]:
    file = resources.files("mingjian.governance") / "data" / _NAME
    return parse_figures(file.read_text("utf-8"), _NAME)


def parse_figures(written: str, name: str = _NAME) -> tuple[Figure, ...]:
    """Figures from the text of a file; Invalid with every mistake, its line and field."""
    try:
        where = places(written)
        data: Any = yaml.safe_load(written)
    except yaml.YAMLError as error:
        raise Invalid(f"治理公告数字文件 {name} 不是合法的 YAML:{error}") from error
    problems: list[tuple[str, str]] = []

    def complain(field: str, message: str) -> None:
        problems.append((field, message))

    made: list[Figure] = []
    if not isinstance(data, dict):
        complain("", "应为映射:figures")
    else:
        check_known(data, ("figures",), "", complain)
        for key, given in mapping(data, "figures", "", complain).items():
            made.append(_figure(str(key), given if isinstance(given, dict) else {}, f"figures.{key}", complain))
    if problems:
        lines = "\n".join(f"  第 {where.line(field) or 1} 行 {field}:{message}" for field, message in problems)
        raise Invalid(f"治理公告数字文件 {name} 有 {len(problems)} 处错误:\n{lines}", field="figures")
    return tuple(made)


def _figure(name: str, data: dict[Any, Any], path: str, complain: Complain) -> Figure:
    check_known(data, _FIELDS, path, complain)
    texts = {field: text(data, field, path, complain) for field in _TEXTS}
    of = str(data.get("of"))
    if of not in CONDITIONS:
        complain(f"{path}.of", f"应为:{'、'.join(CONDITIONS)}")
    else:
        for field in ("target", *_LISTS, "least_days"):
            if data.get(field) and field not in CONDITIONS[of]:
                complain(f"{path}.{field}", f"{of} 没有这个条件,可用:{'、'.join(CONDITIONS[of]) or '无'}")
    target = data.get("target") or ""
    if target not in ("", "item", "publisher"):
        complain(f"{path}.target", "应为:item、publisher")
    known = {"sources": SOURCES, "subjects": ENTITY_KINDS}
    lists = {field: frozenset(_words(data, field, path, known.get(field), complain)) for field in _LISTS}
    title, title_en, unit, unit_en, definition, definition_en = (texts[field] for field in _TEXTS)
    measures, rights, kinds, families, sources, subjects, states = (lists[field] for field in _LISTS)
    least_days = int(number(data, "least_days", path, complain, 0, 3650, 0))
    return Figure(name, title, title_en, unit, unit_en, of, definition, definition_en, str(target), measures, rights,
                  kinds, families, sources, subjects, states, least_days)  # fmt: skip


def _words(data: dict[Any, Any], field: str, path: str, known: tuple[str, ...] | None,
           complain: Complain) -> tuple[str, ...]:  # fmt: skip
    if known is not None:
        return words(data, field, path, known, complain)
    value = data.get(field) or []
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        complain(f"{path}.{field}", "应为词的列表")
        return ()
    return tuple(value)
