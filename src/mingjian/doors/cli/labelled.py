"""Labelled texts for ``mingjian eval``: JSONL read line by line, every mistake named with line and field."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from mingjian.core.accuracy.evaluate import Case, Lawful
from mingjian.doors.cli.failures import Failure

T = TypeVar("T")


class _Wrong(Exception):
    pass


def read_cases(path: Path) -> tuple[list[Case], list[str]]:
    """The cases, and a message for each line that is not one."""
    return _read(path, _case)


def read_lawful(path: Path) -> tuple[list[Lawful], list[str]]:
    """The lawful passages, and a message for each line that is not one."""
    return _read(path, _lawful)


def _read(path: Path, parse: Callable[[Mapping[str, Any], int], T]) -> tuple[list[T], list[str]]:
    try:
        lines = path.read_bytes().split(b"\n")
    except (OSError, ValueError) as error:
        raise Failure(f"读不到 {path}:{getattr(error, 'strerror', None) or error}") from error
    found: list[T] = []
    problems: list[str] = []
    first: dict[str, int] = {}
    for number, raw in enumerate(lines, start=1):
        if not raw.strip():
            continue
        try:
            data = json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8"))
            if not isinstance(data, dict):
                raise _Wrong("应为 JSON 对象")
            parsed = parse(data, number)
            identity = str(getattr(parsed, "id", number))
            if identity in first:
                raise _Wrong(f"id: {identity!r} 与第 {first[identity]} 行重复")
            first[identity] = number
            found.append(parsed)
        except _Wrong as wrong:
            problems.append(f"{path}:{number}: {wrong}")
        except UnicodeDecodeError:
            problems.append(f"{path}:{number}: 不是 UTF-8")
        except (ValueError, RecursionError) as error:
            problems.append(f"{path}:{number}: 不是有效的 JSON:{str(error)[:80]}")
    return found, problems


def _case(data: Mapping[str, Any], number: int) -> Case:
    decidable = data.get("text_decidable", True)
    if not isinstance(decidable, bool):
        raise _Wrong("text_decidable: 应为 true 或 false")
    return Case(
        id=_id(data, number),
        text=_text(data, "text"),
        kinds=_words(data, "violation", required=True),
        articles=_words(data, "articles", required=False),
        decidable=decidable,
        day=_day(data),
    )


def _day(data: Mapping[str, Any]) -> date | None:
    """When it was published, so that the law of that day is cited: ``date``, or the middle of ``year``."""
    if (written := data.get("date")) is not None:
        try:
            return date.fromisoformat(str(written))
        except ValueError as error:
            raise _Wrong(f"date: {written!r} 不是日期(YYYY-MM-DD)") from error
    year = data.get("year")
    if year is None:
        return None
    if not isinstance(year, int) or isinstance(year, bool) or not 1995 <= year <= 2100:
        raise _Wrong(f"year: {year!r} 不是年份")
    return date(year, 7, 1)


def _lawful(data: Mapping[str, Any], number: int) -> Lawful:
    return Lawful(id=_id(data, number), text=_text(data, "text"), kind=_text(data, "kind"))


def _id(data: Mapping[str, Any], number: int) -> str:
    value = data.get("id")
    if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
        return str(value)
    raise _Wrong("id: 缺少,或不是字符串")


def _text(data: Mapping[str, Any], field: str) -> str:
    value = data.get(field)
    if isinstance(value, str) and value.strip():
        return value.encode("utf-8", "replace").decode("utf-8")
    raise _Wrong(f"{field}: 缺少,或不是非空字符串")


def _words(data: Mapping[str, Any], field: str, required: bool) -> tuple[str, ...]:
    value = data.get(field)
    if value is None and not required:
        return ()
    if isinstance(value, str):
        value = [value]
    if isinstance(value, list) and all(isinstance(word, str) and word for word in value) and (value or not required):
        return tuple(value)
    raise _Wrong(f"{field}: 应为字符串数组")
