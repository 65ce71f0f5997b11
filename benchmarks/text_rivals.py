"""Plain MinHash and SimHash over the same texts, every pair compared: what the text benchmark stands beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from rensa import RMinHash  # type: ignore[import-untyped]

if TYPE_CHECKING:
    import numpy.typing as npt

I64: TypeAlias = "npt.NDArray[np.int64]"
Compared: TypeAlias = "Iterator[tuple[I64, I64, npt.NDArray[np.float64]]]"

PERMUTATIONS = 128
ROWS = 32


def shingles(text: str, size: int) -> list[str]:
    plain = "".join(char for char in text if char.isalnum())
    return [plain[at : at + size] for at in range(len(plain) - size + 1)]


def minhash(texts: Sequence[str], least: float, size: int = 3) -> Compared:
    """(later, earlier, estimated Jaccard of character shingles) of all pairs of at least ``least``."""
    signatures = np.empty((len(texts), PERMUTATIONS), np.uint32)
    for row, text in enumerate(texts):
        one = RMinHash(PERMUTATIONS, 7)
        one.update(shingles(text, size))
        signatures[row] = one.digest()
    columns = np.ascontiguousarray(signatures.T)

    def alike(rows: slice) -> npt.NDArray[np.float64]:
        equal = np.zeros((rows.stop - rows.start, len(texts)), np.uint8)
        for column in columns:
            equal += column[rows, None] == column[None, :]
        return equal / PERMUTATIONS

    return _pairs(len(texts), alike, least)


def simhash(texts: Sequence[str], least: float, size: int = 3) -> Compared:
    """The same by the share of equal bits of 64-bit SimHash (Charikar, STOC 2002) over character shingles."""
    bits = np.empty((len(texts), 64), np.float32)
    for row, text in enumerate(texts):
        hashes = np.array([_hash(each) for each in shingles(text, size)] or [0], np.uint64)
        ones = np.unpackbits(hashes.view(np.uint8).reshape(-1, 8), axis=1)
        bits[row] = np.where(ones.sum(axis=0) * 2 > len(ones), 1, -1)

    def alike(rows: slice) -> npt.NDArray[np.float64]:
        return np.asarray((bits[rows] @ bits.T) / 128 + 0.5, np.float64)

    return _pairs(len(texts), alike, least)


def _hash(shingle: str) -> int:
    value = 0xCBF29CE484222325
    for byte in shingle.encode():
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
    return value ^ value >> 31


def _pairs(count: int, alike: Callable[[slice], npt.NDArray[np.float64]], least: float) -> Compared:
    for low in range(0, count, ROWS):
        score = alike(slice(low, min(low + ROWS, count)))
        later, earlier = np.nonzero(score >= least)
        value = score[later, earlier]
        later += low
        kept = earlier < later
        yield later[kept], earlier[kept], value[kept]
