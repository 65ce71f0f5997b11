"""The variant suite and the ordinary sentences, scanned with the shipped rulebook: shared by two tests."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from mingjian.api import engine
from mingjian.core.engine.scan import scan

DATA = Path(__file__).parents[2] / "data"


class Seen(NamedTuple):
    """A known word at its place in the original text."""

    word: str
    lexicon: str
    start: int
    end: int
    disguise: str | None


def rows(name: str) -> list[dict[str, Any]]:
    """The lines of a JSONL file of tests/data."""
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


@cache
def scanned(name: str) -> tuple[tuple[dict[str, Any], tuple[Seen, ...]], ...]:
    """Every row with the words that the scan finds in its text, as written and in disguise."""
    lexemes = engine().compiled.lexemes
    texts = rows(name)
    found = scan(lexemes, [row["text"] for row in texts])
    view, starts = found.batch.folded, found.batch.starts
    return tuple(
        (
            row,
            tuple(
                Seen(
                    lexemes.words[hit.word], lexemes.names[hit.lexicon],
                    int(view.origin[hit.start] - starts[number]), int(view.ends[hit.end - 1] - starts[number]),
                    hit.disguise,
                )
                for hit in found.hits(number)
            ),
        )
        for number, row in enumerate(texts)
    )  # fmt: skip
