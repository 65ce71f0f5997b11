"""An item in the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

STATES = ("pending", "judged", "failed", "erased")


@dataclass(frozen=True, slots=True)
class Media:
    """A file that belongs to an item, kept by digest in the blob folder. ``part`` is the index of the part whose
    words were read from it, or None."""

    digest: str
    name: str
    kind: str  # picture, video, audio, document
    size: int
    part: int | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """What somebody hands in. ``item`` is an object of the public item schema; ``source`` names the system it comes
    from (a platform's own number is unique within its source)."""

    item: Mapping[str, Any]
    source: str = "api"
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """An item as the lists show it. Times in microseconds; ``published_on`` is YYYY-MM-DD. ``standing`` is the
    measure in force on it now (a word of governance/actions), None when there is none."""

    id: str
    source: str
    external: str
    version: int
    digest: str
    state: str
    kind: str | None
    platform: str | None
    channel: str | None
    publisher: str | None
    publisher_kind: str | None
    published_on: str | None
    submitted_at: int
    submitted_by: str
    judged_at: int | None = None
    verdict: str | None = None  # digest of the verdict's bytes
    value: str | None = None  # one of VERDICT_VALUES
    severity: str | None = None  # the gravest finding's
    nature: str | None = None
    domain: str | None = None
    rulebook: str | None = None
    as_of: str | None = None
    findings: int = 0
    standing: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """An item with its content: ``content`` is {"item": …, "media": […]}, ``verdict`` the verdict's object; each
    None when it is not there (not judged yet, or deleted)."""

    stored: Stored
    content: Mapping[str, Any] | None
    verdict: Mapping[str, Any] | None = field(default=None)
