"""What goes into the desk's services and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from mingjian.records.cases.model import (
    CASE_KINDS,
    ORIGINS,
    PRIORITIES,
    STAGES,
    STATES,
    Case,
    CaseFilter,
    QueueCount,
    Review,
)

__all__ = [
    "APPEAL_ANSWERS",
    "CASE_KINDS",
    "FACTS",
    "MEASURES",
    "ORIGINS",
    "PRIORITIES",
    "STAGES",
    "STATES",
    "Case",
    "CaseFilter",
    "CaseRequest",
    "Page",
    "QueueCount",
    "Review",
    "ReviewInput",
    "Reviewed",
]

# The words of governance/data/measures.yaml that a reviewer may answer with.
MEASURES = ("pass", "warn", "label", "return", "limit", "demote", "mask", "interrupt", "take_down", "suspend",
            "decertify", "ban")  # fmt: skip
# The answers to an appeal, where its queue asks for them.
APPEAL_ANSWERS = ("upheld", "overturned", "varied")
# Facts that lists filter by; a request may carry others (ids of a policy, a decision, a draft's version …).
FACTS = ("platform", "nature", "severity", "value", "publisher", "publisher_kind", "department")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A stretch of a list; ``next`` is the cursor of the stretch behind it, None at the end."""

    items: tuple[T, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class CaseRequest:
    """A wish for a case. ``facts`` are plain JSON values without personal data or item text: FACTS, and what
    routing looks at besides (``risk`` a number, ``domain``, ``channel``, ``families`` a list). ``queue`` None leaves
    the choice to the routes. ``barred`` are actors who may not review it (an author, the first reviewer); ``parent``
    the case it arose from."""

    kind: str
    subject: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    origin: str = "policy"
    queue: str | None = None
    reason: str = ""
    barred: tuple[str, ...] = ()
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewInput:
    """One answer. ``version`` is that of the case the reviewer saw; ``measure`` a word the queue allows; ``reasons``
    words of the queue; ``codes`` rules the reviewer holds broken; ``seconds`` time spent; ``terms`` what the measure
    needs besides (``{"right": …, "days": …}``); ``cites`` law named besides that of the rules, by label or
    reference."""

    case: str
    version: int
    measure: str
    reasons: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    note: str = ""
    seconds: float = 0.0
    terms: Mapping[str, Any] = field(default_factory=dict)
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What an answer led to. ``final``: the case is closed. ``measure``: what is now to be carried out; None when the
    case waits for another reviewer, and None too when nothing follows from it (golden items and quality samples are
    asked to measure the reviewing, not to act). ``review`` is the answer as kept, ``case`` the case after it;
    ``onward`` the case at the next level of a chain, where the queue has one."""

    case: Case
    final: bool
    measure: str | None
    review: Review
    onward: Case | None = None
