"""Made-up readings of text, so that these tests do not wait for the recogniser."""

from __future__ import annotations

from mingjian.perception.faces.boxes import Array
from mingjian.perception.model import Line
from mingjian.perception.redact.model import Reader, RedactOptions


def reads(*lines: tuple[str, int, int, int, int]) -> Reader:
    """A reader that finds these lines (text, left, top, width, height) on every picture."""

    def read(rgb: Array) -> list[Line]:
        return [
            Line(text, ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high)), 0.9)
            for text, x, y, wide, high in lines
        ]

    return read


NOTHING = RedactOptions(reader=reads())
