"""The measures, rights and ladders as data: read once, checked whole, overridden by a deployer's own files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import yaml

from mingjian.governance.ladders.model import Ladder, Reinstating
from mingjian.governance.ladders.parse import parse_conditions, parse_ladders
from mingjian.records.canonical import canonical, digest
from mingjian.records.errors import Invalid

Target = Literal["item", "publisher"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure with its reverse. ``rank`` grows with strength; ``days`` is the term where none is given,
    ``most_days`` the longest that may be given (None: it takes no term). ``right`` is what it always withholds;
    ``suspend`` names one each time."""

    name: str
    rank: int
    title: str
    title_en: str
    reverse: str
    reverse_en: str
    target: Target
    serious: bool
    law: bool
    appeal: bool
    days: int | None
    most_days: int | None
    right: str | None = None

    def word(self, lang: str) -> str:
        """Its name for people."""
        return self.title_en if lang == "en" else self.title

    def reverse_word(self, lang: str) -> str:
        """The name of its reverse."""
        return self.reverse_en if lang == "en" else self.reverse


@dataclass(frozen=True, slots=True)
class Book:
    """The house's measures in one version. ``version`` is ``measures@`` and a digest of both files' values."""

    measures: Mapping[str, Measure]
    rights: Mapping[str, tuple[str, str]]
    ladders: Mapping[str, Ladder]
    undo_minutes: int
    appeal_days: int
    answer_days: int
    version: str
    conditions: Mapping[str, Reinstating] = field(default_factory=dict)
    inherited: Collection[str] = ()
    """The rights that an entity's accounts lose with it."""

    def word(self, measure: str, lang: str) -> str:
        """A measure's name for people; the word itself when it is no longer in the book."""
        return self.measures[measure].word(lang) if measure in self.measures else measure

    def reverse_word(self, measure: str, lang: str) -> str:
        """The name of a measure's reverse."""
        return self.measures[measure].reverse_word(lang) if measure in self.measures else measure

    def right(self, name: str, lang: str) -> str:
        """A right's name for people."""
        return self.rights[name][1 if lang == "en" else 0] if name in self.rights else name

    def strongest(self, measures: Iterable[str]) -> str | None:
        """The strongest of these words, or None of none."""
        return max(measures, key=lambda name: (self.rank(name), name), default=None)

    def rank(self, name: str) -> int:
        """How strong a measure is; -1 for a word that is no longer in the book."""
        return self.measures[name].rank if name in self.measures else -1


@cache
def packaged() -> Book:
    """The book that ships with the package."""
    return read_book(_shipped("measures.yaml"), _shipped("ladders.yaml"))


def deployed(measures: Path | None, ladders: Path | None) -> Book:
    """The book of a deployer's files, each in the place of the one that ships. Invalid with every mistake."""
    texts = []
    for path, name in ((measures, "measures.yaml"), (ladders, "ladders.yaml")):
        try:
            texts.append(_shipped(name) if path is None else path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise Invalid(f"处置文件 {path} 读不了:{error}。应为 UTF-8 编码的 YAML 文件。") from error
    try:
        return read_book(*texts)
    except (ValueError, yaml.YAMLError) as error:
        named = "、".join(str(path) for path in (measures, ladders) if path is not None)
        raise Invalid(f"处置文件 {named} 有误:\n{error}") from error


def _shipped(name: str) -> str:
    return (resources.files("mingjian.governance") / "data" / name).read_text("utf-8")


def read_book(measures: str, ladders: str) -> Book:
    """The book of two YAML texts. Raises ValueError naming the mistakes."""
    data, steps = yaml.safe_load(measures), yaml.safe_load(ladders)
    try:
        return _book(data, steps)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"measures or ladders: not of the right shape: {error!r}") from error


def _book(data: Any, steps: Any) -> Book:
    problems: list[str] = []
    named = {name: _measure(name, rank, given, problems) for rank, (name, given) in enumerate(data["measures"].items())}
    rights = {name: (str(given["title"]), str(given["title_en"])) for name, given in data["rights"].items()}
    numbers = {name: data.get(name) for name in ("undo_minutes", "appeal_days", "answer_days")}
    problems += [f"measures: {name}: a whole number above 0" for name, value in numbers.items() if not _whole(value)]
    known = {name: measure for name, measure in named.items() if measure is not None}
    problems += [f"measures: {name}: right" for name, one in known.items() if one.right not in (None, *rights)]
    conditions = parse_conditions(steps, problems)
    inherited = frozenset(rights if data.get("inherited") is None else data["inherited"])
    problems += [f"measures: inherited: no right {name}" for name in sorted(inherited - rights.keys())]
    made = parse_ladders(steps, known.keys(), rights.keys(), conditions.keys(), problems)
    if problems:
        raise ValueError("; ".join(problems))
    version = "measures@" + digest(canonical([data, steps]))[:12]
    return Book(known, rights, made, version=version, conditions=conditions, inherited=inherited, **numbers)


def _measure(name: str, rank: int, given: Mapping[str, Any], problems: list[str]) -> Measure | None:
    wanted = set(Measure.__slots__) - {"name", "rank", "right"}
    if given.keys() - {"right"} != wanted:
        problems.append(f"measures: {name}: missing {sorted(wanted - given.keys())}, "
                        f"unknown {sorted(given.keys() - wanted - {'right'})}")  # fmt: skip
        return None
    if given["target"] not in ("item", "publisher"):
        problems.append(f"measures: {name}: target is item or publisher")
    for term in ("days", "most_days"):
        if given[term] is not None and not _whole(given[term]):
            problems.append(f"measures: {name}: {term}: a whole number above 0, or null")
    return Measure(name=name, rank=rank, **given)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
