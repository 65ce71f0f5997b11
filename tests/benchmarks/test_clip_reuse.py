"""The clip benchmark: its clips and changes, and how it counts and reports."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import clip_report as report
import clip_reuse as bench
import numpy as np
import pytest

from mingjian.perception.reuse.video import video_prints


@pytest.mark.parametrize("change", ["", *bench.CHANGES])
def test_every_change_gives_frames_and_only_of_its_clip(change: str) -> None:
    made = [view for _, view in islice(bench.frames(bench.Task(1, change, 1)), 2)]
    again = [view for _, view in islice(bench.frames(bench.Task(1, change, 1)), 2)]
    assert all(np.array_equal(one, other) for one, other in zip(made, again, strict=True))
    assert made[0].dtype == np.uint8 and made[0].ndim == 3
    plain = next(bench.frames(bench.Task(1)))[1]
    changed = made[0].shape != plain.shape or not np.array_equal(made[0], plain)
    assert changed == (change not in ("", "re-encode", "sped up"))


def test_a_clip_grows_shorter_when_it_is_sped_up() -> None:
    assert len(list(bench.frames(bench.Task(1, "sped up", 2)))) == int(bench.length(1) / 1.5 * bench.RATE)


def test_found_and_false_are_counted_apart() -> None:
    def taken(task: bench.Task, shown: int) -> tuple[bench.Task, bytes]:
        views = ((at / bench.RATE, view) for at, view in ((n, bench.frame(shown, n / bench.RATE)) for n in range(72)))
        return task, video_prints(views).to_bytes()

    known = [taken(bench.Task(1), 1), taken(bench.Task(2), 2)]
    counted = bench.counted(known, [taken(bench.Task(1, "re-encode", 0), 1), taken(bench.Task(1, "mirror", 0), 2)])
    assert counted.hits == {("re-encode", 0): [True], ("mirror", 0): [False]}
    assert (counted.false, counted.cover_false, counted.pairs) == (1, 1, 2)


def test_tables_go_between_their_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {english: tmp_path / f"{english}.md" for english in (True, False)}
    for page in pages.values():
        page.write_text("before\n<!-- clips -->\nold\n<!-- /clips -->\nafter", "utf-8")
    monkeypatch.setattr(report, "PAGES", pages)
    out = bench.Counted(pairs=1200)
    out.hits["segment", 2] = [True, False]
    report.write(bench.figures(out, 2, 3))
    for page in pages.values():
        text = page.read_text("utf-8")
        assert text.startswith("before\n<!-- clips -->\n|") and text.endswith("<!-- /clips -->\nafter")
        assert "0/0 / 0/0 / 1/2" in text and "1,200" in text and "old" not in text
