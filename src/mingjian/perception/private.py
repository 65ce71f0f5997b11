"""Private words in what was read: names after labels, numbers of records and people, phones, birth dates, addresses.

Nothing is guessed from a bare word: a name counts only after a label that asks for one. Numbers are judged by the
libraries that know them. What is found but not certain (an ID number with a wrong check digit, which is what a
misread one looks like) is marked unsure and masked all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mingjian.perception.labels import (
    ADDRESS_GOES_ON,
    BIRTH,
    HOME,
    LABEL,
    NAME,
    NAME_LABEL,
    NUMBER,
    NUMBER_LABEL,
    POLITE,
    WRISTBAND,
    looks_like_name,
)
from mingjian.perception.model import Box, Line, PerceptionError

_KINDS = ("id", "record", "birth", "name", "phone", "address")
_ID = re.compile(r"(?<![0-9A-Za-z])(\d[\s-]?){17}[\dXx](?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<!\d)(?:(?:\+|00)?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)")
_SERVICE = re.compile(r"^(?:\+?86)?0?(?:400|800|95|96|12|11)")
_DATE = r"\d{4}\s*[年./-]\s*\d{1,2}\s*(?:[月./-]\s*(?:\d{1,2}\s*日?)?)?|\d{8}|\d{2}\s*[./-]\s*\d{1,2}\s*[./-]\s*\d{1,2}"
_LABEL_END = re.compile(r"(?:号|码|日期|科室|地址|性别|年龄|电话|诊断)$")
_FULL = str.maketrans({chr(0xFF01 + at): chr(0x21 + at) for at in range(94)} | {"\u3000": " "})


@dataclass(frozen=True, slots=True)
class Secret:
    """Characters ``start`` to ``end`` of line number ``line`` that say who somebody is, and their box in pixels."""

    kind: str
    """name, record, id, phone, birth or address."""
    start: int
    end: int
    line: int
    box: Box
    sure: bool = True


def private(lines: Sequence[Line]) -> list[Secret]:
    """What is private in the lines read on one picture, in their order."""
    texts = [line.text.translate(_FULL) for line in lines]
    found: list[tuple[int, str, int, int, bool]] = []
    for at, text in enumerate(texts):
        found += [(at, *each) for each in _in_line(text)]
        found += _beside(at, texts, lines)
        found += _below(at, texts, lines)
    out: list[Secret] = []
    for at, kind, start, end, sure in sorted(set(found), key=_order):
        last = out[-1] if out else None
        if last is not None and last.line == at and end <= last.end:
            continue  # inside one that is found already
        out.append(Secret(kind, start, end, at, box_of(lines[at], start, end), sure))
    return out


def _order(found: tuple[int, str, int, int, bool]) -> tuple[int, int, int, bool, int]:
    at, kind, start, end, sure = found
    return at, start, -end, not sure, _KINDS.index(kind)


def box_of(line: Line, start: int, end: int) -> Box:
    """The box of some characters of a line: the share of its length that they take, Chinese twice as wide as Latin."""
    widths = [1.0 if ord(char) > 0x2E7F else 0.55 for char in line.text]
    total = sum(widths) or 1.0
    # Half a character on both sides: the share is an estimate.
    low = max(0.0, sum(widths[:start]) - 0.4) / total
    high = min(total, sum(widths[:end]) + 0.4) / total
    one, two, three, four = line.quad
    # The text runs from the first corner to the second, or down to the fourth when it is vertical.
    sides = ((one, four), (two, three)) if line.vertical else ((one, two), (four, three))
    points = [
        (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share) for a, b in sides for share in (low, high)
    ]
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    left, top = int(min(xs)), int(min(ys))
    return left, top, int(max(xs) + 1) - left, int(max(ys) + 1) - top


def _in_line(text: str) -> Iterator[tuple[str, int, int, bool]]:
    yield from _names(text)
    for match in NUMBER.finditer(text):
        yield "record", match.start(1), match.end(1), True
    for match in _ID.finditer(text):
        if (sure := _is_id(match[0])) is not None:
            yield "id", match.start(), match.end(), sure
    yield from _phones(text)
    for match in re.finditer(BIRTH.pattern + rf"({_DATE})", text):
        yield "birth", match.start(1), match.end(1), True
    for match in HOME.finditer(text):
        yield "address", match.start(1), match.end(1), True


def _names(text: str) -> Iterator[tuple[str, int, int, bool]]:
    for match in NAME.finditer(text):
        colon, value = match[1], match[2]
        following = LABEL.search(value)
        value = value[: following.start()] if following else value
        end = match.start(2) + len(value)
        if colon and value:
            yield "name", match.start(2), end, True
        elif value and looks_like_name(value):
            yield "name", match.start(2), end, False
        elif polite := POLITE.match(value):
            yield "name", match.start(2), match.start(2) + polite.end(), False
    for match in WRISTBAND.finditer(text):
        yield "name", match.start(1), match.end(1), True


def _is_id(text: str) -> bool | None:
    """True: an identity number; False: probably one, misread; None: another number of 18 digits."""
    try:
        from stdnum.cn import ric
    except ImportError:
        raise PerceptionError("认身份证号要用 python-stdnum,没有装", "pip install 'mingjian[media]'") from None
    number = re.sub(r"[\s-]", "", text).upper()
    if ric.is_valid(number):
        return True
    year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    plausible = number[0] in "12345678" and 1900 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= 31
    return False if plausible else None


def _phones(text: str) -> Iterator[tuple[str, int, int, bool]]:
    for match in _MOBILE.finditer(text):
        yield "phone", match.start(), match.end(), True
    try:
        import phonenumbers
    except ImportError:
        raise PerceptionError("认电话号码要用 phonenumbers,没有装", "pip install 'mingjian[media]'") from None
    for found in phonenumbers.PhoneNumberMatcher(text, "CN"):
        number = found.raw_string
        # Hot lines belong to firms, not to people.
        if not _SERVICE.match(re.sub(r"[^\d+]", "", number)) and not _ID.search(text[found.start - 1 : found.end + 1]):
            yield "phone", found.start, found.end, True


def _beside(at: int, texts: Sequence[str], lines: Sequence[Line]) -> Iterator[tuple[int, str, int, int, bool]]:
    """A form in columns: the label stands alone, its value in the next line to the right, or under it."""
    kind = _bare(texts[at])
    if kind is None:
        return
    left, top, width, height = lines[at].box
    row: list[tuple[float, int]] = []
    under: list[tuple[float, int]] = []
    for other, line in enumerate(lines):
        if other == at or LABEL.match(texts[other].strip()):
            continue
        x, y, wide, high = line.box
        level = min(top + height, y + high) - max(top, y)
        gap = x - (left + width)
        if level > 0.5 * min(height, high) and -0.5 * height < gap < 8 * height:
            row.append((gap, other))
        elif 0 <= y - (top + height) + 0.3 * height < 1.5 * height and x < left + width and x + wide > left:
            under.append((float(y), other))
    for candidates in (row, under):
        for _, other in sorted(candidates)[:1]:
            value = texts[other].strip()
            if _fits(kind, value):
                start = texts[other].index(value)
                yield other, kind, start, start + len(value), candidates is row
                return


def _bare(text: str) -> str | None:
    text = text.strip().rstrip(":").rstrip()
    for kind, pattern in (("name", NAME_LABEL), ("record", NUMBER_LABEL)):
        if pattern.fullmatch(text):
            return kind
    if BIRTH.fullmatch(text):
        return "birth"
    return "address" if HOME.fullmatch(text + ":某") else None


def _fits(kind: str, value: str) -> bool:
    if kind == "name":
        if _LABEL_END.search(value):  # 案号: what a mask beside it left of 病案号
            return False
        return bool(re.fullmatch(r"[\u4e00-\u9fff·*]{2,6}|[A-Za-z]+(?: [A-Za-z]+){1,3}", value))
    if kind == "record":
        return bool(re.fullmatch(r"[A-Za-z0-9-]{4,}", value)) and any(char.isdigit() for char in value)
    if kind == "birth":
        return bool(re.match(_DATE, value))
    return len(value) >= 4


def _below(at: int, texts: Sequence[str], lines: Sequence[Line]) -> Iterable[tuple[int, str, int, int, bool]]:
    """The second line of an address that did not fit on one."""
    home = HOME.search(texts[at])
    if home is None or home.end(1) < len(texts[at].rstrip()):
        return
    left, top, width, height = lines[at].box
    for other, line in enumerate(lines):
        x, y, _, _ = line.box
        close = 0 < y - top < 2.2 * height and left - height < x < left + width
        if other != at and close and not LABEL.match(texts[other]) and ADDRESS_GOES_ON.search(texts[other]):
            yield other, "address", 0, len(texts[other]), False
