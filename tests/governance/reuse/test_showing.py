"""Two texts side by side: what is common, and what differs within it."""

from __future__ import annotations

from mingjian.core.reuse.texts import compare, text_print
from mingjian.governance.reuse.showing import side_by_side
from tests.governance.reuse.texts import DIARY, TEMPLATE


def test_common_passages_and_the_words_that_were_exchanged() -> None:
    match = compare(text_print(TEMPLATE), text_print(DIARY))
    assert match is not None
    spans = [(one.start, one.end, one.other_start, one.other_end) for one in match.spans]
    here, there = side_by_side(TEMPLATE, DIARY, spans)
    assert "".join(run.text for run in here) == TEMPLATE
    assert "".join(run.text for run in there) == DIARY
    changed = "".join(run.text for run in there if run.differs or not run.passage)
    assert "闺蜜" in changed
    assert any("画线画了" in run.text and run.passage and not run.differs for run in here)


def test_passages_out_of_order_show_each_word_once() -> None:
    here, there = side_by_side("甲乙丙丁", "丙丁甲乙", [(0, 2, 2, 4), (2, 4, 0, 2), (1, 3, 0, 2), (0, 9, 0, 9)])
    assert [(run.text, run.passage) for run in here] == [("甲乙", 1), ("丙丁", 2)]
    assert "".join(run.text for run in there) == "丙丁甲乙"


def test_blanks_are_no_difference() -> None:
    here, there = side_by_side("一二三四", "一二 三四", [(0, 4, 0, 5)])
    assert not any(run.differs for run in (*here, *there))
