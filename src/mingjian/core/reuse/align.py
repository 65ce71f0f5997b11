"""Pairs of texts compared token by token: what of one stands in the other, in which order, in which words.

Two notes on one procedure share words and set phrases, but scattered: here one, there another. A note made from another
shares long stretches at one distance, pierced where words were changed. So a common pair of neighbouring tokens counts
only with company: SUPPORT of them within REACH tokens at the same distance, give or take DRIFT (an inserted or left-out
word moves what follows). Whole stretches may stand in another order. The result depends on the two texts alone.

All pairs of a call are worked on together: numpy pays for calls, not for tokens.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from mingjian.core.reuse.lexicon import U16, lexicon

if TYPE_CHECKING:
    import numpy.typing as npt

I64: TypeAlias = "npt.NDArray[np.int64]"

SUPPORT, REACH, DRIFT = 4, 12, 1
REPEATS = 8
"""Places of a pair of tokens in the other text that are looked at."""
LEAP = 8
"""Tokens that a stretch may stand further ahead before the order counts as changed."""
MOST = 1 << 19
"""Tokens compared in one call, so that memory is bounded whatever the texts are."""
_BITS, _MOST = 21, 63
"""Bits of a position: texts up to two million tokens. And the support above which more counts no more."""


@dataclass(frozen=True)
class Flat:
    """Texts in a row: ``tokens`` of all, text k in ``bounds[k]:bounds[k + 1]``."""

    tokens: U16
    bounds: I64

    @staticmethod
    def of(texts: list[U16]) -> Flat:
        lengths = np.array([len(text) for text in texts], np.int64)
        flat = np.concatenate(texts) if texts else np.zeros(0, np.uint16)
        return Flat(flat, np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths))))

    @property
    def lengths(self) -> I64:
        return np.diff(self.bounds)


@dataclass(frozen=True)
class Aligned:
    """For each pair, in thousandths: ``overlap`` of the shorter text's tokens lie in common stretches; ``jaccard`` of
    the distinct pairs of neighbouring tokens of both are common; ``moved`` of the common tokens stand in another
    order; ``reworded`` of them are another word of one meaning. ``tokens`` counts the common ones.

    ``pair``, ``left``, ``right``: the common tokens one by one, positions in their own text, by pair and ``left``."""

    overlap: I64
    jaccard: I64
    moved: I64
    reworded: I64
    tokens: I64
    pair: I64
    left: I64
    right: I64


def portions(sizes: I64) -> Iterator[slice]:
    """The pairs, ``sizes`` tokens each, in portions of about MOST tokens and of one pair at least."""
    portion = np.cumsum(sizes) // MOST
    ends = np.append(np.flatnonzero(portion[1:] != portion[:-1]) + 1, len(sizes)).tolist()
    return (slice(low, high) for low, high in pairwise([0, *ends]) if high > low)


def most_shared(one: U16, others: Flat) -> I64:
    """At least as many tokens of each of ``others`` as ``align`` finds in common with ``one``, at a small part of its
    cost: those in a pair of neighbours that ``one`` has somewhere too, or in one of the same hash."""
    known = np.zeros(1 << 16, dtype=bool)
    known[_mixed(one)] = True
    hit = np.flatnonzero(known[_mixed(others.tokens)])
    inside = np.zeros(len(others.tokens) + 1, dtype=bool)
    inside[hit] = inside[hit + 1] = True
    upto = np.concatenate((np.zeros(1, np.int64), np.cumsum(inside)))
    return np.asarray(upto[others.bounds[1:]] - upto[others.bounds[:-1]])


def _mixed(tokens: U16) -> U16:
    """A hash of each token and the next, by meaning."""
    meaning = lexicon().canon[tokens]
    return np.asarray(meaning[:-1] * np.uint16(0x9E37) + meaning[1:])


def align(left: Flat, right: Flat) -> Aligned:
    """Compare text k of ``left`` with text k of ``right``, for every k."""
    return _aligned(left, right, *_pairs(left))


def align_one(left: U16, right: Flat) -> Aligned:
    """Compare one text with each of ``right``: the same, but its pairs are sorted once."""
    count = len(right.bounds) - 1
    key, at = _pairs(Flat.of([left]))
    keys = (np.arange(count)[:, None] << 32 | key).ravel()
    return _aligned(Flat.of([left] * count), right, keys, np.tile(at, count))


def _aligned(left: Flat, right: Flat, here: I64, here_at: I64) -> Aligned:
    count = len(left.bounds) - 1
    there, there_at = _pairs(right)
    low, high = np.searchsorted(there, here, "left"), np.searchsorted(there, here, "right")
    jaccard = _jaccard(here, there, high > low, count)
    times = np.minimum(high - low, REPEATS)
    source = np.repeat(np.arange(len(here)), times)
    step = np.arange(len(source)) - np.repeat(np.cumsum(times) - times, times)
    common = _supported(here[source] >> 32, here_at[source], there_at[low[source] + step])
    return _summed(left, right, count, jaccard, _each_once(left, *common))


def _pairs(texts: Flat) -> tuple[I64, I64]:
    """Of every two neighbouring tokens: text << 32 | both tokens by meaning, ascending, and where they stand."""
    meaning = lexicon().canon[texts.tokens].astype(np.int64)
    text = np.repeat(np.arange(len(texts.bounds) - 1), texts.lengths)
    inside = np.flatnonzero(text[1:] == text[:-1])
    key = (text[inside] << 32) | (meaning[inside] << 16) | meaning[inside + 1]
    order = np.argsort(key, kind="stable")
    return key[order], (inside - texts.bounds[text[inside]])[order]


def _jaccard(here: I64, there: I64, common: npt.NDArray[np.bool_], count: int) -> I64:
    def distinct(keys: I64) -> I64:
        first = np.ones(len(keys), dtype=bool)
        first[1:] = keys[1:] != keys[:-1]
        return np.asarray(np.bincount(keys[first] >> 32, minlength=count))

    both = distinct(here[common])
    union = distinct(here) + distinct(there) - both
    return np.asarray(both * 1000 // np.maximum(union, 1))


def _supported(pair: I64, one: I64, other: I64) -> tuple[I64, I64, I64, I64]:
    """The common pairs in company, and in how much: those about as far apart and near, itself included."""
    # Sorted, because searching for ascending keys is many times faster than in any order.
    key = np.sort((((pair << (_BITS + 1)) + (one - other + (1 << _BITS))) << _BITS) + one)
    support = np.zeros(len(key), np.int64)
    for drift in range(-DRIFT, DRIFT + 1):
        around = key + (drift << _BITS)
        support += np.searchsorted(key, around + REACH, "right") - np.searchsorted(key, around - REACH, "left")
    kept = support >= SUPPORT
    key = key[kept]
    one = key & ((1 << _BITS) - 1)
    apart = (key >> _BITS & ((1 << (_BITS + 1)) - 1)) - (1 << _BITS)
    return key >> (2 * _BITS + 1), one, one - apart, support[kept]


def _each_once(left: Flat, pair: I64, one: I64, other: I64, support: I64) -> tuple[I64, I64, I64]:
    """Common tokens: for each of the left text its best supported place in the right one, the first of equals. A pair
    of neighbours gives two of them."""
    place = left.bounds[pair] + one
    weak = (_MOST - np.minimum(support, _MOST)) << _BITS
    key = np.concatenate(((place << (_BITS + 6)) + weak + other, ((place + 1) << (_BITS + 6)) + weak + other + 1))
    key.sort()
    place = key >> (_BITS + 6)
    first = np.ones(len(key), dtype=bool)
    first[1:] = place[1:] != place[:-1]
    place, other = place[first], key[first] & ((1 << _BITS) - 1)
    pair = np.searchsorted(left.bounds, place, "right") - 1
    return pair, place - left.bounds[pair], other


def _summed(left: Flat, right: Flat, count: int, jaccard: I64, common: tuple[I64, I64, I64]) -> Aligned:
    pair, one, other = common
    here = np.bincount(pair, minlength=count)
    marked = np.zeros(len(right.tokens), dtype=bool)
    marked[right.bounds[pair] + other] = True
    covered = np.concatenate((np.zeros(1, np.int64), np.cumsum(marked)))
    there = covered[right.bounds[1:]] - covered[right.bounds[:-1]]
    tokens = np.minimum(here, there)
    shorter = np.maximum(np.minimum(left.lengths, right.lengths), 1)
    ahead = other + (pair << _BITS)
    furthest = np.maximum.accumulate(ahead) if len(ahead) else ahead
    moved = np.bincount(pair[furthest - ahead > LEAP], minlength=count)
    other_word = left.tokens[left.bounds[pair] + one] != right.tokens[right.bounds[pair] + other]
    reworded = np.bincount(pair[other_word], minlength=count)
    some = np.maximum(here, 1)
    return Aligned(
        np.minimum(tokens * 1000 // shorter, 1000), jaccard, moved * 1000 // some, reworded * 1000 // some, tokens,
        pair, one, other,
    )  # fmt: skip
