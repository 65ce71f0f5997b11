"""How live rooms are judged, as data: governance/data/live_judging.yaml, or a deployer's file in its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

SECONDS = (
    "window", "stands", "beside", "secret", "answers", "settle", "quiet", "stood", "refused", "teaching", "exposing",
)  # fmt: skip
PAIRS = ("price", "order", "call", "secret", "contact", "urge")
POINTS = (
    "need", "teaching", "offered", "hidden", *PAIRS, "point", "asked", "goods", "solicit", "hint", "code", "echo",
    "echo_many", "confirm",
)  # fmt: skip
STANCES = ("goods", "refused", "taught", "compared", "asked", "offered")
CONTEXT = ("teaching", "exposing", "warning", "wary", "refusing", "goods", "ours")
CALLS = ("price", "order", "contact", "call", "secret", "solicit", "confirm", "urge", "unsolicited", "negated", "aside")
POINTS_AT = ("screen", "pinned", "title")
_TOP = (
    "codes", "seconds", "points", "viewers", "telling", "agree", "names", "stance", "context", "calls", "points_at",
    "hints",
)  # fmt: skip
Pattern = re.Pattern[str]


@dataclass(frozen=True)
class Settings:
    """What the file says, ready to use. ``points`` are (same moment, another moment); ``telling``: the share, and the
    least number, of different pieces of speech that make a room one that explains; ``stance`` holds the pattern of the
    words before a name and of those after it; ``items``: a name's other words → the item."""

    codes: tuple[str, ...]
    seconds: Mapping[str, float]
    points: Mapping[str, tuple[float, float]]
    viewers: tuple[int, int]
    telling: tuple[float, float]
    agree: float
    lexicons: tuple[str, ...]
    sections: tuple[str, ...]
    excepted: frozenset[str]
    items: Mapping[str, str]
    splits: Mapping[str, tuple[str, ...]]
    ordinary: tuple[Pattern, ...]
    fillers: Pattern
    radicals: frozenset[str]
    stance: Mapping[str, tuple[Pattern | None, Pattern | None]]
    context: Mapping[str, Pattern]
    calls: Mapping[str, Pattern]
    points_at: Mapping[str, Pattern]
    vague: Pattern
    equals: tuple[Pattern, ...]
    frames: Pattern
    never: frozenset[str]
    times: int


@dataclass(frozen=True)
class Accepted:
    """Code words that people decided on: ``words`` accepted → the item each stands for; ``declined`` mean nothing."""

    words: Mapping[str, str] = field(default_factory=dict)
    declined: frozenset[str] = frozenset()


@cache
def settings() -> Settings:
    """Ours."""
    text = (resources.files("mingjian.governance") / "data" / "live_judging.yaml").read_text("utf-8")
    return parse_settings(yaml.safe_load(text), "live_judging.yaml")


def read_settings(path: Path) -> Settings:
    """A deployer's. ValueError with everything that is wrong in it, a line each with file and field."""
    try:
        return parse_settings(yaml.safe_load(path.read_text("utf-8")), str(path))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ValueError(f"{path}:读不了:{error}。应为 UTF-8 编码的 YAML 文件。") from error


def parse_settings(data: Any, path: str = "") -> Settings:
    """What YAML gave as settings; ValueError with every problem at once."""
    reader = _Reader(data, path)
    made = reader.read()
    if reader.problems:
        raise ValueError("\n".join(reader.problems))
    return made


