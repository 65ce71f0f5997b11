"""The nouns of perception: what was read, where, and what could not be read."""

from __future__ import annotations

from dataclasses import dataclass, field

from mingjian.core.model import Place
from mingjian.core.model import Print as Print
from mingjian.core.model import Shown as Shown

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]
"""Four corners in pixels, clockwise from the corner where the text begins."""
Box = tuple[int, int, int, int]
"""Left, top, width, height in pixels."""


class PerceptionError(Exception):
    """A file that cannot be perceived: what is wrong, and what to do about it."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may ask for. Every breach is a PerceptionError or an ``unread`` note, never a silent cut."""

    max_bytes: int = 2_000_000_000
    max_pixels: int = 120_000_000
    max_frames: int = 200
    """Frames of an animated picture, pages of a document."""
    max_animated_pixels: int = 4_000_000_000
    """Of all frames of an animated picture together: each is drawn upon the one before, looked at or not."""
    max_media_seconds: float = 4 * 3600.0
    max_wall_seconds: float = 1800.0
    max_memory_bytes: int = 4_000_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text as the recogniser saw it."""

    text: str
    quad: Quad
    score: float
    """0..1, the recogniser's own."""
    vertical: bool = False

    @property
    def box(self) -> Box:
        """The upright box around the quad."""
        xs, ys = [p[0] for p in self.quad], [p[1] for p in self.quad]
        left, top = int(min(xs)), int(min(ys))
        return left, top, int(max(xs)) - left, int(max(ys)) - top


@dataclass(frozen=True, slots=True)
class Reading:
    """Words perceived in media. ``places`` cover ``text``: which characters stood where and when."""

    text: str
    role: str
    places: tuple[Place, ...] = ()
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Perceived:
    """All that was perceived in one file.

    ``unread`` names what was not read, in words for people: it makes the verdict undetermined, never clean.
    """

    kind: str
    """picture, video, audio or document."""
    readings: tuple[Reading, ...] = ()
    unread: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    shown: tuple[Shown, ...] = ()
    prints: tuple[Print, ...] = ()
    seconds: float | None = None
    """Length of what runs in time."""
    size: tuple[int, int] | None = None
    sheet: Shown | None = None
    """Contact sheet of a video."""
    scenes: tuple[float, ...] = field(default=())
    """Seconds at which a new scene begins."""
