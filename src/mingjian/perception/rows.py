"""From quads to rows: each line in a frame in which it reads left to right and lines follow downwards.

Vertical Chinese, turned pages, mirror images and slanted banners differ only in their frame; what comes after
(rows, paragraphs, reading order) knows one case.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from mingjian.perception.model import Line

Vector = tuple[float, float]
Frame = tuple[Vector, Vector]
"""Unit vectors: along the text, and from one line to the next."""
DOWNWARDS: Frame = ((0.0, 1.0), (-1.0, 0.0))
"""Vertical text: down, and from right to left."""
MIN_STACK = 3
"""Single characters below each other from which they are taken for one vertical line."""
STACK_GAP = 1.5
"""Gap between them, in their width."""
SPREAD_GAP, LONE_GAP, CLOSE_GAP = 2.2, 1.3, 0.9
"""Gap in a row, in heights, that single characters set wide apart bridge; a single one and words; words."""


@dataclass(slots=True)
class Row:
    """Lines that stand side by side and read as one, and the box around them in their frame.

    ``gaps`` is the room before each line but the first.
    """

    lines: list[Line]
    left: float
    top: float
    right: float
    bottom: float
    gaps: list[float] = field(default_factory=list)

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def text(self) -> str:
        return "".join(line.text for line in self.lines)


def rows_by_frame(lines: Sequence[Line]) -> list[list[Row]]:
    """Rows of each frame; the frame with most characters first. Rows of a frame are sorted from the top."""
    stacked = _stacked(lines)
    frames: dict[Frame, list[Line]] = {}
    for index, line in enumerate(lines):
        frames.setdefault(DOWNWARDS if index in stacked else _quarter_frame(line), []).append(line)
    grouped = sorted(frames.items(), key=lambda entry: -sum(len(line.text) for line in entry[1]))
    result: list[list[Row]] = []
    for frame, members in grouped:
        slanted = _slanted(frame, members)
        result.append(_rows([_placed(line, slanted) for line in members]))
    return result


def _quarter_frame(line: Line) -> Frame:
    """The frame of a line to the nearest quarter turn; a mirrored line's second vector lies on the other side."""
    (ax, ay), (bx, by), _, (dx, dy) = line.quad
    along = _quarter(bx - ax, by - ay)
    cross = (bx - ax) * (dy - ay) - (by - ay) * (dx - ax)
    side = -1.0 if cross < 0 else 1.0
    return along, (-along[1] * side, along[0] * side)


def _quarter(x: float, y: float) -> Vector:
    if abs(x) >= abs(y):
        return (1.0, 0.0) if x >= 0 else (-1.0, 0.0)
    return (0.0, 1.0) if y > 0 else (0.0, -1.0)


def _slanted(frame: Frame, members: Sequence[Line]) -> Frame:
    """The frame turned by the slant most of its lines share, so that a tilted page is as good as a level one."""
    (ux, uy), (vx, vy) = frame
    slants: list[float] = []
    for line in members:
        (ax, ay), (bx, by) = line.quad[0], line.quad[1]
        x, y = bx - ax, by - ay
        forward, sideways = x * ux + y * uy, x * vx + y * vy
        slants += [math.atan2(sideways, forward)] * len(line.text) if len(line.text) > 2 and forward > 0 else []
    angle = median(slants) if slants else 0.0
    if abs(angle) < 0.01:
        return frame
    cos, sin = math.cos(angle), math.sin(angle)
    return (ux * cos + vx * sin, uy * cos + vy * sin), (vx * cos - ux * sin, vy * cos - uy * sin)


def _placed(line: Line, frame: Frame) -> Row:
    (ux, uy), (vx, vy) = frame
    along = [x * ux + y * uy for x, y in line.quad]
    across = [x * vx + y * vy for x, y in line.quad]
    return Row([line], min(along), min(across), max(along), max(across))


def _stacked(lines: Sequence[Line]) -> set[int]:
    """Level single characters that stand below each other like a vertical line set wide apart.

    A detector often takes part of such a line for a line and the rest for characters: those join the line.
    """
    chains: list[list[int]] = []
    members = [i for i, line in enumerate(lines) if len(line.text) == 1 or _quarter_frame(line) == DOWNWARDS]
    for index in sorted(members, key=lambda index: lines[index].box[1]):
        left, top, width, _ = lines[index].box
        for chain in chains:
            its_left, its_top, its_width, its_height = lines[chain[-1]].box
            aligned = abs((left + width / 2) - (its_left + its_width / 2)) < 0.35 * max(width, its_width)
            alike = 0.6 < (width + 1) / (its_width + 1) < 1.67
            if aligned and alike and -0.4 * width <= top - its_top - its_height < STACK_GAP * width:
                chain.append(index)
                break
        else:
            chains.append([index])
    long = [chain for chain in chains if sum(len(lines[index].text) for index in chain) >= MIN_STACK]
    return {index for chain in long for index in chain}


def _rows(cells: list[Row]) -> list[Row]:
    """Joins cells that a detector split out of one row."""
    rows: list[Row] = []
    for cell in sorted(cells, key=lambda cell: (cell.left, cell.top)):
        fitting = [row for row in rows if _same_row(row, cell)]
        if not fitting:
            rows.append(Row(list(cell.lines), cell.left, cell.top, cell.right, cell.bottom))
            continue
        row = min(fitting, key=lambda row: abs(cell.left - row.right))
        row.lines += cell.lines
        row.gaps.append(cell.left - row.right)
        row.right = max(row.right, cell.right)
        row.top, row.bottom = min(row.top, cell.top), max(row.bottom, cell.bottom)
    return sorted(rows, key=lambda row: (row.top, row.left))


def _same_row(row: Row, cell: Row) -> bool:
    if cell.top >= row.bottom or cell.bottom <= row.top:
        return False
    low, high = sorted((row.height, cell.height))
    shared = min(row.bottom, cell.bottom) - max(row.top, cell.top)
    gap = cell.left - row.right
    lone = (len(row.lines[-1].text) == 1) + (len(cell.lines[0].text) == 1)
    apart = (CLOSE_GAP, LONE_GAP, SPREAD_GAP)[lone]
    # A large number between small words ("限时 2999 元") stands nearer to them, measured by its own size.
    near = apart * low if high < 1.7 * low else min(0.4 * high, 1.5 * low)
    return shared > 0.7 * low and -0.5 * low < gap < near