class _Reader:
    """Goes on after a problem, so that all are told."""

    def __init__(self, data: Any, path: str) -> None:
        self.problems: list[str] = []
        self._path = path
        self._data = self._mapping(data, "")

    def read(self) -> Settings:
        data = self._data
        for name in sorted(set(data) - set(_TOP), key=str):
            self._wrong(str(name), f"没有这一项。可用:{'、'.join(_TOP)}")
        names = self._mapping(data.get("names"), "names")
        hints = self._mapping(data.get("hints"), "hints")
        equals = self._mapping(hints.get("equals"), "hints.equals")
        viewers = data.get("viewers")
        if not (isinstance(viewers, list) and len(viewers) == 2 and all(isinstance(n, int) and n > 0 for n in viewers)):
            self._wrong("viewers", "应为两个正整数,如 [3, 8]")
            viewers = [3, 8]
        return Settings(
            codes=self._words(data, "codes", needed=True),
            seconds=self._numbers("seconds", SECONDS, self._number),
            points=self._numbers("points", POINTS, self._pair),
            viewers=(viewers[0], viewers[1]),
            telling=self._pair(data.get("telling"), "telling"),
            agree=self._number(data.get("agree"), "agree"),
            lexicons=self._words(names, "lexicons", "names.", needed=True),
            sections=self._words(names, "sections", "names."),
            excepted=frozenset(self._words(names, "except", "names.")),
            items=self._items(names.get("items")),
            splits={
                char: self._words(self._mapping(names.get("split"), "names.split"), char, "names.split.")
                for char in self._mapping(names.get("split"), "names.split")
            },
            ordinary=tuple(
                self._pattern(text, f"names.ordinary[{n}]")
                for n, text in enumerate(self._words(names, "ordinary", "names."))
            ),
            radicals=frozenset(self._words(names, "radicals", "names.")),
            fillers=self._pattern(names.get("fillers"), "names.fillers"),
            stance=self._stances(),
            context=self._patterns("context", CONTEXT),
            calls=self._patterns("calls", CALLS),
            points_at=self._patterns("points_at", POINTS_AT),
            vague=self._pattern(hints.get("vague"), "hints.vague"),
            equals=(
                self._pattern(equals.get("before"), "hints.equals.before"),
                self._pattern(equals.get("after"), "hints.equals.after"),
                self._pattern(equals.get("maybe"), "hints.equals.maybe"),
                self._pattern(equals.get("meant"), "hints.equals.meant"),
                self._pattern(equals.get("meaning"), "hints.equals.meaning"),
            ),
            frames=self._pattern(hints.get("frames"), "hints.frames"),
            never=frozenset(self._words(hints, "never", "hints.")),
            times=int(self._number(hints.get("times"), "hints.times")),
        )

    def _wrong(self, where: str, why: str) -> None:
        self.problems.append(f"{self._path}: {where}:{why}")

    def _mapping(self, value: Any, where: str) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        self._wrong(where or "文件", "应为映射")
        return {}

    def _words(self, data: Mapping[str, Any], name: str, before: str = "", needed: bool = False) -> tuple[str, ...]:
        value = data.get(name)
        if value is None and not needed:
            return ()
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value) or (needed and not value):
            self._wrong(f"{before}{name}", "应为词的列表")
            return ()
        return tuple(value)

    def _number(self, value: Any, where: str) -> float:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
        self._wrong(where, "应为数字")
        return 0.0

    def _pair(self, value: Any, where: str) -> tuple[float, float]:
        if isinstance(value, list) and len(value) == 2:
            return self._number(value[0], f"{where}[0]"), self._number(value[1], f"{where}[1]")
        one = self._number(value, where)
        return one, one

    def _numbers(self, where: str, known: Sequence[str], read: Callable[[Any, str], Any]) -> dict[str, Any]:
        data = self._mapping(self._data.get(where), where)
        self._known(data, known, where)
        return {name: read(data.get(name), f"{where}.{name}") for name in known}

    def _known(self, data: Mapping[str, Any], known: Sequence[str], where: str) -> None:
        for name in sorted(set(data) - set(known), key=str):
            self._wrong(f"{where}.{name}", f"没有这一项。可用:{'、'.join(known)}")

    def _patterns(self, where: str, known: Sequence[str]) -> dict[str, Pattern]:
        data = self._mapping(self._data.get(where), where)
        self._known(data, known, where)
        return {name: self._pattern(data.get(name), f"{where}.{name}") for name in known}

    def _pattern(self, value: Any, where: str) -> Pattern:
        if not isinstance(value, str) or not value:
            self._wrong(where, "应为表达式")
            return re.compile("(?!)")
        try:
            return re.compile(value)
        except re.error as error:
            self._wrong(where, f"表达式不对:{error}")
            return re.compile("(?!)")

    def _stances(self) -> dict[str, tuple[Pattern | None, Pattern | None]]:
        data = self._mapping(self._data.get("stance"), "stance")
        self._known(data, STANCES, "stance")
        found: dict[str, tuple[Pattern | None, Pattern | None]] = {}
        for name in STANCES:
            where = f"stance.{name}"
            sides = self._mapping(data.get(name), where)
            self._known(sides, ("before", "after"), where)
            before, after = (
                self._pattern(sides[side], f"{where}.{side}") if sides.get(side) else None
                for side in ("before", "after")
            )
            found[name] = before, after
        return found

    def _items(self, value: Any) -> dict[str, str]:
        items: dict[str, str] = {}
        for item in self._mapping(value, "names.items"):
            words = (item, *self._words(value, item, "names.items."))
            for word in words:
                if items.setdefault(word, item) != item:
                    self._wrong(f"names.items.{item}", f"“{word}”已经是“{items[word]}”的叫法")
        return items
