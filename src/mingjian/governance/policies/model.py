"""A policy, read: clauses that say what follows from findings and facts, and the answer for one item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from mingjian.governance.policies.conditions import FactTest, FindingTest


class Found(Protocol):
    """A finding, as far as policies look at it: the engine's Finding is one."""

    @property
    def code(self) -> str: ...
    @property
    def family(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def confidence(self) -> str: ...


Facts = Mapping[str, object]
"""What is known beside the findings: kind, nature, domain, platform, channel, publisher_kind, value (words), risk
(0 to 1), strikes (a number). A fact that is not known is absent."""


@dataclass(frozen=True, slots=True)
class Then:
    """What a clause leads to. ``measure`` is taken by the house itself, for ``days`` (None: the measure's own term);
    ``case``: a case is opened, in ``queue`` (None: where the routes send it), about the item or, with ``publisher``,
    about who published it. Neither: the item passes."""

    measure: str | None = None
    days: int | None = None
    case: bool = False
    queue: str | None = None
    publisher: bool = False

    @property
    def word(self) -> str:
        """In a word: ``pass``, ``queue``, ``queue:product``, ``limit``, ``limit+queue`` …"""
        queued = f"queue:{self.queue}" if self.queue else "queue"
        return "+".join([*([self.measure] if self.measure else []), *([queued] if self.case else [])]) or "pass"


@dataclass(frozen=True, slots=True)
class Clause:
    """If an item meets ``findings`` and ``facts`` (None: whatever they are), then ``then``. ``reason`` is written into
    the case and the decision."""

    name: str
    title: str
    then: Then
    reason: str
    findings: FindingTest | None = None
    facts: FactTest = field(default_factory=FactTest)


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of a policy. It speaks of items whose facts meet ``applies``, on days from ``since`` to ``until``
    (both included, None: for good). The first clause that matches counts; the last one always does. Of several
    policies, the one with the smallest ``order`` that applies speaks."""

    name: str
    version: int
    title: str
    title_en: str
    since: date
    until: date | None
    order: int
    applies: FactTest
    clauses: tuple[Clause, ...]

    @property
    def id(self) -> str:
        """name@version."""
        return f"{self.name}@{self.version}"

    def in_effect(self, day: date) -> bool:
        """Whether it may bind on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer for one item. ``policy`` is None when no policy spoke of it. ``codes`` are the rules whose findings
    met the clause, ``held`` those (or the clause) that had no power to act. ``then`` is what follows in the end."""

    policy: str | None
    clause: str
    then: Then
    reason: str
    codes: tuple[str, ...] = ()
    held: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """What follows, in a word."""
        return self.then.word


@dataclass(frozen=True, slots=True)
class Step:
    """One clause that was looked at on the way, and why it matched or did not, for people."""

    policy: str
    clause: str
    title: str
    matched: bool
    because: str


@dataclass(frozen=True, slots=True)
class Explained:
    """An outcome with the way to it."""

    outcome: Outcome
    steps: Sequence[Step]
