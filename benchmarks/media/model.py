"""What the generator makes: a script is what shall be written, a sample is the medium that shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Picture = Image.Image
Pixels = NDArray[np.uint8]
"""HxWx3, RGB."""


@dataclass(frozen=True)
class Script:
    """What shall be written. ``main`` is one sentence, broken into the lines in which it is to stand; ``rest`` are
    lawful sentences beside it; ``head`` names nobody real. ``planted``: the sentence breaks the law."""

    main: tuple[str, ...]
    rest: tuple[str, ...]
    head: str
    planted: bool
    traditional: bool = False

    @property
    def sentence(self) -> str:
        """The main sentence in one piece."""
        return "".join(self.main)


@dataclass(frozen=True)
class Drawn:
    """A picture and all that is written on it: one entry for each text that a reader would keep in one piece."""

    picture: Picture
    written: tuple[str, ...]
    depicted: str | None = None
    """What the picture shows and does not say in words, in the phrase that perception has for it."""


@dataclass(frozen=True)
class Filmed:
    """A clip: frames in order, and what is written in it by role (subtitle, background, card)."""

    frames: Callable[[], Iterator[Pixels]]
    size: tuple[int, int]
    rate: int
    written: tuple[tuple[str, str], ...]


Draw = Callable[[Random, Script], Drawn]
Film = Callable[[Random, Script], Filmed]


def noise_of(rng: Random) -> Any:
    """A numpy generator that follows ``rng``."""
    return np.random.default_rng(rng.getrandbits(64))
