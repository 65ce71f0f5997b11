"""The pictures of an item with the boxes of its findings, laid out for the page; the drawing is in the template."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from mingjian.core.model import Item, Shown
from mingjian.core.report.boxes import Spot, spots
from mingjian.core.report.labels import say
from mingjian.core.report.media import Box, Placed, Region, clock, sheet_name
from mingjian.core.report.model import WORST_FIRST, MediaView
from mingjian.core.report.timeline import Timeline, timeline

# Pictures of one item, and bytes of all pictures of a report: a page that no browser opens helps nobody.
MOST_FRAMES, MOST_PICTURES = 24, 12
BUDGET = 48_000_000


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture with its boxes. ``finds`` are all findings at its time or on its page, boxed or not."""

    anchor: str
    source: Markup
    width: int
    height: int
    caption: str
    spots: tuple[Spot, ...]
    finds: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Gallery:
    """All that the page shows of one item beside its words. ``left_out`` counts the pictures not shown."""

    kind: str
    frames: tuple[Frame, ...]
    left_out: int
    timeline: Timeline | None
    size: int
    targets: dict[str, str]
    """Anchor of a finding → anchor of its first box or mark."""


def gallery(
    anchor: str, item: Item, view: MediaView | None, finds: Sequence[Placed], lang: str = "zh", budget: int = BUDGET
) -> Gallery | None:
    """Lay out one item; None where there is nothing to show. At most ``budget`` bytes of pictures are taken."""
    written = [Region(p.page, p.box, p.time, p.picture) for part in item.parts for p in part.places if p.box]
    view = view or MediaView("")
    kept = chosen(view, finds, budget)
    frames = tuple(_frame(f"{anchor}p{n}", view, view.pictures[n], finds, written, lang) for n in kept)
    line = timeline(anchor, view, finds)
    if not view.pictures and line is None:
        return None
    targets: dict[str, str] = {}
    for frame in frames:
        for spot in frame.spots:
            for find in spot.finds:
                targets.setdefault(find.anchor, spot.anchor)
    for mark in line.marks if line else ():
        for find in mark.finds:
            targets.setdefault(find.anchor, mark.anchor)
    size = sum(len(view.pictures[n].jpeg) for n in kept)
    return Gallery(view.kind, frames, len(view.pictures) - len(kept), line, size, targets)


def chosen(view: MediaView, finds: Sequence[Placed], budget: int = BUDGET) -> list[int]:
    """Indexes of the pictures to show, in order: one for each finding, the gravest finding first, then others that
    show any. A clip is filled up with frames in between, so that one sees how it runs."""
    pictures, most = view.pictures, MOST_FRAMES if view.kind == "video" else MOST_PICTURES
    wanted: dict[int, None] = {}
    hits: set[int] = set()
    for find in sorted(finds, key=lambda each: WORST_FIRST.index(each.severity)):
        touched = [n for n, picture in enumerate(pictures) if _touches(view, picture, find)]
        boxed = [n for n in touched if _boxes(view, pictures[n], find)]
        if touched and not wanted.keys() & set(boxed or touched):
            wanted[(boxed or touched)[len(boxed or touched) // 2]] = None
        hits |= set(touched)
    pools = [hits, set(range(len(pictures)))] if view.kind == "video" else [hits or set(range(len(pictures[:1])))]
    for pool in pools:
        left = sorted(pool - wanted.keys())
        free = min(len(left), max(0, most - len(wanted)))
        wanted |= dict.fromkeys(left[i * len(left) // free] for i in range(free))
    kept: list[int] = []
    for n in [*wanted][:most]:
        budget -= len(pictures[n].jpeg)
        if budget < 0:
            break
        kept.append(n)
    return sorted(kept)


def _touches(view: MediaView, picture: Shown, find: Placed) -> bool:
    """Whether the finding is there while, or on the page that, the picture shows."""
    return any(_on(view, picture, region) for region in find.regions)


def _on(view: MediaView, picture: Shown, region: Region) -> bool:
    if picture.time is not None:
        return region.time is not None and region.time[0] <= picture.time <= region.time[1]
    if (region.page, region.picture) == (None, None) or (picture.page, picture.picture) == (None, None):
        return len(view.pictures) == 1
    return region.page == picture.page and (region.picture is None or region.picture == picture.picture)


def _boxes(view: MediaView, picture: Shown, find: Placed) -> list[Box]:
    """The finding's boxes on this picture. Of several on one slide nobody knows which holds a box that names none."""
    alone = picture.time is not None or sum(other.page == picture.page for other in view.pictures) == 1
    here = (region for region in find.regions if (alone or region.picture is not None) and _on(view, picture, region))
    found = [region.box for region in here if region.box]
    return list(dict.fromkeys(found))


def _frame(
    anchor: str, view: MediaView, picture: Shown, finds: Sequence[Placed], written: Sequence[Region], lang: str
) -> Frame:
    here = tuple(find for find in finds if _touches(view, picture, find))
    sheet = sheet_name(picture.page, picture.picture, lang) or say("page", lang, n=1)
    place = clock(picture.time) if picture.time is not None else sheet
    source = Markup("data:image/jpeg;base64,") + Markup(base64.b64encode(picture.jpeg).decode())
    words = [each.box for each in written if each.box and _on(view, picture, each)]
    boxes = [(find, box) for find in finds for box in _boxes(view, picture, find)]
    found = spots(anchor, boxes, words, picture.scale, (picture.width, picture.height))
    return Frame(anchor, source, picture.width, picture.height, place, found, here)
