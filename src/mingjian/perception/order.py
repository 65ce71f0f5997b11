"""Paragraphs of rows, and the order in which paragraphs are read: columns, headings across them, tables."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from mingjian.perception.rows import Row

SENTENCE_END = re.compile(r"[。！？!?；;…][”’」』）)】]*$")
# What begins a new entry: a bullet, a number, a heading in brackets, a tag, or "地址:".
NEW_ENTRY = re.compile(
    r"[·•●○◆◇■□▪★☆✓✔√→➤▶※*#@【\-—]|[①-⑳⓪❶-❿➀-➓]|[(（]?[0-9一二三四五六七八九十]{1,2}[)）、]|[0-9]{1,2}[.．](?![0-9])"
    r"|[^\s::,。]{1,8}[::]"
)
ALIKE = 1.28
"""Ratio of heights up to which rows are of one type size: boxes of digits come out lower than those of 汉字."""
SAME = 1.12
"""Ratio up to which they are surely of one size, and a wider gap is believed."""
GAP, WIDE_GAP = 0.7, 0.9
"""Gap between rows of a paragraph in heights of the lower one."""
INDENT = 2.6
"""First-line indent in heights."""


def paragraphs(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows (sorted from the top) that continue each other, as one paragraph each; unsorted among themselves."""
    below: dict[int, int] = {}
    taken: set[int] = set()
    tops = [row.top for row in rows]
    for index, row in enumerate(rows):
        reach = row.bottom + WIDE_GAP * row.height
        end = bisect_left(tops, reach, lo=index + 1)
        candidates = [other for other in range(index + 1, end) if _follows(row, rows[other])]
        if not candidates:
            continue
        # Side by side below one row: a heading over columns, which none of them continues.
        first = min(candidates, key=lambda other: rows[other].top)
        level = [other for other in candidates if rows[other].top < rows[first].top + 0.5 * rows[first].height]
        if len(level) == 1 and _continues(row, rows[first]) and first not in taken:
            below[index] = first
            taken.add(first)
    starts = [index for index in range(len(rows)) if index not in taken]
    result: list[list[Row]] = []
    for start in starts:
        chain = [rows[start]]
        index = start
        while index in below:
            index = below[index]
            chain.append(rows[index])
        result.append(chain)
    return result


def _follows(row: Row, other: Row) -> bool:
    """Whether ``other`` stands right below ``row`` in letters of its size."""
    low, high = sorted((row.height, other.height))
    if high > ALIKE * max(low, 1.0):
        return False
    gap = other.top - row.bottom
    shared = min(row.right, other.right) - max(row.left, other.left)
    allowed = (WIDE_GAP if high <= SAME * low else GAP) * low
    return -0.4 * low < gap < allowed and other.top > row.top + 0.5 * low and shared > 0.3 * min(row.width, other.width)


def _continues(row: Row, other: Row) -> bool:
    """Whether the sentence of ``row`` may go on in ``other``."""
    if SENTENCE_END.search(row.text.rstrip()) or NEW_ENTRY.match(other.text.lstrip()):
        return False
    size = min(row.height, other.height)
    indent = row.left - other.left
    centred = abs((row.left + row.right) - (other.left + other.right)) < 1.2 * size
    return -0.8 * size < indent < INDENT * size or centred


def in_order(blocks: list[list[Row]]) -> list[list[Row]]:
    """Blocks in reading order by cutting the page again and again at its widest empty strip.

    A strip across the page parts what is above from what is below; a strip down the page parts columns. The
    wider one is cut first, so a table reads by rows and columns of text read one after the other.
    """
    done: list[list[Row]] = []
    waiting = [[(_around(block), block) for block in blocks]]
    while waiting:
        group = waiting.pop()
        if len(group) <= 1:
            done += [block for _, block in group]
            continue
        across = _widest_gap([(top, bottom) for (_, top, _, bottom), _ in group])
        down = _widest_gap([(left, right) for (left, _, right, _), _ in group])
        if across is None and down is None:
            done += [block for _, block in sorted(group, key=lambda entry: (entry[0][1], entry[0][0]))]
            continue
        by_columns = across is None or (down is not None and down[0] > across[0])
        cut = down if by_columns else across
        assert cut is not None
        side = 2 if by_columns else 3
        before = [entry for entry in group if entry[0][side] <= cut[1]]
        after = [entry for entry in group if entry[0][side] > cut[1]]
        waiting += [after, before]
    return done


def _around(block: Sequence[Row]) -> tuple[float, float, float, float]:
    return (
        min(row.left for row in block),
        min(row.top for row in block),
        max(row.right for row in block),
        max(row.bottom for row in block),
    )


def _widest_gap(spans: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """Width of the widest strip that no span touches, and where it begins; None when there is none."""
    ordered = sorted(spans)
    best: tuple[float, float] | None = None
    reach = ordered[0][1]
    for start, end in ordered[1:]:
        if start > reach and (best is None or start - reach > best[0]):
            best = (start - reach, reach)
        reach = max(reach, end)
    return best
