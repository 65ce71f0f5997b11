"""Who asks, as the store knows them."""

from __future__ import annotations

from dataclasses import dataclass
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
    """An account. Times in microseconds. ``must_change``: the password was given by somebody else and opens nothing
    but the page to change it. ``issuer`` is set on accounts that sign in elsewhere (OIDC); they have no password."""

    id: str
    login: str
    name: str
    roles: tuple[str, ...]
    queues: tuple[str, ...] = ()
    department: str | None = None
    lang: str = "zh"
    state: str = "active"
    created_at: int = 0
    must_change: bool = False
    issuer: str | None = None

    def principal(self) -> Principal:
        """The account as somebody who asks."""
        return Principal(self.id, "user", self.name, self.roles, (), self.queues, self.department, self.lang)


@dataclass(frozen=True, slots=True)
class Key:
    """A program's key. Its secret is shown once and not kept. ``used_on`` is the day (YYYY-MM-DD) it was last used."""

    id: str
    name: str
    scopes: tuple[str, ...]
    queues: tuple[str, ...] = ()
    created_at: int = 0
    created_by: str = ""
    expires_at: int | None = None
    revoked_at: int | None = None
    used_on: str | None = None

    def principal(self) -> Principal:
        """The key as somebody who asks."""
        return Principal(self.id, "key", self.name, (), self.scopes, self.queues)


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser. ``id`` is the SHA-256 of its token; the token itself is only in the browser."""

    id: str
    user: User
    created_at: int
    seen_at: int
    expires_at: int
    address: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """Somebody looked at personal data: ``what`` was done (``item.read``), on which ``subject``, which ``fields``
    (kinds of data, not the data)."""

    seq: int
    at: int
    actor: str
    what: str
    subject: str
    fields: tuple[str, ...] = ()
