"""The item: what was or will be published, as the engine sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

PUBLISHER_KINDS = (
    "institution", "physician", "merchant", "creator", "person", "agency", "platform", "media", "government",
)  # fmt: skip
CHANNELS = ("public", "moments", "group", "direct", "live", "offline")
NATURES = ("advertisement", "disclosure", "education", "experience", "news", "official")
DOMAINS = (
    "medical_aesthetics", "medical", "dental", "drug", "device", "health_food", "cosmetics", "other",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where characters ``start`` to ``end`` of a part's text were perceived in a picture, a clip or a sound.

    ``page`` counts pages, slides or frames from 1; ``box`` is left, top, width, height in pixels of the
    original; ``time`` is from and to in seconds; ``picture`` counts the pictures set into the page from 1, or those
    of the whole document where it knows no pages.
    """

    start: int
    end: int
    page: int | None = None
    box: tuple[int, int, int, int] | None = None
    time: tuple[float, float] | None = None
    picture: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an item. ``text`` is the original, untouched; offsets everywhere count its code points.

    ``line`` is the line of the source file the text starts on, where the file has lines; only for people.
    ``places`` say where the words of a picture, a clip or a sound were perceived.
    """

    text: str
    role: str = "body"
    line: int | None = None
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who speaks. ``kind`` is one of PUBLISHER_KINDS or None when it is not known."""

    kind: str | None = None
    id: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One item. ``nature`` and ``domain`` are None when the engine is to find them ("auto").

    ``facts`` are the outside facts the caller vouches for, by name (``review_certificate``,
    ``physicians``, ``price`` …); a name that is absent is unknown, which is not the same as False.
    ``source`` says where the item came from (a file), ``line`` the line it starts on; both only for people.
    """

    id: str
    parts: tuple[Part, ...]
    kind: str | None = None
    platform: str | None = None
    published_at: date | None = None
    publisher: Publisher = Publisher()
    channel: str | None = None
    nature: str | None = None
    domain: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    source: str | None = None
    line: int = 1

    @classmethod
    def of(cls, text: str, id: str = "text", **context: Any) -> Item:
        """An item of one body part."""
        return cls(id=id, parts=(Part(text),), **context)
