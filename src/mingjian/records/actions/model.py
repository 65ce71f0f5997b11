"""A decision, an action, an appeal in the store. All times in microseconds since 1970-01-01 UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

DECISION_STATES = ("in_force", "undone", "replaced", "reversed", "overturned", "varied")
"""``undone`` by its maker within the minutes allowed, ``replaced`` by a later decision on the same, ``reversed`` by one
who may, ``overturned`` or ``varied`` on appeal. Only a decision in force counts as a strike."""
ACTION_STATES = ("in_force", "reversed", "replaced", "lapsed", "reinstated")
"""``reinstated``: ended because what had to be done before its end was done (or no longer has to be)."""
APPEAL_STATES = ("lodged", "upheld", "overturned", "varied")
ORIGINS = ("review", "policy", "manual", "ladder", "appeal")
"""Where a decision comes from: a reviewed case, a policy by itself, a person without a case, a case a ladder opened,
an appeal that varied an earlier one."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided of an item (or, without an item, of a publisher), on what ground.

    ``cites`` are references (``cn.advertising-law/16.1.1``); ``law`` is the digest of their wording as it was in
    force on ``as_of`` (YYYY-MM-DD), frozen with the decision. ``verdict`` is the digest of the verdict it rests on.
    ``facts`` is what ladders look at: kind, channel, platform, nature, severity, families, and of one that took
    another's place since when (``since``, ``since_seq``). ``replaces`` are the decisions whose place it took.
    ``appeal_until`` is None when there is nothing to appeal against.
    """

    id: str
    seq: int
    item: str | None
    publisher: str | None
    measure: str
    origin: str
    case: str | None
    policy: str
    made_by: str
    at: int
    as_of: str
    verdict: str | None
    rulebook: str | None
    law: str
    cites: tuple[str, ...]
    codes: tuple[str, ...]
    reasons: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    replaces: tuple[str, ...] = ()
    appeal_until: int | None = None
    request: str | None = None
    state: str = "in_force"
    closed_at: int | None = None
    closed_by: str | None = None
    closed_why: str | None = None

    @property
    def automatic(self) -> bool:
        """Whether no person made it."""
        return self.made_by.startswith("duty:")


@dataclass(frozen=True, slots=True)
class Action:
    """A measure in force, or that was: on an item, or on a publisher (``right`` when it suspends one).

    ``until`` is None for what has no term. A term that has passed lapses by itself: ask ``in_force``, not ``state``,
    which follows when the duty has recorded it. ``step`` is ``ladder/strikes`` when a ladder asked for it; such an
    action has its own ``policy`` and ``law``, any other those of its decision. ``ended_for`` is the decision that ended
    it, where one did.

    ``conditions`` are words of the ladders' book that must be met before the right comes back; ``waits`` is how many
    of them are not on record yet. While any is, the term's end does not end the measure: it awaits reinstatement.
    ``early_from`` is when it may end before its term once all are met; None: not before.
    """

    id: str
    seq: int
    decision: str
    item: str | None
    publisher: str | None
    measure: str
    right: str | None
    step: str | None
    policy: str
    law: str
    taken_by: str
    taken_at: int
    until: int | None
    state: str = "in_force"
    ended_at: int | None = None
    ended_by: str | None = None
    ended_why: str | None = None
    ended_for: str | None = None
    conditions: tuple[str, ...] = ()
    waits: int = 0
    early_from: int | None = None

    def in_force(self, at: int) -> bool:
        """Whether the measure binds at this time."""
        return self.state == "in_force" and (self.waits > 0 or not self.served(at))

    def served(self, at: int) -> bool:
        """Whether its term has passed."""
        return self.until is not None and at >= self.until

    def awaits(self, at: int) -> bool:
        """Whether it binds only because a condition is not met yet."""
        return self.state == "in_force" and self.waits > 0 and self.served(at)


@dataclass(frozen=True, slots=True)
class Reinstatement:
    """That one condition of an action was met. ``evidence`` is the digest of what was written of it, which may be
    deleted; ``file`` that of a file shown. ``state`` is recorded or withdrawn (with whom, when and why)."""

    id: str
    seq: int
    action: str
    condition: str
    evidence: str
    file: str | None
    recorded_by: str
    at: int
    state: str = "recorded"
    withdrawn_at: int | None = None
    withdrawn_by: str | None = None
    withdrawn_why: str | None = None


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal. ``grounds`` is the digest of what the person wrote, which may be deleted; ``due_at`` is when an
    answer is owed; ``replaced_by`` the milder decision when it was varied."""

    id: str
    seq: int
    decision: str
    item: str | None
    publisher: str | None
    lodged_by: str
    grounds: str
    lodged_at: int
    due_at: int
    request: str | None = None
    state: str = "lodged"
    decided_by: str | None = None
    decided_at: int | None = None
    reason: str | None = None
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True)
class ItemFinding:
    """One finding of an item's verdict, as far as decisions look at it."""

    code: str
    family: str
    severity: str
    status: str
