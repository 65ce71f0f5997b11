"""Reading a clip sample by sample: what is still there is known, what is new is found and read, once."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mingjian.perception.model import Box, Line, Quad
from mingjian.perception.ocr import Ocr, cut, ocr
from mingjian.perception.ocr.crops import is_tall
from mingjian.perception.ocr.reader import MIN_SCORE_OF_LONE_SIGN
from mingjian.perception.video.finder import Finder
from mingjian.perception.video.frames import Pixels, Sample
from mingjian.perception.video.gate import Band, Gate
from mingjian.perception.video.strokes import Rect, Relief, alike, relief, strokes
from mingjian.perception.video.tracks import AGAIN, Track, same_line

SURE, SURE_OF_FEW = 0.6, 0.8
"""Scores below which a reading is taken for a texture; the latter for one or two characters."""
FORCED = 2
"""Samples for which the place of a line that changed is looked at whatever the gate thinks."""
QUIET = 6
"""Samples (3 s) after a look in coarse scale until one in full scale, for small print, if the scene still stands."""
MEMORY = 96


@dataclass(frozen=True, slots=True)
class _Known:
    """Strokes that were read before and what they said; nothing when they were no text."""

    rect: Rect
    shape: Relief
    text: str
    score: float


@dataclass
class Spent:
    """Where the time went, in seconds, and how often."""

    gate: float = 0.0
    detect: float = 0.0
    recognise: float = 0.0
    looks: int = 0
    pixels: int = 0
    """Shown to the detector."""
    crops: int = 0
    inherited: int = 0


@dataclass
class Reader:
    """Takes samples in time; ``tracks`` is complete after ``finish``."""

    reader: Ocr | None = None
    tracks: list[Track] = field(default_factory=list)
    spent: Spent = field(default_factory=Spent)
    _live: list[Track] = field(default_factory=list)
    _missed: dict[int, int] = field(default_factory=dict)
    _memory: deque[_Known] = field(default_factory=lambda: deque(maxlen=MEMORY))
    _gate: Gate | None = None
    _shape: tuple[int, int] = (0, 0)
    _fine_due: int | None = None

    def sample(self, sample: Sample, new_scene: bool = False) -> bool:
        """Reads what is new in a sample; whether there was any. ``new_scene``: one begins with it."""
        began = time.perf_counter()
        if self._gate is None or self._shape != sample.luma.shape:
            self._shape = (sample.luma.shape[0], sample.luma.shape[1])
            self._gate, new_scene = Gate(self._shape), True
            self._memory.clear()
        raised = relief(sample.luma)
        scale = sample.width / sample.luma.shape[1]
        known, lost = self._follow(raised, sample, scale)
        bands = self._gate.bands(raised, known, lost, new_scene)
        fine = self._is_fine_due(new_scene, bool(bands))
        if fine:
            bands = self._gate.pale(known)
        self.spent.gate += time.perf_counter() - began
        fresh: list[Track] = []
        if bands:
            fresh = self._look(sample, raised, scale, bands, known, fine)
            self._gate.looked(bands, [track.rect for track in fresh])
        self._settle(sample.time, fresh)
        return bool(fresh)

    def lines(self) -> list[Line]:
        """What stands on the sample at hand."""
        return [
            Line(each.text, each.quad, each.score, each.vertical) for each in self._live if not each.missing
        ]

    def standing(self) -> list[Track]:
        """The lines that have not ended, those that are hidden for a moment among them."""
        return list(self._live)

    def finish(self) -> list[Track]:
        """All tracks, by start."""
        self.tracks += self._live
        self._live = []
        self.tracks.sort(key=lambda track: (track.start, track.box[1], track.box[0]))
        return self.tracks

    def _follow(self, raised: Relief, sample: Sample, scale: float) -> tuple[list[Rect], list[Rect]]:
        """Rectangles of lines that are still there, and of those that have just changed but still hold strokes."""
        known: list[Rect] = []
        lost: list[Rect] = []
        for track in self._live:
            if track.follow(raised, sample.luma, scale, sample.time):
                self._missed.pop(id(track), None)
                known.append(track.rect)
                continue
            track.missing = True
            missed = self._missed[id(track)] = self._missed.get(id(track), 0) + 1
            left, top, right, bottom = track.rect
            if self._gate is not None:
                self._gate.gone(track.rect)
            if missed <= FORCED and _inked(raised[top:bottom, left:right]) > 0.4 * _inked(track.shape):
                lost.append(track.rect)
        return known, lost

    def _is_fine_due(self, new_scene: bool, busy: bool) -> bool:
        """Small print is looked for once a scene, when it has stood for a while."""
        if new_scene:
            self._fine_due = QUIET
        elif self._fine_due is not None and not (busy and self._fine_due <= 1):
            self._fine_due -= 1
            if self._fine_due <= 0:
                self._fine_due = None
                return True
        return False

    def _look(
        self, sample: Sample, raised: Relief, scale: float, bands: Sequence[Band], known: Sequence[Rect], fine: bool
    ) -> list[Track]:
        began = time.perf_counter()
        reader = self.reader = self.reader or ocr()
        rgb = sample.rgb()
        finder = Finder(reader)
        strips = [(int(top * scale), int(-(-bottom * scale // 1))) for top, bottom in bands]
        quads = finder.find(rgb, strips, fine, self._gate is not None and self._gate.restless)
        self.spent.pixels += finder.pixels
        placed = [(quad, _rect(quad, scale, raised)) for quad in quads]
        fresh = [(quad, rect) for quad, rect in placed if not any(_within(rect, other) > 0.6 for other in known)]
        self.spent.detect += time.perf_counter() - began
        self.spent.looks += 1
        return self._read(sample, rgb, raised, fresh, finder)

    def _read(
        self, sample: Sample, rgb: Pixels, raised: Relief, fresh: Sequence[tuple[Quad, Rect]], finder: Finder
    ) -> list[Track]:
        """Tracks of the lines; those whose strokes were read before inherit the reading."""
        began = time.perf_counter()
        said: list[tuple[str, float] | None] = [self._remembered(rect, raised) for _, rect in fresh]
        crops = [cut(rgb, quad) for quad, _ in fresh]
        unread = [index for index, known in enumerate(said) if known is None]
        for index, (text, score) in zip(unread, finder.read([crops[index] for index in unread]), strict=True):
            text = text.strip()
            said[index] = (text, score) if _is_sure(text, score) else ("", score)
            rect = fresh[index][1]
            self._memory.append(_Known(rect, _at(raised, rect), *(said[index] or ("", 0.0))))
        self.spent.crops += len(unread)
        self.spent.inherited += len(fresh) - len(unread)
        out: list[Track] = []
        for (quad, rect), crop, known in zip(fresh, crops, said, strict=True):
            if known is not None and known[0]:
                box = _box(quad)
                out.append(
                    Track(known[0], known[1], quad, box, rect, _at(raised, rect), _at(sample.luma, rect), sample.time,
                          sample.time, is_tall(crop), box)
                )  # fmt: skip
        self.spent.recognise += time.perf_counter() - began
        return out

    def _remembered(self, rect: Rect, raised: Relief) -> tuple[str, float] | None:
        for known in reversed(self._memory):
            if _within(rect, known.rect) > 0.8 and _within(known.rect, rect) > 0.8:
                left, top, right, bottom = known.rect
                if alike(known.shape, raised[top:bottom, left:right]):
                    return known.text, known.score
        return None

    def _settle(self, now: float, fresh: Sequence[Track]) -> None:
        """New readings become tracks, or go on with old ones; lines that stay away end."""
        for track in fresh:
            old = next((each for each in self._live if same_line(each, track)), None)
            if old is not None:
                old.again(track)
                self._missed.pop(id(old), None)
                continue
            for each in self._live:
                # Other words in its place: it does not come back.
                each.replaced |= each.missing and _within(each.rect, track.rect) > 0.3
            self._live.append(track)
        ended = [track for track in self._live if track.replaced or (track.missing and now - track.end > AGAIN)]
        for track in ended:
            self._missed.pop(id(track), None)
        self._live = [track for track in self._live if track not in ended]
        self.tracks += ended


def _is_sure(text: str, score: float) -> bool:
    if not text:
        return False
    if len(text) == 1 and not "\u3400" <= text <= "\u9fff":
        return score >= MIN_SCORE_OF_LONE_SIGN
    return score >= (SURE_OF_FEW if len(text) <= 2 else SURE)


def _inked(raised: Relief) -> float:
    return float(strokes(raised).sum())


def _at(picture: NDArray[Any], rect: Rect) -> NDArray[Any]:
    return np.array(picture[rect[1] : rect[3], rect[0] : rect[2]])


def _rect(quad: Quad, scale: float, raised: Relief) -> Rect:
    """The quad's box on the thumbnail, at least four pixels each way."""
    xs, ys = [x / scale for x, _ in quad], [y / scale for _, y in quad]
    height, width = raised.shape
    left, top = min(max(0, int(min(xs))), width - 4), min(max(0, int(min(ys))), height - 4)
    return left, top, min(width, max(left + 4, int(max(xs)) + 1)), min(height, max(top + 4, int(max(ys)) + 1))


def _box(quad: Quad) -> Box:
    xs, ys = [x for x, _ in quad], [y for _, y in quad]
    left, top = int(min(xs)), int(min(ys))
    return left, top, int(max(xs)) - left, int(max(ys)) - top


def _within(one: Rect, other: Rect) -> float:
    """Share of the first that lies in the second."""
    width, height = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    return max(0, width) * max(0, height) / max(1, (one[2] - one[0]) * (one[3] - one[1]))
