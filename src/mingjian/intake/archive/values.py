"""Single values of an archive from outside, one function a kind of column. Each gives the value or raises Wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

from mingjian.intake.values import CHINA, shown

_SURROGATE = re.compile("[\ud800-\udfff]")
EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class Wrong(ValueError):
    """What is wrong with a value, for people."""


def text(value: Any) -> str | None:
    """A string; a whole number is taken as one, as ids often are."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value) if not value.isascii() else value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise Wrong(f"应为字符串,而不是{shown(value)}")


def texts(value: Any) -> list[str]:
    """A list of strings."""
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise Wrong(f"应为字符串数组,而不是{shown(value)}")
    return [_SURROGATE.sub("\ufffd", one) for one in value]


def moment(value: Any) -> datetime:
    """A time with its zone. Written without one it is China's, as everywhere in the item schema."""
    found: datetime | None = None
    if isinstance(value, datetime):
        found = value
    elif isinstance(value, date):
        found = datetime.combine(value, time())
    elif isinstance(value, str):
        try:
            found = datetime.fromisoformat(value.strip())
        except ValueError:
            found = None
    if found is None:
        raise Wrong(f"不是时间:{shown(value)};写作 2025-06-01T09:30:00+08:00")
    try:
        found = (found if found.tzinfo else found.replace(tzinfo=CHINA)).astimezone(UTC)
    except OverflowError as error:
        raise Wrong(f"时间超出范围:{shown(value)}") from error
    if not EARLIEST <= found < LATEST:
        raise Wrong(f"时间超出范围:{shown(value)}")
    return found


def number(value: Any) -> int:
    """A whole number of 64 bits."""
    if isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63:
        return value
    raise Wrong(f"应为整数,而不是{shown(value)}")


def json_object(value: Any) -> str:
    """An object of JSON, as text."""
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str):
        try:
            if isinstance(json.loads(value), dict):
                return value
        except (ValueError, RecursionError):
            pass
    raise Wrong(f"应为 JSON 对象,而不是{shown(value)}")


READS: dict[str, Callable[[Any], Any]] = {
    "text": text, "texts": texts, "moment": moment, "number": number, "json": json_object,
}  # fmt: skip
