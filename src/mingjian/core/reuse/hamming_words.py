"""Codes as words of 64 bits, with their bits spread so that neighbours land in different chunks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CHUNK = 16
"""Bits of a chunk."""
STEP = 37
"""Odd, so that stepping by it meets every bit of a power of two once; neighbouring coefficients of a cosine transform
depend on each other, and chunks of dependent bits would crowd together."""
AT_ONCE = 1 << 15


def spread(codes: NDArray[np.uint8], bits: int) -> NDArray[np.uint64]:
    """[n, bits / 64] words of the codes ([n, bits / 8]); distances stay as they were."""
    places = np.arange(bits) * STEP % bits
    words = np.empty((len(codes), bits // 64), np.uint64)
    for start in range(0, len(codes), AT_ONCE):
        loose = np.unpackbits(codes[start : start + AT_ONCE], axis=1)[:, places]
        words[start : start + AT_ONCE] = np.packbits(np.ascontiguousarray(loose), axis=1).view(np.uint64)
    return words


def chunks_of(words: NDArray[np.uint64]) -> NDArray[np.uint16]:
    """[n, chunks] of the words."""
    return np.ascontiguousarray(words).view(np.uint16)
