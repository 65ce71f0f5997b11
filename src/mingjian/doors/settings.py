"""Settings: mingjian.toml or [tool.mingjian] in pyproject.toml, under what the command line says.

The nearest file upward from the working folder counts, and only that one; in one folder mingjian.toml goes
before pyproject.toml. Every mistake is reported at once, with the file, the key and what is allowed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from mingjian.core.model import CHANNELS, DOMAINS, NATURES, PUBLISHER_KINDS, SEVERITIES
from mingjian.doors.i18n import LANGUAGES

FILE = "mingjian.toml"
PYPROJECT = "pyproject.toml"
FORMATS = ("text", "json", "jsonl", "sarif", "html")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a check is told from outside. None and "auto" leave the question to the item or the engine."""

    as_of: date | None = None
    platform: str | None = None
    publisher: str | None = None
    channel: str | None = None
    nature: str = "auto"
    domain: str = "auto"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    format: str = "text"
    output: str | None = None
    min_severity: str = "info"
    exit_zero: bool = False
    column: str | None = None
    preview: bool = False
    classifier: bool = True
    exclude: tuple[str, ...] = ()
    media: bool = True
    speech_model: str | None = None
    speech_endpoint: str | None = None
    speech_name: str | None = None
    lang: str | None = None
    path: Path | None = None  # the file they came from


class SettingsError(Exception):
    """One or more settings are wrong; ``problems`` holds a line for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def load(start: Path | None = None, explicit: Path | None = None) -> Settings:
    """The settings that count for a folder (the working folder when none is given).

    ``explicit`` names a file to use instead of searching; its absence is then an error.
    """
    path = explicit if explicit is not None else find((start or Path.cwd()).absolute())
    if path is None:
        return Settings()
    table = _table(path)
    if table is None:
        raise SettingsError([f"{path}: 没有 [tool.mingjian] 表"])
    return parse(table, path)


def find(start: Path) -> Path | None:
    """The nearest settings file, from ``start`` upward."""
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder / FILE
        candidate = folder / PYPROJECT
        if candidate.is_file() and _table(candidate) is not None:
            return candidate
    return None


def parse(table: Mapping[str, Any], path: Path) -> Settings:
    """Settings of a parsed table; SettingsError names every key that is wrong."""
    values, problems = _checked(table, lambda key: f"{path}: {key}")
    if problems:
        raise SettingsError(problems)
    if "output" in values and not Path(values["output"]).is_absolute():
        values["output"] = str(path.parent / values["output"])  # a setting means its own folder
    return Settings(path=path, **values)


def merge(settings: Settings, **options: Any) -> Settings:
    """The settings with command line options over them; an option that is None was not given."""
    given = {key: value for key, value in options.items() if value is not None}
    values, problems = _checked(given, lambda key: f"--{key.replace('_', '-')}")
    if problems:
        raise SettingsError(problems)
    return replace(settings, **values)


def _table(path: Path) -> Mapping[str, Any] | None:
    try:
        data = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"{path}: 读不到:{error}"]) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"{path}: 不是有效的 TOML:{error}"]) from error
    tool = data.get("tool")
    table = tool.get("mingjian") if isinstance(tool, dict) else None
    if path.name == PYPROJECT:
        if table is not None and not isinstance(table, dict):
            raise SettingsError([f"{path}: tool.mingjian 应为表"])
        return table
    return table if isinstance(table, dict) and len(data) == 1 else data


def _checked(table: Mapping[str, Any], place: Callable[[str], str]) -> tuple[dict[str, Any], list[str]]:
    values: dict[str, Any] = {}
    problems: list[str] = []
    for raw, value in table.items():
        key = raw.replace("-", "_")
        check = _KEYS.get(key)
        if check is None:
            near = get_close_matches(key, _KEYS, n=1, cutoff=0.6)
            hint = f"是否想写 {near[0]}?" if near else f"允许:{'、'.join(_KEYS)}"
            problems.append(f"{place(raw)}: 没有这个设置({hint})")
        elif key in values:
            problems.append(f"{place(raw)}: 与 {key} 重复")
        else:
            try:
                values[key] = check(value)
            except ValueError as error:
                problems.append(f"{place(raw)}: {error}")
    return values, problems


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str) and len(value) == 10:
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError(f"{value!r} 不是日期,写作 2025-06-01")


def _choice(*allowed: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if isinstance(value, str) and value in allowed:
            return value
        near = get_close_matches(value, allowed, n=1, cutoff=0.6) if isinstance(value, str) else []
        hint = f"是否想写 {near[0]}?" if near else ""
        raise ValueError(f"{value!r} 不在允许的范围内({hint}允许:{'、'.join(allowed)})")

    return check


def _word(value: Any) -> str:
    if isinstance(value, str) and value.strip():
        return value
    raise ValueError(f"{value!r} 应为非空字符串")


def _path(value: Any) -> str:
    return _word(str(value) if isinstance(value, Path) else value)


def _column(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return str(value)
    if isinstance(value, str) and value.strip():
        return value
    raise ValueError(f"{value!r} 应为列名、列字母或从 1 起的列号")


def _switch(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError(f"{value!r} 应为 true 或 false")


def _words(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list | tuple) or not all(isinstance(entry, str) for entry in value):
        raise ValueError(f"{value!r} 应为字符串数组")
    # On the command line an option may be given twice, or once with commas.
    return tuple(word.strip() for entry in value for word in entry.split(",") if word.strip())


def _patterns(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list | tuple) and all(isinstance(entry, str) and entry for entry in value):
        return tuple(value)
    raise ValueError(f"{value!r} 应为文件名模式的数组")


_KEYS: dict[str, Callable[[Any], Any]] = {
    "as_of": _day,
    "platform": _word,
    "publisher": _choice(*PUBLISHER_KINDS),
    "channel": _choice(*CHANNELS),
    "nature": _choice("auto", *NATURES),
    "domain": _choice("auto", *DOMAINS),
    "select": _words,
    "ignore": _words,
    "format": _choice(*FORMATS),
    "output": _path,
    "min_severity": _choice(*SEVERITIES),
    "exit_zero": _switch,
    "column": _column,
    "preview": _switch,
    "classifier": _switch,
    "exclude": _patterns,
    "media": _switch,
    "speech_model": _path,
    "speech_endpoint": _word,
    "speech_name": _word,
    "lang": _choice(*LANGUAGES),
}  # fmt: skip
KEYS = tuple(_KEYS)
assert {field.name for field in fields(Settings)} == {*KEYS, "path"}
