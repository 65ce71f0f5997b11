"""Lawful texts stay silent: all of them, but for a list that may only shrink."""

from __future__ import annotations

import json
import runpy
from functools import cache
from pathlib import Path
from typing import Any

SCRIPT = runpy.run_path(str(Path(__file__).parents[1] / "scripts" / "update_lawful_known.py"))
MAX_SHARE = 0.0  # silent since 2026-11; the list is there for the day a correct rule must be allowed to speak


@cache
def flagged() -> dict[str, str]:
    found: dict[str, str] = SCRIPT["flagged"]()
    return found


def known() -> list[str]:
    listed: list[str] = SCRIPT["known"]()
    return listed


def corpus() -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for name in SCRIPT["CORPORA"]
        for line in (SCRIPT["DATA"] / name).read_text("utf-8").splitlines()
    ]


def test_the_corpus_is_broad() -> None:
    rows = corpus()
    identifiers = [row["id"] for row in rows]
    assert len(identifiers) == len(set(identifiers)) >= 450
    assert len({row["kind"] for row in rows}) >= 5


def test_no_lawful_text_is_called_a_violation_that_was_not_known() -> None:
    listed = set(known())
    assert {identifier: codes for identifier, codes in flagged().items() if identifier not in listed} == {}


def test_what_is_silent_by_now_leaves_the_list() -> None:
    assert [identifier for identifier in known() if identifier not in flagged()] == [], SCRIPT["__file__"]


def test_the_list_is_short_and_names_texts_that_exist() -> None:
    identifiers = {row["id"] for row in corpus()}
    assert [identifier for identifier in known() if identifier not in identifiers] == []
    assert len(known()) <= MAX_SHARE * len(identifiers)
