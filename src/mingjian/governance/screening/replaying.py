"""Judging again what was judged: a stored verdict must come out to the same bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from mingjian.governance.screening.service import Judge, replay
from mingjian.records.items.model import Stored
from mingjian.records.storage import contents, items
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import events_of

RESULTS = ("same", "different", "unknown", "gone")
"""``unknown``: the rulebook is not this program's and was not kept; ``gone``: the words were deleted, or the item was
never judged. Neither says anything against the verdict."""
JudgeOf = Callable[[str], Judge | None]
"""The engine of a rulebook version, or None when there is none."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """One item judged again: ``result`` is one of RESULTS, ``where`` the first difference."""

    item: str
    rulebook: str
    result: str
    where: str = ""


def replay_items(database: Database, ids: Iterable[str], judge_of: JudgeOf) -> Iterator[Replayed]:
    """Judge items again, one after the other."""
    for id in ids:
        with database.read() as tx:
            stored = items.item_by_id(tx, id)
            judged = [event.body for event in events_of(tx, id) if event.kind == "item.judged"]
            names = [str(judged[-1]["read"]), str(judged[-1]["verdict"])] if judged else []
            kept = contents.get_many(tx, names)
        if stored is None or stored.rulebook is None or len(kept) < len(set(names)) or not names:
            yield Replayed(id, (stored.rulebook if stored else None) or "", "gone")
            continue
        yield _replayed(stored, kept[names[0]], kept[names[1]], judge_of(stored.rulebook))


def _replayed(stored: Stored, read: bytes, before: bytes, judge: Judge | None) -> Replayed:
    rulebook = stored.rulebook or ""
    if judge is None:
        return Replayed(stored.id, rulebook, "unknown")
    try:
        now = replay(judge, json.loads(read), date.fromisoformat(stored.as_of or ""))
    except ValueError as error:
        return Replayed(stored.id, rulebook, "different", str(error))
    if now == before:
        return Replayed(stored.id, rulebook, "same")
    return Replayed(stored.id, rulebook, "different", difference(json.loads(before), json.loads(now)))


def difference(before: Any, now: Any, place: str = "") -> str:
    """The first place where two values of JSON differ, as ``place: before → now``; empty when they do not."""
    if isinstance(before, dict) and isinstance(now, dict):
        pairs = [(f"{place}.{key}".lstrip("."), before.get(key), now.get(key)) for key in sorted({*before, *now})]
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        pairs = [(f"{place}[{at}]", *both) for at, both in enumerate(zip(before, now, strict=True))]
    elif before == now:
        return ""
    else:
        was, got = (json.dumps(value, ensure_ascii=False)[:80] for value in (before, now))
        return f"{place}: {was} → {got}"
    return next((found for where, a, b in pairs if (found := difference(a, b, where))), "")
