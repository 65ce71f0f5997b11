"""What is said of a number, and what is known of a kind of number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from mingjian.core.credentials.columns import Columns

CODES = ("ok", "form", "digit", "region", "date", "code", "sense", "expired", "doubt")
"""What is wrong, by its place in the array that verify_many gives: nothing; the form or length; the check digit; the
region; a date; a value no table has; two places that contradict each other; the term is over; unknown offline."""
OK, FORM, DIGIT, REGION, DATE, CODE, SENSE, EXPIRED, DOUBT = range(len(CODES))
CODE_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "ok": "成立",
        "form": "位数或写法不对",
        "digit": "校验码不符",
        "region": "行政区划不存在",
        "date": "日期不成立",
        "code": "代码不在编码表中",
        "sense": "前后矛盾",
        "expired": "有效期已过",
        "doubt": "无法判断",
    }
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a number, or (``DOUBT``) one thing that cannot be said without asking its register."""

    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class Check:
    """What offline verification says of one number.

    ``normal`` is the number in its canonical writing, or as it was given when no form fits. ``ok``: True, the number
    is well formed; False, it cannot be a number of this kind (or its term is over); None, nobody can say offline.
    ``reasons`` are Chinese sentences that say what is wrong and where; ID numbers are masked in them. ``facts`` are
    what the number itself tells: ``code`` (a word of CODES), ``variants`` (how the writing differed from the
    canonical one), ``form``, and by kind ``province``, ``region``, ``year``, ``class``, ``valid_to`` and the like.
    """

    kind: str
    number: str
    normal: str
    ok: bool | None
    reasons: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """What is wrong in one word of CODES."""
        return str(self.facts.get("code", "ok"))


@dataclass(frozen=True, slots=True)
class Segment:
    """Some characters of a form: a literal, or a named field of ``width`` characters out of ``charset`` (empty: any
    Chinese character)."""

    name: str
    width: int
    charset: str
    literal: str = ""
    label: str = ""


class SenseCheck(Protocol):
    """One declared test of a form, of a single number and of many."""

    def one(self, fields: Mapping[str, str], as_of: date) -> Fault | None:
        """What is wrong with one number, by its fields."""

    def many(self, columns: Columns, as_of: date) -> list[tuple[npt.NDArray[np.bool_], int]]:
        """Which of many numbers fail, and what that is called (a place in CODES), in order of precedence."""

    def facts(self, fields: Mapping[str, str]) -> Mapping[str, Any]:
        """What the test knows of the number besides."""


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One way numbers of a kind are built: ``width`` characters in all.

    ``also`` are expressions for other published writings of the same form (named groups as in the layout); ``checks``
    are the declared tests, in order.
    """

    name: str
    segments: tuple[Segment, ...]
    width: int
    also: tuple[re.Pattern[str], ...]
    checks: tuple[SenseCheck, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A kind of number: its names, law, forms, and how it is recognised in a text."""

    name: str
    title: str
    title_en: str
    law: tuple[str, ...]
    source: str
    confidence: str
    lookup: str
    forms: tuple[Form, ...]
    example: str
    term: str = ""
    note: str = ""
    find: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()
    """Words that stand inside every number of the kind."""
    near: tuple[str, ...] = ()
    """Words one of which stands near a bare run of digits in a text for it to be taken for this kind."""
    personal: bool = False
    strict: bool = True
    """Whether a number that fits no form is wrong, or only unknown (each place has its own numbering)."""
