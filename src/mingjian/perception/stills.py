"""Pictures that stand still → readings: words, codes, what is shown."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from mingjian.perception.model import Box, Perceived, Print, Reading, Shown
from mingjian.perception.options import Options
from mingjian.perception.picture import Picture, each_frame

SAME = 24
"""Bits of PDQ within which the next frame of an animation shows nothing new."""
ENOUGH = 0.9
"""Share of the time a file may take after which no further page is begun."""
MOVING_PIXELS = 240_000_000
"""Pixels of one animation that are read: all of 200 changing frames of a square post, but not of a poster for print,
of which they would take half an hour. With all the decoding it is some three minutes on two cores."""
LEAST_PIXELS = 1_000_000
"""What a frame counts for at least: small ones are enlarged before they are read."""


@dataclass
class _Purse:
    """Spends the pixels of an animation evenly over its frames."""

    spent: int = 0
    passed: int = 0
    """Frames that it could not afford."""

    def affords(self, picture: Picture) -> bool:
        """Whether the next frame is to be read. The last one always is: what an animation builds up to stands there."""
        due = MOVING_PIXELS * (picture.frame + 1) / picture.frames
        if self.spent >= due and picture.frame + 1 < picture.frames:
            self.passed += 1
            return False
        self.spent += max(LEAST_PIXELS, picture.width * picture.height)
        return True


def read_picture(path: Path, options: Options) -> Perceived:
    """A picture, or the frames of an animated one. Raises PerceptionError."""
    return read_pages(each_frame(path, options.limits), options, "picture")


def read_pages(pages: Iterable[Picture], options: Options, kind: str) -> Perceived:
    """Pictures one after another: pages of a scan, frames of an animation, pictures of a document. What stands on
    one page and again on the next, word for word, is read once."""
    from mingjian.perception.prints import distance, picture_prints
    from mingjian.perception.shown import shown

    readings: list[Reading] = []
    prints: list[Print] = []
    pictures: list[Shown] = []
    notes: dict[str, None] = {}
    size: tuple[int, int] | None = None
    said: set[tuple[str, str]] = set()
    unread: tuple[str, ...] = ()
    purse = _Purse()
    until = time.monotonic() + ENOUGH * options.limits.max_wall_seconds
    for picture in pages:
        page = picture.frame + 1 if picture.picture is None else picture.page
        if time.monotonic() > until:
            unread = (f"{_named(page, picture.picture)}起未读取:超过 {options.limits.max_wall_seconds:.0f} 秒的上限",)
            break
        notes.update(dict.fromkeys(picture.notes))
        size = size or (picture.width, picture.height)
        taken = tuple(replace(each, picture=picture.picture) for each in picture_prints(picture.rgb, page=page))
        if kind == "picture" and prints and distance(prints[-2].value, taken[0].value) <= SAME:
            continue  # an animation that has not moved
        if kind == "picture" and picture.format != "TIFF" and not purse.affords(picture):
            continue
        prints += taken
        for reading in read_still(picture):
            if (reading.role, reading.text) not in said:
                said.add((reading.role, reading.text))
                places = tuple(replace(place, page=page, picture=picture.picture) for place in reading.places)
                readings.append(replace(reading, places=places))
        if options.shown:
            pictures.append(replace(shown(picture.rgb, page=page), picture=picture.picture))
    if purse.passed:
        most = f"一个动图最多读 {MOVING_PIXELS / 1e6:.0f} 百万像素"
        unread = (*unread, f"动图有 {purse.passed} 帧画面变了但没有读:{most},已在全长中均匀取帧")
    return Perceived(
        kind, tuple(readings), unread, notes=tuple(notes), shown=tuple(pictures), prints=tuple(prints), size=size
    )  # fmt: skip


def _named(page: int | None, picture: int | None) -> str:
    if picture is None:
        return f"第{page}页(帧)"
    return f"第{page}页图{picture}" if page is not None else f"图{picture}"


def read_still(picture: Picture) -> list[Reading]:
    """Everything one picture says."""
    from mingjian.core.model import Place
    from mingjian.perception.codes import codes
    from mingjian.perception.compare import compared
    from mingjian.perception.faces.detect import glance
    from mingjian.perception.layout import joined
    from mingjian.perception.ocr import ocr

    if picture.rgb.max() == picture.rgb.min():  # an empty page
        return []
    lines = ocr().lines(picture.rgb)
    readings = joined(lines, (picture.width, picture.height))
    for code in codes(picture.rgb):
        readings.append(Reading(code.words, "code", (Place(0, len(code.words), box=code.box),)))
    found = compared(picture.rgb, lines)
    if found is None:
        found = compared(picture.rgb, lines, [_whole(face.box) for face in glance(picture.rgb)])
    return [*readings, found] if found is not None else readings


def _whole(box: tuple[float, float, float, float]) -> Box:
    left, top, width, height = box
    return round(left), round(top), round(width), round(height)
