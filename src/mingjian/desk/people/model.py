"""Who asks: a person who works here, a program with a key, or the house itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from mingjian.records.people.model import USER_STATES, Access, Key, Principal, Session, User

__all__ = ["USER_STATES", "Access", "Key", "Principal", "Role", "Session", "User", "house"]


@dataclass(frozen=True, slots=True)
class Role:
    """A role and what it allows; ``*`` allows all."""

    name: str
    title: str
    title_en: str
    permissions: frozenset[str] = field(default_factory=frozenset)


def house(duty: str) -> Principal:
    """The house acting by itself, under the name of a duty."""
    return Principal(f"duty:{duty}", "system", duty)
