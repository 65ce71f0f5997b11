"""The verdict keys of a case: what its queue lets this reviewer answer, with which keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import FormData

from mingjian.desk.cases.model import Case, ReviewInput
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed
from mingjian.desk.queues.model import Queue, Reason
from mingjian.doors.console.context import text
from mingjian.governance.decisions.law import book_in_force
from mingjian.records.errors import Invalid

_REASON_KEYS = "qwertyiopasdfghlzcv"  # without the keys that mean something else on the page
_NOTE = 2000
_BETWEEN = re.compile(r"[\s、,,;;]+")


@dataclass(frozen=True, slots=True)
class VerdictKey:
    """A measure under its number. ``reasons``: one must be given; ``term``: days when none are given, None where it
    takes none; ``barred``: this reviewer may not."""

    name: str
    key: str
    reasons: bool
    term: int | None
    most: int | None
    right: bool
    barred: bool
    tone: str


@dataclass(frozen=True, slots=True)
class ReasonKey:
    """A reason under its letter, which works once a measure is chosen."""

    reason: Reason
    key: str


def verdict_keys(queue: Queue, asks: Principal) -> tuple[VerdictKey, ...]:
    """The measures of a queue in its order, one to a number."""
    known = book_in_force().measures
    found = []
    for at, name in enumerate(queue.measures, 1):
        measure = known.get(name)
        barred = measure is not None and measure.serious and not allowed(asks, "decision.serious")
        tone = "ok" if name in ("pass", "overturned") else "danger" if measure is not None and measure.serious else ""
        found.append(VerdictKey(
            name, str(at) if at < 10 else "", name in queue.reasons_for, measure.days if measure else None,
            measure.most_days if measure else None, name == "suspend", barred, tone,
        ))  # fmt: skip
    return tuple(found)


def reason_keys(queue: Queue) -> tuple[ReasonKey, ...]:
    """The reasons of a queue, each under a letter as far as there are letters."""
    keys = [*_REASON_KEYS, *[""] * len(queue.reasons)]
    return tuple(ReasonKey(reason, key) for reason, key in zip(queue.reasons, keys, strict=False))


def rights(lang: str) -> Mapping[str, str]:
    """The rights that can be suspended."""
    book = book_in_force()
    return {name: book.right(name, lang) for name in book.rights}


def answer_of(form: FormData, case: Case) -> ReviewInput:
    """The form as an answer. Invalid for numbers that are none."""
    terms: dict[str, object] = {}
    measure = text(form, "measure", 40)
    if not measure:
        raise Invalid("请先选一个处置。", field="measure")
    if measure == "suspend":
        terms["right"] = text(form, "right", 40)
    found = book_in_force().measures.get(measure)
    days = text(form, f"days_{measure}", 8)
    if days and found is not None and found.most_days is not None:
        terms["days"] = _whole(days, "days")
    return ReviewInput(
        case=case.id,
        version=_whole(text(form, "version", 20), "version"),
        measure=measure,
        reasons=_listed(form, "reason"),
        codes=_listed(form, "code") if found is None or found.law else (),
        note=text(form, "note", _NOTE + 1),
        seconds=float(min(_whole(text(form, "seconds", 8) or "0", "seconds"), 86400)),
        terms=terms,
        cites=_cites(form),
    )


def _cites(form: FormData) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in _BETWEEN.split(text(form, "cites", 400)) if one))


def _listed(form: FormData, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in form.getlist(name) if isinstance(value, str) and value))


def _whole(value: str, field: str) -> int:
    if not value.isascii() or not value.isdigit():
        raise Invalid("应为整数。", field=field)
    return int(value)
