"""Features of the classifier: hashed character 1- to 4-grams of the folded view, and lexicon classes present.

The same code computes them for training and for judging, over whole batches with numpy.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

MAX_GRAM = 4
BITS = 18
_MULTIPLIER = np.uint32(2654435761)  # Knuth's multiplicative hash
_STEP = np.uint32(1000003)
_SALT = tuple(np.uint32(value) for value in (0, 0x9E3779B9, 0x85EBCA6B, 0xC2B2AE35))
Index = npt.NDArray[np.int64]


def symbols(array: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Folded code points with every digit alike: the amount is not what makes a claim."""
    digit = (array >= 48) & (array <= 57)
    return np.where(digit, np.uint32(48), array)


def gram_index(array: npt.NDArray[np.uint32], size: int) -> Index:
    """Row of the weight table for the ``size``-gram that starts at each position (the last size-1 are void)."""
    count = len(array) - size + 1
    if count <= 0:
        return np.zeros(0, dtype=np.int64)
    hashed = np.full(count, _SALT[size - 1], dtype=np.uint32)
    for offset in range(size):
        hashed = hashed * _STEP + array[offset : offset + count] * _MULTIPLIER
    hashed ^= hashed >> np.uint32(15)
    hashed = hashed * _MULTIPLIER
    return (hashed >> np.uint32(32 - BITS)).astype(np.int64)


def scale(length: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Weight of one gram in a unit of ``length`` characters: long units do not win by length alone."""
    return 1.0 / np.sqrt(np.maximum(length, 6.0))
