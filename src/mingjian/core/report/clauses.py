"""Where a clause begins and ends, for the rewriter: plain punctuation, brackets respected."""

from __future__ import annotations

COMMAS = ",，;；"
ENDS = "。！？!?…\n\r"
OPEN = "（(「『“‘《〈【[〔｛{"
CLOSE = "）)」』”’》〉】]〕｝}"
QUOTES = "「『“‘《〈"
_PAIR = dict(zip(CLOSE, OPEN, strict=True)) | dict(zip(OPEN, CLOSE, strict=True))
_STOPS = COMMAS + ENDS + "#"
# A bracket further away than this is taken as a typo, not as the partner: keeps the search linear.
_REACH = 400


def is_cjk(char: str) -> bool:
    """Whether ``char`` is a Chinese character (spaces between two of them part clauses)."""
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff"


def _breaks(text: str, at: int) -> bool:
    """Whether the character at ``at`` parts clauses: stops, a full stop outside numbers, a spoken space."""
    char = text[at]
    if char in _STOPS:
        # 1,000 and 3.5 are numbers
        return not (char == "," and _between_digits(text, at))
    if char == ".":
        return not _between_digits(text, at) and not text[at + 1 : at + 2].isalnum()
    if char in " \t\u3000":
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        return bool(before and after and is_cjk(before) and is_cjk(after))
    return False


def _between_digits(text: str, at: int) -> bool:
    return text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()


def _partner_before(text: str, at: int) -> int | None:
    """The opening bracket that ``text[at]`` closes."""
    depth, close, opener = 0, text[at], _PAIR[text[at]]
    for i in range(at, max(-1, at - _REACH), -1):
        depth += (text[i] == close) - (text[i] == opener)
        if depth == 0:
            return i
    return None


def _partner_after(text: str, at: int) -> int | None:
    """The closing bracket that ``text[at]`` opens."""
    depth, opener, close = 0, text[at], _PAIR[text[at]]
    for i in range(at, min(len(text), at + _REACH)):
        depth += (text[i] == opener) - (text[i] == close)
        if depth == 0:
            return i
    return None


def clause(text: str, start: int, end: int) -> tuple[int, int]:
    """The clause that holds ``text[start:end]``, without the punctuation that parts it from its
    neighbours. Inside brackets it ends at the bracket; a whole bracket beside the words belongs to it."""
    left = start
    while left > 0 and not _breaks(text, left - 1):
        char = text[left - 1]
        if char in OPEN and not _closed_within(text, left - 1, start):
            break
        if char in CLOSE:
            partner = _partner_before(text, left - 1)
            if partner is None:
                break
            left = partner
            continue
        left -= 1
    right = end
    while right < len(text) and not _breaks(text, right):
        char = text[right]
        if char in CLOSE:
            break
        if char in OPEN:
            partner = _partner_after(text, right)
            if partner is None:
                break
            right = partner + 1
            continue
        right += 1
    quoted = left > 0 and right < len(text) and text[left - 1] in QUOTES
    if quoted and _PAIR[text[left - 1]] == text[right]:
        return clause(text, left - 1, right + 1)  # a quotation gone whole would leave its sentence maimed
    while left < start and text[left].isspace():
        left += 1
    return left, right


def _closed_within(text: str, opener: int, limit: int) -> bool:
    partner = _partner_after(text, opener)
    return partner is not None and partner < limit
