"""Boxes of findings on one picture, with the small tags that carry their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mingjian.core.report.media import Box, Placed
from mingjian.core.report.model import WORST_FIRST

# Boxes that overlap this much (as a share of both together) are one box of several findings.
_SAME = 0.85


@dataclass(frozen=True, slots=True)
class Area:
    """A box in pixels of the shown picture."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Spot:
    """One box on one picture with the findings it belongs to, and the tag that carries their numbers."""

    anchor: str
    finds: tuple[Placed, ...]
    severity: str
    box: Area
    tag: Area

    @property
    def name(self) -> str:
        """What stands on the tag: the numbers of the findings."""
        return "·".join(str(find.number) for find in self.finds)


def spots(anchor: str, boxes: Iterable[tuple[Placed, Box]], words: Iterable[Box], scale: float,
          size: tuple[int, int]) -> tuple[Spot, ...]:  # fmt: skip
    """The spots of a picture of ``size``; boxes and ``words`` (all the writing of the picture) count original
    pixels. The largest comes first: it lies undermost, and those inside it can still be clicked."""
    found: list[Spot] = []
    for find, box in boxes:
        spot = Spot("", (find,), find.severity, _scaled(box, scale), Area(0, 0, 0, 0))
        same = next((n for n, other in enumerate(found) if _alike(other.box, spot.box)), None)
        if same is None:
            found.append(spot)
        elif find not in found[same].finds:
            worst = min(found[same].severity, find.severity, key=WORST_FIRST.index)
            found[same] = replace(found[same], finds=(*found[same].finds, find), severity=worst)
    laid = _tagged(found, [_scaled(box, scale) for box in words], size)
    laid.sort(key=lambda each: -each.box.width * each.box.height)
    return tuple(replace(spot, anchor=f"{anchor}b{n}") for n, spot in enumerate(laid, 1))


def _scaled(box: Box, scale: float) -> Area:
    left, top, width, height = (round(side * scale, 1) for side in box)
    return Area(left, top, width, height)


def _shared(a: Area, b: Area) -> float:
    """Area that both cover."""
    width = min(a.left + a.width, b.left + b.width) - max(a.left, b.left)
    height = min(a.top + a.height, b.top + b.height) - max(a.top, b.top)
    return width * height if width > 0 and height > 0 else 0.0


def _alike(a: Area, b: Area) -> bool:
    both = _shared(a, b)
    return both >= _SAME * (a.width * a.height + b.width * b.height - both) > 0


def _tagged(found: Sequence[Spot], words: Sequence[Area], size: tuple[int, int]) -> list[Spot]:
    """Each spot with its tag round the corner of the box where it hides least: another tag would be worst, then
    ``words``, all the writing of the picture; among equals over the corner where reading begins."""
    high = round((size[0] + size[1]) / 64, 1)
    out: list[Spot] = []
    for spot in found:
        wide, box = round(high * (0.55 + 0.6 * len(spot.name)), 1), spot.box
        right, below = box.left + box.width, box.top + box.height
        corners = (
            (box.left, box.top - high), (box.left - wide, box.top), (right, box.top), (right - wide, box.top - high),
            (box.left, below), (right - wide, below), (box.left, box.top), (right - wide, box.top),
        )  # fmt: skip
        tags = [
            Area(
                round(min(max(0.0, x), max(0.0, size[0] - wide)), 1),
                round(min(max(0.0, y), max(0.0, size[1] - high)), 1),
                wide,
                high,
            )
            for x, y in corners
        ]

        def hidden(tag: Area) -> float:
            return 8 * sum(_shared(tag, each.tag) for each in out) + sum(_shared(tag, each) for each in words)

        out.append(replace(spot, tag=min(tags, key=hidden)))
    return out
