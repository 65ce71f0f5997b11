"""A JSON file: one item, or an array of items."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from mingjian.core.model import Item
from mingjian.intake.adapters.jsonl import ignored_note
from mingjian.intake.encoding import decode
from mingjian.intake.errors import IntakeError, UnreadableError
from mingjian.intake.item_schema import parse_item
from mingjian.intake.options import ReadOptions
from mingjian.intake.source import Source


def read(source: Source, options: ReadOptions) -> Iterator[Item | IntakeError]:
    """Items in order; the field of a problem begins with the place in the array."""
    text, note = decode(source.read(options.max_bytes))
    if note is not None:
        yield IntakeError(source.name, None, None, note, level="note")
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        hint = "每行一个对象的文件请存为 .jsonl" if error.msg == "Extra data" else None
        yield IntakeError(source.name, error.lineno, None, f"不是有效的 JSON:第 {error.colno} 列 {error.msg}", hint)
        return
    except (RecursionError, ValueError) as error:
        raise UnreadableError(f"JSON 无法读取:{str(error)[:100]}") from error
    ignored: Counter[str] = Counter()
    for index, entry in enumerate(data if isinstance(data, list) else [data]):
        parsed = parse_item(entry, source.name)
        ignored.update(parsed.unknown)
        place = f"[{index}]" if isinstance(data, list) else ""
        for problem in parsed.problems:
            field = ".".join(piece for piece in (place, problem.field) if piece)
            yield replace(problem, field=field or None)
        if parsed.item is not None:
            yield parsed.item
    yield from ignored_note(ignored, source.name)
