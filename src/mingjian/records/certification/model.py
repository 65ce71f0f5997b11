"""Certification in the store. Days are text, YYYY-MM-DD, in China; times are microseconds since 1970-01-01 UTC."""

from __future__ import annotations

from dataclasses import dataclass

CERTIFICATE_STATES = ("valid", "withdrawn", "undone")
"""Whether it was taken away is not here: that is an action (``decertify``, ``suspend``), with its own reverse."""
APPLICATION_STATES = ("open", "granted", "refused", "withdrawn")
BATCH_KINDS = ("revoke", "readmit")
BATCH_STATES = ("previewed", "approved", "running", "done", "cancelled", "undoing", "undone")
MEMBER_STATES = ("waiting", "done", "skipped", "undone")


@dataclass(frozen=True, slots=True)
class Certificate:
    """A badge of a programme that an entity may show from ``valid_from`` to ``valid_to`` (both included; None: open
    end). ``basis`` is why: application, readmission, takeover (from before this system). ``evaluation`` is the digest
    of the chain of facts it was granted on."""

    id: str
    seq: int
    entity: str
    programme: str
    policy: str
    basis: str
    application: str | None
    evaluation: str
    valid_from: str
    valid_to: str | None
    granted_by: str
    granted_at: int
    state: str = "valid"
    ended_at: int | None = None
    ended_by: str | None = None
    ended_why: str | None = None

    def holds(self, as_of: str) -> bool:
        """Whether its own days cover a day."""
        return self.state == "valid" and self.valid_from <= as_of and (self.valid_to is None or as_of <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Application:
    """An application for a programme's badge, or (``renews``) for a further term of one. ``outcome`` is what the
    policy said of it when it was lodged: eligible, not or undetermined."""

    id: str
    seq: int
    entity: str
    programme: str
    policy: str
    case: str
    evaluation: str
    outcome: str
    renews: str | None
    lodged_by: str
    lodged_at: int
    state: str = "open"
    decided_by: str | None = None
    decided_at: int | None = None
    reasons: tuple[str, ...] = ()
    certificate: str | None = None


@dataclass(frozen=True, slots=True)
class Exemption:
    """An entity a policy's blanket rule does not bind until a day (included), for a reason."""

    id: str
    seq: int
    entity: str
    programme: str
    until: str
    reason: str
    appeal: str | None
    granted_by: str
    granted_at: int
    state: str = "in_force"
    ended_at: int | None = None
    ended_by: str | None = None
    ended_why: str | None = None

    def holds(self, as_of: str) -> bool:
        """Whether it covers a day."""
        return self.state == "in_force" and as_of <= self.until


@dataclass(frozen=True, slots=True)
class Adoption:
    """A policy put forward for a programme, and (adopted by another person) in force from a day on. ``text`` is the
    digest of its wording as adopted."""

    id: str
    seq: int
    programme: str
    policy: str
    text: str
    since: str
    announced: str | None
    reason: str
    proposed_by: str
    proposed_at: int
    state: str = "proposed"  # proposed, adopted, declined
    decided_by: str | None = None
    decided_at: int | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """A frozen list of entities that a policy makes one thing happen to. ``list`` is the digest of the list."""

    id: str
    seq: int
    kind: str
    programme: str
    policy: str
    as_of: str
    list: str
    number: int
    reason: str
    made_by: str
    made_at: int
    state: str = "previewed"
    approved_by: str | None = None
    approved_at: int | None = None
    done_at: int | None = None
    undone_by: str | None = None
    undone_why: str | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """One entity of a batch. ``effect`` is the decision that took the badge away, or the action that was ended.
    ``why`` says in words why it was skipped."""

    batch: str
    place: int
    entity: str
    kind: str
    certificate: str
    qualified: bool
    state: str = "waiting"
    effect: str | None = None
    made: str | None = None
    """The certificate that a readmission granted because the old one's term was over."""
    why: str = ""
    at: int | None = None
