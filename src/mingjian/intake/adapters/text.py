"""Plain text: one part, exactly as it is in the file."""

from __future__ import annotations

from collections.abc import Iterator

from mingjian.core.model import Item, Part
from mingjian.intake.encoding import decode
from mingjian.intake.errors import IntakeError
from mingjian.intake.options import ReadOptions
from mingjian.intake.source import Source


def read(source: Source, options: ReadOptions) -> Iterator[Item | IntakeError]:
    """One item of one part."""
    text, note = decode(source.read(options.max_bytes))
    if note is not None:
        yield IntakeError(source.name, None, None, note, level="note")
    yield Item(id=source.id, parts=(Part(text, line=1),), source=source.name)
