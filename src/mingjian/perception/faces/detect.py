"""Finding faces in one picture: the same network looks several times, because each look misses others.

Measured on 43 faces of group photographs, turned, darkened, covered and shrunk, and with benchmarks/faces.py: a single
look at 640 pixels passes over faces below 16 pixels, close-ups that fill the frame and patients lying on their side. A
larger size sees the small ones, two small sizes the large ones, two quarter turns the lying ones; enlargements of
the place settle doubtful ones (see faint.py). A second network (MTCNN) added no face to that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from mingjian.perception.faces.boxes import Array, clipped, kept, moved, overlap, turned_back
from mingjian.perception.faces.centerface import detect
from mingjian.perception.faces.faint import believed

UNSURE = 0.2
"""From here on something is masked."""
SURE = 0.4
"""From here on it is called a face; between the two it is masked and listed as unsure."""
_LONG = 2.0  # a picture longer than this is looked at in overlapping pieces
_TURNED = 0.75  # what a turned look sees counts less: animals and folds of cloth look like lying faces
_HINT = 0.08  # a hint of a face, worth a closer look
_FAINT = 0.05  # the same, in the looks for small faces
_SEEN_CLOSER = 0.35
_PLAIN = 0.6  # needs no second opinion
_OPINIONS = 40
_NEAR = (128, 192)  # pixels of the piece in which a lost face is looked for, which is four times as wide


SMALLEST = 8
"""Pixels of the shorter side below which a picture holds no face."""
MAX_PIECES = 64
"""Of a long picture: a strip of ten thousand times its width is a trick."""


@dataclass(frozen=True, slots=True)
class Face:
    """A face: left, top, width, height in pixels; how sure (0..1); quarter turns it lies by; five points (x, y)."""

    box: tuple[float, float, float, float]
    score: float
    turn: int = 0
    points: tuple[tuple[float, float], ...] = ()

    @property
    def sure(self) -> bool:
        """Whether it counts as a face and not only as something to be masked to be safe."""
        return self.score >= SURE


def faces(rgb: Array) -> list[Face]:
    """All faces of a picture (height × width × 3, uint8), best first. Every look there is."""
    if min(rgb.shape[:2]) < SMALLEST:
        return []
    found: list[tuple[Array, int]] = []
    for x, y, piece in _pieces(rgb):
        longest = max(piece.shape[:2])
        side = _side(longest)
        looks = [(side, 0), (320, 0), (160, 0), (side, 1), (side, 3)]
        larger = [(1280, 700), (1600, 1000), (2048, 1000), (3200, 2800)]
        for side, turn in looks + [(side, 0) for side, least in larger if longest > least]:
            found.append((moved(_look(piece, side, turn, _HINT if side < 1280 else _FAINT), x, y), turn))
    return _confirmed(_joined(found, rgb), rgb)


def _confirmed(found: list[Face], rgb: Array) -> list[Face]:
    """A second opinion on doubtful faces: the same place, enlarged.

    A hint that looks like a face when enlarged is one; what was seen plainly is masked whatever the enlargement
    says, but counts as unsure when that shows nothing.
    """
    out = [face for face in found if face.score >= _PLAIN]
    plain = np.array([_corners(face) for face in out]).reshape(-1, 4)
    for face in [face for face in found if face.score < _PLAIN][:_OPINIONS]:
        closer = near(rgb, face, _HINT) if face.score >= _HINT else None
        # Only the same place counts: next to a real face everything seems confirmed.
        zoomed = closer.score if closer is not None and _shared(face, closer) > 0.4 else 0.0
        if face.score >= UNSURE or zoomed >= _SEEN_CLOSER:
            out.append(replace(face, score=max(UNSURE, (face.score + zoomed) / 2)))
        elif not face.turn and (mean := believed(rgb, _corners(face), plain)) is not None:
            out.append(replace(face, score=max(UNSURE, mean)))
    return sorted(out, key=lambda face: -face.score)


def _shared(one: Face, other: Face) -> float:
    return float(overlap(_corners(one)[None], _corners(other)[None])[0, 0])


def _corners(face: Face) -> Array:
    x, y, wide, high = face.box
    return np.array([x, y, x + wide, y + high])


def glance(rgb: Array, threshold: float = UNSURE) -> list[Face]:
    """The faces that two quick looks see: for the frames of a clip between thorough ones."""
    return _joined([(_look(rgb, side, 0, threshold), 0) for side in (_side(max(rgb.shape[:2])), 256)], rgb)


def near(rgb: Array, face: Face, threshold: float = UNSURE, wider: float = 1.0) -> Face | None:
    """The face again, looked for around where it should be: cheap, and sharper than a look at the whole.

    ``wider``: how many times as far as usual (1.1 of its sizes) it may have gone; the cost grows with the square.
    """
    height, width = rgb.shape[:2]
    left, top, wide, high = face.box
    reach = 2.0 * wider * max(wide, high)
    x0, y0 = int(max(0, left + wide / 2 - reach)), int(max(0, top + high / 2 - reach))
    x1, y1 = int(min(width, left + wide / 2 + reach)), int(min(height, top + high / 2 + reach))
    if x1 - x0 < 4 or y1 - y0 < 4:
        return None
    piece = np.ascontiguousarray(rgb[y0:y1, x0:x1])
    sides = [round(side * wider) for side in _NEAR]
    seen = moved(np.concatenate([_look(piece, side, face.turn, threshold) for side in sides]), x0, y0)
    middle = np.array([left + wide / 2, top + high / 2])
    away = np.abs((seen[:, :2] + seen[:, 2:4]) / 2 - middle).max(axis=1)
    share = (seen[:, 2] - seen[:, 0]) / max(wide, 1.0)
    seen = seen[(away < 1.1 * wider * max(wide, high)) & (share > 0.4) & (share < 2.5)]
    found = _joined([(seen, face.turn)], rgb)
    return found[0] if found else None


def _side(longest: int) -> int:
    """The size of a plain look: enlarging a small picture much shows nothing new."""
    return min(640, round(longest * 1.6))


def _look(rgb: Array, side: int, turn: int, threshold: float) -> Array:
    if not turn:
        return detect(rgb, side, threshold)
    boxes = detect(np.ascontiguousarray(np.rot90(rgb, turn)), side, threshold / _TURNED)
    boxes[:, 4] *= _TURNED
    return turned_back(boxes, turn, rgb.shape[1], rgb.shape[0])


def _joined(found: list[tuple[Array, int]], rgb: Array) -> list[Face]:
    """One face each, of all looks; what lies wholly inside a surer and larger one is part of it."""
    rows = [np.concatenate([boxes, np.full((len(boxes), 1), turn)], axis=1) for boxes, turn in found if len(boxes)]
    if not rows:
        return []
    boxes = clipped(kept(np.concatenate(rows), 0.35), rgb.shape[1], rgb.shape[0])
    inside = overlap(boxes, boxes, by_first=True)
    surer = boxes[None, :, 4] > boxes[:, None, 4]
    boxes = boxes[~((inside > 0.9) & surer).any(axis=1)]
    return [_face(row) for row in boxes]


def _face(row: Array) -> Face:
    left, top, right, bottom, score = (float(value) for value in row[:5])
    points = tuple((float(row[at]), float(row[at + 1])) for at in range(5, 15, 2))
    return Face((left, top, right - left, bottom - top), score, int(row[15]), points)


def _pieces(rgb: Array) -> Iterator[tuple[int, int, Array]]:
    """The picture whole when it is not too long, otherwise in pieces of 3:2 that overlap by a third."""
    height, width = rgb.shape[:2]
    short, long = min(height, width), max(height, width)
    if long <= _LONG * short:
        yield 0, 0, rgb
        return
    size, at = max(int(short * 1.5), long // MAX_PIECES), 0
    while True:
        at = min(at, long - size)
        yield (0, at, rgb[at : at + size]) if height > width else (at, 0, np.ascontiguousarray(rgb[:, at : at + size]))
        if at + size >= long:
            return
        at += short
