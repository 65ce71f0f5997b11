"""Texts that were made from one another: what is kept of a text, and the index that finds its likes.

    print_ = text_print("…")          # bytes to keep: print_.to_bytes(), TextPrint.from_bytes(…)
    index = TextIndex()
    index.add(7, print_)              # at any time, in the order of first publication; nothing is rebuilt
    index.search(text_print("…"))     # the likes, most alike first; each compared with the text itself

Candidates share sampled runs of tokens (``grams``); every one is then compared token by token (``align``) and only what
passes the bounds (``liken``) is given out. A match hangs on the two texts alone, not on what else is known; but of very
many likes only the nearest and the earliest are compared (CANDIDATES).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from mingjian.core.reuse.align import I64, Aligned, Flat, align_one, most_shared, portions
from mingjian.core.reuse.grams import U32, anchors, anchors_of
from mingjian.core.reuse.holders import Holders
from mingjian.core.reuse.lexicon import U16, lexicon
from mingjian.core.reuse.liken import HOWS, LEAST, alike, asked, way
from mingjian.core.reuse.shelf import Shelf
from mingjian.core.reuse.tokens import tokenise

VERSION = 1
HEAD = 21
"""Bytes before the tokens."""
CANDIDATES, EARLY = 48, 16
"""Rows compared in one search: those with the most in common, and of the others the earliest."""
FIRST = 8
"""Candidates compared first; the others only where one of these is alike, so that ordinary texts cost little."""
VOTES, VOTED = 2, 50
"""Anchors a candidate shares, and thousandths of them; one is enough where the text has fewer than FEW."""
FEW = 16
WORTH = 1 << 32
"""What an anchor is worth that nobody holds; the more rows do, the less."""
SOME = 64
"""Prints that are added one by one: below it, sorting them into the index costs more."""
GAP = 6
"""Tokens between two common ones that are still shown as one passage."""


@dataclass(frozen=True, slots=True)
class Shared:
    """One passage that both have: characters start…end of the text searched for, other_start…other_end of the other."""

    start: int
    end: int
    other_start: int
    other_end: int


@dataclass(frozen=True, slots=True)
class TextMatch:
    """The text of ``key`` is like the one searched for. ``overlap``: thousandths of the shorter text's tokens in common
    passages. ``jaccard``: thousandths of the distinct pairs of neighbouring tokens of both that are common. ``how``:
    copy (word for word), template (parts of it exchanged, or only names, places, dates, numbers, contacts), reordered
    (passages in another order), synonyms (other words of one meaning). ``spans``: the passages, in the order of the
    text searched for."""

    key: int
    overlap: int
    jaccard: int
    how: str
    spans: tuple[Shared, ...]


class BadPrint(ValueError):
    """Not a print, or one made by another version or lexicon: take the print again from the text."""


@dataclass(frozen=True, eq=False)
class TextPrint:
    """What is kept of a text: its tokens, and the offset of each one's first character; ``length`` counts characters;
    ``blanks`` is one number of what stands in the slots.
    The text can be read from it nearly whole: keep and erase it as the text itself."""

    tokens: U16
    starts: I64
    length: int
    blanks: int

    def to_bytes(self) -> bytes:
        """About three bytes for each character; carries the version and the lexicon it was made with."""
        gaps = np.diff(self.starts, prepend=0)
        short = np.minimum(gaps, 255).astype(np.uint8)
        long = gaps[gaps >= 255].astype("<u4")
        head = np.array([len(self.tokens), self.length, len(long), self.blanks], "<u4")
        return b"".join(
            (bytes([VERSION]), lexicon().digest, head.tobytes(), self.tokens.astype("<u2").tobytes(), short.tobytes(),
             long.tobytes())
        )  # fmt: skip

    @staticmethod
    def from_bytes(data: bytes) -> TextPrint:
        """BadPrint where ``data`` is none of this version and lexicon."""
        if len(data) < HEAD or data[0] != VERSION:
            raise BadPrint("not a text print of this version")
        if data[1:5] != lexicon().digest:
            raise BadPrint("the print was made with another lexicon")
        count, length, long, blanks = np.frombuffer(data, "<u4", 4, 5).tolist()
        if len(data) != HEAD + 3 * count + 4 * long:
            raise BadPrint("the print is damaged")
        tokens = np.frombuffer(data, "<u2", count, HEAD).astype(np.uint16)
        gaps = np.frombuffer(data, np.uint8, count, HEAD + 2 * count).astype(np.int64)
        if int((gaps == 255).sum()) != long:
            raise BadPrint("the print is damaged")
        gaps[gaps == 255] = np.frombuffer(data, "<u4", long, HEAD + 3 * count)
        return TextPrint(tokens, np.cumsum(gaps), length, blanks)

    @cached_property
    def anchors(self) -> U32:
        """By which likes are found, ascending. None where the text is too short."""
        return anchors_of(self.tokens)

    @property
    def comparable(self) -> bool:
        """Long enough to be like another."""
        return len(self.tokens) >= LEAST

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TextPrint) and self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash(self.to_bytes())


def text_print(text: str) -> TextPrint:
    """The print of one text (title, body and hashtags joined by line ends make the text of a note)."""
    return text_prints([text])[0]


def text_prints(texts: Sequence[str]) -> list[TextPrint]:
    """The prints of many texts: much faster than one by one."""
    found = tokenise(texts)
    made = []
    for text, blanks, (low, high) in zip(texts, found.blanks.tolist(), pairwise(found.bounds.tolist()), strict=True):
        made.append(TextPrint(found.tokens[low:high].copy(), found.starts[low:high].copy(), len(text), blanks))
    return made


def compare(here: TextPrint, there: TextPrint) -> TextMatch | None:
    """Two texts side by side, the match with key 0; None where they are not alike."""
    return next(iter(_matches(here, [(0, there)])), None)


class TextIndex:
    """Prints by key, in memory: about 0.4 KB and three bytes for each character of each. Change and search it from one
    thread at a time. Add in the order of first publication: of very many likes the earliest are kept in sight."""

    def __init__(self) -> None:
        self._shelf = Shelf()
        self._holders = Holders()

    def __len__(self) -> int:
        return len(self._shelf)

    @property
    def nbytes(self) -> int:
        return self._shelf.nbytes + self._holders.nbytes

    def add(self, key: int, print_: TextPrint) -> None:
        """Know this text from now on. ValueError where the key is known already. A text too short to be like another
        is known and never found."""
        row = self._shelf.put(key, print_.tokens, print_.starts, print_.length, print_.blanks)
        if print_.comparable:
            self._holders.add(print_.anchors, row)

    def add_many(self, prints: Iterable[tuple[int, TextPrint]]) -> None:
        """The same of many: the way to fill an index."""
        found = list(prints)
        if len(found) <= SOME:
            for key, each in found:
                self.add(key, each)
            return
        rows = [self._shelf.put(key, each.tokens, each.starts, each.length, each.blanks) for key, each in found]
        kept = [(row, each) for row, (_, each) in zip(rows, found, strict=True) if each.comparable]
        if not kept:
            return
        marks, bounds = anchors(Flat.of([each.tokens for _, each in kept]))
        self._holders.add_many(marks, np.repeat(np.array([row for row, _ in kept], np.uint32), np.diff(bounds)))

    def remove(self, key: int) -> bool:
        """Forget this text: its tokens are overwritten, it is never found again. False where it was not known."""
        return self._shelf.drop(key)

    def search(self, print_: TextPrint, limit: int = CANDIDATES + EARLY) -> tuple[TextMatch, ...]:
        """The known texts that are like this one, most alike first, at most ``limit``."""
        if not print_.comparable:
            return ()
        rows = self._candidates(print_.anchors)
        found = self._alike(print_, rows[:FIRST])
        if found:
            found += self._alike(print_, rows[FIRST:])
        return tuple(sorted(found, key=lambda match: (-match.overlap, -match.jaccard, match.key)))[:limit]

    def _alike(self, print_: TextPrint, rows: I64) -> list[TextMatch]:
        """The matches among these rows. Those that share too few tokens wherever they stand are not aligned."""
        if not len(rows):
            return []
        texts = Flat.of([self._shelf.tokens(row) for row in rows.tolist()])
        shorter = np.minimum(texts.lengths, len(print_.tokens))
        may_be = most_shared(print_.tokens, texts) * 1000 // np.maximum(shorter, 1) >= asked(shorter)
        known = [(self._shelf.key(row), TextPrint(*self._shelf.get(row))) for row in rows[may_be].tolist()]
        return _matches(print_, known)

    def _candidates(self, marks: U32) -> I64:
        """Rows worth comparing, the likeliest first. Every shared anchor is a vote, one that many rows hold a weak
        one."""
        place, row = self._holders.find(marks)
        if not self._shelf.whole:
            here = self._shelf.here(row)
            place, row = place[here], row[here]
        if not len(row):
            return np.zeros(0, np.int64)
        # Whole numbers, so that sums are exact and those who share the same stay equal.
        worth = (WORTH / np.log2(2 + np.bincount(place, minlength=len(marks)))).astype(np.int64)
        # Row and place in one number: sorting these is many times faster than np.unique, narrow ones most of all.
        bits = len(marks).bit_length()
        narrow = int(row.max()) >> (32 - bits) == 0
        votes = np.sort((row if narrow else row.astype(np.uint64)) << bits | place.astype(np.uint32))
        of = votes >> bits
        last = np.flatnonzero(np.append(of[1:] != of[:-1], True))
        total = np.cumsum(worth[(votes & ((1 << bits) - 1)).astype(np.intp)])[last]
        least = max(VOTES if len(marks) >= FEW else 1, len(marks) * VOTED / 1000)
        enough = np.diff(last, prepend=-1) >= least
        return _foremost(of[last[enough]].astype(np.int64), np.diff(total, prepend=0)[enough])


def _foremost(rows: I64, weight: I64) -> I64:
    """Of rows in ascending order those of most weight, the most first, and of others of much weight the earliest."""
    if len(rows) <= CANDIDATES + EARLY:
        return np.asarray(rows[np.argsort(-weight, kind="stable")])
    heavy = np.flatnonzero(weight >= np.partition(weight, -CANDIDATES)[-CANDIDATES])
    best = heavy[np.argsort(-weight[heavy], kind="stable")][:CANDIDATES]
    much = weight * 2 >= weight[best[0]]
    much[best] = False
    return np.asarray(rows[np.concatenate((best, np.flatnonzero(much)[:EARLY]))])


def _matches(here: TextPrint, known: list[tuple[int, TextPrint]]) -> list[TextMatch]:
    """Those of ``known`` that are alike."""
    known = [(key, there) for key, there in known if there.comparable] if here.comparable else []
    if not known:
        return []
    sizes = np.array([len(here.tokens) + len(there.tokens) for _, there in known])
    return [match for portion in portions(sizes) for match in _compared(here, known[portion])]


def _compared(here: TextPrint, known: list[tuple[int, TextPrint]]) -> list[TextMatch]:
    right = Flat.of([there.tokens for _, there in known])
    found = align_one(here.tokens, right)
    like = alike(found, np.minimum(len(here.tokens), right.lengths))
    filled = np.array([there.blanks == here.blanks for _, there in known])
    hows = way(found, filled)
    return [
        TextMatch(
            known[at][0], int(found.overlap[at]), int(found.jaccard[at]), HOWS[hows[at]],
            _passages(here, known[at][1], found, at),
        )
        for at in np.flatnonzero(like).tolist()
    ]  # fmt: skip


def _passages(here: TextPrint, there: TextPrint, found: Aligned, at: int) -> tuple[Shared, ...]:
    low, high = np.searchsorted(found.pair, (at, at + 1)).tolist()
    one, other = found.left[low:high], found.right[low:high]
    if not len(one):
        return ()
    step, other_step = np.diff(one), np.diff(other)
    cut = np.flatnonzero((step > GAP) | (other_step < 1) | (other_step > GAP)) + 1
    firsts, lasts = np.concatenate(([0], cut)), np.append(cut, len(one)) - 1
    ends, other_ends = np.append(here.starts[1:], here.length), np.append(there.starts[1:], there.length)
    first, last = one[firsts], one[lasts]
    places = (here.starts[first], ends[last], there.starts[other[firsts]], other_ends[other[lasts]])
    return tuple(Shared(*map(int, passage)) for passage in zip(*places, strict=True))
