"""Where the words of a finding stand in a picture, a clip or a sound: the places of its part, cut to the words."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from mingjian.core.model import Finding, Item, Place
from mingjian.core.report.labels import label, say

Box = tuple[int, int, int, int]
Span = tuple[float, float]

# Their box is the thing itself, not a line of writing: half of it would point at nothing.
_WHOLE_ROLES = ("code", "depicted")
# A box this much shorter than its characters would be, set in one line, holds several lines: it is not cut.
_LINE_SHAPE = 0.3
# Speech that goes on within this many seconds is one stretch.
_PAUSE = 0.5
# More places than this are counted, not named.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Region:
    """One place: ``page`` from 1, ``box`` left, top, width, height in original pixels, ``time`` in seconds;
    ``picture`` counts the pictures set into the page, or into a document without pages, from 1."""

    page: int | None = None
    box: Box | None = None
    time: Span | None = None
    picture: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """The place as machines get it; what is not known is null."""
        return {
            "page": self.page,
            "picture": self.picture,
            "box": list(self.box) if self.box else None,
            "time": [round(second, 3) for second in self.time] if self.time else None,
        }


@dataclass(frozen=True, slots=True)
class Placed:
    """A finding and where it stands. ``number`` is what it is called beside its boxes."""

    anchor: str
    number: int
    severity: str
    title: str
    regions: tuple[Region, ...]


def regions(item: Item, finding: Finding) -> tuple[Region, ...]:
    """Where the finding's characters were perceived, in reading order; one region a line of writing or a stretch
    of speech. Empty where the part was not perceived in media.

    A box whose characters go beyond the finding is cut in proportion; a time never is: people seek to its start.
    """
    part = item.parts[finding.part]
    out: list[Region] = []
    for place in part.places:
        found = _cut(part.text, place, finding.start, finding.end, part.role not in _WHOLE_ROLES)
        if found is None:
            continue
        if found.box and min(found.box[:2]) < 0:  # a reader may see a little beyond the edge
            found = replace(found, box=_inside(found.box))
        joined = _joined(out[-1], found) if out else None
        if joined is not None:
            out[-1] = joined
        elif found not in out:
            out.append(found)
    return tuple(out)


def span(places: Sequence[Place]) -> Region | None:
    """Where a whole part stands, without boxes: its page and picture, if they are one, and from when to when."""
    sheets = {(place.page, place.picture) for place in places}
    pages = {place.page for place in places}
    times = [place.time for place in places if place.time]
    if not places:
        return None
    time = (min(t[0] for t in times), max(t[1] for t in times)) if times else None
    picture = sheets.pop()[1] if len(sheets) == 1 else None
    return Region(pages.pop() if len(pages) == 1 else None, None, time, picture)


def clock(seconds: float, tenths: bool = False) -> str:
    """01:05, with an hour before it where there is one, and .3 after it when tenths are asked for."""
    units = round(max(0.0, seconds) * (10 if tenths else 1))
    whole, tenth = divmod(units, 10) if tenths else (units, 0)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    head = f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute:02d}:{second:02d}"
    return f"{head}.{tenth}" if tenths else head


def _time(time: Span, tenths: bool) -> str:
    first, last = (clock(second, tenths) for second in time)
    return first if first == last else f"{first}–{last}"


def sheet_name(page: int | None, picture: int | None, lang: str = "zh") -> str:
    """第3页, 图2, 第3页图2; nothing where neither is known."""
    told = [say("page", lang, n=page)] if page is not None else []
    told += [say("picture", lang, n=picture)] if picture is not None else []
    return (" " if lang == "en" else "").join(told)


def shown_place(region: Region, lang: str = "zh") -> str:
    """One place for people: 第1页 左120 上420 宽840 高96; 00:12–00:15."""
    return _named(region, None, lang, False)


def long_place(found: Sequence[Region], lang: str = "zh") -> str:
    """The places of one finding as the page says them; a page or time is not said twice in a row."""
    return _listed(found, lang, False)


def short_place(found: Sequence[Region], lang: str = "zh") -> str:
    """For a line of a terminal: 第1页图2 (120,420 840×96)、(120,520 466×70); 00:12.4–00:15.0."""
    return _listed(found, lang, True)


def _listed(found: Sequence[Region], lang: str, short: bool) -> str:
    before = (None, *found)
    told = [_named(region, before[n], lang, short) for n, region in enumerate(found[:_NAMED])]
    rest = say("places_more", lang, n=len(found)) if len(found) > _NAMED else ""
    return label("ui", "sep" if short else "semi", lang).join(told) + rest


def _named(region: Region, before: Region | None, lang: str, short: bool) -> str:
    told = []
    if before is None or (region.page, region.picture, region.time) != (before.page, before.picture, before.time):
        sheet = sheet_name(region.page, region.picture, lang)
        told += [sheet] if sheet else []
        told += [_time(region.time, tenths=short)] if region.time else []
    if region.box:
        left, top, width, height = region.box
        box = say("box", lang, left=left, top=top, width=width, height=height)
        told.append(f"({left},{top} {width}×{height})" if short else box)
    return (", " if lang == "en" and not short else " ").join(told)


def _ems(text: str) -> float:
    """Width in the height of the writing: a Chinese character is one, a letter about half."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WF" else 0.0 if c in "\r\n" else 0.5 for c in text)


