"""Checks of single values from outside, with messages that say what is wrong and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

from mingjian.intake.errors import IntakeError, Level, did_you_mean

# Whether law was in force is a question of the day in China.
CHINA = timezone(timedelta(hours=8))
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_TYPES = (
    (bool, "布尔值"),
    (str, "字符串"),
    (int, "数字"),
    (float, "数字"),
    (list, "数组"),
    (Mapping, "对象"),
)


class Fields:
    """Gathers the problems of one object while its fields are read."""

    def __init__(self, path: str, line: int | None) -> None:
        self.path = path
        self.line = line
        self.problems: list[IntakeError] = []
        self.ignored: list[str] = []

    @property
    def failed(self) -> bool:
        """Whether any problem is an error."""
        return any(problem.level == "error" for problem in self.problems)

    def wrong(self, field: str, message: str, hint: str | None = None, level: Level = "error") -> None:
        """Note a problem of a field."""
        self.problems.append(IntakeError(self.path, self.line, field or None, message, hint, level))

    def unknown(self, data: Mapping[Any, Any], known: tuple[str, ...], prefix: str) -> None:
        """Remember the fields that will be ignored."""
        for name in data:
            if name not in known and (full := f"{prefix}{name}") not in self.ignored:
                self.ignored.append(full)

    def string(self, value: object, field: str) -> str | None:
        """A string or None; an empty one is unknown."""
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            self.wrong(field, f"应为字符串,而不是{shown(value)}")
            return None
        return self.clean(value, field)

    def choice(self, value: object, field: str, allowed: tuple[str, ...], auto: bool = False) -> str | None:
        """One of the allowed words, or None (also for "auto" where that is a word)."""
        if value is None or (auto and value == "auto"):
            return None
        if not isinstance(value, str) or value not in allowed:
            near = did_you_mean(value, allowed) if isinstance(value, str) else None
            words = "、".join((*allowed, "auto") if auto else allowed)
            self.wrong(field, f"值 {shown(value)} 不在允许的范围内", f"{near or ''}允许:{words}")
            return None
        return value

    def clean(self, value: str, field: str) -> str:
        """The string without lone surrogates, which no encoding can write out again."""
        if _SURROGATE.search(value) is None:
            return value
        self.wrong(field, "含有不成对的代理项,已按 U+FFFD 读取", level="note")
        return _SURROGATE.sub("\ufffd", value)


def text_of(value: object, field: str, fields: Fields) -> str | None:
    """The text of a part, untouched."""
    if isinstance(value, str):
        return fields.clean(value, field)
    fields.wrong(field, f"应为字符串,而不是{shown(value)}")
    return None


def day(value: object) -> date | None:
    """The day in China of an ISO date or date-time, or None when it is not one."""
    if isinstance(value, datetime):
        return (value.astimezone(CHINA) if value.tzinfo else value).date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or _DAY.fullmatch(value) is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return (moment.astimezone(CHINA) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError):
        return None


def shown(value: object) -> str:
    """A value as a message shows it: short, with its type where the value alone does not say it."""
    if value is None:
        return " null"
    kind = next((name for type_, name in _TYPES if isinstance(value, type_)), type(value).__name__)
    if isinstance(value, str):
        short = value if len(value) <= 24 else value[:24] + "…"
        return f"“{short}”" if value else "空字符串"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"数字 {str(value)[:24]}" if abs(value) < 1e20 else kind
    return kind if value else f"空{kind}" if not isinstance(value, bool) else " false"


def listed(names: Iterable[str], most: int = 10) -> str:
    """Names in a row, the rest counted."""
    names = list(names)
    shown = "、".join(names[:most])
    return f"{shown} 等 {len(names)} 个" if len(names) > most else shown
