"""What follows from an incident, as data says: pure, from the incident, what was found and done in the session, and the
time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mingjian.core.model import SEVERITIES
from mingjian.records.clock import MICROSECONDS
from mingjian.records.live.model import Act, Happening

HOUR = 3600 * MICROSECONDS
SENT_TO_HOST = ("warn", "mask")
"""What the host is told of, and may heed."""
REACHED = ("sent", "acknowledged")
"""The states of an act that reached the platform, as far as we know."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. Conditions left empty (or 0) hold for all; ``unanswered``: lapse or queue."""

    name: str
    title: str
    title_en: str
    measure: str
    reason: str
    reason_en: str
    severity: str | None = None
    status: str | None = None
    natures: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    warnings: int = 0
    masks: int = 0
    since_warning: int = 0
    at_once: bool = False
    confirm: bool = False
    within_seconds: int = 120
    unanswered: str = "lapse"


@dataclass(frozen=True, slots=True)
class Risk:
    """How the wall orders rooms: points of an incident by severity, halved every ``half_life_minutes``; ``ignored`` for
    each one behind a warning's grace, ``waiting`` while an act wants an operator (proposed, or failed)."""

    half_life_minutes: float
    points: Mapping[str, float] = field(default_factory=dict)
    ignored: float = 0.0
    waiting: float = 0.0


@dataclass(frozen=True, slots=True)
class Escalation:
    """The whole file. ``limits``: acts a room and hour by measure; times in seconds; ``version`` is a digest of it."""

    steps: tuple[Step, ...]
    automatic: frozenset[str]
    cites: tuple[str, ...]
    limits: Mapping[str, int]
    grace_seconds: float
    acknowledge_seconds: float
    tries: int
    before_seconds: float
    after_seconds: float
    risk: Risk
    version: str

    def named(self, name: str) -> Step | None:
        """The step of a name, None when there is none such (any more)."""
        return next((step for step in self.steps if step.name == name), None)


@dataclass(frozen=True, slots=True)
class Seen:
    """An incident as conditions look at it. ``status`` is violation where any of its findings is one."""

    id: str
    kind: str
    severity: str
    status: str
    nature: str
    said_at: int


@dataclass(frozen=True, slots=True)
class Follows:
    """What follows: ``now`` goes out at once, ``asked`` waits for an operator. ``why`` says why nothing does:
    ``grace``, ``limit``, ``pending``, ``interrupted`` or ``none``."""

    now: Step | None = None
    asked: Step | None = None
    why: str = ""


def follows(policy: Escalation, seen: Seen, before: Sequence[Happening], acts: Sequence[Act], at: int) -> Follows:
    """What follows from an incident. ``before`` are the session's other incidents that stand, ``acts`` everything
    asked for in the session."""
    living = [one for one in acts if one.state in REACHED]
    if any(one.measure == "interrupt" for one in living):
        return Follows(why="interrupted")
    told = last_told(living)
    grace = within_grace(policy, told, seen.said_at)
    counted = {
        "warnings": sum(one.measure == "warn" for one in living),
        "masks": sum(one.measure == "mask" for one in living),
        "since_warning": since_told(policy, told, [*(one.said_at for one in before), seen.said_at]),
    }
    asked: Step | None = None
    why = "none"
    for step in policy.steps:
        if not _meets(step, seen, counted):
            continue
        if grace and not step.at_once:
            why = "grace"
        elif step.confirm and any(one.state == "proposed" and one.measure == step.measure for one in acts):
            why = "pending"
        elif _used(step.measure, acts, at) >= policy.limits[step.measure]:
            why = "limit"
        elif not step.confirm:
            return Follows(now=step, asked=asked)
        elif asked is None:
            asked = step
    return Follows(asked=asked, why="" if asked is not None else why)


def last_told(acts: Sequence[Act]) -> Act | None:
    """The last act that told the host to stop."""
    told = [one for one in acts if one.state in REACHED and one.measure in SENT_TO_HOST and one.sent_at is not None]
    return max(told, key=lambda one: one.sent_at or 0, default=None)


def within_grace(policy: Escalation, told: Act | None, said_at: int) -> bool:
    """Whether something was said before the host could heed what he was told."""
    if told is None or told.sent_at is None:
        return False
    return said_at <= told.sent_at + round(policy.grace_seconds * MICROSECONDS)


def since_told(policy: Escalation, told: Act | None, said: Sequence[int]) -> int:
    """How many were said after the host was told and had time to heed it."""
    return 0 if told is None else sum(not within_grace(policy, told, one) for one in said)


def obeyed(policy: Escalation, acts: Sequence[Act], incidents: Sequence[Happening], at: int) -> bool | None:
    """Whether the host did as told: None while nothing was told, or the grace runs still."""
    told = last_told(acts)
    if told is None or within_grace(policy, told, at):
        return None
    return not since_told(policy, told, [one.said_at for one in incidents if one.state == "open"])


def risk_of(policy: Escalation, incidents: Sequence[Happening], acts: Sequence[Act], at: int) -> float:
    """How urgently a room wants looking at, 0 to 100: recounted from what stands, fading with time."""
    rule, open_ = policy.risk, [one for one in incidents if one.state == "open"]
    told = last_told(acts)
    ignored = {one.id for one in open_ if told is not None and not within_grace(policy, told, one.said_at)}
    half = rule.half_life_minutes * 60 * MICROSECONDS
    points = sum(
        (rule.points.get(one.severity, 0.0) + (rule.ignored if one.id in ignored else 0.0))
        * 0.5 ** (max(at - one.said_at, 0) / half)
        for one in open_
    )
    points += rule.waiting * any(one.state in ("proposed", "failed") for one in acts)
    return float(round(min(points, 100.0), 1))


def _used(measure: str, acts: Sequence[Act], at: int) -> int:
    gone = ("declined", "lapsed", "lifted")
    return sum(one.measure == measure and one.state not in gone and one.asked_at > at - HOUR for one in acts)


def _meets(step: Step, seen: Seen, counted: Mapping[str, int]) -> bool:
    return (
        (step.severity is None or SEVERITIES.index(seen.severity) >= SEVERITIES.index(step.severity))
        and step.status in (None, seen.status)
        and (not step.natures or seen.nature in step.natures)
        and (not step.kinds or seen.kind in step.kinds)
        and all(counted[name] >= getattr(step, name) for name in counted)
    )
