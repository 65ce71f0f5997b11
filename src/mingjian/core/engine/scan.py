"""Find every known word in a batch of texts, as written and in disguise, at its place in the folded view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mingjian.core.engine.vocabulary import EXCEPT, PLAIN, Lexemes
from mingjian.core.text.views import Batch, Index

NEAR = 40  # characters within which a word of the field makes a disguised reading believable


class Hit(NamedTuple):
    """A known word. Offsets are of the folded view of the batch; ``disguise`` tells how it was hidden."""

    start: int
    end: int
    lexicon: int
    word: int
    disguise: str | None


Anchor = tuple[int, int]


@dataclass
class Scan:
    """The words of one batch: ``hits[k]`` belong to text k, by start; bounds are folded offsets.

    ``anchors[k]``: (place, bits of nameless lexicons) where a pattern rule is worth trying.
    """

    batch: Batch
    bounds: list[int]
    sentence_ends: list[int]
    hits: list[list[Hit]]
    anchors: list[list[Anchor]]


def scan(lexemes: Lexemes, texts: Sequence[str], disguises: bool = True) -> Scan:
    """All hits of a batch. ``disguises=False`` reads words only as they are written."""
    batch = Batch(texts)
    bounds = np.searchsorted(batch.folded.origin, batch.starts)
    plain: list[list[Hit]] = [[] for _ in texts]
    doubtful: dict[int, list[Hit]] = {}
    anchors = _written(lexemes, batch, bounds, plain, doubtful)
    if disguises:
        _separated(lexemes, batch, bounds, doubtful)
        _sounded(lexemes, batch, bounds, doubtful)
    for index, candidates in doubtful.items():
        if believed := _believable(lexemes, plain[index], candidates):
            plain[index] = sorted(plain[index] + believed)
    return Scan(batch, bounds.tolist(), batch.sentence_ends.tolist(), plain, anchors)


def _written(
    lexemes: Lexemes, batch: Batch, bounds: Index, plain: list[list[Hit]], doubtful: dict[int, list[Hit]]
) -> list[list[Anchor]]:
    """Words as they stand, and the anchors among them. This loop runs for every known word of every text: it is the hot place."""
    text = batch.folded.text
    anchors: list[list[Anchor]] = [[] for _ in plain]
    found = lexemes.written.find_overlapping(text)
    if not found:
        return anchors
    found.sort()
    limits = bounds.tolist()
    owner, limit = 0, limits[1]
    simple, entries, latin, marked = lexemes.simple, lexemes.entries, lexemes.latin, lexemes.anchors
    excepted: dict[int, list[tuple[int, int, int]]] = {}
    new, length = tuple.__new__, len(text)  # three times faster than calling Hit, and the same tuple
    for start, end, pattern in found:
        while start >= limit:
            owner += 1
            limit = limits[owner + 1]
        entry = simple[pattern]
        if entry is not None:
            plain[owner].append(new(Hit, (start, end, entry[0], entry[1], None)))
            continue
        edges = latin[pattern]
        if edges:
            if edges & 1 and start and _letter(text[start - 1]):
                continue
            if edges & 2 and end < length and _letter(text[end]):
                continue
        if bits := marked[pattern]:
            anchors[owner].append((start, bits))
        for lexicon, word, kind, disguise in entries[pattern]:
            if kind == PLAIN:
                plain[owner].append(new(Hit, (start, end, lexicon, word, None)))
            elif kind == EXCEPT:
                excepted.setdefault(owner, []).append((start, end, lexicon))
            else:
                doubtful.setdefault(owner, []).append(Hit(start, end, lexicon, word, disguise))
    for owner, spans in excepted.items():
        plain[owner] = [hit for hit in plain[owner] if not _excepted(hit, spans)]
    return anchors


def _excepted(hit: Hit, spans: list[tuple[int, int, int]]) -> bool:
    return any(lexicon == hit.lexicon and start <= hit.start and hit.end <= end for start, end, lexicon in spans)


def _letter(char: str) -> bool:
    return "a" <= char <= "z"


def _separated(lexemes: Lexemes, batch: Batch, bounds: Index, doubtful: dict[int, list[Hit]]) -> None:
    """Two-character names whose characters were pulled apart (根*治): only where a sign stands between."""
    squeezed = batch.squeezed
    if len(squeezed.array) < 2 or not len(lexemes.pair_keys):
        return
    at = np.flatnonzero(np.diff(squeezed.origin) > 1)
    keys = squeezed.array[at].astype(np.uint64) << np.uint64(32) | squeezed.array[at + 1].astype(np.uint64)
    folded = batch.folded
    known = np.isin(keys, lexemes.pair_keys)
    for index, key in zip(at[known].tolist(), keys[known].tolist(), strict=True):
        start = int(np.searchsorted(folded.origin, squeezed.origin[index]))
        end = int(np.searchsorted(folded.origin, squeezed.origin[index + 1])) + 1
        between = folded.text[start + 1 : end - 1]
        # A space or comma parts ordinary words; one or two odd signs inside a name are there to hide it.
        if not 0 < len(between) <= 2 or any(char in " ,、:/-~\n()" for char in between):
            continue
        owner = int(np.searchsorted(bounds, start, side="right")) - 1
        hidden = [Hit(start, end, e.lexicon, e.word, e.disguise) for e in lexemes.pairs[key]]
        doubtful.setdefault(owner, []).extend(hidden)


def _sounded(lexemes: Lexemes, batch: Batch, bounds: Index, doubtful: dict[int, list[Hit]]) -> None:
    view, index = batch.sounded
    found = lexemes.sounded.find_overlapping(view.text)
    if not found:
        return
    squeezed, folded = batch.squeezed, batch.folded
    for start, end, pattern in found:
        first, last = int(view.origin[start]), int(view.ends[end - 1])
        low = int(np.searchsorted(folded.origin, first))
        high = int(np.searchsorted(folded.origin, last))
        owner = int(np.searchsorted(bounds, low, side="right")) - 1
        seen = folded.text[low:high]
        squeezed_end = int(index[end]) if end < len(index) else len(squeezed.array)
        read = squeezed.text[int(index[start]) : squeezed_end]
        for entry in lexemes.sound_entries[pattern]:
            word = lexemes.words[entry.word]
            disguise = disguise_of(word, read, seen)
            if disguise is not None:
                doubtful.setdefault(owner, []).append(Hit(low, high, entry.lexicon, entry.word, disguise))


def disguise_of(word: str, read: str, seen: str) -> str | None:
    """How ``word`` was hidden as ``seen`` (``read`` without separators); None when it is not hidden at all
    or the likeness is too thin to be more than chance."""
    if seen == word:
        return None
    if any(char in "。!?;\n\x1e" for char in seen):
        return None
    if read == word:
        gaps = len(seen) - len(read)
        if all("一" <= char <= "鿿" for char in seen):
            return "repeated"
        if seen.count(" ") + seen.count(",") + seen.count("、") + seen.count(":") == gaps and gaps < len(word) - 1:
            return None  # 双眼 皮肤: an ordinary space or comma between two words
        return "separated"
    if any(char in ",、: " for char in seen) and not read.isascii():
        return None
    letters = sum("a" <= char <= "z" for char in read)
    if letters:
        same = sum(a in word for a in read if not "a" <= a <= "z")
        return "pinyin" if same or letters == len(read) else None
    if len(read) != len(word):
        return None  # repetition and homophones at once: chance
    same = sum(a == b for a, b in zip(word, read, strict=True))
    return "homophone" if 2 * same >= len(word) else None


def _believable(lexemes: Lexemes, plain: list[Hit], candidates: list[Hit]) -> list[Hit]:
    """The disguised readings that the words around them bear out.

    A name pulled apart, split or mixed with pinyin is deliberate by itself; a sound-alike, slang or a changed
    character may be chance, and counts only near a word of the field or two words of trade.
    """
    believed = []
    for hit in candidates:
        if any(p.start < hit.end and hit.start < p.end and p.end - p.start >= hit.end - hit.start for p in plain):
            continue  # those characters already are an ordinary known word
        sure = hit.disguise in DELIBERATE and len(lexemes.words[hit.word]) >= MIN_SURE
        if sure or _borne_out(lexemes, plain, hit):
            believed.append(hit)
    return believed


def _borne_out(lexemes: Lexemes, plain: list[Hit], hit: Hit) -> bool:
    trade: set[str] = set()
    for other in plain:
        if other.start < hit.end and hit.start < other.end:
            continue
        if other.start - NEAR >= hit.end or hit.start >= other.end + NEAR:
            continue
        if lexemes.is_field[other.lexicon]:
            return True
        if lexemes.is_trade[other.lexicon]:
            trade.add(lexemes.words[other.word])
    return len(trade) >= 2


DELIBERATE = frozenset(("separated", "pinyin", "repeated", "split"))
MIN_SURE = 3
