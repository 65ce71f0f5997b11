"""One number, verified offline, with the reason when it fails."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

from mingjian.core.credentials.context import across
from mingjian.core.credentials.kinds import number_kinds
from mingjian.core.credentials.misfit import misfit
from mingjian.core.credentials.model import CODES, DOUBT, EXPIRED, FORM, OK, Check, Fault, Form, Kind
from mingjian.core.credentials.normal import MAX_LENGTH, clean, read

HIDDEN = ("region", "birth", "serial", "check", "region_name", "province")
UNNUMBERED = "这类证件没有公布的编号规则,只能向发证机关核对"


def verify(kind: str, number: str, as_of: date, context: Mapping[str, Any] | None = None) -> Check:
    """What a number says of itself on a day. ``kind`` is a kind of number, or of credential as the registry calls it.

    ``context`` is what is known besides, and is compared where the number speaks of it: see context.across.

    Raises UnknownKind.
    """
    candidates = number_kinds(kind)
    if not candidates:
        return Check(kind, number, number, None, (UNNUMBERED,), {"code": CODES[DOUBT]})
    text, notes = clean(number[: MAX_LENGTH + 1])
    for candidate in candidates:
        found = _by_form(candidate, number, text, notes, as_of, context)
        if found is not None:
            return found
    return _unfitting(_nearest(candidates, text), number, text, notes)


def code_of(kind: Kind, number: str, as_of: date) -> str:
    """What ``verify`` would call it, without the reasons."""
    text, notes = clean(number[: MAX_LENGTH + 1])
    found = _by_form(kind, number, text, notes, as_of, None)
    return found.code if found is not None else CODES[FORM if kind.strict else DOUBT]


def verify_all(
    kind: str, numbers: Iterable[str], as_of: date, context: Mapping[str, Any] | None = None
) -> Iterator[Check]:
    """The same of many, one after the other."""
    for number in numbers:
        yield verify(kind, number, as_of, context)


@cache
def expression(form: Form) -> re.Pattern[str]:
    """The canonical writing of a form as an expression with its fields as groups."""
    parts = []
    for segment in form.segments:
        if segment.literal:
            parts.append(re.escape(segment.literal))
        else:
            charset = f"[{re.escape(segment.charset)}]" if segment.charset else "[一-鿿]"
            parts.append(f"(?P<{segment.name}>{charset}{{{segment.width}}})")
    return re.compile("".join(parts))


def _by_form(
    kind: Kind, number: str, text: str, notes: tuple[str, ...], as_of: date, context: Mapping[str, Any] | None
) -> Check | None:
    if len(text) > MAX_LENGTH:
        return None
    for form in kind.forms:
        found = read(form, expression(form), text)
        if found is None:
            continue
        fields, normal, more = found
        faults = [fault for check in form.checks if (fault := check.one(fields, as_of)) is not None]
        if context:
            faults += across(kind, fields, context)
        facts: dict[str, Any] = {name: value for name, value in fields.items() if value is not None}
        for check in form.checks:
            facts |= check.facts(fields)
        if kind.personal:
            facts = {name: value for name, value in facts.items() if name not in HIDDEN}
        return _result(kind, number, normal, faults, facts | {"form": form.name, "variants": notes + more})
    return None


def _result(kind: Kind, number: str, normal: str, faults: list[Fault], facts: dict[str, Any]) -> Check:
    """The first failure names the check; a number whose kind has no rule for all is only doubted."""
    if not kind.strict:
        faults = [Fault(fault.code if fault.code == EXPIRED else DOUBT, fault.reason) for fault in faults]
    wrong = [fault for fault in faults if fault.code != DOUBT]
    code = wrong[0].code if wrong else DOUBT if faults else OK
    ok = False if wrong else None if faults else True
    reasons = tuple(dict.fromkeys(fault.reason for fault in (wrong + [f for f in faults if f.code == DOUBT])))
    return Check(kind.name, number, normal, ok, reasons, facts | {"code": CODES[code]})


def _unfitting(kind: Kind, number: str, text: str, notes: tuple[str, ...]) -> Check:
    facts = {"variants": notes, "code": CODES[FORM if kind.strict else DOUBT]}
    if not kind.strict:
        reason = f"不是通行的写法(如“{kind.example}”),各地编号不一,须向发证机关核对"
        return Check(kind.name, number, text, None, (reason,), facts)
    return Check(kind.name, number, text, False, (misfit(kind, text),), facts)


def _nearest(candidates: tuple[Kind, ...], text: str) -> Kind:
    """The kind that was probably meant: the one whose typical words stand in the text, else the first."""
    return next((kind for kind in candidates if any(word in text for word in kind.anchors)), candidates[0])
