"""What the services of this room take and give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingjian.records.actions.model import Action, Decision

if TYPE_CHECKING:
    from mingjian.desk.cases.model import Case


@dataclass(frozen=True, slots=True)
class DecisionInput:
    """What somebody wants decided: of ``item``, or of ``publisher`` where the measure is one on a publisher.

    ``reasons`` are the decider's words; ``codes`` the rules found broken (none: those of the verdict's violations);
    ``cites`` law beyond what the codes cite, by reference or by label (广告法16.1.1). ``policy`` is name@version
    (none: the house's own measures). ``right`` is what ``suspend`` takes away; ``days`` the term (none: the
    measure's own). ``replaces`` are decisions in force about the same whose place this one takes. The same
    ``request`` gives the same decision, however often it is sent.
    """

    measure: str
    item: str | None = None
    publisher: str | None = None
    reasons: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    case: str | None = None
    policy: str | None = None
    right: str | None = None
    days: int | None = None
    replaces: tuple[str, ...] = ()
    request: str | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A decision with its actions: its own measure first, then what ladders added."""

    decision: Decision
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """What a review led to: the case as it is now, whether that was the last word, and the decision made by it
    (None while the case goes on, and for samples and golden items, which bind nobody)."""

    case: Case
    final: bool
    measure: str | None
    decision: Decision | None
