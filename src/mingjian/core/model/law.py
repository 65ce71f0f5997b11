"""Law as dated data: an instrument (文件) holds provisions (条款); a rule cites provisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Provision:
    """One article, paragraph or item of an instrument.

    ``id`` is written article.paragraph.item as it is cited, e.g. ``16.1.1``; ``article`` is the Chinese
    wording (第十六条第一款第(一)项). ``summary`` is our paraphrase. ``penalty`` is the range in a line.
    """

    id: str
    article: str
    summary: str
    penalty: str | None = None
    effective: date | None = None
    repealed: date | None = None
    confidence: str = "high"
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law, regulation, departmental rule, enforcement guide or platform rule set."""

    slug: str
    name: str
    short: str
    level: str
    issuer: str
    document_no: str | None
    effective: date | None
    repealed: date | None
    confidence: str
    status: str
    provisions: tuple[Provision, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """A resolved reference from a rule to a provision, with what a reader needs to look it up."""

    ref: str
    label: str
    instrument: str
    article: str
    summary: str
    penalty: str | None
    effective: date | None
    confidence: str
