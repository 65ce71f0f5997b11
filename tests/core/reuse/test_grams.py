"""Anchors of a text do not hang on the company in which they are taken."""

from __future__ import annotations

import numpy as np
import pytest

from mingjian.core.reuse.align import Flat
from mingjian.core.reuse.grams import BUDGET, GRAM, anchors, anchors_of


@pytest.mark.parametrize("length", [0, 1, GRAM - 1, GRAM, GRAM + 1, 60, 67, 68, 300, 5_000, 30_000])
def test_one_text_has_the_anchors_it_has_among_others(length: int) -> None:
    rng = np.random.default_rng(length)
    text, other = (rng.integers(0x4E00, 0x4F00, size).astype(np.uint16) for size in (length, 90))
    marks, bounds = anchors(Flat.of([other, text, other]))
    assert np.array_equal(anchors_of(text), marks[bounds[1] : bounds[2]])
    assert np.array_equal(anchors_of(other), marks[bounds[2] : bounds[3]])


def test_a_repeated_run_is_one_anchor() -> None:
    text = np.tile(np.arange(0x4E00, 0x4E05, dtype=np.uint16), 8)
    assert len(anchors_of(text)) == 5 < BUDGET
