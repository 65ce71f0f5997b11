"""Segments of clips that were shown before: frames as codes, and runs of them that follow one another alike.

A frame a second is kept as its 256 bits of PDQ and those of its mirror image. Two clips share a segment where frame
after frame is within 31 bits at one and the same distance in time, while the picture changes: one still that both show
is a picture they share, and no segment (as in Facebook, "The TMK+PDQF Video-Hashing Algorithm", 2019, but told where).
Frames that were cropped or written over are beyond PDQ; single frames of a clip can be given to ``PictureIndex``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mingjian.core.reuse.hamming import HammingIndex
from mingjian.perception.model import Limits
from mingjian.perception.reuse.index import QUALITY, RADIUS
from mingjian.perception.reuse.prints import frame_code

if TYPE_CHECKING:
    from mingjian.perception.video.frames import Sample

Pixels = NDArray[np.uint8]
EVERY = 1.0
"""Seconds between frames that are kept."""
APART = 1.5
"""Seconds by which a frame may come earlier or later than the run has it: clips are sampled at different moments."""
GAP = 4000
"""Milliseconds of a run in which nothing need agree."""
LEAST, CHANGING = 4, 3
"""Frames that a segment has at least, and how many of them differ from each other."""
STILL = 40
"""Bits up to which two frames show the same."""
_MAGIC, _HEAD = b"MJV1", struct.Struct("<4sI")
Run = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""Frames here, frames there, their distances in bits."""


