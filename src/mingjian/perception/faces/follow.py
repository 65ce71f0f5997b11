"""Following faces through the frames of a clip: quick looks often, thorough looks now and then.

A thorough look finds small, huge and lying faces that quick looks miss. Once found, a face is looked for near where
it should be, on the frames that follow and, from a short memory, on those before: cheap, and in both directions.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from mingjian.perception.faces.boxes import Array
from mingjian.perception.faces.centerface import resized
from mingjian.perception.faces.detect import Face, faces, glance, near
from mingjian.perception.faces.track import Rect, Track, apart

WORKING = 1280
"""Longer side, in pixels, that is enough for the frames that are looked at."""
_AGAIN = 0.1  # enough for a face that is expected there
_CUT = 28.0  # mean difference of two thumbnails, of 255, that makes a new scene
Keeps = Callable[[Array, Face], bool]
"""Whether a face (in pixels of the picture given) is that of a person who is to stay visible."""


class Follower:
    """Takes the frames of a clip one by one; ``tracks`` and ``scenes`` are complete after ``finish``."""

    def __init__(self, fps: float, keeps: Keeps | None = None, scale: float = 1.0) -> None:
        """``scale``: pixels of the frames given per pixel of the clip; tracks are in pixels of the clip."""
        self.step = max(1, round(fps / 15))
        self.patience = max(self.step * 3, round(fps))
        self.thorough = self.step * max(2, round(fps / self.step * 0.6))
        self.tracks: list[Track] = []
        self.scenes: list[int] = []
        self.count = 0
        self.looks = 0
        self._keeps = keeps
        self._live: list[Track] = []
        self._memory: deque[tuple[int, Array]] = deque(maxlen=self.thorough // self.step + 1)
        self._last: tuple[Array, Array] | None = None  # the frame before, and its thumbnail
        self._looked = -1
        self._scale = scale

    def frame(self, rgb: Array) -> None:
        """The next frame: height × width × 3, uint8."""
        index, self.count = self.count, self.count + 1
        thumbnail = resized(rgb, 32, 18).astype(np.int16)
        if self._last is None or float(np.abs(thumbnail - self._last[1]).mean()) > _CUT:
            self._close(index)
            self.scenes.append(index)
        if (index - self.scenes[-1]) % self.step == 0:
            self._look(index, rgb)
        self._last = rgb, thumbnail

    def finish(self) -> None:
        """After the last frame."""
        self._close(self.count)

    def _close(self, index: int) -> None:
        """The scene ends before ``index``: its last frame is looked at too."""
        if self._last is not None and self._looked != index - 1:
            self._look(index - 1, self._last[0])
        self._live.clear()
        self._memory.clear()

    def _look(self, index: int, small: Array) -> None:
        since = index - self.scenes[-1]
        # The dearest look once a scene: what it finds is followed.
        found = faces(small, fine=since == 0) if since % self.thorough == 0 else glance(small)
        self._looked, self.looks = index, self.looks + 1
        for track in self._live:
            place = self._placed(track.at(index), self._scale)
            best = min(found, key=lambda face: apart(face.box, place), default=None)
            if best is not None and apart(best.box, place) < 0.6 and 0.4 < best.box[2] / max(place[2], 1.0) < 2.5:
                found.remove(best)
            else:
                last = track.sightings[track.frames[-1]]
                best = near(small, replace(last, box=place), _AGAIN)
            if best is not None:
                self._saw(track, index, small, best)
        for face in found:
            if any(apart(self._placed(track.at(index), self._scale), face.box) < 0.3 for track in self._live):
                continue  # a second box of a face that is followed already
            track = Track(len(self.scenes) - 1)
            self._saw(track, index, small, face)
            self._backwards(track, face)
            self.tracks.append(track)
            self._live.append(track)
        self._live = [track for track in self._live if index - track.frames[-1] <= self.patience]
        self._memory.append((index, small))

    def _backwards(self, track: Track, face: Face) -> None:
        """A face seen for the first time may have been there before: look near its place on earlier frames."""
        for index, small in reversed(self._memory):
            place = self._placed(track.at(index), self._scale)
            earlier = near(small, replace(face, box=place), _AGAIN)
            if earlier is None:
                return
            self._saw(track, index, small, earlier)

    def _saw(self, track: Track, index: int, small: Array, face: Face) -> None:
        whole = 1 / self._scale
        points = tuple((x * whole, y * whole) for x, y in face.points)
        track.saw(index, replace(face, box=self._placed(face.box, whole), points=points))
        if self._keeps is not None and self._keeps(small, face):
            track.kept.add(index)

    @staticmethod
    def _placed(box: Rect, scale: float) -> Rect:
        return box[0] * scale, box[1] * scale, box[2] * scale, box[3] * scale
