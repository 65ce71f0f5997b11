"""What redacting is asked to do, and what it did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from mingjian.perception.faces.boxes import Array
from mingjian.perception.faces.follow import Keeps
from mingjian.perception.faces.track import Rect
from mingjian.perception.model import Limits, Line

Reader = Callable[[Array], Sequence[Line]]
"""Reads the lines of text on a picture."""


@dataclass(frozen=True, slots=True)
class KeepBox:
    """A place where a face stays visible; in a clip, with ``time`` (seconds), the face that is there then."""

    box: Rect
    time: float | None = None

    def holds(self, face: Rect) -> bool:
        """Whether the middle of a face lies inside."""
        x, y = face[0] + face[2] / 2, face[1] + face[3] / 2
        left, top, width, height = self.box
        return left <= x <= left + width and top <= y <= top + height


@dataclass(frozen=True, slots=True)
class RedactOptions:
    """How to redact."""

    style: str = "pixelate"
    keep_boxes: tuple[KeepBox, ...] = ()
    keeps: Keeps | None = None
    """Knows the faces of people who consented."""
    text: bool = True
    sound: bool = True
    reader: Reader | None = None
    """None: the text recogniser of this room."""
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Hidden:
    """Something masked, or, in a check, still visible."""

    kind: str
    """face, name, record, id, phone, birth, address or location (in the metadata)."""
    box: Rect
    score: float = 1.0
    sure: bool = True
    page: int | None = None
    time: tuple[float, float] | None = None
    frames: int | None = None
    """On how many frames."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A small picture of the result, for the report: JPEG, its scale, and what is masked on it."""

    jpeg: bytes
    width: int
    height: int
    boxes: tuple[Hidden, ...] = ()
    """In pixels of this small picture."""
    page: int | None = None
    time: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One file. ``output`` is the name below the output folder; ``error`` says why there is none."""

    source: str
    kind: str
    output: str | None = None
    hidden: tuple[Hidden, ...] = ()
    kept: int = 0
    """Faces left visible because the caller said so."""
    stripped: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    shown: tuple[Shown, ...] = ()
    seconds: float | None = None
    frames: int | None = None
    error: str | None = None
    hint: str | None = None
