"""Many numbers of one form as columns: one row of code points for each place of the number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from mingjian.core.credentials.model import Segment

if TYPE_CHECKING:
    import numpy.typing as npt

Points: TypeAlias = "npt.NDArray[np.uint32]"
Mask: TypeAlias = "npt.NDArray[np.bool_]"
Ints: TypeAlias = "npt.NDArray[np.int32]"

ZERO = 48
HAN_FIRST, HAN_LAST = 0x4E00, 0x9FFF
TABLE = 0xA000  # every character of every form lies below


class Columns:
    """Fields of many numbers. ``points`` has one row for each place and one column for each number."""

    def __init__(self, points: Points, segments: Sequence[Segment]) -> None:
        self.points = points
        self.size = points.shape[1]
        self._where: Mapping[str, slice] = places(tuple(segments))
        self._numbers: dict[str, Ints] = {}

    def rows(self, *names: str) -> Points:
        """The places of some fields, one after the other."""
        if len(names) == 1:
            return self.points[self._where[names[0]]]
        return np.concatenate([self.points[self._where[name]] for name in names])

    def number(self, name: str) -> Ints:
        """A field of digits (at most nine) as a number."""
        found = self._numbers.get(name)
        if found is None:
            found = np.zeros(self.size, dtype=np.int32)
            for row in self.rows(name):
                found *= 10
                found += row.astype(np.int32) - ZERO
            self._numbers[name] = found
        return found

    def any_of(self, name: str, values: str) -> Mask:
        """Where a field of one character is one of these."""
        held: Mask = member(values)[self.rows(name)[0]]
        return held


@cache
def places(segments: tuple[Segment, ...]) -> dict[str, slice]:
    """Field → its places."""
    found, at = {}, 0
    for segment in segments:
        if segment.name:
            found[segment.name] = slice(at, at + segment.width)
        at += segment.width
    return found


@cache
def member(values: str) -> Mask:
    """By code point below TABLE: whether it is one of these characters."""
    table = np.zeros(TABLE, dtype=bool)
    table[[ord(char) for char in values]] = True
    return table


def shaped(points: Points, segments: Sequence[Segment]) -> Mask:
    """Which columns have the characters a form asks for, place by place."""
    fits = np.ones(points.shape[1], dtype=bool)
    at = 0
    for segment in segments:
        for offset in range(segment.width):
            row = points[at + offset]
            if segment.literal:
                fits &= row == ord(segment.literal[offset])
            elif segment.charset == "0123456789":
                fits &= row - np.uint32(ZERO) < 10  # below "0" wraps round to a great number
            elif segment.charset:
                fits &= member(segment.charset)[np.minimum(row, TABLE - 1)]
            else:
                fits &= (row >= HAN_FIRST) & (row <= HAN_LAST)
        at += segment.width
    return fits
