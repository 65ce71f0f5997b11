"""Who asks: a person who works here, a program with a key, or the house itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

USER_STATES = ("active", "disabled")


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody known. ``kind`` says what; ``roles`` are words of data/roles.yaml (a user's), ``scopes`` permissions
    (a key's). ``queues`` narrows what concerns queues to these; empty means every queue the permission covers."""

    id: str
    kind: Literal["user", "key", "system"]
    name: str
    roles: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    department: str | None = None
    lang: str = "zh"

    @property
    def actor(self) -> str:
        """As the journal names them."""
        return self.id if self.kind == "system" else f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class User:
    """An account. Times in microseconds."""

    id: str
    login: str
    name: str
    roles: tuple[str, ...]
    queues: tuple[str, ...] = ()
    department: str | None = None
    lang: str = "zh"
    state: str = "active"
    created_at: int = 0

    def principal(self) -> Principal:
        """The account as somebody who asks."""
        return Principal(self.id, "user", self.name, self.roles, (), self.queues, self.department, self.lang)


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
