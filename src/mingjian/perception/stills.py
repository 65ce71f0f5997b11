"""Pictures that stand still → readings: words, codes, what is shown."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from mingjian.perception.model import Box, Perceived, Print, Reading, Shown
from mingjian.perception.options import Options
from mingjian.perception.picture import Picture, each_frame

CODE_NAMES = {"QRCode": "二维码", "MicroQRCode": "二维码", "RMQRCode": "二维码"}
SAME = 24
"""Bits of PDQ within which the next frame of an animation shows nothing new."""
ENOUGH = 0.9
"""Share of the time a file may take after which no further page is begun."""


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
    until = time.monotonic() + ENOUGH * options.limits.max_wall_seconds
    for picture in pages:
        page = picture.frame + 1
        if time.monotonic() > until:
            unread = (f"第{page}页(帧)起未读取:超过 {options.limits.max_wall_seconds:.0f} 秒的上限",)
            break
        notes.update(dict.fromkeys(picture.notes))
        size = size or (picture.width, picture.height)
        taken = picture_prints(picture.rgb, page=page)
        if kind == "picture" and prints and distance(prints[-2].value, taken[0].value) <= SAME:
            continue  # an animation that has not moved
        prints += taken
        for reading in read_still(picture):
            if (reading.role, reading.text) not in said:
                said.add((reading.role, reading.text))
                readings.append(
                    replace(reading, places=tuple(replace(place, page=page) for place in reading.places))
                )
        if options.shown:
            pictures.append(shown(picture.rgb, page=page))
    return Perceived(
        kind, tuple(readings), unread, notes=tuple(notes), shown=tuple(pictures), prints=tuple(prints), size=size
    )  # fmt: skip


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
        text = f"{CODE_NAMES.get(code.symbology, '条码')} {code.text}"
        readings.append(Reading(text, "code", (Place(0, len(text), box=code.box),)))
    found = compared(picture.rgb, lines)
    if found is None:
        found = compared(picture.rgb, lines, [_whole(face.box) for face in glance(picture.rgb)])
    return [*readings, found] if found is not None else readings


def _whole(box: tuple[float, float, float, float]) -> Box:
    left, top, width, height = box
    return round(left), round(top), round(width), round(height)
