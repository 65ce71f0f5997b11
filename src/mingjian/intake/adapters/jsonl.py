"""Item JSONL: one item a line, streamed. A bad line is told with its number and field, the rest are read."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator

from mingjian.core.model import Item
from mingjian.intake.encoding import encoding_of
from mingjian.intake.errors import IntakeError, did_you_mean
from mingjian.intake.item_schema import ITEM_FIELDS, Parsed, parse_item
from mingjian.intake.options import ReadOptions
from mingjian.intake.source import Source


def read(source: Source, options: ReadOptions) -> Iterator[Item | IntakeError]:
    """Items in the order of the lines, problems where they stand, ignored fields once at the end."""
    encoding, note = encoding_of(source)
    if note is not None:
        yield IntakeError(source.name, None, None, note, level="note")
    ignored: Counter[str] = Counter()
    with source.open() as raw, io.TextIOWrapper(raw, encoding, "replace", newline="\n") as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                parsed = parse_line(line, source.name, number)
                ignored.update(parsed.unknown)
                yield from parsed.problems
                if parsed.item is not None:
                    yield parsed.item
    yield from ignored_note(ignored, source.name)


def parse_line(line: str, path: str, number: int) -> Parsed:
    """One line of Item JSONL."""
    try:
        data = json.loads(line)
    except json.JSONDecodeError as error:
        hint = "整份 JSON 数组请存为 .json" if line.strip() in ("[", "{") else f"第 {error.colno} 列附近:{error.msg}"
        return Parsed(None, (IntakeError(path, number, None, "不是有效的 JSON", hint),))
    except (RecursionError, ValueError) as error:  # nested too deep; a number of thousands of digits
        return Parsed(None, (IntakeError(path, number, None, f"JSON 无法读取:{str(error)[:100]}"),))
    return parse_item(data, path, number)


def ignored_note(ignored: Counter[str], path: str) -> Iterator[IntakeError]:
    """One note for all the fields of a file that the schema does not know."""
    if not ignored:
        return
    names = [f"{name}({count} 次)" for name, count in sorted(ignored.items())[:20]]
    hints = [
        f"{name} {near}"
        for name in sorted(ignored)[:20]
        if "." not in name and (near := did_you_mean(name, ITEM_FIELDS)) is not None
    ]
    yield IntakeError(path, None, None, f"忽略不认识的字段:{'、'.join(names)}", ";".join(hints) or None, level="note")
