"""The picture of a staged room: a studio, a host who moves, and the words that are on the screen at a time."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from mingjian.doors.demo.stage.model import Line
from mingjian.perception.lettering import Label, lettered

WIDTH, HEIGHT = 720, 1280
MOUTHS = 4
_TABLE = 1010
_SLOTS = {
    "board": tuple((50, 110 + 82 * row, 620, 72, 46) for row in range(5)),
    "sticker": ((30, 30, 320, 60, 34), (370, 30, 320, 60, 34)),
    "sign": ((170, 880, 380, 110, 56),),
    "subtitle": ((40, 1130, 640, 64, 42), (40, 1060, 640, 64, 42)),
}
"""Per place of the picture: left, top, width, height and the size of letters; one line each."""
_LOOKS = {
    "board": ((250, 248, 240), (30, 30, 40)), "sticker": ((214, 40, 60), (255, 255, 255)),
    "sign": ((255, 236, 120), (150, 20, 30)), "subtitle": ((25, 25, 30), (255, 255, 255)),
}  # fmt: skip


class Studio:
    """Draws one room. Slots are given to lines as they come; a line that finds none takes the one that has stood
    longest. The host never sits twice in the same way: a picture that comes again would be a recording's."""

    def __init__(self, seed: str) -> None:
        rng = random.Random(seed)
        self._seed = rng.randrange(1 << 32)
        self._base = _studio(np.random.default_rng(self._seed))
        self._hosts = [_host(rng.random(), mouth) for mouth in range(MOUTHS)]
        self._held: dict[tuple[str, int], Line] = {}

    def picture(self, lines: Sequence[Line], step: int) -> Any:
        """The picture (height, width, 3; uint8) with these lines on it, the host sitting as at a step of time."""
        self._place(lines)
        chance = np.random.default_rng([self._seed, step])
        shape, mask = self._hosts[int(chance.integers(MOUTHS))]
        top, left = 540 - int(chance.integers(12)), 150 + int(chance.integers(-25, 26))
        picture = self._base.copy()
        high = min(shape.shape[0], _TABLE - top)
        area = picture[top : top + high, left : left + shape.shape[1]]
        area[mask[:high]] = shape[:high][mask[:high]]
        _hearts(picture, chance)
        labels = []
        for (place, number), line in self._held.items():
            *box, size = _SLOTS[place][number]
            labels.append(Label(line.text, (box[0], box[1], box[2], box[3]), size, *_LOOKS[place]))
        return lettered(picture, labels)

    def still(self, lines: Sequence[Line]) -> Any:
        """One picture with these lines on it."""
        return self.picture(lines, 0)

    def _place(self, lines: Sequence[Line]) -> None:
        standing = {line.id for line in lines}
        self._held = {slot: line for slot, line in self._held.items() if line.id in standing}
        held = {line.id for line in self._held.values()}
        for line in sorted(lines, key=lambda one: one.at):
            if line.id in held or line.place is None:
                continue
            slots = [(line.place, number) for number in range(len(_SLOTS[line.place]))]
            free = [slot for slot in slots if slot not in self._held]
            slot = free[0] if free else min(slots, key=lambda one: (self._held[one].mark or "", self._held[one].at))
            self._held[slot] = line


def _studio(rng: Any) -> Any:
    """A wall with a gradient, a shelf with boxes, a table."""
    down = np.linspace(0, 1, HEIGHT, dtype=np.float32)[:, None, None]
    top, low = rng.uniform(150, 235, 3), rng.uniform(110, 200, 3)
    picture = np.broadcast_to(top * (1 - down) + low * down, (HEIGHT, WIDTH, 3)).copy()
    for _ in range(7):
        x, high, wide = int(rng.integers(0, 640)), int(rng.integers(40, 110)), int(rng.integers(30, 90))
        picture[600 - high : 600, x : x + wide] = rng.uniform(60, 240, 3)
    picture[600:612] = rng.uniform(60, 130, 3)
    picture[_TABLE:] = rng.uniform(120, 220, 3)
    picture += rng.normal(0, 2, (HEIGHT, WIDTH, 1))
    return np.clip(picture, 0, 255).astype(np.uint8)


def _hearts(picture: Any, chance: Any) -> None:
    """What viewers send up the right side, never twice alike."""
    high, wide = 400, 170
    cells = chance.integers(0, 256, (10, 5, 3)).astype(np.uint8)
    blobs = np.kron(cells, np.ones((high // 10, wide // 5, 1), dtype=np.uint8))
    y, x = np.mgrid[0:high, 0:wide]
    round_ = np.hypot(y % (high // 10) - high / 20, x % (wide // 5) - wide / 10) < 16
    up = round_ & np.kron(chance.random((10, 5)) < 0.7, np.ones((high // 10, wide // 5), dtype=bool))
    picture[600 : 600 + high, WIDTH - wide :][up] = blobs[up]


def _host(key: float, mouth: int) -> tuple[Any, Any]:
    """A head and shoulders: colours, and where they are. ``mouth``: how far it is open."""
    high, wide = 520, 420
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    picture = np.zeros((high, wide, 3), dtype=np.uint8)
    mask = np.zeros((high, wide), dtype=bool)

    def oval(cy: float, cx: float, ry: float, rx: float, colour: Sequence[float]) -> None:
        inside = ((y - cy) / ry) ** 2 + ((x - cx) / rx) ** 2 < 1
        picture[inside] = np.asarray(colour, dtype=np.uint8)
        mask[inside] = True

    dress = (int(60 + 150 * key), int(80 + 90 * (1 - key)), 150)
    oval(300, 210, 80, 42, (214, 172, 150))
    oval(470, 210, 150, 190, dress)
    oval(150, 210, 140, 105, (38, 28, 26))
    oval(165, 210, 115, 82, (232, 192, 168))
    for side in (-34, 34):
        oval(150, 210 + side, 8, 14, (250, 250, 250))
        oval(150, 210 + side, 7, 6, (30, 24, 22))
    oval(222, 210, 4 + 5 * mouth, 24, (176, 60, 70))
    return picture, mask
