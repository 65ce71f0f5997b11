"""The findings of a clip or a sound on a line of time, laid out for the page. Places along it are per cent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mingjian.core.report.media import Placed, clock
from mingjian.core.report.model import WORST_FIRST, MediaView

_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
_TICKS = 7
# Pixels: a lane of marks, its first, and the narrowest line they must stand side by side on.
LANE, FIRST, NARROW = 26, 14, 460
# Numbers on one mark; the others are told when it is pointed at.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """The findings of one stretch of time. ``left`` and ``width`` in per cent; ``top`` and ``pill`` (the width of
    its label) in pixels; ``back`` turns the label to the left, where the line ends."""

    anchor: str
    finds: tuple[Placed, ...]
    severity: str
    time: str
    left: float
    width: float
    top: int
    pill: int
    name: str
    back: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """The line: its marks, where scenes begin, its ticks with their words, its length in words."""

    marks: tuple[Mark, ...]
    scenes: tuple[float, ...]
    ticks: tuple[tuple[float, str], ...]
    length: str
    height: int


def timeline(anchor: str, view: MediaView, finds: Sequence[Placed]) -> Timeline | None:
    """The line of an item that runs in time, or None. Without a known length the last place is the end."""
    at: dict[tuple[float, float], list[Placed]] = {}
    for find in finds:
        for region in find.regions:
            if region.time and find not in at.setdefault(region.time, []):
                at[region.time].append(find)
    seconds = max([view.seconds or 0.0, *(last for _, last in at)])
    if seconds <= 0:
        return None
    marks: list[Mark] = []
    lanes: list[float] = []  # where each lane is free again, in per cent
    for n, ((first, last), here) in enumerate(sorted(at.items()), 1):
        name = "·".join(str(find.number) for find in here[:_NAMED]) + ("…" if len(here) > _NAMED else "")
        pill = 12 + 8 * len(name)
        left, width = 100 * first / seconds, 100 * (last - first) / seconds
        share = 100 * (pill + 4) / NARROW
        back = left + share > 100
        begin, end = (left - share if back else left), max(left + width, left if back else left + share)
        lane = next((i for i, free in enumerate(lanes) if free <= begin), len(lanes))
        lanes[lane : lane + 1] = [end + 0.5]
        worst = min((find.severity for find in here), key=WORST_FIRST.index)
        when = clock(first) if clock(first) == clock(last) else f"{clock(first)}–{clock(last)}"
        top = FIRST + LANE * lane
        left, width = round(left, 3), round(max(width, 0.2), 3)
        marks.append(Mark(f"{anchor}t{n}", tuple(here), worst, when, left, width, top, pill, name, back))
    height = FIRST + LANE * max(1, len(lanes)) + 22
    scenes = tuple(round(100 * second / seconds, 3) for second in view.scenes if 0 < second < seconds)
    return Timeline(tuple(marks), scenes, _ticks(seconds), clock(seconds), height)


def _ticks(seconds: float) -> tuple[tuple[float, str], ...]:
    step = next((step for step in _STEPS if seconds / step <= _TICKS), _STEPS[-1])
    while seconds / step > _TICKS:
        step *= 2
    # The last word is left out where it would hang over the end.
    return tuple(
        (round(100 * at / seconds, 3), clock(at)) for at in range(0, int(seconds) + 1, step) if at <= 0.94 * seconds
    )
