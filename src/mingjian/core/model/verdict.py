"""What the engine says of an item: nature, domain, findings, verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from mingjian.core.model.law import Citation

# From best to worst; "undetermined" when part of the item could not be judged and nothing worse was found.
VERDICT_VALUES = ("clean", "advice", "undetermined", "needs_evidence", "violation")
NATURE_SOURCES = ("stated", "marks", "classifier", "claims", "presumed")
DOMAIN_SOURCES = ("stated", "lexicon", "presumed")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words in the item that speak for a decision. ``part`` is an index into Item.parts."""

    part: int
    start: int
    end: int
    quote: str
    mark: str


@dataclass(frozen=True, slots=True)
class Nature:
    """What the item is in law. ``source``, one of NATURE_SOURCES: stated by the caller, seen by its marks, read
    by the classifier, shown by the claims found in it (what promises so is an advertisement), or presumed.

    ``contradiction`` names the nature the text itself points to when it differs from the stated one.
    """

    value: str
    source: str
    evidence: tuple[Evidence, ...] = ()
    contradiction: str | None = None


@dataclass(frozen=True, slots=True)
class Domain:
    """What is spoken of. ``source`` is one of DOMAIN_SOURCES."""

    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach (or doubt) at one place. Offsets are code points of the original part.

    ``words`` explains a classifier finding: (word, weight) pairs that drove it, strongest first.
    ``disguise`` names the variant under which the words were hidden (``homophone``, ``split`` …) or None.
    ``cites`` are the labels of ``citations``, which the rule names, and of ``parallel``, which the same promotion
    usually breaks beside them. ``missing`` names the outside facts a needs_evidence finding waits for.
    """

    code: str
    name: str
    title: str
    family: str
    status: str
    severity: str
    confidence: str
    part: int
    role: str
    start: int
    end: int
    quote: str
    sentence: tuple[int, int]
    cites: tuple[str, ...]
    citations: tuple[Citation, ...]
    monitoring_code: str | None
    message: str
    why: str
    suggestions: tuple[str, ...]
    rewrite: str | None = None
    disguise: str | None = None
    missing: tuple[str, ...] = ()
    words: tuple[tuple[str, float], ...] = ()
    parallel: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The engine's answer for one item. ``value`` is one of VERDICT_VALUES."""

    id: str
    value: str
    nature: Nature
    domain: Domain
    findings: tuple[Finding, ...]
    rulebook: str
    as_of: date
    notes: tuple[str, ...] = field(default_factory=tuple)
