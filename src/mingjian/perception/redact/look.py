"""One picture: what has to be masked on it, and masking it. Pages of documents go the same way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO

import numpy as np

from mingjian.perception.faces.boxes import Array
from mingjian.perception.faces.centerface import resized
from mingjian.perception.faces.detect import Face, faces
from mingjian.perception.faces.mask import mask_face, mask_text, masked_already
from mingjian.perception.faces.track import apart
from mingjian.perception.model import Line
from mingjian.perception.private import private
from mingjian.perception.redact.model import Hidden, RedactOptions, Shown

_PREVIEW = 640  # longer side of the pictures in the report


def found(rgb: Array, options: RedactOptions, page: int | None = None) -> tuple[list[Hidden], int]:
    """What has to be masked on a picture (height × width × 3, uint8), and how many faces stay by request."""
    hidden: list[Hidden] = []
    kept = 0
    for face in faces(rgb):
        if _stays(rgb, face, options):
            kept += 1
        elif not masked_already(rgb, face.box, face.score):
            hidden.append(Hidden("face", face.box, face.score, face.sure, page))
    return hidden + secrets(rgb, options, page), kept


def secrets(rgb: Array, options: RedactOptions, page: int | None = None) -> list[Hidden]:
    """The private words on a picture."""
    if not options.text:
        return []
    return [_secret(each.kind, each.box, each.sure, page) for each in private(_read(rgb, options))]


def _read(rgb: Array, options: RedactOptions) -> Sequence[Line]:
    if options.reader is not None:
        return options.reader(rgb)
    from mingjian.perception.ocr import ocr

    lines: Sequence[Line] = ocr().lines(rgb)
    return lines


def hide(rgb: Array, hidden: Iterable[Hidden], style: str) -> None:
    """Mask, in the picture itself."""
    for each in hidden:
        if each.kind == "face":
            mask_face(rgb, each.box, style)
        else:
            mask_text(rgb, each.box)


def hide_all(rgb: Array, options: RedactOptions, page: int | None = None) -> tuple[list[Hidden], int]:
    """Find and mask, look again at the result, and mask what the first look missed."""
    hidden, kept = found(rgb, options, page)
    hide(rgb, hidden, options.style)
    seen = [each.box for each in hidden if each.kind == "face"]
    again = [
        Hidden("face", face.box, face.score, False, page)
        for face in (faces(rgb) if seen else ())
        if face.sure
        and not _stays(rgb, face, options)
        and not masked_already(rgb, face.box, face.score)
        and all(apart(face.box, box) > 0.3 for box in seen)
    ]
    hide(rgb, again, options.style)
    return hidden + again, kept


def preview(rgb: Array, hidden: Iterable[Hidden], page: int | None = None, time: float | None = None) -> Shown:
    """A small picture of a masked picture, with the places of the masks."""
    from PIL import Image

    scale = min(1.0, _PREVIEW / max(rgb.shape[:2]))
    width, height = max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale))
    stream = BytesIO()
    Image.fromarray(resized(np.ascontiguousarray(rgb), width, height)).save(stream, "JPEG", quality=80)
    boxes = tuple(
        Hidden(each.kind, tuple(side * scale for side in each.box), each.score, each.sure)
        for each in hidden
    )
    return Shown(stream.getvalue(), width, height, boxes, page, time)


def _stays(rgb: Array, face: Face, options: RedactOptions) -> bool:
    if any(keep.time is None and keep.holds(face.box) for keep in options.keep_boxes):
        return True
    return options.keeps is not None and options.keeps(rgb, face)


def _secret(kind: str, box: tuple[int, int, int, int], sure: bool, page: int | None) -> Hidden:
    left, top, width, height = box
    return Hidden(kind, (float(left), float(top), float(width), float(height)), 1.0 if sure else 0.5, sure, page)
