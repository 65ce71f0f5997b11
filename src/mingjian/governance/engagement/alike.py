"""Comments that say nearly the same: families of short texts. Pure numpy.

Candidates by min-hashes of character bigrams in bands (Broder, "On the resemblance and containment of documents",
1997), each verified by the exact Jaccard coefficient: unverified candidates never join a family.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from mingjian.governance.engagement.log import Ints

_HASHES, _BAND = 24, 2
_CHAIN = 8  # members of a bucket each is compared with
_DROP = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")


def normal(text: str) -> str:
    """A comment without case, signs, emoji and the values of numbers."""
    return _DIGITS.sub("0", _DROP.sub("", unicodedata.normalize("NFKC", text).casefold()))


def families(texts: Sequence[str], likeness: float, least: int) -> Ints:
    """Of each text the number of its family, -1 for those shorter than ``least`` characters. A text that is like no
    other is a family of its own."""
    said = [normal(text) for text in texts]
    unique = sorted({one for one in said if len(one) >= max(least, 2)})
    if not unique:
        return np.full(len(texts), -1)
    grams = [frozenset(pairwise(one)) for one in unique]
    parent = list(range(len(unique)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for one, other in _candidates(unique):
        a, b = root(one), root(other)
        if a != b and len(grams[one] & grams[other]) >= likeness * len(grams[one] | grams[other]):
            parent[max(a, b)] = min(a, b)
    family = {text: root(place) for place, text in enumerate(unique)}
    return np.array([family.get(one, -1) for one in said], np.int64)


def _candidates(texts: Sequence[str]) -> list[tuple[int, int]]:
    points = [np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64) for text in texts]
    pieces = [one[:-1] * np.uint64(1_114_112) + one[1:] for one in points]
    starts = np.cumsum([0, *(len(one) for one in pieces[:-1])])
    grams = np.concatenate(pieces)
    pairs: set[tuple[int, int]] = set()
    with np.errstate(over="ignore"):
        mixed = _mix(grams)
        band = np.zeros(len(texts), np.uint64)
        for number in range(_HASHES):
            least = np.minimum.reduceat(_mix(mixed + np.uint64(number * 0x9E3779B97F4A7C15 % (1 << 64))), starts)
            band = _mix(band * np.uint64(31) + least)
            if number % _BAND == _BAND - 1:
                _pair(band, pairs)
                band = np.zeros(len(texts), np.uint64)
    return sorted(pairs)


def _mix(values: np.ndarray) -> np.ndarray:
    """SplitMix64's finaliser."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(values ^ (values >> np.uint64(31)))


def _pair(band: np.ndarray, pairs: set[tuple[int, int]]) -> None:
    order = np.argsort(band, kind="stable")
    for lag in range(1, min(_CHAIN, len(order) - 1) + 1):
        same = np.flatnonzero(band[order[lag:]] == band[order[:-lag]])
        if not len(same):
            break
        one, other = order[same], order[same + lag]
        pairs.update(zip(np.minimum(one, other).tolist(), np.maximum(one, other).tolist(), strict=True))
