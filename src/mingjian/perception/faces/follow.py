"""Following faces through the frames of a clip: quick looks often, thorough looks now and then.

A thorough look finds small, huge and lying faces that quick looks miss. Once found, a face is looked for near where
it should be, on the frames that follow and, from a short memory, on those before: cheap, and in both directions.
When a face jumps further than that, it is looked for in a wider place, and the frames passed over are looked at too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from mingjian.perception.faces.boxes import Array
from mingjian.perception.faces.centerface import resized
from mingjian.perception.faces.detect import SURE, Face, faces, glance, near
from mingjian.perception.faces.track import Rect, Track, apart

WORKING = 1280
"""Longer side, in pixels, that is enough for the frames that are looked at."""
_AGAIN = 0.1  # enough for a face that is expected there
_JUMP = 3.0  # how much further a face may have gone that was there a moment ago
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
        self._passed: list[tuple[int, Array]] = []  # frames since the last look
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
        else:
            self._passed.append((index, rgb))
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
        self._passed.clear()

    def _look(self, index: int, small: Array) -> None:
        since = index - self.scenes[-1]
        # A faint face shows on one frame and not on the next, so the dearest look comes again and again.
        found = faces(small) if since % self.thorough == 0 else glance(small)
        self._looked, self.looks = index, self.looks + 1
        jumped = self._matched(index, small, found)
        fresh = self._begun(index, small, found)
        for track in fresh:
            self._backwards(track)
        if since and (jumped or any(track.score >= SURE and len(track.frames) == 1 for track in fresh)):
            self._again(index)
        self._live = [track for track in self._live if index - track.frames[-1] <= self.patience]
        self._memory.append((index, small))
        self._passed.clear()

    def _again(self, index: int) -> None:
        """A face came, went or jumped since the last look: no guess on the frames between, but a look."""
        for at, small in self._passed:
            if at != index:
                found = glance(small)
                self._matched(at, small, found)
                self._begun(at, small, found)

    def _matched(self, index: int, small: Array, found: list[Face]) -> bool:
        """Gives every live track its face, taken out of ``found``; whether one that was there a moment ago is gone.

        One that jumped goes to ``found``, to begin a track of its own: whether it is the same person is uncertain,
        and somebody who is kept must not lend that to another.
        """
        jumped = False
        for track in self._live:
            place = self._placed(track.at(index), self._scale)
            best = min(found, key=lambda face: apart(face.box, place), default=None)
            if best is not None and apart(best.box, place) < 0.6 and 0.4 < best.box[2] / max(place[2], 1.0) < 2.5:
                found.remove(best)
            else:
                away, nearest = min((abs(each - index), each) for each in track.frames)
                expected = replace(track.sightings[nearest], box=place)
                best = near(small, expected, _AGAIN)
                if best is None and away <= 2 * self.step and not track.fleeting:
                    jumped = True
                    found += self._further(track, index, small, expected)
            if best is not None:
                self._saw(track, index, small, best)
        return jumped

    def _further(self, track: Track, index: int, small: Array, expected: Face) -> list[Face]:
        """The face where it jumped to, unless somebody else has been seen there."""
        best = near(small, expected, wider=_JUMP)
        others = [each.sightings[index].box for each in self._live if index in each.sightings and each is not track]
        taken = best is not None and any(apart(best.box, self._placed(each, self._scale)) < 0.6 for each in others)
        return [] if best is None or taken else [best]

    def _begun(self, index: int, small: Array, found: list[Face]) -> list[Track]:
        """New tracks for the faces that none of the live ones has."""
        begun = []
        for face in found:
            if any(apart(self._placed(track.at(index), self._scale), face.box) < 0.3 for track in self._live):
                continue  # a second box of a face that is followed already
            track = Track(len(self.scenes) - 1)
            self._saw(track, index, small, face)
            self.tracks.append(track)
            self._live.append(track)
            begun.append(track)
        return begun

    def _backwards(self, track: Track) -> None:
        """A face seen for the first time may have been there before: look near its place on earlier frames."""
        face = track.sightings[track.frames[0]]
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
