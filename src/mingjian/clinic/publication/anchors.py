"""Where a comment's words are in another version of the same part: the same place where the words survived, nowhere
where they did not."""

from __future__ import annotations

from difflib import SequenceMatcher

from mingjian.clinic.publication.differing import pairs

_MOST_PAIRS = 400_000  # pairs of equal letters in the changed middle; beyond, only the words themselves are sought
_TELLING = 6  # a quotation this long that occurs once is the same words, wherever they went
_CONTEXT = 24


def moved(before: str, after: str, start: int, end: int) -> tuple[int, int] | None:
    """The place of ``before[start:end]`` in ``after`` (code points), or None when the words are gone."""
    if before == after:
        return start, end
    head = _shared(before, after)
    if end <= head:
        return start, end
    tail = _shared(before[head:][::-1], after[head:][::-1])
    shift = len(after) - len(before)
    if start >= len(before) - tail:
        return start + shift, end + shift
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if pairs(old, new) <= _MOST_PAIRS:
        # What stands before and behind the changed middle stayed as it is.
        kept = {at: at for at in range(start, min(end, head))} | {
            at: at + shift for at in range(max(start, len(before) - tail), end)
        }
        for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
            for step in range(block.size):
                kept[head + block.a + step] = head + block.b + step
        places = [kept.get(at) for at in range(start, end)]
        if None not in places and places[-1] == (places[0] or 0) + len(places) - 1:
            return places[0] or 0, (places[0] or 0) + len(places)
    return _elsewhere(before, after, start, end)


def _shared(left: str, right: str) -> int:
    """How many first characters two texts share."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if left[:middle] == right[:middle] else (low, middle - 1)
    return low


def _elsewhere(before: str, after: str, start: int, end: int) -> tuple[int, int] | None:
    """Moved words: a telling quotation that occurs once in both, or one whose surroundings came along."""
    quote = before[start:end]
    at = after.find(quote)
    if at < 0:
        return None
    if len(quote) >= _TELLING and before.count(quote) == 1 and after.count(quote) == 1:
        return at, at + len(quote)
    around = before[max(0, start - _CONTEXT) : end + _CONTEXT]
    place = after.find(around) if len(around) > len(quote) else -1
    if place < 0:
        return None
    first = place + start - max(0, start - _CONTEXT)
    return first, first + len(quote)