@dataclass(frozen=True, slots=True)
class VideoPrint:
    """Frames of a clip: ``times`` [n] uint32 milliseconds, ``bits``, ``mirrored`` [n, 32] uint8, ``quality`` [n]."""

    times: NDArray[np.uint32]
    bits: NDArray[np.uint8]
    mirrored: NDArray[np.uint8]
    quality: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.times)

    def to_bytes(self) -> bytes:
        """For keeping: 69 bytes a frame."""
        columns = (self.times.astype("<u4"), self.bits, self.mirrored, self.quality)
        return _HEAD.pack(_MAGIC, len(self)) + b"".join(column.tobytes() for column in columns)

    @classmethod
    def from_bytes(cls, data: bytes) -> VideoPrint:
        """A kept print. ValueError where it is none."""
        if len(data) < _HEAD.size or data[:4] != _MAGIC:
            raise ValueError("not the print of a clip")
        count = _HEAD.unpack_from(data)[1]
        if len(data) != _HEAD.size + 69 * count:
            raise ValueError("the print of a clip is torn")
        at = [_HEAD.size + count * each for each in (0, 4, 36, 68)]
        wide = (np.frombuffer(data, "u1", 32 * count, start).reshape(count, 32) for start in at[1:3])
        bits, mirrored = wide
        return cls(
            np.frombuffer(data, "<u4", count, at[0]), bits, mirrored, np.frombuffer(data, "u1", count, at[3])
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SegmentMatch:
    """From ``here`` (begin, end in seconds) the clip shows what clip ``key`` shows ``there``. ``frames`` agree, on
    average ``distance`` bits of 256 apart; ``score`` 0..1 is the share of the segment's frames that agree."""

    key: int
    here: tuple[float, float]
    there: tuple[float, float]
    frames: int
    distance: int
    mirrored: bool
    score: float


def video_prints(frames: Iterable[tuple[float, Pixels]]) -> VideoPrint:
    """The print of a clip from its frames: seconds and pixels (HxWx3, RGB), in time. Of the frames
    within one step of ``EVERY`` seconds only the first counts; frames on which there is little to see are left out."""
    kept, due = [], float("-inf")
    for time, rgb in frames:
        if time < due:
            continue
        due = _next(time)
        code = frame_code(rgb)
        if code.quality >= QUALITY:
            kept.append((round(1000 * time), code))
    return VideoPrint(
        np.asarray([time for time, _ in kept], np.uint32),
        np.frombuffer(b"".join(code.bits for _, code in kept), np.uint8).reshape(-1, 32),
        np.frombuffer(b"".join(code.mirrored for _, code in kept), np.uint8).reshape(-1, 32),
        np.asarray([code.quality for _, code in kept], np.uint8),
    )


def clip_print(path: Path, limits: Limits | None = None) -> VideoPrint:
    """The print of a clip's file. PerceptionError as of reading clips."""
    from mingjian.perception.video.frames import Film

    film = Film(path, limits or Limits())
    return video_prints((sample.time, rgb) for sample, rgb in _coloured(film.samples()))


def _next(time: float) -> float:
    """From when on the next frame counts: whole steps, so that what comes late does not put off all that follows."""
    return (time // EVERY + 1) * EVERY - 0.01


def _coloured(samples: Iterator[Sample]) -> Iterator[tuple[Sample, Pixels]]:
    """Turns into colours only the frames that are kept."""
    due = float("-inf")
    for sample in samples:
        if sample.time >= due:
            due = _next(sample.time)
            yield sample, sample.rgb()


class VideoIndex:
    """Clips by numbers of the caller's choosing. Not for several threads without a lock."""

    def __init__(self) -> None:
        self._codes = HammingIndex(256)
        self._times: list[NDArray[np.uint32]] = []
        self._keys: list[int] = []
        self._firsts: list[int] = []
        self._rows: dict[int, tuple[int, int]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    @property
    def nbytes(self) -> int:
        """Memory the index holds, dictionaries of the interpreter apart."""
        return self._codes.nbytes + sum(times.nbytes for times in self._times)

    def add(self, key: int, taken: VideoPrint) -> None:
        """From now on the clip can be found. A key that is there already is replaced."""
        self.remove(key)
        if not len(taken):
            return
        first = self._codes.add(taken.bits)
        self._times.append(taken.times)
        self._keys.append(key)
        self._firsts.append(first)
        self._rows[key] = first, first + len(taken)

    def remove(self, key: int) -> bool:
        """Never find it again; whether it was there."""
        rows = self._rows.pop(key, None)
        if rows is None:
            return False
        self._codes.remove(np.arange(*rows))
        return True

    def search(self, taken: VideoPrint, most: int = 50) -> tuple[SegmentMatch, ...]:
        """The segments this clip shares with others, the longest first."""
        if not len(taken) or not self._rows:
            return ()
        found: list[SegmentMatch] = []
        firsts = np.asarray(self._firsts)
        for mirrored, bits in ((False, taken.bits), (True, taken.mirrored)):
            query, row, distance = self._codes.search(bits, RADIUS)
            clip = np.searchsorted(firsts, row, "right") - 1
            for number in np.unique(clip).tolist():
                of = clip == number
                hits = query[of], row[of] - firsts[number], distance[of].astype(np.int64)
                for run in _runs(taken.times, self._times[number], hits):
                    if _changing(taken.bits, run[0]):
                        found.append(_segment(self._keys[number], taken.times, self._times[number], run, mirrored))
        found.sort(key=lambda each: (each.here[0] - each.here[1], each.key))
        return tuple(found[:most])


def _runs(here: NDArray[np.uint32], there: NDArray[np.uint32], hits: Run) -> Iterator[Run]:
    """Hits that follow one another at one distance in time, the longest run first; each frame here counts once."""
    one, other, distance = hits
    shift = (there[other].astype(np.int64) - here[one].astype(np.int64)) / 1000
    left = np.ones(len(one), bool)
    while left.sum() >= LEAST:
        slot = np.round(shift[left]).astype(np.int64)
        values, counts = np.unique(slot, return_counts=True)
        middle = values[counts.argmax()]
        chosen = np.flatnonzero(left & (np.abs(shift - middle) <= APART))
        left[chosen] = False
        # Of several frames there that look like one here: the one that fits the distance in time, then the nearest.
        order = chosen[np.lexsort((distance[chosen], np.abs(shift[chosen] - middle), one[chosen]))]
        _, first = np.unique(one[order], return_index=True)
        kept = order[first]
        breaks = np.flatnonzero(np.diff(here[one[kept]].astype(np.int64)) > GAP) + 1
        for part in np.split(kept, breaks):
            if len(part) >= LEAST:
                yield one[part], other[part], distance[part]


def _changing(bits: NDArray[np.uint8], frames: NDArray[np.int64]) -> bool:
    """Whether at least some of the frames show different things."""
    shown: list[NDArray[np.uint8]] = []
    for code in bits[frames]:
        if all(int(np.bitwise_count(code ^ other).sum()) > STILL for other in shown):
            shown.append(code)
            if len(shown) >= CHANGING:
                return True
    return False


def _segment(
    key: int, here: NDArray[np.uint32], there: NDArray[np.uint32], run: Run, mirrored: bool
) -> SegmentMatch:
    one, other, distance = run
    begin, end = int(one.min()), int(one.max())
    span = there[other]
    return SegmentMatch(
        key, (here[begin] / 1000, here[end] / 1000), (int(span.min()) / 1000, int(span.max()) / 1000), len(one),
        round(float(distance.mean())), mirrored, round(len(one) / (end - begin + 1), 3),
    )  # fmt: skip
