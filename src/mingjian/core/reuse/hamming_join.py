"""All pairs of codes within a distance of one another: exact, in bounded memory.

The same pigeonhole as the index, turned round: for each chunk the codes are sorted by it, and within a group of equal
chunks, or chunks that differ in one bit, everything is compared with everything. Sorted codes lie together, so that
the comparing runs through the processor's cache instead of all over the memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from mingjian.core.reuse.hamming_words import CHUNK, chunks_of, spread

Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint16]]
Places = tuple[NDArray[np.int64], NDArray[np.int64]]
GIB = 1 << 30
FULL = 1 << CHUNK
BLOCK = 1 << 16
"""Sorted codes that are compared in one go: small enough for the processor's cache."""
STEP = 200
"""Bytes held for each of them while comparing."""


def join(codes: NDArray[np.uint8], radius: int, memory: int = 8 * GIB, threads: int = 1) -> Iterator[Pairs]:
    """Pairs of ``codes`` ([n, bytes]) that differ in at most ``radius`` bits, in parts as they are found: the smaller
    row, the larger, the distance. Every pair comes once, and in the same order however many ``threads`` compare.
    ``memory`` in bytes bounds what is held beside the codes.

    ValueError when the radius is beyond twice the chunks (31 of 256 bits), or the memory too small for the codes.
    """
    bits = codes.shape[1] * 8
    chunks = bits // CHUNK
    if not 0 <= radius < 2 * chunks:
        raise ValueError(f"radius must be 0..{2 * chunks - 1}, not {radius}")
    # The words twice (as they came and sorted), half of them once more, an order, keys.
    held = len(codes) * (bits // 8 * 5 // 2 + 16) + threads * BLOCK * STEP + (16 << 20)
    if held > memory:
        raise ValueError(f"{len(codes)} codes need at least {held} bytes of memory")
    words = spread(codes, bits)
    near, rest = divmod(radius, chunks)
    with ThreadPoolExecutor(threads) as pool:
        for chunk in range(chunks):
            reach = near if chunk <= rest else near - 1
            if reach < 0:
                continue
            column = np.ascontiguousarray(chunks_of(words)[:, chunk])
            order = np.argsort(column, kind="stable").astype(np.uint32)
            group = _Group(column[order], words[order], radius, reach)
            for found in pool.map(group.block, range(0, len(codes), BLOCK)):
                for one, other in found:
                    yield from _first_time(one, other, order, group.lined, chunk, near, rest, radius)


class _Group:
    """Codes sorted by one chunk."""

    def __init__(self, keys: NDArray[np.uint16], lined: NDArray[np.uint64], radius: int, reach: int) -> None:
        self.keys, self.lined, self.radius = keys, lined, radius
        self.starts = np.concatenate(([0], np.cumsum(np.bincount(keys, minlength=FULL)))).astype(np.int64)
        self.masks = [0] + ([1 << bit for bit in range(CHUNK)] if reach else [])
        # The first words decide nearly always: by chance half of their bits differ.
        self.head = np.ascontiguousarray(lined[:, : max(1, lined.shape[1] // 2)].T)

    def block(self, begin: int) -> list[Places]:
        """Places that may be within the radius, of which the first is in the block: equal chunks, or one bit apart."""
        key = self.keys[begin : begin + BLOCK].astype(np.int64)
        here = np.arange(begin, begin + len(key))
        found: list[Places] = []
        for mask in self.masks:
            if not mask:
                self._compare(here, here + 1, self.starts[key + 1], found)
                continue
            ours = np.flatnonzero(key & mask == 0)  # each pair of groups from one side only
            other = key[ours] | mask
            self._compare(here[ours], self.starts[other], self.starts[other + 1], found)
        return found

    def _compare(
        self, place: NDArray[np.int64], low: NDArray[np.int64], high: NDArray[np.int64], found: list[Places]
    ) -> None:
        """Each place with those from ``low`` to ``high``, one after the other for all places at once."""
        mine = [row[place] for row in self.head]
        alive = low < high
        while alive.any():
            if not alive.all():
                place, low, high = place[alive], low[alive], high[alive]
                mine = [row[alive] for row in mine]
            differ = np.bitwise_count(mine[0] ^ self.head[0][low])
            for own, row in zip(mine[1:], self.head[1:], strict=True):
                differ += np.bitwise_count(own ^ row[low])
            hits = np.flatnonzero(differ <= self.radius)
            if len(hits):
                found.append((place[hits], low[hits]))
            low = low + 1
            alive = low < high


def _first_time(
    one: NDArray[np.int64], other: NDArray[np.int64], order: NDArray[np.uint32], lined: NDArray[np.uint64],
    chunk: int, near: int, rest: int, radius: int,
) -> Iterator[Pairs]:  # fmt: skip
    """The pairs that are within the radius and that no earlier chunk has given."""
    differing = lined[one] ^ lined[other]
    distance = np.bitwise_count(differing).sum(axis=1, dtype=np.uint16)
    apart = np.bitwise_count(chunks_of(differing))[:, :chunk].astype(np.int64)
    reach = np.where(np.arange(chunk) <= rest, near, near - 1)
    new = (distance <= radius) & ~(apart <= reach).any(axis=1)
    if new.any():
        a, b = order[one[new]].astype(np.int64), order[other[new]].astype(np.int64)
        yield np.minimum(a, b), np.maximum(a, b), distance[new]
