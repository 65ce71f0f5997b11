"""Conditions of a policy as data → tests. What is wrong is complained of and left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mingjian.core.model import (
    CHANNELS,
    CONFIDENCES,
    DOMAINS,
    FAMILIES,
    NATURES,
    OUTCOMES,
    PUBLISHER_KINDS,
    SEVERITIES,
    VERDICT_VALUES,
)
from mingjian.desk.queues.conditions import Complain
from mingjian.desk.queues.fields import check_known
from mingjian.governance.policies.conditions import FactTest, FindingTest

# Facts with their words; None: any text.
WORDS: Mapping[str, tuple[str, ...] | None] = {
    "kind": None, "platform": None, "nature": NATURES, "domain": DOMAINS, "channel": CHANNELS,
    "publisher_kind": PUBLISHER_KINDS, "risk_band": None,
}  # fmt: skip
NUMBERS = {
    "risk": (0.0, 1.0), "strikes": (0.0, 1000.0), "reuse": (0.0, 1_000_000.0), "reuse_publishers": (0.0, 1_000_000.0),
}  # fmt: skip
FACTS = (*WORDS, "value", *NUMBERS)
OF_THE_ITEM = ("kind", "platform", "channel", "publisher_kind", "nature", "domain")
_FINDINGS = ("codes", "families", "severity", "status", "confidence", "at_least")


def parse_findings(data: Any, path: str, complain: Complain) -> FindingTest:
    """The test of a mapping; ``{}`` is met by any finding."""
    if not isinstance(data, dict):
        complain(path, f"应为映射,可用字段:{'、'.join(_FINDINGS)}")
        return FindingTest()
    check_known(data, _FINDINGS, path, complain)
    least = data.get("at_least", 1)
    if type(least) is not int or not 1 <= least <= 1000:
        complain(f"{path}.at_least", f"应为 1 到 1000 的整数,不是 {least!r}")
        least = 1
    return FindingTest(
        codes=tuple(sorted(_any_of(data, "codes", path, None, complain))),
        families=_any_of(data, "families", path, FAMILIES, complain),
        severities=_ordered(data, "severity", path, SEVERITIES, complain),
        statuses=_any_of(data, "status", path, OUTCOMES, complain),
        confidences=_ordered(data, "confidence", path, CONFIDENCES, complain),
        least=least,
    )


def parse_facts(data: Mapping[Any, Any], path: str, complain: Complain, *, item_only: bool = False) -> FactTest:
    """The test of a mapping; ``item_only`` leaves only what is known of an item before it is judged on findings."""
    allowed = OF_THE_ITEM if item_only else FACTS
    words: list[tuple[str, frozenset[str]]] = []
    ranges: list[tuple[str, float | None, float | None]] = []
    for name in data:
        if name not in allowed:
            complain(f"{path}.{name}", f"没有这个字段。可用:{'、'.join(allowed)}")
        elif name in NUMBERS:
            ranges.append((name, *_range(data[name], f"{path}.{name}", NUMBERS[name], complain)))
        elif name == "value":
            words.append((name, _at_least(data[name], f"{path}.{name}", VERDICT_VALUES, complain)))
        else:
            words.append((name, _any_of(data, name, path, WORDS[name], complain)))
    return FactTest(tuple(words), tuple(ranges))


def _any_of(
    data: Mapping[Any, Any], name: str, path: str, allowed: Sequence[str] | None, complain: Complain
) -> frozenset[str]:
    value = data.get(name)
    if name not in data:
        return frozenset()
    given = value if isinstance(value, list) else [value]
    if not given:
        complain(f"{path}.{name}", "不能是空列表")
    for word in given:
        if not isinstance(word, str) or not word.strip():
            complain(f"{path}.{name}", f"应为文字或文字的列表,不是 {word!r}")
        elif allowed is not None and word not in allowed:
            complain(f"{path}.{name}", f"“{word}”不在可用的值里:{'、'.join(allowed)}")
    return frozenset(word for word in given if isinstance(word, str))


def _ordered(data: Mapping[Any, Any], name: str, path: str, order: Sequence[str], complain: Complain) -> frozenset[str]:
    if isinstance(data.get(name), dict):
        return _at_least(data[name], f"{path}.{name}", order, complain)
    return _any_of(data, name, path, order, complain)


def _at_least(value: Any, path: str, order: Sequence[str], complain: Complain) -> frozenset[str]:
    least = value.get("at_least") if isinstance(value, dict) and len(value) == 1 else None
    if least not in order:
        complain(path, f"应写成 {{at_least: 值}},值从轻到重为:{'、'.join(order)}")
        return frozenset()
    return frozenset(order[order.index(least) :])


def _range(value: Any, path: str, bounds: tuple[float, float], complain: Complain) -> tuple[float | None, float | None]:
    if not isinstance(value, dict) or not value or set(value) - {"at_least", "below"}:
        complain(path, "应写成 {at_least: 数, below: 数},至少一个")
        return None, None
    found: list[float | None] = []
    for edge in ("at_least", "below"):
        given = value.get(edge)
        if edge in value and (
            isinstance(given, bool) or not isinstance(given, int | float) or not bounds[0] <= given <= bounds[1]
        ):
            complain(f"{path}.{edge}", f"应为 {bounds[0]:g} 到 {bounds[1]:g} 之间的数,不是 {given!r}")
            given = None
        found.append(given)
    return found[0], found[1]
