"""Eligibility as data: a policy is, for each kind of entity, a condition over what the registry says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from mingjian.records.registry.model import Credential, Entity, Link

Outcome = Literal["eligible", "not", "undetermined"]
OUTCOMES = ("eligible", "not", "undetermined")
CONDITION_KINDS = ("attribute", "state", "credential", "link", "all", "any", "never")


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition. ``kind`` says which: ``attribute`` (its ``name`` has one of ``values``), ``state`` of the entity,
    ``credential`` (one of the kinds in ``values`` holds, with one of ``scope``, ``confirmed`` by an official source
    where that is asked), ``link`` (of the kind ``name`` holds, in one of ``scope``, to an entity that meets
    ``parts[0]``), ``all`` or ``any`` of ``parts``, ``never``. ``absent``: what it means that the registry knows
    nothing of it (None: undetermined). ``says`` is the condition in words."""

    kind: str
    says: str
    says_en: str
    name: str = ""
    values: frozenset[str] = frozenset()
    scope: tuple[str, ...] = ()
    confirmed: bool = False
    absent: bool | None = None
    parts: tuple[Condition, ...] = ()

    def said(self, lang: str) -> str:
        """In words."""
        return self.says_en if lang == "en" else self.says


@dataclass(frozen=True, slots=True)
class Policy:
    """One variant of a programme's eligibility, in force between its days at the earliest and the latest."""

    name: str
    version: int
    programme: str
    title: str
    title_en: str
    since: date
    until: date | None
    ground: str
    ground_en: str
    cites: tuple[str, ...]
    term_days: int | None
    notice_days: int
    default: bool
    notices: Mapping[str, tuple[str, str]]
    """What the person concerned is told, in Chinese and English: revoke, readmit, refuse, grant."""
    kinds: Mapping[str, Condition]
    text: str = field(default="", compare=False)

    @property
    def id(self) -> str:
        """``name@version``."""
        return f"{self.name}@{self.version}"

    def covers(self, day: date) -> bool:
        """Whether its own days allow it to be in force."""
        return self.since <= day and (self.until is None or day <= self.until)

    def word(self, lang: str) -> str:
        """Its name for people."""
        return self.title_en if lang == "en" else self.title


@dataclass(frozen=True, slots=True)
class Held:
    """What the registry says of one entity: its credentials, and its links with what they lead to."""

    entity: Entity
    credentials: Sequence[Credential] = ()
    links: Sequence[tuple[Link, Held]] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """One link of the chain: a condition in words, whether it is met (None: not known) and what that rests on."""

    ok: bool | None
    says: str
    says_en: str
    because: str
    because_en: str
    depth: int = 0

    def told(self, lang: str) -> str:
        """In words."""
        said, because = (self.says_en, self.because_en) if lang == "en" else (self.says, self.because)
        return f"{said} ({because})" if lang == "en" else f"{said}({because})"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a policy says of an entity on a day, with the whole chain."""

    policy: str
    entity: str
    as_of: date
    outcome: Outcome
    chain: tuple[Fact, ...]

    @property
    def against(self) -> tuple[Fact, ...]:
        """What stands in the way: conditions not met, or (where it is undetermined) not known."""
        wanted = False if self.outcome == "not" else None
        return tuple(one for one in self.chain if one.ok is wanted) if self.outcome != "eligible" else ()

    def plain(self) -> dict[str, Any]:
        """As it is frozen with a decision."""
        return {
            "policy": self.policy, "entity": self.entity, "as_of": self.as_of.isoformat(), "outcome": self.outcome,
            "chain": [{"ok": one.ok, "says": one.says, "says_en": one.says_en, "because": one.because,
                       "because_en": one.because_en, "depth": one.depth} for one in self.chain],
        }  # fmt: skip


def thawed(kept: Mapping[str, Any]) -> Evaluation:
    """What ``plain`` wrote."""
    chain = tuple(Fact(**one) for one in kept["chain"])
    return Evaluation(kept["policy"], kept["entity"], date.fromisoformat(kept["as_of"]), kept["outcome"], chain)
