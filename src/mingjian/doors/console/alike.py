"""Likenesses as pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingjian.desk.people import masking
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed
from mingjian.doors.console.reading import Reading, Shown, read_item
from mingjian.doors.console.subjects import Subject, titles_of
from mingjian.governance.reuse.lists import Seen, likenesses_of
from mingjian.governance.reuse.showing import Run, side_by_side, texts_of_item
from mingjian.records.storage.database import Tx

BESIDE = 6
"""Likenesses shown beside an item; its own page has all of them."""


@dataclass(frozen=True, slots=True)
class Alike:
    """What an item is like: the first of it, and whether there is more."""

    seen: tuple[Seen, ...]
    titles: Mapping[str, Subject]
    more: bool


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: the item, and its file or its words. ``box``: the part of the picture in common, in
    per cent of it (left, top, width, height)."""

    reading: Reading
    title: str
    file: Shown | None
    runs: tuple[Run, ...]
    box: tuple[float, float, float, float] | None


def alike_of(tx: Tx, asks: Principal, item: str) -> Alike | None:
    """The likenesses beside an item; None for who may not see them."""
    if not allowed(asks, "reuse.read"):
        return None
    found, place = likenesses_of(tx, asks, item, limit=BESIDE)
    return Alike(tuple(found), titles_of(tx, [one.other.id for one in found]), place is not None)


def sides(tx: Tx, item: str, seen: Seen) -> tuple[Side, Side]:
    """Both sides of a likeness, this item's first. Words are always covered here."""
    detail = seen.likeness.detail
    titles = titles_of(tx, [item, seen.other.id])
    here, there = _words(tx, item, seen.here), _words(tx, seen.other.id, seen.there)
    spans = [tuple(span) if seen.earlier else (*span[2:], *span[:2]) for span in detail.get("spans") or []]
    runs = side_by_side(here, there, spans)
    boxes = detail.get("box"), detail.get("other_box")
    if not seen.earlier:
        boxes = boxes[1], boxes[0]
    return (
        _side(tx, item, seen.here, runs[0], boxes[0], titles),
        _side(tx, seen.other.id, seen.there, runs[1], boxes[1], titles),
    )


def _words(tx: Tx, item: str, place: str) -> str:
    """Covered at its own length: places keep their meaning."""
    text = texts_of_item(tx, item).get(place, "")
    return masking.mask(text) if masking.kinds([text]) else text


def _side(tx: Tx, item: str, place: str, runs: Sequence[Run], box: Any, titles: Mapping[str, Subject]) -> Side:
    reading = read_item(tx, item)
    file = next((one for one in reading.media if one.digest == place), None)
    return Side(reading, titles[item].title, file, tuple(runs), _percent(box))


def _percent(box: Any) -> tuple[float, float, float, float] | None:
    if not box:
        return None
    left, top, right, bottom = (float(one) / 10 for one in box)
    return left, top, right - left, bottom - top
