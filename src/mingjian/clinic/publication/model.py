"""What goes into the publication services and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mingjian.records.drafts.model import (
    DRAFT_STATES,
    DRIFTS,
    Comment,
    Draft,
    DraftFilter,
    DriftCheck,
    Seal,
    Step,
    Version,
    Waiver,
)

__all__ = [
    "DRAFT_STATES",
    "DRIFTS",
    "Comment",
    "Draft",
    "DraftFilter",
    "DraftInput",
    "DriftCheck",
    "File",
    "Judged",
    "Opened",
    "Perceived",
    "Published",
    "Reviewed",
    "Seal",
    "Step",
    "Version",
    "Waiver",
]


@dataclass(frozen=True, slots=True)
class File:
    """A picture, clip or document of a draft, kept by digest in the blob folder."""

    digest: str
    name: str
    kind: str  # picture, video, audio, document
    size: int


@dataclass(frozen=True, slots=True)
class Perceived:
    """What was perceived in a version's media: ``parts`` ({role, text, places}) are judged with the written ones;
    ``unread`` names files that could not be read, so that finding nothing is not taken for clean."""

    parts: tuple[Mapping[str, Any], ...] = ()
    unread: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For keeping."""
        return {"parts": [dict(part) for part in self.parts], "unread": list(self.unread)}


@dataclass(frozen=True, slots=True)
class DraftInput:
    """What a version says and in which setting it is to be published; the approval holds for all of it. ``nature``
    and ``domain`` None leave it to the engine. ``publisher_id`` is what the registry knows the publisher by: an
    account's number on the platform, an institution's key. ``certificate`` is the number of the advertisement's
    review."""

    title: str = ""
    text: str = ""
    platform: str | None = None
    channel: str | None = None
    nature: str | None = None
    domain: str | None = None
    publisher_kind: str | None = None
    publisher_name: str | None = None
    publisher_id: str | None = None
    certificate: str | None = None
    media: tuple[File, ...] = ()
    perceived: Perceived = field(default_factory=Perceived)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the engine says: ``verdict`` is the object of core.report.json_, ``notices`` what the data asks for,
    ``known`` the facts of the publisher that the desk added."""

    verdict: Mapping[str, Any]
    notices: tuple[Any, ...] = ()
    known: Mapping[str, Any] = field(default_factory=dict)

    @property
    def findings(self) -> list[Mapping[str, Any]]:
        """The findings, the gravest first."""
        return list(self.verdict["findings"])

    @property
    def violations(self) -> list[Mapping[str, Any]]:
        """Those that must be answered before sealing."""
        return [one for one in self.verdict["findings"] if one["status"] == "violation"]


@dataclass(frozen=True, slots=True)
class Opened:
    """A version with its content: ``content`` and ``verdict`` are None once they were deleted."""

    version: Version
    content: Mapping[str, Any] | None
    verdict: Mapping[str, Any] | None
    perceived: Perceived = field(default_factory=Perceived)

    @property
    def parts(self) -> list[Mapping[str, Any]]:
        """The written parts, in order (title, body)."""
        return list(self.content["parts"]) if self.content is not None else []


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What an answer led to: the draft after it, whether this level is done, and the seal when that was the last."""

    draft: Draft
    final: bool
    measure: str | None
    seal: Seal | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """What went out, to be compared: pasted text, a file's text, or an item of the store. ``media`` are digests,
    None where nothing is known of them."""

    text: str = ""
    title: str = ""
    source: str = "text"
    item: str | None = None
    media: tuple[str, ...] | None = field(default=None)
