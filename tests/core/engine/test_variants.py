"""The variant suite: restricted names under many kinds of disguise, in promotional sentences.

tests/data/variants.jsonl is made by scripts/build_variants.py, which does not use the tables the engine reads.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from mingjian.core.text.views import normalise
from tests.core.engine.suites import Seen, rows, scanned

MIN_FOUND = 0.95
MIN_OF_A_KIND = 0.85


def names_it(row: dict[str, Any], hit: Seen) -> bool:
    """Whether a hit stands on the disguised name and reads it, or the part of it that is a name by itself."""
    name = normalise(row["name"])
    # One more character: what is invisible behind the last one belongs to it.
    inside = row["start"] <= hit.start and hit.end <= row["end"] + 1
    return inside and (hit.word in name or name in hit.word)


def missed() -> list[dict[str, Any]]:
    return [row for row, hits in scanned("variants.jsonl") if not any(names_it(row, hit) for hit in hits)]


def test_the_suite_is_broad() -> None:
    suite = rows("variants.jsonl")
    assert len({row["name"] for row in suite}) >= 30
    assert len({row["disguise"] for row in suite}) >= 12
    assert all(row["text"][row["start"] : row["end"]] != row["name"] for row in suite)


def test_nearly_all_disguised_names_are_found() -> None:
    misses = missed()
    share = 1 - len(misses) / len(rows("variants.jsonl"))
    assert share >= MIN_FOUND, [(row["disguise"], row["text"]) for row in misses]


def test_no_kind_of_disguise_is_a_way_through() -> None:
    total = Counter(row["disguise"] for row in rows("variants.jsonl"))
    misses = Counter(row["disguise"] for row in missed())
    weak = {
        kind: f"{misses[kind]} of {total[kind]} missed"
        for kind in total
        if misses[kind] > (1 - MIN_OF_A_KIND) * total[kind]
    }
    assert weak == {}
