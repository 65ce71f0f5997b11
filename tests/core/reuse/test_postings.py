"""The inverted index finds what counting by hand finds."""

from __future__ import annotations

import numpy as np
import pytest

from mingjian.core.reuse import postings
from mingjian.core.reuse.postings import Postings

SIZE = 5000


@pytest.fixture(autouse=True)
def small_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of every sort already with a few hundred entries."""
    monkeypatch.setattr(postings, "TAIL", 200)
    monkeypatch.setattr(postings, "TABLED", 2000)
    monkeypatch.setattr(postings, "MOST", 4000)


def documents(number: int) -> list[np.ndarray]:
    dice = np.random.default_rng(3)
    return [dice.integers(0, SIZE, dice.integers(0, 30)).astype(np.uint32) for _ in range(number)]


@pytest.mark.parametrize("at_once", [1, 7, 400])
def test_rows_with_enough_common_words_are_found_the_rarest_words_first(at_once: int) -> None:
    listed, index = documents(1200), Postings(SIZE)
    for start in range(0, len(listed), at_once):
        part = listed[start : start + at_once]
        first = index.add(np.concatenate(part), np.asarray([len(each) for each in part]))
        assert first == start
    assert len(index) == 1200
    asked = np.concatenate((listed[17], listed[900][:9], listed[1199]))
    common = {row: len(np.intersect1d(each, asked)) for row, each in enumerate(listed)}
    rows, worth = index.top(asked, 4, 1200)
    assert set(rows.tolist()) == {row for row, count in common.items() if count >= 4}
    assert {17, 1199} <= set(rows[:3].tolist())
    assert worth.tolist() == sorted(worth.tolist(), reverse=True)
    assert len(index.top(asked, 1, 5)[0]) == 5


def test_a_word_of_many_documents_says_less_than_a_rare_one() -> None:
    index = Postings(SIZE)
    for _ in range(40):
        index.add(np.asarray([1, 2, 3], np.uint32))
    index.add(np.asarray([1, 2, 9], np.uint32))
    assert index.top(np.asarray([1, 2, 3, 9]), 2, 1)[0].tolist() == [40]


def test_words_beyond_the_size_are_refused_and_unknown_ones_find_nothing() -> None:
    index = Postings(100)
    with pytest.raises(ValueError, match="below 100"):
        index.add(np.asarray([100], np.uint32))
    assert index.top(np.asarray([5], np.uint32), 1, 10)[0].tolist() == []
    index.add(np.asarray([5, 6], np.uint32))
    assert index.top(np.asarray([5, 400], np.uint32), 1, 10)[0].tolist() == [0]
    assert index.nbytes > 0
