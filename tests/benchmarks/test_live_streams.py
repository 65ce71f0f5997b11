"""The benchmark of live streams counts what was told of what was staged."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
if str(BENCHMARKS) not in sys.path:
    sys.path.insert(0, str(BENCHMARKS))

pytest.importorskip("psutil")

from live_streams import WARM, Room, is_in, judged, script  # noqa: E402


@pytest.mark.parametrize(
    ("words", "text", "same"),
    [
        ("立即购买", "立即购买", True),
        ("术后效果永不3号", "术后效果永下3号", True),
        ("水光精华液 30ml", "星光医疗美容 水光精华液 30ml", True),
        ("术后效果永不3号", "恢复期只需要4号", False),
        ("术后效果永不3号", "术后", False),
    ],
)
def test_words_were_read_but_for_a_sign(words: str, text: str, same: bool) -> None:
    assert is_in(words, text) is same


def test_only_what_was_told_after_it_was_shown_is_found() -> None:
    room = Room(script(40.0, 2.0, 1))
    staged = [words for words in room.script.words if words.start >= WARM and words.start + 2 <= 40]
    assert len(staged) >= 8
    room.shown = [(words.start + 0.6 + 0.5, words.text) for words in staged[:-1]] + [(0.5, staged[-1].text)]
    row = judged([room], {})
    assert row["staged"] == len(staged)
    assert row["found"] == pytest.approx((len(staged) - 1) / len(staged), abs=0.001)
    assert row["late_median"] == pytest.approx(0.5)
