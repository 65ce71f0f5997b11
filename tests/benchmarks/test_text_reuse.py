"""The text benchmark at a small size: what it makes, how it counts, and the bars."""

from __future__ import annotations

import random

import numpy as np
import text_reuse as bench
from text_notes import REWRITINGS, written


def test_the_bars_hold_on_a_small_archive() -> None:
    made = bench.make(2, 40, 4)
    found = bench.ours(made.texts)
    assert bench.right(made, found).mean() >= bench.PRECISION
    recall = bench.recalls(made, found)
    assert min(recall[kind] for kind in ("blanks", "synonyms", "clauses", "reordered", "mixed")) >= bench.RECALL
    assert recall["scattered"] >= 0.85  # of 24


def test_a_rewriting_changes_about_the_share_it_is_asked() -> None:
    rng = random.Random(1)
    for name in ("synonyms", "clauses", "scattered"):
        shares = []
        for _ in range(20):
            note = written(rng, "热玛吉")
            text, new = "".join(note), "".join(REWRITINGS[name](rng, list(note), 0.3))
            pairs = {text[at : at + 2] for at in range(len(text))}
            kept = sum(new[at : at + 2] in pairs for at in range(len(new))) / len(new)
            shares.append(1 - kept)
        assert 0.2 < float(np.mean(shares)) < 0.65, name


def test_the_bound_is_the_least_score_of_the_precision_asked() -> None:
    ring = np.array([1] * 200 + [0] * 5)
    made = bench.Made([""] * 205, ring, [""] * 205)
    later = np.arange(1, 205)
    score = np.where(later < 200, 0.9, 0.1)
    score[150] = 0.5
    found = bench.Found(later, later - 1, score)
    assert bench.bound(made, found) == 0.5
    assert len(found.above(0.5).later) == 199
