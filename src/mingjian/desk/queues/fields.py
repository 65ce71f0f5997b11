"""Reading one field of a data file: its value, or a complaint that names the field and what is allowed, and then a
harmless value, so that reading goes on and all errors are told at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from mingjian.desk.queues.conditions import Complain

T = TypeVar("T")


def check_known(data: Mapping[Any, Any], fields: Sequence[str], path: str, complain: Complain) -> None:
    """Complain of every field that is not one of ``fields``."""
    for name in data:
        if name not in fields:
            complain(_at(path, str(name)), f"没有这个字段。可用:{'、'.join(fields)}")


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _shaped(
    data: Mapping[Any, Any], name: str, path: str, complain: Complain, good: Callable[[Any], bool], shape: str, empty: T
) -> T:
    value = data.get(name)
    if value is None:
        return empty
    if not good(value):
        complain(_at(path, name), f"应为{shape},不是 {value!r}")
        return empty
    kept: T = value
    return kept


def mapping(data: Mapping[Any, Any], name: str, path: str, complain: Complain) -> dict[Any, Any]:
    """A mapping, empty when the field is not there."""
    empty: dict[Any, Any] = {}
    return _shaped(data, name, path, complain, lambda value: isinstance(value, dict), "映射", empty)


def listing(data: Mapping[Any, Any], name: str, path: str, complain: Complain) -> list[Any]:
    """A list, empty when the field is not there."""
    empty: list[Any] = []
    return _shaped(data, name, path, complain, lambda value: isinstance(value, list), "列表", empty)


def flag(data: Mapping[Any, Any], name: str, path: str, complain: Complain, *, usual: bool = False) -> bool:
    """True or False; ``usual`` when the field is not there."""
    return _shaped(data, name, path, complain, lambda value: isinstance(value, bool), " true 或 false", usual)


def text(data: Mapping[Any, Any], name: str, path: str, complain: Complain) -> str:
    """A required text without blanks around it."""
    value = data.get(name)
    if not isinstance(value, str) or not value.strip():
        complain(_at(path, name), "必填,应为文字")
        return ""
    return value.strip()


def word(
    data: Mapping[Any, Any], name: str, path: str, allowed: Sequence[str], complain: Complain, usual: str | None
) -> str:
    """One of the allowed words; ``usual`` when the field is not there, and required where that is None."""
    value = data.get(name, usual)
    if value not in allowed:
        complain(_at(path, name), f"“{value}”不在可用的值里:{'、'.join(allowed)}" if value is not None else "必填")
        return ""
    return str(value)


def words(
    data: Mapping[Any, Any],
    name: str,
    path: str,
    allowed: Sequence[str],
    complain: Complain,
    *,
    needed: bool = False,
) -> tuple[str, ...]:
    """A list of allowed words, each once."""
    values = listing(data, name, path, complain)
    if needed and not values:
        complain(_at(path, name), f"必填,至少一个:{'、'.join(allowed)}")
    for value in values:
        if value not in allowed:
            complain(_at(path, name), f"“{value}”不在可用的值里:{'、'.join(allowed)}")
    return tuple(dict.fromkeys(str(value) for value in values))


def number(
    data: Mapping[Any, Any], name: str, path: str, complain: Complain, least: float, most: float, usual: float
) -> float:
    """A number within bounds; ``usual`` when the field is not there."""
    value = data.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        complain(_at(path, name), f"应为 {least:g} 到 {most:g} 之间的数,不是 {value!r}")
        return usual
    return float(value)


def share(data: Mapping[Any, Any], path: str, complain: Complain) -> float:
    """The field ``share``: 0 to 1."""
    return number(data, "share", path, complain, 0, 1, 0)
