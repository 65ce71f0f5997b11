"""Likenesses: verified pairs, the later item first. Prints: what items are compared by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MATTERS = ("picture", "video", "text")
"""What two items share."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """``one`` shows what the earlier ``other`` showed before. ``how`` is the way it was found: of pictures near,
    mirror, panel or local; of clips segment; of texts copy, template, reordered or synonyms. ``distance`` counts
    differing bits of 256 (pictures), ``share`` is the shared part in thousandths (texts, clips), ``at`` is when the
    later one was seen in microseconds. ``detail`` says where: ``here`` and ``there`` name the file (its digest) or
    the text (written, spoken) on either side, beside boxes, times or spans. ``own``: both are of one publisher.
    ``seq`` and ``number`` are its place in the journal and in its event."""

    one: str
    other: str
    matter: str
    how: str
    at: int
    distance: int | None = None
    share: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    own: bool = False
    seq: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class KeptPrint:
    """One print of an item. ``matter`` is one of MATTERS, or gone: then ``of`` is the number of a print that was
    deleted and the rest is empty. ``place`` is written or spoken for texts, the file's digest for pictures and clips;
    ``page`` counts frames or pages from 1 where the file has several."""

    number: int
    item: str
    matter: str
    place: str
    page: int | None
    body: bytes
    of: int | None = None


@dataclass(frozen=True, slots=True)
class NewPrint:
    """A print to be kept."""

    item: str
    matter: str
    place: str
    page: int | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Behind:
    """The item behind a print: what is asked of it when a new one is like it."""

    number: int
    item: str
    matter: str
    place: str
    page: int | None
    seq: int
    source: str
    external: str
    platform: str | None
    publisher: str | None
    published_on: str | None
    submitted_at: int
