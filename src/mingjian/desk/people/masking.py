"""Personal data in texts, covered for those who need not see it. When in doubt it is covered: no library is asked
whether a number is a valid one, since a mistyped one says as much about somebody.

A covered text has the length of the original, so that the places of findings hold in both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mingjian.core.text.views import SEPARATOR, Batch
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed
from mingjian.perception.labels import BIRTH, HOME, LABEL, NAME, NUMBER, looks_like_name

COVER = "*"
# How many characters at both ends stay to be seen: enough to tell two of them apart on a page.
_KEPT = {"phone": (3, 4), "id": (2, 1), "number": (0, 4), "wechat": (1, 1), "qq": (1, 1), "email": (1, 0),
         "name": (1, 0), "record": (2, 0), "birth": (4, 0), "address": (3, 0)}  # fmt: skip
KINDS = tuple(_KEPT)
_GAP = r"[ .·_/~—-]{0,2}"
_NUMERAL = "[零〇一二三四五六七八九幺两]"
_DATE = r"(?:\d{4} ?[年./-] ?\d{1,2}(?: ?[月./-] ?\d{1,2} ?日?)?|\d{8})"
_IS = r"[ ::=是为号码同]{0,6}"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("id", re.compile(rf"(?<![0-9a-z])\d(?:{_GAP}\d){{16}}{_GAP}[\dx](?![0-9a-z])|(?<!\d)\d{{15}}(?!\d)")),
    ("phone", re.compile(rf"(?<!\d)1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)")),
    ("phone", re.compile(rf"[一幺]{_GAP}{_NUMERAL}(?:{_GAP}{_NUMERAL}){{9}}")),
    ("phone", re.compile(r"(?<!\d)0\d{2,3}[ -]?[2-8]\d{6,7}(?!\d)")),
    ("number", re.compile(r"(?<!\d)\d(?:[ -]?\d){15,18}(?!\d)")),  # bank cards
    ("email", re.compile(r"[a-z0-9][a-z0-9._%+-]{0,63}(?=@[a-z0-9-]{1,63}\.[a-z])")),
    ("wechat", re.compile(rf"(?:[微威薇徽维卫][信❤]|v ?信|vx|wx|wechat|weixin){_IS}"
                          r"([a-z](?:[a-z0-9_-]){4,19}|\d{5,12})(?![a-z0-9_-])")),
    ("qq", re.compile(rf"(?:qq|扣扣|企鹅号?){_IS}(\d{{5,11}})(?!\d)")),
    ("record", NUMBER),
    ("birth", re.compile(rf"(?:{BIRTH.pattern})({_DATE})", re.IGNORECASE)),
    ("address", HOME),
)  # fmt: skip
# A name in running text ends where one of these begins.
_AFTER_NAME = re.compile(
    r"[\W_\d]|$|[女男来于在因自入出今昨前后术说称]|主诉|先生|女士|小姐|表示|反馈|复诊|就诊|预约|签"
)
_LINE = re.compile(rf"[^\n\r{SEPARATOR}]+")


@dataclass(frozen=True, slots=True)
class Personal:
    """Characters ``start`` to ``end`` of a text that say who somebody is; ``kind`` is one of ``KINDS``."""

    kind: str
    start: int
    end: int


def personal(text: str) -> list[Personal]:
    """What is personal in a text, in order; places may overlap."""
    return [Personal(kind, *_place(view, start, end)) for view, kind, start, end in _found(text)]


def kinds(texts: Iterable[str]) -> tuple[str, ...]:
    """Which kinds of personal data texts hold: the ``fields`` of the access log."""
    return tuple(sorted({kind for text in texts for _, kind, _, _ in _found(text)}))


def mask(text: str) -> str:
    """The text with what is personal covered, as long as before. Covering it again changes nothing."""
    while True:  # a cover may set a label free that stood inside another match; each round covers more
        chars = list(text)
        for view, kind, start, end in _found(text):
            first, last = _KEPT[kind]
            if end - start > first + last:
                begin, stop = _place(view, start + first, end - last)
                chars[begin:stop] = COVER * (stop - begin)
        covered = "".join(chars)
        if covered == text:
            return text
        text = covered


def shown(principal: Principal, text: str) -> str:
    """The text as somebody may see it. Whoever may see it uncovered is put on the access log by the door."""
    return text if allowed(principal, "personal.read") else mask(text)


def shown_item(principal: Principal, item: Mapping[str, Any]) -> dict[str, Any]:
    """An object of the public item schema as somebody may see it: its words covered, its numbers and names of
    publishers as they are."""
    return dict(item) if allowed(principal, "personal.read") else masked_item(item)


def masked_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """An object of the public item schema with the text and every part's text covered."""
    found = dict(item)
    if isinstance(found.get("text"), str):
        found["text"] = mask(found["text"])
    if isinstance(found.get("parts"), list):
        found["parts"] = [
            {**part, "text": mask(part["text"])}
            if isinstance(part, Mapping) and isinstance(part.get("text"), str)
            else part
            for part in found["parts"]
        ]
    return found


_Match = tuple[Any, str, int, int]


def _found(text: str) -> Iterator[_Match]:
    """Matches in the folded view: width, case, look-alikes and invisible characters do not hide a number."""
    if not text:
        return
    view = Batch([text]).folded
    for line in _LINE.finditer(view.text):
        words, offset = line.group(), line.start()
        for kind, start, end in _in_line(words):
            yield view, kind, offset + start, offset + end


def _in_line(words: str) -> Iterator[tuple[str, int, int]]:
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(words):
            yield kind, *match.span(1 if pattern.groups else 0)
    for match in NAME.finditer(words):
        value = match[2]
        following = LABEL.search(value)
        value = value[: following.start()] if following else value
        if match[1] and value:
            yield "name", match.start(2), match.start(2) + len(value.rstrip())
            continue
        for length in (len(value), 3, 2):
            end = match.start(2) + length
            if length <= len(value) and looks_like_name(value[:length]) and _AFTER_NAME.match(words, end):
                yield "name", match.start(2), end
                break


def _place(view: Any, start: int, end: int) -> tuple[int, int]:
    return int(view.origin[start]), int(view.ends[end - 1])
