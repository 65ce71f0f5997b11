"""Key frames for people, and the contact sheet: a clip on one page."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mingjian.perception.model import Shown
from mingjian.perception.sound.container import clock
from mingjian.perception.video.frames import Pixels, Sample

KEPT = 24
LONG_SIDE = 640
TILE = 240
QUALITY = 80


@dataclass(frozen=True, slots=True)
class _Key:
    time: float
    weight: float
    jpeg: bytes
    width: int
    height: int
    scale: float


class Keys:
    """Keeps the frames most worth showing: scene beginnings and frames on which new words appeared, spread in time."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._kept: list[_Key] = []

    def offer(self, sample: Sample, weight: float) -> None:
        """Takes a frame; ``weight`` says how much it has to show."""
        rgb = sample.rgb()
        scale = min(1.0, LONG_SIDE / max(rgb.shape[:2]))
        small = sized(rgb, scale)
        self._kept.append(_Key(sample.time, weight, _jpeg(small), small.shape[1], small.shape[0], scale))
        if len(self._kept) > 4 * self._most:
            self._kept = _thinned(self._kept, 2 * self._most)

    def shown(self) -> tuple[Shown, ...]:
        """The chosen frames, in time."""
        chosen = _thinned(self._kept, self._most)
        return tuple(Shown(key.jpeg, key.width, key.height, key.scale, time=key.time) for key in chosen)


def contact_sheet(shown: tuple[Shown, ...]) -> Shown | None:
    """All frames on one picture, each with its time; None without frames."""
    import cv2

    if not shown:
        return None
    tall = shown[0].height > shown[0].width
    columns = min(len(shown), 8 if tall else 6)
    width = TILE // 2 if tall else TILE
    height = max(1, round(width * shown[0].height / shown[0].width))
    bar = 20
    rows = -(-len(shown) // columns)
    sheet = np.full((rows * (height + bar + 4), columns * (width + 4), 3), 24, np.uint8)
    for index, frame in enumerate(shown):
        picture = cv2.imdecode(np.frombuffer(frame.jpeg, np.uint8), cv2.IMREAD_COLOR)
        if picture is None:
            continue
        x, y = index % columns * (width + 4), index // columns * (height + bar + 4)
        sheet[y : y + height, x : x + width] = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
        said, place = clock(frame.time or 0.0), (x + 4, y + height + bar - 5)
        cv2.putText(sheet, said, place, cv2.FONT_HERSHEY_SIMPLEX, 0.5, (235, 235, 235), 1, cv2.LINE_AA)
    scale = width * shown[0].scale / max(1, shown[0].width)
    return Shown(_jpeg(sheet[..., ::-1]), sheet.shape[1], sheet.shape[0], scale)


def _thinned(keys: list[_Key], most: int) -> list[_Key]:
    """At most so many: the one that is nearest to its neighbours, for its weight, goes first."""
    left = sorted(keys, key=lambda key: key.time)
    while len(left) > most:
        between = [right.time - before.time for before, right in zip(left, left[2:], strict=False)]
        gaps = [gap * (0.5 + key.weight) for gap, key in zip(between, left[1:-1], strict=True)]
        del left[1 + int(np.argmin(gaps)) if gaps else -1]
    return left


def sized(rgb: Pixels, scale: float) -> Pixels:
    """The picture shrunk by a scale; as it is from 1 on."""
    import cv2

    if scale >= 1:
        return rgb
    size = max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def _jpeg(rgb: Pixels) -> bytes:
    import cv2

    done, data = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return data.tobytes() if done else b""
