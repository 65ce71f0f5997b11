"""Features of the classifier: character 1- to 3-grams of the folded view, lexicon classes present, and length.

Grams are hashed; a gram counts only where training knew it. The same code computes them for training and for
judging, over whole batches with numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from mingjian.core.text.tables import COMMA, DIGIT, OTHER, SPACE, STOP, SYMBOL, tables

if TYPE_CHECKING:  # importing it costs a cold start 20 ms
    import numpy.typing as npt

MAX_GRAM = 3
BITS = 20
_MULTIPLIER = np.uint32(2654435761)  # Knuth's multiplicative hash
_STEP = np.uint32(1000003)
_SALT = tuple(np.uint32(value) for value in (0, 0x9E3779B9, 0x85EBCA6B))
PERCENT, PLUS = ord("%"), ord("+")
Index: TypeAlias = "npt.NDArray[np.int64]"


def symbols(array: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Folded code points with every digit alike (the amount is not what makes a claim) and all punctuation
    and spaces 0: where a writer puts commas is his habit, not his claim."""
    table = tables()
    kinds = table.kind[np.minimum(array, table.size - 1)]
    coded = np.where(kinds == DIGIT, np.uint32(48), array)
    mute = (kinds == COMMA) | (kinds == STOP) | (kinds == SPACE) | (kinds == OTHER) | (kinds == SYMBOL)
    return np.where(mute & (array != PERCENT) & (array != PLUS), np.uint32(0), coded)


def gram_index(array: npt.NDArray[np.uint32], size: int) -> Index:
    """Hash of the ``size``-gram that starts at each position; grams over punctuation hash to slot 0, which is void."""
    count = len(array) - size + 1
    if count <= 0:
        return np.zeros(0, dtype=np.int64)
    hashed = np.full(count, _SALT[size - 1], dtype=np.uint32)
    for offset in range(size):
        hashed = hashed * _STEP + array[offset : offset + count] * _MULTIPLIER
    hashed ^= hashed >> np.uint32(15)
    hashed = hashed * _MULTIPLIER
    slots = (hashed >> np.uint32(32 - BITS)).astype(np.int64)
    broken = array == 0
    for offset in range(size):
        slots[broken[offset : offset + count]] = 0
    return slots


def scale(known: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Weight of one gram in a unit with ``known`` known grams: long units do not win by length alone."""
    return 1.0 / np.sqrt(np.maximum(known, 1.0))


def length_features(lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
    """How long a unit is, in three numbers (units × LENGTH_FEATURES): slogans are short, explanations long."""
    count = lengths.astype(np.float32)
    columns = (np.log1p(count) / 8, 0.5 * (count < SHORT), 0.5 * (count > LONG))
    return np.stack(columns, axis=1).astype(np.float32)


LENGTH_FEATURES = 3
SHORT, LONG = 12, 60
