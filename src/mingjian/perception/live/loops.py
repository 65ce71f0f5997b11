"""Whether the pictures are those of a while ago: somebody plays a recording in a circle.

A picture counts when it is much nearer to the one of a while ago than to what was shown just before it: one that stands
still says nothing, and one that moves by chance is never so near.
"""

from __future__ import annotations

import numpy as np

from mingjian.perception.video.frames import Pixels

SIDE = 12
APART = 4.0
"""Seconds between a picture and the one it must differ from to count."""
SHORTEST, MEMORY = 8.0, 900.0
"""Seconds of the shortest and the longest circle."""
NEARER = 0.5
"""Share of what is usual from one picture to another, below which one is the same."""
LEAST = 2.0
"""Mean difference, of 255, of pictures that differ."""
RUN = 12.0
"""Seconds in a row that must be the same: a gesture that is made again is none."""
MISSES = 2
"""Pictures in a row that may differ: a cut lies between two samples."""


class Loops:
    """Takes thumbnails in time."""

    def __init__(self, every: float) -> None:
        self._every = every
        most = max(8, round(MEMORY / every))
        self._seen = np.zeros((most, SIDE * SIDE), np.float32)
        self._count = 0
        self._runs = np.zeros(most, np.float32)
        self._missed = np.zeros(most, np.int16)
        self.since: float | None = None
        """Since when the pictures go round, as far as is known; None when they do not."""

    def sample(self, luma: Pixels, time: float) -> bool:
        """Whether they go round."""
        import cv2

        small = np.asarray(cv2.resize(luma, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.float32).reshape(-1)
        most, count = len(self._seen), self._count
        kept = min(count, most)
        apart, shortest = max(1, round(APART / self._every)), round(SHORTEST / self._every)
        if kept > shortest + 1:
            # How far it is from each picture before it: place n is n samples ago.
            order = (count - 1 - np.arange(kept)) % most
            far = np.abs(self._seen[order] - small).mean(axis=1)
            usual = float(np.median(far[:apart]))
            if usual > LEAST:
                self._judge(far, usual, shortest, time)
        self._seen[count % most] = small
        self._count += 1
        return self.since is not None

    def _judge(self, far: np.ndarray, usual: float, shortest: int, time: float) -> None:
        near = far.copy()
        near[1:] = np.minimum(near[1:], far[:-1])  # samples are not taken at the same instants of a circle
        near[:-1] = np.minimum(near[:-1], far[1:])
        same = near < NEARER * usual
        same[:shortest] = False
        size = len(same)
        # A circle's length in samples wavers by one.
        before = self._runs[:size]
        best = before.copy()
        best[1:] = np.maximum(best[1:], before[:-1])
        best[:-1] = np.maximum(best[:-1], before[1:])
        missed = np.where(same, 0, self._missed[:size] + 1)
        self._runs[:size] = np.where(same, best + self._every, np.where(missed > MISSES, 0.0, before))
        self._missed[:size] = missed
        longest = float(self._runs[:size].max(initial=0.0))
        if longest >= RUN:
            self.since = time - longest if self.since is None else self.since
        elif longest == 0.0:
            self.since = None
