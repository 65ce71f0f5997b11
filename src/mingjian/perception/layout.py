"""Lines of a picture → one reading: in reading order, a sentence that is broken over lines in one piece."""

from __future__ import annotations

from collections.abc import Sequence

from mingjian.core.model import Place
from mingjian.perception.model import Line, Reading
from mingjian.perception.order import in_order, paragraphs
from mingjian.perception.rows import Row, rows_by_frame

SPACE_GAP = 0.5
"""Gap inside a row, in heights, that stands for a space."""


def joined(lines: Sequence[Line], size: tuple[int, int]) -> list[Reading]:
    """One Reading of role ``ocr`` for a picture of ``size`` (width, height), or none when nothing was read.

    Rows of a paragraph follow each other without a line break; paragraphs stand on lines of their own. ``places``
    cover the text without gaps: a separator belongs to the line before it. Boxes are cut to the picture.
    """
    pieces: list[tuple[str, Line | None]] = []
    for rows in rows_by_frame([line for line in lines if line.text.strip()]):
        for block in in_order(paragraphs(rows)):
            if pieces:
                pieces.append(("\n", None))
            pieces += _block(block)
    text = ""
    places: list[Place] = []
    for piece, line in pieces:
        if line is None:
            last = places[-1]
            places[-1] = Place(last.start, last.end + len(piece), box=last.box)
        else:
            places.append(Place(len(text), len(text) + len(piece), box=_inside(line.box, size)))
        text += piece
    if not text:
        return []
    read = [line for _, line in pieces if line is not None]
    weight = sum(len(line.text) for line in read)
    score = sum(line.score * len(line.text) for line in read) / weight
    return [Reading(text, "ocr", tuple(places), min(max(score, 0.0), 1.0))]


def _block(block: Sequence[Row]) -> list[tuple[str, Line | None]]:
    pieces: list[tuple[str, Line | None]] = []
    for row in block:
        for index, line in enumerate(row.lines):
            if pieces:
                before = pieces[-1][0]
                # A single character set apart is part of a word all the same.
                apart = index > 0 and row.gaps[index - 1] > SPACE_GAP * row.height
                apart = apart and min(len(before), len(line.text)) > 1
                if apart or _needs_space(before, line.text):
                    pieces.append((" ", None))
            pieces.append((line.text, line))
    return pieces


def _needs_space(before: str, after: str) -> bool:
    """Latin words and numbers must not grow together; Chinese needs nothing between."""
    last, first = before[-1], after[0]
    return last.isascii() and last.isalnum() and first.isascii() and first.isalnum()


def _inside(box: tuple[int, int, int, int], size: tuple[int, int]) -> tuple[int, int, int, int]:
    left, top, width, height = box
    right, bottom = min(max(left + width, 0), size[0]), min(max(top + height, 0), size[1])
    left, top = min(max(left, 0), size[0]), min(max(top, 0), size[1])
    return left, top, right - left, bottom - top
