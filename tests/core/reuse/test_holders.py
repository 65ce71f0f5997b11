"""Runs that are merged as they grow hold what was put into them."""

from __future__ import annotations

import numpy as np

from mingjian.core.reuse import holders
from mingjian.core.reuse.holders import Holders


def test_it_finds_every_row_of_an_anchor_through_all_merges() -> None:
    rng = np.random.default_rng(1)
    kept = Holders()
    expected: dict[int, list[int]] = {}
    row = 0
    for _ in range(40):
        marks, rows = [], []
        for _ in range(60):
            found = np.unique(rng.integers(0, 3000, 40)).astype(np.uint32)
            for anchor in found.tolist():
                expected.setdefault(anchor, []).append(row)
            if row % 3:
                kept.add(found, row)
            else:
                marks, rows = [found], [np.full(len(found), row, np.uint32)]
                kept.add_many(np.concatenate(marks), np.concatenate(rows))
            row += 1
    asked = np.array([5, 17, 2999, 3001], np.uint32)
    place, rows_found = kept.find(asked)
    for at, anchor in enumerate(asked.tolist()):
        assert sorted(rows_found[place == at].tolist()) == expected.get(anchor, [])[: holders.EARLIEST]
    assert len(kept) == sum(map(len, expected.values()))
    assert len(kept._runs) < 20


def test_of_a_word_in_everybodys_mouth_the_earliest_are_looked_at() -> None:
    kept = Holders()
    kept.add_many(np.full(2000, 9, np.uint32), np.arange(2000, dtype=np.uint32))
    _, rows = kept.find(np.array([9], np.uint32))
    assert rows.tolist() == list(range(holders.EARLIEST))
