"""Codes of bits within a distance of one another: exact, growing without a rebuild.

Multi-index hashing (Norouzi, Punjani, Fleet, "Fast Search in Hamming Space with Multi-Index Hashing", CVPR 2012): a
code is cut into chunks of 16 bits. Two codes that differ in at most ``radius`` bits differ in few bits of some chunk,
so only codes with a chunk near one of the query's are compared. What is added goes to a short list that is compared as
a whole; full lists become sorted runs, and runs of like size are merged (the logarithmic method of Bentley and Saxe,
1980), so that no addition waits for more than one run of ``MOST`` codes to be sorted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from mingjian.core.reuse.hamming_join import join as join
from mingjian.core.reuse.hamming_words import CHUNK, chunks_of, spread

Codes = NDArray[np.uint8]
Words = NDArray[np.uint64]
Probes = tuple[NDArray[np.int64], NDArray[np.uint16]]
Found = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint16]]

TAIL = 4096
"""Codes that are compared one by one before they are sorted."""
MOST = 1 << 20
"""Codes of a run that is merged no further: what one addition may have to sort."""
TABLED = 1 << 15
"""Codes from which on a run keeps a table of where each chunk begins instead of the chunks themselves."""
AT_ONCE = 1 << 21
"""Candidates that are compared in one step: bounds the memory of a search (about 100 bytes each)."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Codes of successive rows, and for each chunk their order by it."""

    first: int
    words: Words
    order: NDArray[np.uint32]
    """[chunks, codes]: places in ``words``, by chunk."""
    starts: NDArray[np.uint32] | None
    """[chunks, 65537]: where each chunk begins in ``order``; of small runs ``keys`` instead."""
    keys: NDArray[np.uint16] | None

    @property
    def nbytes(self) -> int:
        tables = [each.nbytes for each in (self.starts, self.keys) if each is not None]
        return self.words.nbytes + self.order.nbytes + sum(tables)


