"""Extractors: amounts, shares, durations, counts and contacts in one folded sentence.

Every quantifier is bounded, so each runs in time linear in the sentence.
"""

from __future__ import annotations

import re

# 几 and 数 are amounts, but not in 几乎 and 数据.
DIGITS = (
    r"(?:\d{1,12}(?:[.,]\d{1,4})?|(?:[一二两三四五六七八九十百千万亿半零]|几(?!乎)|数(?![据字量学值目码额控])){1,8})"
)
SCALE = r"(?:[十百千万亿]{0,2}(?:余|多|来|\+)?)"
EXTRACTORS: dict[str, re.Pattern[str]] = {
    "number": re.compile(DIGITS + SCALE),
    "percent": re.compile(r"(?:\d{1,4}(?:\.\d{1,3})? ?%|百分之" + DIGITS + r"|[一二三四五六七八九]成)"),
    "duration": re.compile(DIGITS + SCALE + r" ?(?:个)?(?:秒钟?|分钟|小时|天|日|周|星期|礼拜|月|年|载|疗程|晚上?|夜)"),
    "money": re.compile(r"(?:[¥$] ?\d{1,9}(?:\.\d{1,2})?|" + DIGITS + SCALE + r" ?(?:元|块钱?|rmb|w\b))"),
    "count": re.compile(
        DIGITS + SCALE + r" ?(?:次|例|人次?|位|名|台|单|个人|盒|瓶|支|针|遍|贴|片|粒|杯|包|家|届|款|种|项|所)"
    ),
    "date": re.compile(r"(?:\d{4} ?[年./-] ?\d{1,2}(?: ?[月./-] ?\d{1,2} ?日?)?|\d{1,2} ?月 ?\d{1,2} ?[日号])"),
    "phone": re.compile(
        r"(?<!\d)(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|(?:0\d{2,3}[ -]?)?[2-8]\d{6,7}|400[ -]?\d{3,4}[ -]?\d{3,4})(?!\d)"
    ),
    "latin_id": re.compile(r"(?<![a-z0-9])[a-z][a-z0-9_-]{5,19}(?![a-z0-9])"),
}


def extract(kind: str, text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of ``kind`` within text[start:end]."""
    return [match.span() for match in EXTRACTORS[kind].finditer(text, start, end)]