def _cut(text: str, place: Place, start: int, end: int, cuts: bool) -> Region | None:
    """What of ``place`` holds ``text[start:end]``, or None. A finding of no width takes the place it stands in."""
    first, last = max(start, place.start), min(end, place.end)
    uncut = Region(place.page, place.box, place.time, place.picture)
    if start == end and place.start <= start < place.end:
        return uncut
    words = text[place.start : place.end].rstrip()  # a separator belongs to the line before it
    last = min(last, place.start + len(words))
    if first >= last:
        return None
    box, whole = place.box, _ems(words)
    if box is None or not cuts or (first == place.start and last - first == len(words)) or not whole:
        return uncut
    left, top, width, height = box
    if max(width, height) < _LINE_SHAPE * whole * min(width, height):
        return uncut
    begin, stop = _ems(text[place.start : first]) / whole, _ems(text[place.start : last]) / whole
    if _tall(box):
        a, b = math.floor(top + height * begin), math.ceil(top + height * stop)
        return replace(uncut, box=(left, a, width, b - a))
    a, b = math.floor(left + width * begin), math.ceil(left + width * stop)
    return replace(uncut, box=(a, top, b - a, height))


def _inside(box: Box) -> Box:
    left, top, width, height = box
    return max(0, left), max(0, top), max(0, width + min(0, left)), max(0, height + min(0, top))


def _tall(box: Box) -> bool:
    return box[3] > 1.2 * box[2]


def _joined(a: Region, b: Region) -> Region | None:
    """One region of two that follow each other on one line, or in one stretch of sound."""
    if (a.page, a.picture) != (b.page, b.picture):
        return None
    if a.box is None or b.box is None:
        if a.box is b.box and a.time and b.time and -_PAUSE <= b.time[0] - a.time[1] <= _PAUSE:
            return replace(a, time=(min(a.time[0], b.time[0]), max(a.time[1], b.time[1])))
        return None
    if a.time != b.time or not _follows(a.box, b.box, 1 if _tall(a.box) and _tall(b.box) else 0):
        return None
    left, top = min(a.box[0], b.box[0]), min(a.box[1], b.box[1])
    right, bottom = max(a.box[0] + a.box[2], b.box[0] + b.box[2]), max(a.box[1] + a.box[3], b.box[1] + b.box[3])
    return replace(a, box=(left, top, right - left, bottom - top))


def _follows(a: Box, b: Box, axis: int) -> bool:
    """Whether ``b`` comes after ``a`` along ``axis`` (0 across, 1 down), as far as a character is wide, level."""
    other = 1 - axis
    level = min(a[other] + a[other + 2], b[other] + b[other + 2]) - max(a[other], b[other])
    thick = min(a[other + 2], b[other + 2])
    gap = b[axis] - (a[axis] + a[axis + 2])
    return 2 * level >= thick and -min(a[axis + 2], b[axis + 2]) <= 2 * gap and gap <= max(a[other + 2], b[other + 2])