class HammingIndex:
    """Codes of ``bits`` bits in the order in which they came; ``row`` is the number of a code, from 0.

    A search is exact up to radius ``limit`` (31 of 256 bits). Not to be shared between threads without a lock.
    """

    def __init__(self, bits: int = 256) -> None:
        if bits < 64 or bits & (bits - 1):
            raise ValueError(f"bits must be a power of two from 64, not {bits}")
        self.bits = bits
        self.chunks = bits // CHUNK
        self.limit = 2 * self.chunks - 1
        self._runs: list[_Run] = []
        self._tail = np.zeros((2 * TAIL, bits // 64), np.uint64)
        self._tail_first = 0
        self._rows = 0
        self._dead = np.zeros(0, bool)
        self._removed = 0

    def __len__(self) -> int:
        """Codes that can be found."""
        return self._rows - self._removed

    @property
    def nbytes(self) -> int:
        """Memory the index holds."""
        return sum(run.nbytes for run in self._runs) + self._tail.nbytes + self._dead.nbytes

    def add(self, codes: Codes) -> int:
        """Add codes, [n, bits / 8]; the row of the first of them, the others follow. ValueError on another shape."""
        words = spread(self._checked(codes), self.bits)
        first, self._rows = self._rows, self._rows + len(words)
        if self._rows > len(self._dead):
            grown = np.zeros(max(2 * len(self._dead), self._rows, 1024), bool)
            grown[: len(self._dead)] = self._dead
            self._dead = grown
        held = first - self._tail_first
        if held + len(words) <= TAIL:
            self._tail[held : held + len(words)] = words
            return first
        words = np.concatenate((self._tail[:held], words))
        at = self._tail_first
        while len(words) > TAIL:
            part = words[:MOST]
            self._push(at, np.ascontiguousarray(part))
            at, words = at + len(part), words[len(part) :]
        self._tail[: len(words)] = words
        self._tail_first = at
        return first

    def remove(self, rows: NDArray[np.int64]) -> int:
        """Never find these rows again; how many of them were there. Their memory goes with the next merge."""
        wanted = np.unique(np.asarray(rows, np.int64))
        wanted = wanted[(wanted >= 0) & (wanted < self._rows)]
        wanted = wanted[~self._dead[wanted]]
        self._dead[wanted] = True
        self._removed += len(wanted)
        return len(wanted)

    def search(self, codes: Codes, radius: int) -> Found:
        """All codes within ``radius`` differing bits of each query ([m, bits / 8]): the number of the query, the row,
        the distance, by query, then distance, then row. ValueError beyond ``limit``."""
        if not 0 <= radius <= self.limit:
            raise ValueError(f"radius must be 0..{self.limit}, not {radius}")
        queries = spread(self._checked(codes), self.bits)
        found = [self._in_tail(queries, radius)]
        probes = _probes(self.chunks, radius)
        for run in self._runs:
            found += _in_run(run, queries, radius, probes)
        query, row, distance = (np.concatenate(parts) for parts in zip(*found, strict=True))
        alive = ~self._dead[row]
        query, row, distance = query[alive], row[alive], distance[alive]
        order = np.lexsort((row, distance, query))
        return query[order], row[order], distance[order]

    def _checked(self, codes: Codes) -> Codes:
        codes = np.asarray(codes, np.uint8)
        if codes.ndim != 2 or codes.shape[1] != self.bits // 8:
            raise ValueError(f"codes must be [n, {self.bits // 8}] bytes, not {list(codes.shape)}")
        return codes

    def _push(self, first: int, words: Words) -> None:
        """A new run, merged with those before it that are no larger."""
        while self._runs and len(self._runs[-1].words) <= len(words):
            before = self._runs[-1]
            if len(before.words) + len(words) > MOST:
                break
            first, words = before.first, np.concatenate((before.words, words))
            self._runs.pop()
        alive = np.flatnonzero(~self._dead[first : first + len(words)])
        self._runs.append(_sorted(first, words, alive, self.chunks))

    def _in_tail(self, queries: Words, radius: int) -> Found:
        tail = self._tail[: self._rows - self._tail_first]
        found = []
        for start in range(0, len(queries), step := max(1, AT_ONCE // 4 // max(1, len(tail)))):
            part = queries[start : start + step]
            distance = np.bitwise_count(part[:, None] ^ tail[None]).sum(axis=2, dtype=np.uint16)
            query, row = np.nonzero(distance <= radius)
            found.append((query + start, row + self._tail_first, distance[query, row]))
        return _joined(found)


def _joined(found: list[Found]) -> Found:
    if not found:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.uint16)
    query, row, distance = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return query.astype(np.int64), row.astype(np.int64), distance.astype(np.uint16)


def _sorted(first: int, words: Words, alive: NDArray[np.int64], chunks: int) -> _Run:
    pieces = chunks_of(words)[alive]
    order = np.empty((chunks, len(alive)), np.uint32)
    tabled = len(alive) >= TABLED
    starts = np.zeros((chunks, (1 << CHUNK) + 1), np.uint32) if tabled else None
    keys = None if tabled else np.empty((chunks, len(alive)), np.uint16)
    for chunk in range(chunks):
        column = np.ascontiguousarray(pieces[:, chunk])
        by_chunk = np.argsort(column, kind="stable")
        order[chunk] = alive[by_chunk]
        if starts is not None:
            np.cumsum(np.bincount(column, minlength=1 << CHUNK), out=starts[chunk, 1:])
        if keys is not None:
            keys[chunk] = column[by_chunk]
    return _Run(first, words, order, starts, keys)


@lru_cache(maxsize=64)
def _probes(chunks: int, radius: int) -> Probes:
    """Which chunks to look up, and with which bits changed: of the chunks of two codes within ``radius``, one of the
    first ``radius % chunks + 1`` differs in at most ``radius // chunks`` bits, or a later one in fewer."""
    near, rest = divmod(radius, chunks)
    chunk, mask = [], []
    for number in range(chunks):
        for changed in range(near + 1 if number <= rest else near):
            for bits in combinations(range(CHUNK), changed):
                chunk.append(number)
                mask.append(sum(1 << bit for bit in bits))
    return np.asarray(chunk, np.int64), np.asarray(mask, np.uint16)


def _in_run(run: _Run, queries: Words, radius: int, probes: Probes) -> list[Found]:
    """What a run holds near the queries, some queries at a time."""
    found: list[Found] = []
    step = 64
    for start in range(0, len(queries), step):
        part = queries[start : start + step]
        low, high = _places(run, part, *probes)
        counts = (high - low).sum(axis=1)
        begin = 0
        while begin < len(part):
            until = begin + max(1, int(np.searchsorted(np.cumsum(counts[begin:]), AT_ONCE)))
            query, row, distance = _compared(run, part[begin:until], low[begin:until], high[begin:until], radius)
            found.append((query + (start + begin), row, distance))
            begin = until
    return found


def _places(
    run: _Run, queries: Words, chunk: NDArray[np.int64], mask: NDArray[np.uint16]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """From where to where in the flat order each probe of each query finds its codes."""
    wanted = chunks_of(queries)[:, chunk] ^ mask
    size = run.order.shape[1]
    if run.starts is not None:
        flat = run.starts.ravel()
        at = wanted + chunk * run.starts.shape[1]
        low, high = flat[at].astype(np.int64), flat[at + 1].astype(np.int64)
    else:
        assert run.keys is not None
        low, high = np.empty(wanted.shape, np.int64), np.empty(wanted.shape, np.int64)
        for number in np.unique(chunk):
            of = chunk == number
            low[:, of] = np.searchsorted(run.keys[number], wanted[:, of], "left")
            high[:, of] = np.searchsorted(run.keys[number], wanted[:, of], "right")
    return low + chunk * size, high + chunk * size


def _compared(
    run: _Run, queries: Words, low: NDArray[np.int64], high: NDArray[np.int64], radius: int
) -> Found:
    """Compare each query with the codes its probes point to."""
    lengths = (high - low).ravel()
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    if not total:
        return _joined([])
    places = np.repeat(low.ravel() - (ends - lengths), lengths) + np.arange(total)
    rows = run.order.ravel()[places]
    asked = np.repeat(np.arange(len(queries)), (high - low).sum(axis=1))
    # Two words rule nearly all candidates out: by chance half of their bits differ.
    differ = np.bitwise_count(run.words[rows, 0] ^ queries[asked, 0])
    if queries.shape[1] > 1:
        differ += np.bitwise_count(run.words[rows, 1] ^ queries[asked, 1])
    kept = np.flatnonzero(differ <= radius)
    rows, asked = rows[kept], asked[kept]
    distance = np.bitwise_count(run.words[rows] ^ queries[asked]).sum(axis=1, dtype=np.uint16)
    near = np.flatnonzero(distance <= radius)
    # A code is met once for every chunk it is near in.
    pairs, first = np.unique(asked[near] * len(run.words) + rows[near], return_index=True)
    return pairs // len(run.words), pairs % len(run.words) + run.first, distance[near][first]
