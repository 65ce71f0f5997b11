"""A question to an official source about one credential, and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OUTCOMES = ("confirmed", "contradicted", "not_found", "unavailable")
"""``not_found``: the source does not know the number; ``unavailable``: the source did not let itself be asked (down,
captcha, blocked), which says nothing about the credential."""
ANSWERED = ("confirmed", "contradicted", "not_found")
STATES = ("waiting", "by_hand", "answered", "cancelled")
"""``by_hand``: no program can or may ask (captcha, not switched on, too many failures): a person must look."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source said. ``facts`` are plain JSON as the source shows them (name, institution, scope, state, days);
    ``evidence`` the bytes that were shown, ``kind`` their media type; ``at`` microseconds; ``why`` in words, without
    anybody's name; ``wait`` seconds the source asked us to wait before the next question, 0 where it did not."""

    outcome: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    evidence: bytes = b""
    kind: str = "application/octet-stream"
    at: int = 0
    why: str = ""
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Lookup:
    """A question in the store. ``source`` is a word of the sources' file, ``asked_for`` the digest of what was asked
    (kind, number, name: the cache's key). ``evidence`` and ``facts`` are digests (blob, content). ``expires_at`` is
    when the answer is too old to be used again; ``cached`` says it was taken from an earlier one. ``next_at`` is when
    a waiting one is tried next."""

    id: str
    credential: str
    entity: str
    kind: str
    source: str
    asked_for: str
    state: str
    asked_at: int
    asked_by: str
    why: str = ""
    run: str | None = None
    tries: int = 0
    next_at: int | None = None
    error: str | None = None
    outcome: str | None = None
    said: str | None = None
    facts: str | None = None
    evidence: str | None = None
    answered_at: int | None = None
    answered_by: str | None = None
    expires_at: int | None = None
    cached: bool = False
    case: str | None = None


@dataclass(frozen=True, slots=True)
class LookupCount:
    """How often a source was asked in a stretch of time, by state and outcome."""

    source: str
    state: str
    outcome: str | None
    count: int
