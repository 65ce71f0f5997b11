"""A picture for people, as plain data: perception makes it, reports show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shown:
    """A page, a poster or a frame, small enough to be put into a report. ``scale`` is shown pixels per original
    pixel (places count original ones); ``page`` and ``picture`` count as those of a Place, ``time`` is in seconds."""

    jpeg: bytes
    width: int
    height: int
    scale: float = 1.0
    page: int | None = None
    time: float | None = None
    picture: int | None = None
