"""Silencers: the voices in which the same words are no breach. Each is a bounded test on one passage.

A silencer answers for one match: the words before it, the clause, the sentence, and the sentence before
(lists of forbidden words usually follow the sentence that forbids them). What they listen for is in cues.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from mingjian.core.engine import cues
from mingjian.core.engine.anchored import ALWAYS
from mingjian.core.engine.passage import Passage

LOOK_AHEAD = 24  # characters after the sentence in which a quotation is attributed
LOOK_BEHIND = 60  # characters of the text before the sentence that still frame it


def _frame(passage: Passage) -> str:
    """The sentence with what leads up to it, within the same part: of other lines only those that announce a list.
    A notice on the line above (候诊区禁止吸烟) says nothing of the claim below it."""
    document = passage.document
    text, low = document.text, max(document.start, passage.start - LOOK_BEHIND)
    line = text.rfind("\n", low, passage.start) + 1
    if line > low and cues.ANNOUNCES.search(text, low, line) is None:
        low = line
    return text[low : passage.end]


def negated(passage: Passage, start: int, end: int) -> bool:
    document = passage.document
    if cues.NEGATION.search(document.text, passage.start, start) is not None:
        return True
    return cues.NEGATION_AFTER.search(document.text[end : passage.end]) is not None


def quoted(passage: Passage, start: int, end: int) -> bool:
    text = passage.document.text
    opened = max(text.rfind(mark, passage.start, start + 1) for mark in cues.OPEN_QUOTES)
    closed = min((at for mark in cues.CLOSE_QUOTES if (at := text.find(mark, end - 1, passage.end)) >= 0), default=-1)
    return opened >= 0 and closed >= 0 and cues.QUOTED_CUE.search(_frame(passage)) is not None


def question(passage: Passage, start: int, end: int) -> bool:
    clause_start, _ = passage.clause(start, end)
    text = passage.document.text
    # Of a rhetorical question only the asking itself is silent, not the claim that answers it.
    tail = text[clause_start : min(passage.end, end + 14)]
    return cues.QUESTION.search(tail) is not None and ("?" in tail or "吗" in tail or "是否" in tail or "请问" in tail)


def _in_sentence(pattern: re.Pattern[str]) -> Callable[[Passage, int, int], bool]:
    def test(passage: Passage, start: int, end: int) -> bool:
        return pattern.search(passage.document.text, passage.start, passage.end) is not None

    return test


def _in_frame(pattern: re.Pattern[str]) -> Callable[[Passage, int, int], bool]:
    def test(passage: Passage, start: int, end: int) -> bool:
        return pattern.search(_frame(passage)) is not None

    return test


def news(passage: Passage, start: int, end: int) -> bool:
    """Reporting; who said it often follows what was said (“…。”某某告诉记者)."""
    document = passage.document
    return cues.NEWS.search(document.text, passage.start, min(passage.end + LOOK_AHEAD, document.end)) is not None


def self_goal(passage: Passage, start: int, end: int) -> bool:
    low, _ = passage.clause(start, end)
    return cues.SELF_GOAL.search(passage.document.text, low, start) is not None


TESTS: dict[str, Callable[[Passage, int, int], bool]] = {
    "negated": negated,
    "debunked": _in_frame(cues.DEBUNK),
    "question": question,
    "quoting_law": _in_frame(cues.LAW_QUOTE),
    "quoted": quoted,
    "risk_disclosure": _in_sentence(cues.RISK),
    "statistics": _in_sentence(cues.STATISTICS),
    "everyday": _in_sentence(cues.EVERYDAY),
    "education": _in_sentence(cues.EDUCATION),
    "experience": _in_sentence(cues.EXPERIENCE),
    "news": news,
    "posts": _in_sentence(cues.POSTS),
    "self_goal": self_goal,
    "conditional": _in_sentence(cues.CONDITIONAL),
}


# The expression without which a silencer cannot hold.
CUES = {
    "debunked": cues.DEBUNK, "quoted": cues.QUOTED_CUE, "risk_disclosure": cues.RISK, "statistics": cues.STATISTICS,
    "education": cues.EDUCATION, "posts": cues.POSTS, "self_goal": cues.SELF_GOAL,
}  # fmt: skip


def silenced(names: tuple[str, ...], passage: Passage, start: int, end: int, anchors: Mapping[str, int]) -> str | None:
    """The first of these silencers that holds for a match, or None. ``anchors``: anchor_masks of CUES."""
    held = passage.document.mask
    for name in names:
        if held & anchors.get(name, ALWAYS) and TESTS[name](passage, start, end):
            return name
    return None
