"""A draft is content to be published; its versions go up the levels; the approved one is sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DRAFT_STATES = ("writing", "review", "returned", "sealed", "withdrawn")
DRIFTS = ("matched", "drifted")


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as lists show it. Times in microseconds. ``state`` is one of DRAFT_STATES; ``level`` the queue it waits
    in, ``case`` the case there, both None outside review. ``resume`` is the level its next submission goes to, None
    for the first. ``version`` is the newest version's number, ``locked`` whether that one was submitted. ``drift`` is
    what the last comparison with the published content said."""

    id: str
    seq: int
    author: str
    department: str | None
    state: str
    level: str | None
    case: str | None
    resume: str | None
    version: int
    locked: bool
    digest: str
    platform: str | None
    nature: str | None
    domain: str | None
    publisher_kind: str | None
    value: str | None
    severity: str | None
    violations: int
    created_at: int
    changed_at: int
    sealed_at: int | None = None
    drift: str | None = None
    drift_at: int | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """A version: ``digest`` is that of its content, ``verdict`` that of what the engine said of it, ``read`` that of
    the words perceived in its media (None without any). Submitted (``submitted_at``) it never changes."""

    draft: str
    number: int
    digest: str
    verdict: str
    read: str | None
    rulebook: str
    as_of: str
    value: str
    made_by: str
    made_at: int
    submitted_at: int | None = None
    submitted_by: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A reviewer's answer at a level on a version. ``measure`` is a word of the queue; ``undone``: taken back."""

    draft: str
    seq: int
    level: str
    case: str
    review: str
    version: int
    reviewer: str
    measure: str
    reasons: tuple[str, ...]
    note: str
    at: int
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark. ``content`` is the digest of {text, quote}; ``anchor`` is {part, start, end} in the version's parts,
    {media, box} on a picture (pixels: left, top, width, height), or empty for the draft as a whole. An answer names
    its thread's first comment as ``thread`` and has no anchor of its own."""

    id: str
    seq: int
    draft: str
    version: int
    thread: str | None
    anchor: Mapping[str, Any]
    content: str
    made_by: str
    made_at: int
    resolved_by: str | None = None
    resolved_at: int | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """A reasoned, expiring answer to a finding: the rule's code and the SHA-256 of the words it names."""

    id: str
    draft: str
    code: str
    quote: str
    reason: str
    made_by: str
    made_at: int
    until: int


@dataclass(frozen=True, slots=True)
class Seal:
    """The approved version: ``evidence`` is the sealing event's body (approvals, waivers, notices, rulebook)."""

    draft: str
    seq: int
    version: int
    digest: str
    at: int
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DriftCheck:
    """One comparison with what was published. ``outcome`` is one of DRIFTS; ``content`` the digest of what was
    published with the changes found; ``source`` is text, item or file; ``case`` the case it opened."""

    id: str
    draft: str
    seq: int
    outcome: str
    severity: str | None
    changes: int
    source: str
    item: str | None
    content: str
    case: str | None
    made_by: str
    made_at: int
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class DraftFilter:
    """Which drafts a list shows; None means any. ``level``: those waiting in this queue."""

    state: str | None = None
    author: str | None = None
    department: str | None = None
    platform: str | None = None
    level: str | None = None
    drift: str | None = None
