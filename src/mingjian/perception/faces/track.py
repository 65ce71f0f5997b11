"""Sightings of faces linked into tracks, and the boxes to be masked on every frame.

No frame may show a face between two frames that hide it. So gaps are filled, tracks that follow each other at one
place are bridged (over a moment also those further apart), and every track begins a little before its first and ends
a little after its last sighting.
A track never reaches over a scene cut, except where the same place goes on being masked.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from mingjian.perception.faces.detect import Face

Rect = tuple[float, float, float, float]
"""Left, top, width, height."""

_STRAIGHT = 0.5  # sizes; what moved further between two looks may have gone any way
_MOMENT = 0.2  # seconds
_LEAP = 8.0  # sizes


@dataclass(slots=True)
class Track:
    """One person through the frames of one scene. ``kept`` are the frames on which the face stays visible."""

    scene: int
    sightings: dict[int, Face] = field(default_factory=dict)
    kept: set[int] = field(default_factory=set)
    frames: list[int] = field(init=False)
    """The frames with a sighting, in order."""

    def __post_init__(self) -> None:
        self.frames = sorted(self.sightings)

    def saw(self, frame: int, face: Face) -> None:
        """One more sighting, at either end or between."""
        if frame not in self.sightings:
            insort(self.frames, frame)
        self.sightings[frame] = face

    @property
    def score(self) -> float:
        """How sure the best sighting is."""
        return max(face.score for face in self.sightings.values())

    @property
    def fleeting(self) -> bool:
        """Seen once and hardly: masked where it was, but nothing is concluded from it."""
        return len(self.sightings) == 1 and self.score < 0.3

    def at(self, frame: int) -> Rect:
        """Where the face is, or should be, on a frame: between sightings on the way, outside by its last motion."""
        frames = self.frames
        place = bisect_left(frames, frame)
        if place < len(frames) and frames[place] == frame:
            return self.sightings[frame].box
        if 0 < place < len(frames):
            before, after = frames[place - 1], frames[place]
            return _between(self.sightings[before].box, self.sightings[after].box, (frame - before) / (after - before))
        pair = frames[:2] if place == 0 else frames[-2:]
        edge = pair[0] if place == 0 else pair[-1]
        box = self.sightings[edge].box
        if len(pair) < 2:
            return box
        share = (frame - edge) / (pair[1] - pair[0])
        first, second = self.sightings[pair[0]].box, self.sightings[pair[1]].box
        limit = max(box[2], box[3])
        shift = [max(-limit, min(limit, (second[side] - first[side]) * share)) for side in (0, 1)]
        return box[0] + shift[0], box[1] + shift[1], box[2], box[3]


@dataclass(frozen=True, slots=True)
class Mark:
    """A box to be masked on one frame. ``how``: seen, filled (between sightings) or extended (before and after)."""

    box: Rect
    track: int
    score: float
    how: str
    kind: str = "face"


def marks(tracks: list[Track], scenes: list[int], count: int, fps: float) -> dict[int, list[Mark]]:
    """Frame → boxes to be masked. ``scenes`` are the first frames of the scenes, ``count`` the number of frames."""
    out: dict[int, list[Mark]] = {}
    moment = _moment(fps)
    for number, track in enumerate(tracks):
        first, last = _bounds(track.scene, scenes, count)
        reach = 2 if track.fleeting else max(2, round(fps * 0.4))
        for frame, mark in _of(track, number, first, last, reach, moment):
            out.setdefault(frame, []).append(mark)
    for early, late in _bridges(tracks, fps):
        for frame, mark in _bridge(tracks, early, late, moment):
            out.setdefault(frame, []).append(mark)
    return out


def _of(track: Track, number: int, first: int, last: int, reach: int, moment: int) -> Iterator[tuple[int, Mark]]:
    frames, score = track.frames, track.score
    for before, after in pairwise(frames):
        if before in track.kept and after in track.kept:
            continue
        for frame in range(before + 1, after):
            # The longer nobody looked, the less sure the place.
            ends = track.sightings[before].box, track.sightings[after].box
            place = _steadied(track, frame, _way(*ends, track.at(frame), after - before <= moment))
            yield frame, Mark(grown(place, 1.0 + min(0.3, (after - before) * 0.02)), number, score, "filled")
    for frame in frames:
        if frame not in track.kept:
            yield frame, Mark(_steadied(track, frame, track.sightings[frame].box), number, score, "seen")
    if frames[0] not in track.kept:
        for frame in range(max(first, frames[0] - reach), frames[0]):
            yield frame, Mark(_both(track.sightings[frames[0]].box, track.at(frame)), number, score, "extended")
    if frames[-1] not in track.kept:
        for frame in range(frames[-1] + 1, min(last, frames[-1] + reach) + 1):
            yield frame, Mark(_both(track.sightings[frames[-1]].box, track.at(frame)), number, score, "extended")


def _steadied(track: Track, frame: int, box: Rect) -> Rect:
    """The box as wide and high as any of the sightings around: a detector's boxes breathe, a mask must not."""
    at = bisect_left(track.frames, frame)
    around = [track.sightings[each].box for each in track.frames[max(0, at - 3) : at + 4]]
    wide = min(box[2] * 1.5, max(box[2], *(each[2] for each in around)))
    high = min(box[3] * 1.5, max(box[3], *(each[3] for each in around)))
    return box[0] - (wide - box[2]) / 2, box[1] - (high - box[3]) / 2, wide, high


