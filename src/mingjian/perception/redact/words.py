"""Private words in a clip: read about once a second and after every cut, hidden until the next reading and before it.

What is read on one frame was there before it was read: its mask reaches back to the reading before and on to the one
after, inside the scene. Where the picture has not changed it is not read again.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mingjian.perception.faces.boxes import Array
from mingjian.perception.faces.centerface import resized
from mingjian.perception.faces.track import Mark, Rect
from mingjian.perception.redact.model import Hidden

_CHANGED = 10.0  # of 255, in any cell of a thumbnail
_CUT = 28.0
EVERY = 1.0
"""Seconds from one reading to the next."""


class Words:
    """Takes the frames of a clip; ``marks`` afterwards."""

    def __init__(self, fps: float, find: Callable[[Array], list[Hidden]]) -> None:
        self._find = find
        self._step = max(1, round(fps * EVERY))
        self._read: list[tuple[int, list[Hidden]]] = []
        self._cuts: list[int] = [0]
        self._thumbnail: Array | None = None
        self._before: Array | None = None
        self._count = 0

    def frame(self, small: Array, whole: Callable[[], Array]) -> None:
        """The next frame: a small picture of it, and how to get it in full size."""
        index, self._count = self._count, self._count + 1
        thumbnail = resized(small, 64, 36).astype(np.int16)
        cut = self._before is not None and float(np.abs(thumbnail - self._before).mean()) > _CUT
        self._before = thumbnail
        if cut:
            self._cuts.append(index)
        if not cut and self._read and index - self._read[-1][0] < self._step:
            return
        if self._thumbnail is not None and float(np.abs(thumbnail - self._thumbnail).max()) < _CHANGED:
            self._read.append((index, self._read[-1][1]))
            return
        self._thumbnail = thumbnail
        self._read.append((index, self._find(whole())))

    def marks(self, first_track: int) -> dict[int, list[Mark]]:
        """Frame → boxes of private words; their tracks are numbered from ``first_track``."""
        out: dict[int, list[Mark]] = {}
        tracks: dict[tuple[str, int, int], int] = {}
        for at, (index, words) in enumerate(self._read):
            start = max(cut for cut in self._cuts if cut <= index)
            end = min([cut for cut in self._cuts if cut > index], default=self._count)
            before = self._read[at - 1][0] + 1 if at else 0
            after = self._read[at + 1][0] if at + 1 < len(self._read) else self._count
            following = self._read[at + 1][1] if at + 1 < len(self._read) and after < end else []
            for word in words:
                key = (word.kind, round(word.box[0] / 64), round(word.box[1] / 64))
                track = tracks.setdefault(key, first_track + len(tracks))
                box = _reaching(word, following)
                for frame in range(max(start, before), min(end, after)):
                    seen = "seen" if frame == index else "extended"
                    out.setdefault(frame, []).append(Mark(box, track, word.score, seen, word.kind))
        return out


def _reaching(word: Hidden, following: list[Hidden]) -> Rect:
    """The box, widened to where the same kind of word stands at the next reading when that is near."""
    left, top, right, bottom = word.box[0], word.box[1], word.box[0] + word.box[2], word.box[1] + word.box[3]
    for other in following:
        x, y, width, height = other.box
        if other.kind == word.kind and abs(x - word.box[0]) < 3 * height and abs(y - word.box[1]) < 3 * height:
            left, top, right, bottom = min(left, x), min(top, y), max(right, x + width), max(bottom, y + height)
    return left, top, right - left, bottom - top
