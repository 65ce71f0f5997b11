"""Which pictures an item shows, and drawing them to files."""

from __future__ import annotations

import random
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from mingjian.doors.demo.simulate.drawing import before_after, draw
from mingjian.doors.demo.simulate.editing import EDITS, edited
from mingjian.doors.demo.simulate.plan import Post

SIDES = ("both", "before", "after")


class Camera:
    """Draws the pictures of items into the archive's folder."""

    def __init__(self, folder: Path, seed: int, skill: float) -> None:
        self.folder, self.seed, self.skill = folder, seed, skill
        self._case = lru_cache(maxsize=64)(before_after)
        self._scene = lru_cache(maxsize=64)(draw)

    def shoot(self, slot: int, id: str, scene: str | None, post: Post | None, of: int) -> tuple[list[str], list[str]]:
        """Paths of an item's pictures, written; and the edits made, one a picture, of those that were shown before.

        ``scene``: what the note is about, or the name of a picture that many share (brand/3); ``of``: the slot whose
        pictures these are (another's when one posts one's own again)."""
        rng = np.random.default_rng([self.seed, 99, slot])
        if post is not None and post.ring is not None:
            return self._of_ring(rng, id, post)
        if scene is None:
            return [], []
        if "/" in scene:
            kind = "thing" if scene.startswith("brand") else "view"
            canvas, quality, told = _lightly(self._scene(kind, f"{self.seed}:{scene}"), rng)
            return [self._write(id, 0, canvas, quality)], [f"{scene}:{told}"]
        own = random.Random(f"{self.seed}:{of}:shots")
        count = 0 if own.random() < 0.25 else 1 + int(own.random() * 2)
        again, paths, told_all = of != slot, [], []
        for number in range(count):
            canvas = draw(scene, f"{self.seed}:{of}:{number}")
            quality = 88
            if again:
                canvas, quality, told = _lightly(canvas, rng)
                told_all.append(told)
            paths.append(self._write(id, number, canvas, quality))
        return paths, told_all

    def _of_ring(self, rng: Any, id: str, post: Post) -> tuple[list[str], list[str]]:
        story, ring = post.story, post.ring
        assert ring is not None
        if story is None:
            return [self._write(id, 0, before_after(f"{self.seed}:{id}", "both"), 88)], []
        album = ring.albums[story.key]
        if post.role == "original":
            return [self._write(id, number, self._of_album(key), 90) for number, key in enumerate(album)], []
        paths, told = [], []
        count = min(len(album), 1 + int(rng.random() * 2))
        for number, place in enumerate(sorted(rng.choice(len(album), count, replace=False))):
            other = self._of_album(album[(place + 1) % len(album)]) if rng.random() < 0.15 else None
            canvas, quality, edits = edited(self._of_album(album[place]), rng, self.skill, other)
            paths.append(self._write(id, number, canvas, quality))
            told.append("+".join(edits))
        return paths, told

    def _of_album(self, key: str) -> Any:
        number = int(key.rsplit("/", 1)[1])
        case, side = (key.rsplit("/", 1)[0], SIDES[number]) if number < len(SIDES) else (key, "before")
        return self._case(f"{self.seed}:{case}", side)

    def _write(self, id: str, number: int, canvas: Any, quality: int) -> str:
        from mingjian.perception.jpeg import jpeg

        name = f"pictures/{id[1:7]}/{id}-{number}.jpg"
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(jpeg((np.clip(canvas, 0, 1) * 255 + 0.5).astype(np.uint8), quality))
        return name


def _lightly(canvas: Any, rng: Any) -> tuple[Any, int, str]:
    """What platforms do by themselves: another size, another quality."""
    quality = int(rng.integers(70, 92))
    if rng.random() < 0.5:
        return EDITS["resize"](canvas, rng, 1), quality, "resize1+reencode1"
    return canvas, quality, "reencode1"
