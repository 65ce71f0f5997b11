"""Which documents hold the most of some words: an inverted index that grows without a rebuild.

Documents are rows of words (numbers below a fixed size). As in ``hamming``, what is added goes to a short list and
from there into runs of growing size, each sorted once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.uint32]
TAIL = 1 << 14
"""Entries that are looked through before they are sorted."""
MOST = 1 << 24
"""Entries of a run that is merged no further."""
TABLED = 1 << 20
"""Entries from which on a run keeps a table of where each word begins instead of the words."""
READ = 1 << 17
"""Entries read for one question: bounds its time however common its words are."""


@dataclass(frozen=True, slots=True)
class _Run:
    first: int
    documents: int
    entries: Numbers
    """Documents counted from ``first``, by word."""
    starts: Numbers | None
    words: Numbers | None

    @property
    def nbytes(self) -> int:
        return self.entries.nbytes + sum(each.nbytes for each in (self.starts, self.words) if each is not None)


class Postings:
    """Rows of words below ``size``; rows are numbered from 0 as they come. Not for several threads without a lock."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._runs: list[_Run] = []
        self._tail: list[tuple[Numbers, Numbers]] = []
        self._tail_first = self._rows = self._held = 0
        self._wanted = np.zeros(size, bool)

    def __len__(self) -> int:
        return self._rows

    @property
    def nbytes(self) -> int:
        """Memory the index holds."""
        return sum(run.nbytes for run in self._runs) + self._wanted.nbytes + 8 * self._held

    def add(self, words: Numbers, lengths: NDArray[np.int64] | None = None) -> int:
        """Add one document, or with ``lengths`` several one behind the other; the row of the first. ValueError for a
        word beyond the size."""
        words = np.asarray(words, np.uint32).ravel()
        if len(words) and int(words.max()) >= self.size:
            raise ValueError(f"words must be below {self.size}")
        lengths = np.asarray([len(words)] if lengths is None else lengths, np.int64)
        first, self._rows = self._rows, self._rows + len(lengths)
        rows = np.repeat(np.arange(first, self._rows, dtype=np.uint32), lengths)
        self._tail.append((words, rows))
        self._held += len(words)
        if self._held > TAIL:
            words, rows = (np.concatenate(part) for part in zip(*self._tail, strict=True))
            self._tail, self._held = [], 0
            self._sort_in(words, rows)
        return first

    def top(self, words: Numbers, least: int, most: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """At most ``most`` rows that hold at least ``least`` of the different ``words``, and how much that says: the
        sum over the words of log2(documents / documents with the word), in hundredths. The most first, of equals the
        earlier. The rarest words are looked up first, and no further ones once ``READ`` entries were read."""
        asked = np.unique(np.asarray(words, np.uint32))
        asked = asked[asked < self.size]
        tail = self._in_tail(asked)
        spans = [_span(run, asked) for run in self._runs]
        held = sum((high - low for low, high in spans), np.bincount(tail[0], minlength=len(asked)))
        rarest = np.argsort(held, kind="stable")
        chosen = np.zeros(len(asked), bool)
        chosen[rarest[: int(np.searchsorted(np.cumsum(held[rarest]), READ, "right"))]] = True
        rarity = np.maximum(10.0, 100 * np.log2((self._rows + 1) / np.maximum(held, 1))).astype(np.uint32)
        parts = [(tail[1][chosen[tail[0]]], rarity[tail[0]][chosen[tail[0]]])]
        for run, (low, high) in zip(self._runs, spans, strict=True):
            parts.append(_entries(run, low[chosen], high[chosen], rarity[chosen]))
        hits, rare = (np.concatenate(part) for part in zip(*parts, strict=True))
        both = np.sort(hits.astype(np.uint64) << np.uint64(32) | rare)
        lined, total = (both >> np.uint64(32)).astype(np.uint32), np.append(0, np.cumsum(both.astype(np.uint32)))
        last = max(0, len(lined) - least + 1)
        rows = np.unique(lined[:last][lined[:last] == lined[len(lined) - last :]])
        worth = total[np.searchsorted(lined, rows, "right")] - total[np.searchsorted(lined, rows, "left")]
        worth = worth.astype(np.int64)
        best = np.lexsort((rows, -worth))[:most]
        return rows[best].astype(np.int64), worth[best]

    def _sort_in(self, words: Numbers, rows: Numbers) -> None:
        at = self._tail_first
        self._tail_first = self._rows
        if len(words) > MOST:  # many at once: cut between documents
            for part in range(0, len(words), MOST):
                until = part + MOST
                last = self._rows if until >= len(words) else int(rows[until])
                chosen = (rows >= at) & (rows < last)
                if last > at:
                    self._push(at, last - at, words[chosen], rows[chosen] - np.uint32(at))
                at = max(at, last)
            return
        documents = self._rows - at
        rows = rows - np.uint32(at)
        while self._runs and len(self._runs[-1].entries) <= len(words):
            before = self._runs[-1]
            if len(before.entries) + len(words) > MOST:
                break
            self._runs.pop()
            words = np.concatenate((_words_of(before), words))
            rows = np.concatenate((before.entries, rows + np.uint32(before.documents)))
            at, documents = before.first, documents + before.documents
        self._push(at, documents, words, rows)

    def _push(self, first: int, documents: int, words: Numbers, rows: Numbers) -> None:
        both = np.sort(words.astype(np.uint64) << np.uint64(32) | rows)
        both = both[np.append(True, both[1:] != both[:-1])]  # each word once in a document
        words, entries = (both >> np.uint64(32)).astype(np.uint32), both.astype(np.uint32)
        starts = None
        if len(entries) >= TABLED:
            counts = np.bincount(words, minlength=self.size)
            starts = np.concatenate(([0], np.cumsum(counts))).astype(np.uint32)
        self._runs.append(_Run(first, documents, entries, starts, None if starts is not None else words))

    def _in_tail(self, asked: Numbers) -> tuple[NDArray[np.int64], Numbers]:
        """Of each entry of the unsorted list with one of the words: which word, and the document."""
        if not self._held or not len(asked):
            return np.zeros(0, np.int64), np.zeros(0, np.uint32)
        words, rows = (np.concatenate(part) for part in zip(*self._tail, strict=True))
        if len(self._tail) > 64:  # so that the next look need not join them again
            self._tail = [(words, rows)]
        self._wanted[asked] = True
        hit = np.flatnonzero(self._wanted[words])
        self._wanted[asked] = False
        both = np.unique(words[hit].astype(np.uint64) << np.uint64(32) | rows[hit])
        return np.searchsorted(asked, both >> np.uint64(32)), both.astype(np.uint32)


def _words_of(run: _Run) -> Numbers:
    if run.words is not None:
        return run.words
    assert run.starts is not None
    return np.repeat(np.arange(len(run.starts) - 1, dtype=np.uint32), np.diff(run.starts))


def _span(run: _Run, asked: Numbers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """From where to where each word's documents stand in the run."""
    if run.starts is not None:
        return run.starts[asked].astype(np.int64), run.starts[asked + np.uint32(1)].astype(np.int64)
    assert run.words is not None
    return np.searchsorted(run.words, asked, "left"), np.searchsorted(run.words, asked, "right")


def _entries(
    run: _Run, low: NDArray[np.int64], high: NDArray[np.int64], rarity: Numbers
) -> tuple[Numbers, Numbers]:
    """The documents in those places, and what the word of each says."""
    lengths = high - low
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    places = np.repeat(low - (ends - lengths), lengths) + np.arange(total)
    return run.entries[places] + np.uint32(run.first), np.repeat(rarity, lengths)
