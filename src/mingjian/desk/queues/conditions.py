"""Conditions over what is known of a case, as the queue file writes them.

``{kind: item, severity: {at_least: high}, platform: [douyin, xiaohongshu]}``: every field must match; a list means
any of these; ``at_least`` and ``below`` are for what has an order. A fact that is not known matches nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mingjian.core.model import CHANNELS, DOMAINS, FAMILIES, NATURES, PUBLISHER_KINDS, SEVERITIES, VERDICT_VALUES
from mingjian.records.cases.model import CASE_KINDS, ORIGINS

# Fields with their words; None: any text.
WORDS: Mapping[str, tuple[str, ...] | None] = {
    "kind": CASE_KINDS, "origin": ORIGINS, "nature": NATURES, "severity": SEVERITIES, "value": VERDICT_VALUES,
    "publisher_kind": PUBLISHER_KINDS, "domain": DOMAINS, "channel": CHANNELS, "families": FAMILIES,
    "platform": None, "publisher": None, "department": None, "policy": None, "risk_band": None,
}  # fmt: skip
NUMBERS = {"risk": (0.0, 1.0)}  # fields with their bounds
FIELDS = (*WORDS, *NUMBERS)
Complain = Callable[[str, str], None]
"""Called with a field's path and what is wrong."""


@dataclass(frozen=True, slots=True)
class Condition:
    """``words`` field → any of these; ``ranges`` field → (at least, below), on the words' places or the number."""

    words: tuple[tuple[str, frozenset[str]], ...] = ()
    ranges: tuple[tuple[str, float | None, float | None], ...] = ()

    def matches(self, facts: Mapping[str, Any]) -> bool:
        """Whether the facts meet all of it."""
        for name, wanted in self.words:
            known = facts.get(name)
            values = known if isinstance(known, list | tuple) else (known,)
            if not any(isinstance(value, str) and value in wanted for value in values):
                return False
        return all(
            (place := _place(name, facts.get(name))) is not None
            and (least is None or place >= least)
            and (below is None or place < below)
            for name, least, below in self.ranges
        )


def _place(name: str, value: Any) -> float | None:
    if name in NUMBERS:
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
    return float(SEVERITIES.index(value)) if value in SEVERITIES else None


def parse_condition(data: Any, path: str, complain: Complain) -> Condition:
    """A condition from its mapping; what is wrong is complained of and left out."""
    if not isinstance(data, dict):
        complain(path, f"应为“字段: 值”的映射。可用字段:{'、'.join(FIELDS)}")
        return Condition()
    words: list[tuple[str, frozenset[str]]] = []
    ranges: list[tuple[str, float | None, float | None]] = []
    for name, value in data.items():
        here = f"{path}.{name}"
        if name not in FIELDS:
            complain(here, f"没有这个字段。可用:{'、'.join(FIELDS)}")
        elif isinstance(value, dict) and (name == "severity" or name in NUMBERS):
            ranges.append((name, *_range(name, value, here, complain)))
        elif name in NUMBERS:
            complain(here, "应写成 {at_least: 数, below: 数},至少一个")
        else:
            words.append((name, _any_of(name, value, here, complain)))
    return Condition(tuple(words), tuple(ranges))


def _any_of(name: str, value: Any, path: str, complain: Complain) -> frozenset[str]:
    given = value if isinstance(value, list) else [value]
    allowed = WORDS[name]
    if not given:
        complain(path, "不能是空列表")
    for word in given:
        if not isinstance(word, str) or not word:
            complain(path, f"应为文字或文字的列表,不是 {word!r}")
        elif allowed is not None and word not in allowed:
            complain(path, f"“{word}”不在可用的值里:{'、'.join(allowed)}")
    return frozenset(word for word in given if isinstance(word, str))


def _range(name: str, value: dict[Any, Any], path: str, complain: Complain) -> tuple[float | None, float | None]:
    if not value or set(value) - {"at_least", "below"}:
        complain(path, "只能有 at_least 和 below,至少一个")
    found: list[float | None] = []
    for edge in ("at_least", "below"):
        given = value.get(edge)
        place = _place(name, given)
        if given is not None and place is None:
            allowed = "、".join(SEVERITIES) if name == "severity" else "数"
            complain(f"{path}.{edge}", f"{given!r} 不对。可用:{allowed}")
        elif place is not None and name in NUMBERS and not NUMBERS[name][0] <= place <= NUMBERS[name][1]:
            complain(f"{path}.{edge}", f"应在 {NUMBERS[name][0]:g} 到 {NUMBERS[name][1]:g} 之间,不是 {given!r}")
        found.append(place)
    return found[0], found[1]
