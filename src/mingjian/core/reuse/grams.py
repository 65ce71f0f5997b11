"""Anchors: the runs of tokens by which texts that may be alike are found.

Every run of GRAM tokens is hashed (splitmix64: Steele, Lea, Flood 2014). Of a text's hashes those are kept whose low
bits are zero, as many bits as leave about BUDGET (mod sampling: Manber, Finding similar files in a large file system,
1994). What is kept hangs on the run alone, not on its neighbours, so a run that survives a rewriting is an anchor of
both texts or of none; a longer text's anchors are a subset of what a shorter one would keep of the same runs.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from mingjian.core.reuse.align import I64, Flat
from mingjian.core.reuse.lexicon import U16, lexicon

if TYPE_CHECKING:
    import numpy.typing as npt

U32: TypeAlias = "npt.NDArray[np.uint32]"
U64: TypeAlias = "npt.NDArray[np.uint64]"

GRAM = 4
BUDGET = 64
COARSEST = 5
"""Bits: of very long texts one run in 32 is kept, so that a note copied into one is still found."""


def anchors(texts: Flat) -> tuple[U32, I64]:
    """Anchors of each text, sorted and each once, in a row; and where each text's begin (with the end)."""
    count = len(texts.bounds) - 1
    hashed, text = _runs(texts)
    runs = np.bincount(text, minlength=count)
    bits = np.clip(np.ceil(np.log2(np.maximum(runs, 1) / BUDGET)), 0, COARSEST).astype(np.uint64)
    sampled = (hashed & ((np.uint64(1) << bits[text]) - np.uint64(1))) == 0
    keys = np.sort(text[sampled].astype(np.uint64) << np.uint64(32) | hashed[sampled] >> np.uint64(32))
    keys = keys[np.append(True, keys[1:] != keys[:-1])[: len(keys)]]  # many times faster than np.unique
    bounds = np.searchsorted(keys, np.arange(count + 1, dtype=np.uint64) << np.uint64(32))
    return keys.astype(np.uint32), bounds


def anchors_of(tokens: U16) -> U32:
    """The anchors of one text: the same, without the bookkeeping of several."""
    hashed = _hashed(tokens)
    if not len(hashed):
        return np.zeros(0, np.uint32)
    coarse = (1 << min(max(math.ceil(math.log2(len(hashed) / BUDGET)), 0), COARSEST)) - 1
    if coarse:
        hashed = hashed[(hashed & np.uint64(coarse)) == 0]
    marks = np.sort((hashed >> np.uint64(32)).astype(np.uint32))
    return np.asarray(marks[np.append(True, marks[1:] != marks[:-1])[: len(marks)]])


def _runs(texts: Flat) -> tuple[U64, I64]:
    """The hash of every run that lies in one text, and the text."""
    text = np.repeat(np.arange(len(texts.bounds) - 1), texts.lengths)
    hashed = _hashed(texts.tokens)
    size = len(hashed)
    inside = text[:size] == text[GRAM - 1 :][:size]
    return hashed[inside], text[:size][inside]


def _hashed(tokens: U16) -> U64:
    """The hash of every run."""
    wide = lexicon().canon[tokens].astype(np.uint64)
    size = max(len(wide) - GRAM + 1, 0)
    key = np.zeros(size, np.uint64)
    for at in range(GRAM):
        key = key << np.uint64(16) | wide[at : at + size]
    key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return key ^ (key >> np.uint64(31))
