"""A ladder: what counts as a strike against a right, within which window, and what follows at how many."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

CONDITIONS = {"measures": "measure", "natures": "nature", "channels": "channel", "kinds": "kind",
              "platforms": "platform", "severities": "severity", "families": "families",
              "origins": "origin"}  # fmt: skip
"""Conditions by the fact of a decision they look at."""


@dataclass(frozen=True, slots=True)
class Step:
    """What follows at ``strikes``. ``confirm``: only a person may take it."""

    strikes: int
    measure: str
    days: int | None = None
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class Ladder:
    """One ladder. ``counts``: condition → the values that meet it; every condition must be met."""

    name: str
    title: str
    title_en: str
    right: str
    window_days: int
    counts: Mapping[str, frozenset[str]]
    cites: tuple[str, ...]
    steps: tuple[Step, ...]

    def step(self, strikes: int) -> Step | None:
        """The highest step that so many strikes reach."""
        return next((step for step in reversed(self.steps) if strikes >= step.strikes), None)

    def next_step(self, strikes: int) -> Step | None:
        """The first step not reached yet."""
        return next((step for step in self.steps if strikes < step.strikes), None)


def parse_ladders(
    data: Mapping[str, Any], measures: Collection[str], rights: Collection[str], problems: list[str]
) -> dict[str, Ladder]:
    """Ladders from their YAML; what is wrong is added to ``problems``."""
    return {name: _ladder(name, given, measures, rights, problems) for name, given in data["ladders"].items()}


def _ladder(
    name: str, given: Mapping[str, Any], measures: Collection[str], rights: Collection[str], problems: list[str]
) -> Ladder:
    counts = {condition: frozenset(values) for condition, values in given["counts"].items()}
    steps = tuple(Step(**step) for step in given["steps"])
    wrong = [
        ("right", given["right"] not in rights),
        ("counts", not counts.keys() <= CONDITIONS.keys() or "measures" not in counts),
        ("counts.measures", not counts.get("measures", frozenset()) <= set(measures)),
        ("steps", not steps or [step.strikes for step in steps] != sorted({step.strikes for step in steps})),
        (
            "steps.measure",
            any(step.measure not in ("suspend", "ban") or step.measure not in measures for step in steps),
        ),
        ("steps.days", any((step.measure == "suspend") != bool(step.days) for step in steps)),
        ("window_days", not given["window_days"] > 0),
        ("cites", not given["cites"]),
    ]
    problems += [f"ladders: {name}: {field}" for field, broken in wrong if broken]
    return Ladder(
        name, given["title"], given["title_en"], given["right"], given["window_days"], counts,
        tuple(given["cites"]), steps,
    )  # fmt: skip
