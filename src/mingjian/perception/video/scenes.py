"""Scene cuts, from thumbnails: where the brightness of all parts of the picture changes at once."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from mingjian.perception.video.frames import Pixels

_GRID, _BINS = 4, 16
SURE, LIKELY = 0.5, 0.14
"""Share of the histograms that changed: a cut in any case; one only when it stands out from what went before."""
UNKNOWN = 0.15
"""What is usual as long as nothing is known."""
STANDS_OUT = 2.2
"""Times what is usual."""


class Scenes:
    """Takes thumbnails in time; ``starts`` are the seconds at which scenes begin, 0 among them."""

    def __init__(self) -> None:
        self.starts: list[float] = []
        self._before: NDArray[np.float32] | None = None
        self._changes: deque[float] = deque(maxlen=8)

    def sample(self, luma: Pixels, time: float) -> bool:
        """Whether a scene begins here."""
        now = _histograms(luma)
        before, self._before = self._before, now
        if before is None or before.shape != now.shape:
            self.starts.append(time if self.starts else 0.0)
            return True
        # Half the sum of differences: 0 for the same, 1 for nothing in common; the median, so that a card that
        # slides in is no cut.
        change = float(np.median(np.abs(now - before).sum(axis=1)) / 2)
        usual = float(np.median(self._changes)) if len(self._changes) >= 3 else UNKNOWN
        if change > SURE or (change > LIKELY and change > STANDS_OUT * max(usual, 0.05)):
            self.starts.append(time)
            return True
        self._changes.append(change)
        return False


def _histograms(luma: Pixels) -> NDArray[np.float32]:
    """One histogram of brightness for each part of the picture, rows that sum to 1."""
    import cv2

    small = np.asarray(cv2.resize(luma, (_GRID * 24, _GRID * 24), interpolation=cv2.INTER_AREA))
    parts = small.reshape(_GRID, 24, _GRID, 24).swapaxes(1, 2).reshape(_GRID * _GRID, -1) // (256 // _BINS)
    counts = [np.bincount(part, minlength=_BINS) for part in parts]
    # Neighbouring bins flow into each other: a slight change of light is none.
    soft = np.apply_along_axis(np.convolve, 1, np.asarray(counts, np.float32), np.asarray([0.25, 0.5, 0.25]), "same")
    return np.asarray(soft / np.maximum(soft.sum(axis=1, keepdims=True), 1e-6), np.float32)
