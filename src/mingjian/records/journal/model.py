"""The journal's nouns and its one formula."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mingjian.records.canonical import canonical

GENESIS = bytes(32)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, not yet recorded. ``kind`` is noun.verb (``case.opened``); ``subject`` the id of
    the noun; ``body`` plain JSON: ids, digests and reasons, never a person's text or data, which the content
    store keeps and can delete."""

    kind: str
    subject: str
    body: Mapping[str, Any]
    actor: str = "system"


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event in its place. ``at`` is microseconds since the epoch and never less than that of the event before;
    ``text`` is the body in canonical JSON; ``hash`` the link of the chain."""

    seq: int
    at: int
    kind: str
    subject: str
    actor: str
    text: str
    hash: bytes

    @property
    def body(self) -> dict[str, Any]:
        """The body, parsed."""
        value: dict[str, Any] = json.loads(self.text)
        return value

    def row(self) -> tuple[int, int, str, str, str, str, bytes]:
        """As the table keeps it."""
        return self.seq, self.at, self.kind, self.subject, self.actor, self.text, self.hash

    @classmethod
    def of(cls, row: Any) -> Recorded:
        """From a row of the table, columns in the order of ``row``."""
        return cls(row[0], row[1], row[2], row[3], row[4], row[5], bytes(row[6]))


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain; of an empty journal the genesis."""

    seq: int = 0
    at: int = 0
    hash: bytes = GENESIS


def leaf(seq: int, at: int, kind: str, subject: str, actor: str, text: str) -> bytes:
    """SHA-256("seq\\nat\\nkind\\nsubject\\nactor\\n" ‖ body) in UTF-8: all that others need to know of an event they
    may not see. The fields hold no line break."""
    return hashlib.sha256(f"{seq}\n{at}\n{kind}\n{subject}\n{actor}\n{text}".encode()).digest()


def link(before: bytes, seq: int, at: int, kind: str, subject: str, actor: str, text: str) -> bytes:
    """SHA-256(hash before ‖ leaf): the chain holds leaves, so that a part of it can be shown without the rest."""
    return hashlib.sha256(before + leaf(seq, at, kind, subject, actor, text)).digest()


def chained(event: Event, head: Head, at: int) -> Recorded:
    """The event behind ``head``."""
    for name, value in (("kind", event.kind), ("subject", event.subject), ("actor", event.actor)):
        if not value or "\n" in value:
            raise ValueError(f"an event's {name} is one line and not empty: {value!r}")
    at = max(at, head.at)  # a clock set back does not turn the order round
    seq, text = head.seq + 1, canonical(event.body).decode()
    made = link(head.hash, seq, at, event.kind, event.subject, event.actor, text)
    return Recorded(seq, at, event.kind, event.subject, event.actor, text, made)
