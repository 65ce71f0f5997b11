"""What is not compared by its letters: names, places, dates, numbers and contacts (slots), and words of one meaning.

Every word of the lexicon has a code of its own in Unicode's private use area, so that a tokenised text still tells
which word stood there; ``canon`` maps each to the first word of its group, which is what texts are compared by.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, TypeAlias

import daachorse
import numpy as np

from mingjian.core.text.views import normalise

if TYPE_CHECKING:
    import numpy.typing as npt

U16: TypeAlias = "npt.NDArray[np.uint16]"
Mask: TypeAlias = "npt.NDArray[np.bool_]"

PRIVATE = 0xE000
NAME, PLACE, DATE, NUMBER, CONTACT, INSTITUTION = range(PRIVATE, PRIVATE + 6)
SLOTS = {"date": DATE, "number": NUMBER, "contact": CONTACT}
"""Groups of the pattern below → code."""
FIRST_WORD = PRIVATE + 0x10
LAST = 0xF8FF
UNKNOWN = 0xFFFD
_NUMERALS = "一二两三四五六七八九十百千万半几"
_UNITS = "天日周月年次个位名元块分小支瓶盒单岁斤针家台颗度例张片层遍号点米成"
# Every part is bounded, so a search is linear in the text; what it may begin with stands first, because most characters
# begin nothing.
SLOT_PATTERN = (
    rf"(?=[0-9a-z{_NUMERALS}])(?:(?P<contact>https?://[^\s一-鿿]{{1,200}}"
    r"|(?<!\d)(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|(?:400|0\d{2,3})[ -]?\d{3,4}[ -]?\d{3,4})(?!\d)"
    r"|(?<![a-z0-9])(?=[a-z_-]{0,18}\d)[a-z][a-z0-9_-]{5,19}(?![a-z0-9]))"
    r"|(?P<date>\d{4} ?[年./-] ?\d{1,2}(?: ?[月./-] ?\d{1,2} ?[日号]?)?|\d{1,2} ?月 ?\d{1,2} ?[日号]"
    rf"|[{_NUMERALS}]{{1,3}}月[{_NUMERALS}]{{1,3}}[日号])"
    rf"|(?P<number>\d{{1,12}}(?:[.,:]\d{{1,4}}){{0,3}} ?%?|[{_NUMERALS}]{{1,6}}(?=[{_UNITS}])))"
)


@dataclass(frozen=True)
class Lexicon:
    """``words`` finds leftmost longest; ``codes[n]`` is the code of pattern n, 0 where it only stands in names;
    ``title[n]``: with a surname before it it is a name; ``kind[n]``: with two characters before it, an institution.
    ``surname[c]``: character c is one. ``slots`` finds dates, numbers and contacts, its last group says which.
    ``digest`` is 4 bytes of what all of this was made from: tokens made with another lexicon do not compare."""

    words: daachorse.CharwiseDoubleArrayAhoCorasick
    codes: U16
    title: Mask
    kind: Mask
    surname: Mask
    canon: U16
    slots: re.Pattern[str]
    digest: bytes


@cache
def lexicon() -> Lexicon:
    """The lexicon that comes with the package, read once."""
    import yaml

    folder = resources.files("mingjian.core") / "reuse" / "data"
    raw = [(folder / name).read_text("utf-8") for name in ("names.yaml", "synonyms.yaml")]
    names, synonyms = (yaml.safe_load(text) for text in raw)
    codes: dict[str, int] = {}
    canon = np.arange(1 << 16, dtype=np.uint16)
    for group in _groups(synonyms["groups"]):
        first = FIRST_WORD + len(codes)
        for word in group:
            canon[FIRST_WORD + len(codes)] = first
            codes[word] = FIRST_WORD + len(codes)
    codes |= dict.fromkeys(map(normalise, names["nicknames"]), NAME)
    codes |= dict.fromkeys(map(normalise, (*names["cities"], *_provinces())), PLACE)
    titles, kinds = ([normalise(word) for word in names[of]] for of in ("titles", "institutions"))
    for word in (*titles, *kinds):
        codes.setdefault(word, 0)
    surname = np.zeros(1 << 16, dtype=bool)
    surname[[ord(char) for char in names["surnames"]]] = True
    for array in (canon, surname):
        array.setflags(write=False)
    digest = hashlib.sha256("\n".join((*raw, *_provinces(), SLOT_PATTERN)).encode()).digest()[:4]
    return Lexicon(
        daachorse.CharwiseDoubleArrayAhoCorasick(list(codes), daachorse.MATCH_KIND_LEFTMOST_LONGEST),
        np.array(list(codes.values()), np.uint16), np.isin(list(codes), titles), np.isin(list(codes), kinds), surname,
        canon, re.compile(SLOT_PATTERN), digest,
    )  # fmt: skip


def _groups(lines: list[str]) -> list[list[str]]:
    """The words of each group, folded. ValueError names every word that is too short or stands twice."""
    groups = [[normalise(word) for word in line.split()] for line in lines]
    seen: dict[str, int] = {}
    wrong = [] if sum(map(len, groups)) <= LAST - FIRST_WORD else ["more words than there are codes for"]
    for number, group in enumerate(groups, 1):
        wrong += [f"group {number}: {word} has one character" for word in group if len(word) < 2]
        wrong += [f"group {number}: {word} stands in group {seen[word]} too" for word in group if word in seen]
        seen.update(dict.fromkeys(group, number))
    if wrong:
        raise ValueError("core/reuse/data/synonyms.yaml: " + "; ".join(wrong))
    return groups


def _provinces() -> tuple[str, ...]:
    from mingjian.core.credentials.regions import FICTIONAL, NATIONAL, provinces

    return tuple(entry["name"] for code, entry in provinces().items() if code not in (FICTIONAL, NATIONAL))
