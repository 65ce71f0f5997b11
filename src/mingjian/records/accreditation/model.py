"""The nouns of accreditation: one application of an institution, the audits of it, nonconformities, certificates.

What people wrote (notes, causes, grounds) is named by digest; ``records.storage.contents`` keeps the words. Times are
microseconds, days are dates in China.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

STATES = (
    "assessing", "reviewing", "returned", "planning", "planned", "auditing", "correcting", "deciding", "granted",
    "conditional", "refused", "withdrawn",
)  # fmt: skip
OVER = ("granted", "conditional", "refused", "withdrawn")
"""States in which nothing waits for anybody."""
MARKS = ("met", "partly", "not", "na")
SHEETS = ("self", "document", "audit")
AUDIT_KINDS = ("initial", "renewal", "surveillance", "special")
AUDIT_STATES = ("planned", "open", "closed", "cancelled")
GRADES = ("major", "minor", "observation")
NONCONFORMITY_STATES = ("open", "answered", "closed", "withdrawn")
OUTCOMES = ("grant", "conditional", "refuse")
CERTIFICATE_STATES = ("valid", "suspended", "withdrawn", "annulled", "replaced")
SURVEILLANCE_STATES = ("waiting", "called", "planned", "done", "missed")


@dataclass(frozen=True, slots=True)
class File:
    """A file given as evidence for an application: its digest in the folder of blobs, what it was called, what it is
    (picture, document …), its bytes. Marks and answers name files by digest."""

    accreditation: str
    digest: str
    name: str
    kind: str
    size: int
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Accreditation:
    """One application of an institution (an entity of the registry) under one version of a standard. ``version`` rises
    with every event. ``due_at`` is when whoever it waits for must be done. ``consultants`` are actors who advised the
    institution. ``text`` is the digest of the standard's file as it stood."""

    id: str
    seq: int
    institution: str
    standard: str
    standard_version: int
    text: str
    kind: str
    state: str
    scope: tuple[str, ...]
    consultants: tuple[str, ...]
    applied_by: str
    applied_at: int
    changed_at: int
    due_at: int | None
    note: str | None
    previous: str | None
    """The certificate that a renewal follows."""
    reviewer: str | None
    audit: str | None
    """The audit of the application, once planned."""
    decided_by: str | None
    decided_at: int | None
    outcome: str | None
    reason: str | None
    cites: str | None
    certificate: str | None
    version: int


@dataclass(frozen=True, slots=True)
class Mark:
    """How one clause stands on one sheet (the institution's own, the reviewer's, an audit's)."""

    sheet: str
    clause: str
    mark: str
    note: str | None
    evidence: tuple[str, ...]
    by: str
    at: int
    version: int


@dataclass(frozen=True, slots=True)
class Audit:
    """Going there and looking. ``auditors`` holds the lead too."""

    id: str
    seq: int
    accreditation: str
    certificate: str | None
    kind: str
    state: str
    lead: str
    auditors: tuple[str, ...]
    first: date
    last: date
    planned_by: str
    planned_at: int
    declared: tuple[str, ...]
    """The auditors who declared that they have no interest in the institution."""
    opened_at: int | None
    closed_at: int | None
    summary: str | None
    points: int | None
    band: str | None
    version: int


@dataclass(frozen=True, slots=True)
class Nonconformity:
    """A clause that was not met, and what becomes of it."""

    id: str
    seq: int
    accreditation: str
    audit: str
    clause: str
    grade: str
    state: str
    words: str
    raised_by: str
    raised_at: int
    due_at: int
    cause: str | None
    action: str | None
    evidence: tuple[str, ...]
    answered_by: str | None
    answered_at: int | None
    verified_by: str | None
    verified_at: int | None
    remark: str | None
    version: int

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state in ("open", "answered")


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is granted. ``payload`` are the signed bytes as text, ``signature`` and ``public`` hexadecimal. That its
    term is over is seen from the days."""

    id: str
    seq: int
    number: str
    accreditation: str
    institution: str
    holder: str
    standard: str
    standard_version: int
    band: str
    scope: tuple[str, ...]
    state: str
    valid_from: date
    valid_to: date
    issued_by: str
    issued_at: int
    payload: str
    signature: str
    key: str
    public: str
    conditions: tuple[str, ...] = ()
    """Nonconformities to be closed by ``conditions_due``."""
    conditions_due: int | None = None
    conditions_met: bool = True
    previous: str | None = None
    reason: str | None = None
    since: int | None = None
    """When it came into its present state."""
    changed_by: str | None = None
    version: int = 1

    def standing(self, as_of: date) -> str:
        """valid, suspended, withdrawn, annulled, replaced, not_yet or expired on a day."""
        if self.state != "valid":
            return self.state
        if as_of < self.valid_from:
            return "not_yet"
        return "valid" if as_of <= self.valid_to else "expired"


@dataclass(frozen=True, slots=True)
class Surveillance:
    """A surveillance audit that a certificate owes."""

    certificate: str
    number: int
    due: date
    state: str
    audit: str | None
    called_at: int | None


@dataclass(frozen=True, slots=True)
class AccreditationAppeal:
    """An appeal against a decision, a suspension or a withdrawal, answered by somebody who had no hand in it."""

    id: str
    seq: int
    accreditation: str
    certificate: str | None
    against: str
    grounds: str
    lodged_by: str
    lodged_at: int
    due_at: int
    state: str
    decided_by: str | None
    decided_at: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which applications a list shows."""

    state: str | None = None
    institution: str | None = None
    applied_by: str | None = None
    mine: str | None = None
    """An actor: those that he reviews, audits or applied for."""
    late: bool = False