def _bridges(tracks: list[Track], fps: float) -> Iterator[tuple[int, int]]:
    """Pairs of tracks, one ending before the other begins, that are probably the same face."""
    ends = [(track.frames[0], track.frames[-1]) for track in tracks]
    for early, track in enumerate(tracks):
        end = ends[early][1]
        if end in track.kept or track.fleeting:
            continue
        box = track.sightings[end].box
        for late, other in enumerate(tracks):
            start = ends[late][0]
            if late == early or start in other.kept or other.fleeting or not 1 < start - end <= 2.0 * fps:
                continue
            if not 0.4 < other.sightings[start].box[2] / max(box[2], 1.0) < 2.5:
                continue
            # Over a cut only what stays in its place.
            near = 1.0 + 4.0 * (start - end) / fps if track.scene == other.scene else 0.3
            if track.scene == other.scene and start - end <= _moment(fps):
                near = _LEAP
            if apart(box, other.sightings[start].box) < near:
                yield early, late


def _bridge(tracks: list[Track], early: int, late: int, moment: int) -> Iterator[tuple[int, Mark]]:
    one, two = tracks[early], tracks[late]
    end, start = one.frames[-1], two.frames[0]
    score = min(one.score, two.score)
    for frame in range(end + 1, start):
        ends = one.sightings[end].box, two.sightings[start].box
        box = _way(*ends, _between(*ends, (frame - end) / (start - end)), start - end <= moment)
        yield frame, Mark(grown(box, 1.3), early, score, "filled")


def _bounds(scene: int, scenes: list[int], count: int) -> tuple[int, int]:
    first = scenes[scene] if scenes else 0
    last = (scenes[scene + 1] if scene + 1 < len(scenes) else count) - 1
    return first, last


def apart(one: Rect, other: Rect) -> float:
    """Distance of the middles, counted in sizes of the larger box."""
    x = one[0] + one[2] / 2 - other[0] - other[2] / 2
    y = one[1] + one[3] / 2 - other[1] - other[3] / 2
    return float((x * x + y * y) ** 0.5) / max(one[2], one[3], other[2], other[3], 1.0)


def _between(one: Rect, other: Rect, share: float) -> Rect:
    left, top, width, height = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return left, top, width, height


def _moment(fps: float) -> int:
    """Frames in which a face may jump anywhere."""
    return max(2, round(_MOMENT * fps))


def _way(one: Rect, other: Rect, between: Rect, soon: bool) -> Rect:
    """The place between two sightings; of a face that jumped a moment ago, the whole way."""
    return _both(one, other) if soon and apart(one, other) >= _STRAIGHT else between


def _both(one: Rect, other: Rect) -> Rect:
    left, top = min(one[0], other[0]), min(one[1], other[1])
    right = max(one[0] + one[2], other[0] + other[2])
    bottom = max(one[1] + one[3], other[1] + other[3])
    return left, top, right - left, bottom - top


def grown(box: Rect, factor: float) -> Rect:
    """The box larger by a factor around its middle."""
    left, top, width, height = box
    return left - width * (factor - 1) / 2, top - height * (factor - 1) / 2, width * factor, height * factor


def gaps(masked: dict[int, list[Mark]], tracks: Iterable[int]) -> list[tuple[int, int]]:
    """Track and frame of every hole: a frame without a mask of a track between two that have one."""
    out: list[tuple[int, int]] = []
    for track in tracks:
        frames = {frame for frame, found in masked.items() if any(mark.track == track for mark in found)}
        if frames:
            out += [(track, frame) for frame in range(min(frames), max(frames)) if frame not in frames]
    return out
