"""What is known of the ones concerned, as plain data. None is "not known"; an empty tuple is "none recorded", which
is no more than that: a registry that has not heard of a licence does not know that there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mingjian.core.credentials import masked

REFUSED_CHECKS = ("contradicted",)
DOUBTED_CHECKS = ("malformed",)
CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Held:
    """A credential as the chain sees it. Days include both ends; None is an open or unknown end."""

    kind: str
    number: str = ""
    scope: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    state: str = "valid"
    check: str = "unverified"
    id: str = ""

    def holds(self, as_of: date) -> bool | None:
        """Whether it holds on a day; None when its days are not known well enough."""
        if self.state != "valid" or self.check in REFUSED_CHECKS:
            return False
        if self.valid_from is not None and as_of < self.valid_from:
            return False
        if self.valid_to is not None and as_of > self.valid_to:
            return False
        known = self.valid_from is not None or self.valid_to is not None
        return True if known and self.check not in DOUBTED_CHECKS else None


@dataclass(frozen=True, slots=True)
class Product:
    """A device or drug. ``scope`` of its registration names procedures it is meant for, where that was recorded."""

    name: str
    kind: str | None = None
    credentials: tuple[Held, ...] | None = None
    drug: str | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Institution:
    """``kind`` is a code of the catalogue; ``level`` 一级, 二级 or 三级; ``products`` those it uses on the day."""

    name: str = ""
    kind: str | None = None
    level: str | None = None
    state: str = "active"
    credentials: tuple[Held, ...] | None = None
    products: tuple[Product, ...] | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """A physician's work at an institution (named by id) during some days."""

    institution: str
    valid_from: date | None = None
    valid_to: date | None = None
    state: str = "valid"
    id: str = ""

    def holds(self, as_of: date) -> bool:
        """Whether it holds on a day; an unknown beginning is taken as long ago."""
        after = self.valid_from is None or self.valid_from <= as_of
        return self.state == "valid" and after and (self.valid_to is None or as_of <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Physician:
    """``assistant``: 执业助理医师, where known. ``supervised``: works under a lead physician in this case."""

    name: str = ""
    state: str = "active"
    credentials: tuple[Held, ...] | None = None
    posts: tuple[Post, ...] | None = None
    assistant: bool | None = None
    supervised: bool | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose an account is. ``kind`` is the kind of the registered entity."""

    kind: str
    name: str = ""
    institution: Institution | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """An account. ``owners`` and ``operators`` (agencies) are those of the day."""

    name: str = ""
    state: str = "active"
    owners: tuple[Owner, ...] | None = None
    operators: tuple[Owner, ...] | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether one of some credentials holds on a day: ``held`` is the one it rests on."""

    value: bool | None
    why: str
    held: Held | None = None
    term: bool = False
    """Known, but its term is not."""

    @property
    def confirmed(self) -> bool:
        """Whether an official source has confirmed it."""
        return self.held is not None and self.held.check == CONFIRMED


def standing(credentials: tuple[Held, ...] | None, kinds: tuple[str, ...], as_of: date) -> Standing:
    """The best of the credentials of these kinds on a day."""
    of_kind = [held for held in credentials or () if held.kind in kinds]
    if not of_kind:
        return Standing(None, "没有登记")
    holding = [held for held in of_kind if held.holds(as_of)]
    if holding:
        best = max(holding, key=lambda held: (held.check == CONFIRMED, held.valid_to or date.max, held.number))
        return Standing(True, f"{_number(best)}在 {as_of} 有效{_checked(best)}", best)
    unsure = [held for held in of_kind if held.holds(as_of) is None]
    if unsure:
        held = unsure[0]
        doubted = held.check in DOUBTED_CHECKS
        why = "编号不合规则,须核对" if doubted else "没有登记起止日期"
        return Standing(None, f"{_number(held)}{why}", held, term=not doubted)
    held = max(of_kind, key=lambda held: (held.valid_to or date.min, held.number))
    return Standing(False, f"{_number(held)}{_ended(held, as_of)}", held)


def _number(held: Held) -> str:
    return f"{masked(held.kind, held.number)} " if held.number else ""


def _checked(held: Held) -> str:
    return "(已经官方核验)" if held.check == CONFIRMED else "(未经官方核验)"


def _ended(held: Held, as_of: date) -> str:
    if held.state == "revoked":
        return "已吊销、撤销或注销"
    if held.state == "suspended":
        return "处于暂停"
    if held.check in REFUSED_CHECKS:
        return "与官方记载不符"
    if held.valid_from is not None and as_of < held.valid_from:
        return f"自 {held.valid_from} 起才有效"
    return f"已于 {held.valid_to} 期满"
