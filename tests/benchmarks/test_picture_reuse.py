"""The picture benchmark: its pictures and edits, and how it counts and reports."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import picture_report as report
import picture_reuse as bench
import pytest
from media.reuse_edits import EDITS
from media.reuse_pictures import KINDS, picture, tiles


def test_a_picture_is_made_from_its_number_alone_and_every_kind_comes() -> None:
    made = [picture(number) for number in range(len(KINDS))]
    assert [kind for _, kind in made] == list(KINDS)
    assert np.array_equal(made[1][0], picture(1)[0])
    assert len(set(tiles())) == len(tiles()) > 20


@pytest.mark.parametrize("name", EDITS)
def test_every_edit_changes_the_picture_and_more_with_its_strength_is_possible(name: str) -> None:
    view, other = picture(2)[0], picture(4)[0]
    before = view.copy()
    edited = [EDITS[name](Random(strength), view, strength, other) for strength in range(3)]
    assert np.array_equal(view, before)
    for each in edited:
        assert each.dtype == np.uint8 and each.ndim == 3 and min(each.shape[:2]) > 50
        assert each.shape != view.shape or not np.array_equal(each, view)


def test_twelve_kinds_in_three_strengths_are_looked_up() -> None:
    known, edited = bench.archive(1, others=10, originals=2)
    assert len(EDITS) == 12
    assert len(edited) == len(set(edited)) == 2 * 36
    assert len(known) == 12
    assert not {task.number for task in known} & {task.number for task in bench.archive(0, 10, 2)[0]}


def test_the_widest_bound_lets_one_pair_in_a_million_through() -> None:
    false = np.zeros(257, np.int64)
    false[[10, 20, 21]] = 1, 1, 5
    assert bench.widest(false, 2_000_000) == 20
    assert bench.widest(false, 500_000) == 9


def test_found_and_false_are_counted_apart() -> None:
    known = [bench.taken(bench.Task(number)) for number in (0, 2)]
    edited = [bench.taken(bench.Task(0, "crop", 2)), bench.taken(bench.Task(2, "mirror", 0))]
    half = bench.searched(known, edited, {}, growing=True)
    assert half.hits == {("crop", 2): [True], ("mirror", 0): [True]}
    assert half.false == []
    assert half.pairs == 1 + 2
    swapped = [bench.Taken(bench.Task(2), known[0].data, known[0].pdq, known[0].phash), known[1]]
    assert len(bench.searched([swapped[0], bench.taken(bench.Task(0))], edited[:1], {}, growing=False).false) == 1


def test_tables_go_between_their_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {True: tmp_path / "a.md", False: tmp_path / "b.md"}
    monkeypatch.setattr(report, "PAGES", pages)
    for page in pages.values():
        page.write_text("x\n<!-- lookup -->\nold\n<!-- /lookup -->\ny\n", encoding="utf-8")
    report.write({"pictures": 5000, "whole_p95": 7.25}, "lookup")
    english = pages[True].read_text(encoding="utf-8")
    assert "| pictures in the index | 5,000 |\n| whole look-up, p95 ms | 7.2 |" in english
    assert "索引中的图片" in pages[False].read_text(encoding="utf-8")
    with pytest.raises(SystemExit, match="no marks"):
        report.write({"rows": {}}, "lookup2")
