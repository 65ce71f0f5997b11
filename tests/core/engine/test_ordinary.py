"""Ordinary sentences that hold the characters and sounds of restricted names: nothing in them is a disguise."""

from __future__ import annotations

from mingjian.api import engine
from mingjian.core.model import Item
from tests.core.engine.fixtures import OPTIONS
from tests.core.engine.suites import rows, scanned

MAX_FALSE = 0.01
MAX_FLAGGED = 0.07  # measured 6 %: short everyday sentences are the classifier's weak spot (docs/accuracy.md)


def test_the_sentences_are_many_and_tempting() -> None:
    suite = rows("ordinary.jsonl")
    assert len(suite) >= 500
    assert len({row["text"] for row in suite}) == len(suite)
    assert len({row["tempts"] for row in suite}) >= 30


def test_hardly_any_ordinary_sentence_is_read_as_a_disguise() -> None:
    # Slang is a word as written; whether it counts is tested with the rules that use it.
    false = {
        row["text"]: sorted({(hit.word, hit.disguise) for hit in hits if hit.disguise not in (None, "slang")})
        for row, hits in scanned("ordinary.jsonl")
    }
    false = {text: read for text, read in false.items() if read}
    assert len(false) < MAX_FALSE * len(rows("ordinary.jsonl")), false


def test_hardly_any_ordinary_sentence_is_called_a_violation() -> None:
    suite = rows("ordinary.jsonl")
    verdicts = engine().check([Item.of(row["text"], id=row["id"]) for row in suite], OPTIONS)
    flagged = {
        row["text"]: sorted({finding.code for finding in verdict.findings if finding.status == "violation"})
        for row, verdict in zip(suite, verdicts, strict=True)
        if verdict.value == "violation"
    }
    assert len(flagged) <= MAX_FLAGGED * len(suite), f"{len(flagged)} of {len(suite)}: {flagged}"
