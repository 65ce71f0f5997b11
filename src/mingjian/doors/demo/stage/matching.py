"""What a judge found in a staged room against what was planted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mingjian.core.live.model import Incident
from mingjian.doors.demo.stage.model import Planted

LATE = 30.0
"""Seconds after a violation is complete within which it must be found."""


@dataclass(frozen=True, slots=True)
class Found:
    """A violation and its first incident: ``after`` seconds since it was complete (negative: found before the last of
    it), ``named`` whether the incident names the right item."""

    planted: Planted
    after: float
    named: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """``false`` are incidents that hold no line of any violation; ``again`` how many more a violation got."""

    found: tuple[Found, ...]
    missed: tuple[Planted, ...]
    false: tuple[Incident, ...]
    again: int


def match(
    planted: Sequence[Planted], numbers: Mapping[str, Sequence[int]], raised: Iterable[tuple[Incident, float]]
) -> Outcome:
    """``numbers``: line id → numbers of its moments; ``raised``: incidents with the room time at which they were."""
    owner = {number: one for one in planted for id in one.lines for number in numbers.get(id, ())}
    found: dict[str, Found] = {}
    false, again = [], 0
    for incident, at in raised:
        whose = {owner[number].id: owner[number] for number in incident.moments if number in owner}
        if not whose:
            false.append(incident)
        fresh = [one for one in whose.values() if one.id not in found and at <= one.last + LATE]
        again += bool(whose) and not fresh
        for one in fresh:
            found[one.id] = Found(one, at - one.last, one.item in incident.what)
    missed = tuple(one for one in planted if one.id not in found)
    return Outcome(tuple(found.values()), missed, tuple(false), again)
