"""Lines of text followed through a clip: one track for each line, however often it is seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import SequenceMatcher

import numpy as np

from mingjian.perception.model import Box, Quad
from mingjian.perception.video.strokes import CONTRAST, Pixels, Rect, Relief, alike, moved

AGAIN = 3.0
"""Seconds a line may be hidden and still be the same line."""
FAINT = 0.015
"""Share of strokes below which a line is followed by its brightness."""
LIKE = 0.8
"""Likeness of two readings of one text."""


@dataclass(eq=False)
class Track:
    """A line of text. ``box`` is where it was last seen, in pixels of the clip; times in seconds."""

    text: str
    score: float
    quad: Quad
    box: Box
    rect: Rect
    shape: Relief = field(repr=False)
    luma: Pixels = field(repr=False)
    """Relief and brightness of its place on the thumbnail."""
    start: float
    end: float
    vertical: bool = False
    first_box: Box = (0, 0, 0, 0)
    seen: int = 1
    """Samples in which it was there."""
    missing: bool = False
    """Not found in the sample at hand; it may come back."""
    replaced: bool = False
    """Other words stand in its place."""

    def follow(self, relief: Relief, luma: Pixels, scale: float, time: float) -> bool:
        """Looks for the line in a new sample; moves along with it. ``scale``: pixels of the clip per thumbnail's."""
        left, top, right, bottom = self.rect
        if (np.abs(self.shape) > CONTRAST).mean() < FAINT:
            # A watermark has no strokes to go by: its place must look as it did.
            change = np.abs(luma[top:bottom, left:right].astype(np.int16) - self.luma)
            if change.shape != self.luma.shape or change.mean() > 6:
                return False
            self.touch(time)
            return True
        found: Rect | None = self.rect
        if not alike(self.shape, relief[top:bottom, left:right]):
            found = moved(self.shape, self.rect, relief)
            if found is None or not alike(self.shape, relief[found[1] : found[3], found[0] : found[2]]):
                return False
        if found != self.rect and found is not None:
            across, down = round((found[0] - left) * scale), round((found[1] - top) * scale)
            x, y, width, height = self.box
            self.box = (x + across, y + down, width, height)
            self.rect = found
            # Slow zooms change the shape bit by bit.
            self.shape = relief[found[1] : found[3], found[0] : found[2]].copy()
        self.touch(time)
        return True

    def touch(self, time: float) -> None:
        """Seen at this time."""
        self.end = max(self.end, time)
        self.seen += 1
        self.missing = False

    def again(self, other: Track) -> None:
        """The same line read once more: the better reading stays, the place is the new one."""
        if (other.score, len(other.text)) > (self.score, len(self.text)):
            self.text, self.score = other.text, other.score
        self.quad, self.box, self.rect = other.quad, other.box, other.rect
        self.shape, self.luma = other.shape, other.luma
        self.touch(other.start)


def likeness(one: str, other: str) -> float:
    """0..1 of two readings."""
    if one == other:
        return 1.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def same_line(old: Track, new: Track) -> bool:
    """Whether a new reading is an old line again: near in place, of one size, and the same words.

    Numbers must agree to the digit: a price that changes is another line.
    """
    if digits(old.text) != digits(new.text) or likeness(old.text, new.text) < LIKE:
        return False
    (ax, ay, aw, ah), (bx, by, bw, bh) = old.box, new.box
    reach = 2.0 * max(ah, bh) if not old.vertical else 2.0 * max(aw, bw)
    near = abs(ax + aw / 2 - bx - bw / 2) < reach and abs(ay + ah / 2 - by - bh / 2) < reach
    return near and 0.6 < (aw * ah + 1) ** 0.5 / (bw * bh + 1) ** 0.5 < 1.67


def digits(text: str) -> str:
    """The figures of a text, in order."""
    return "".join(char for char in text if char.isdigit())
