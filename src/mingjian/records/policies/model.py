"""A policy's version, a rule's state and what policies did, in the store. Times in microseconds since the epoch."""

from __future__ import annotations

from dataclasses import dataclass

POLICY_STATES = ("draft", "tried", "shadow", "share", "live", "retired")
STAGES = ("shadow", "share", "live")  # where a policy may be deployed to, in this order
RULE_STATES = ("active", "shadow", "suspended")


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of a policy. ``id`` is name@version; ``digest`` names its text in the content store; ``trial`` the
    result of its last trial on stored items. ``authors`` are the actors who wrote it. ``percent`` is its share of
    the items while it is in ``share`` (100 when live). ``staged_seq`` is the event that put it where it is;
    ``lived_seq`` the one that made it live for the first time; ``rolled_back`` is set when a former version took its
    place again. ``revision`` changes with everything that happens to it: whoever changes it names the one they saw.
    """

    id: str
    name: str
    version: int
    title: str
    title_en: str
    digest: str
    state: str
    percent: int
    authors: tuple[str, ...]
    drafted_at: int
    revision: int
    trial: str | None = None
    staged_by: str | None = None
    staged_at: int | None = None
    staged_seq: int | None = None
    lived_seq: int | None = None
    rolled_back: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RuleState:
    """What a rule may do. ``subject`` is a rule's code or a policy's clause (``content@2/toxic``). ``shadow``: its
    findings are recorded and nothing follows; ``suspended``: they open cases and nothing else. ``baseline`` is the
    journal's place from which its hit rate is compared (what was before does not count). ``details`` are the figures
    that made the breaker trip, in canonical JSON, or empty."""

    subject: str
    state: str
    reason: str
    set_by: str
    at: int
    seq: int
    baseline: int
    details: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause that an item met. ``outcome`` is what followed (``limit+queue``), in ``shadow`` mode what would have
    followed instead of ``former``."""

    item: str
    policy: str
    clause: str
    outcome: str
    mode: str  # acted, shadow
    seq: int
    former: str | None = None


@dataclass(frozen=True, slots=True)
class TrialFilter:
    """Which stored items a trial looks at, newest first; None means any. Days are YYYY-MM-DD in China, of the
    submission, both included."""

    platform: str | None = None
    kind: str | None = None
    nature: str | None = None
    publisher: str | None = None
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """Hits among the items of the last window and of the time before it."""

    subject: str
    hits: int
    items: int
    former_hits: int
    former_items: int
