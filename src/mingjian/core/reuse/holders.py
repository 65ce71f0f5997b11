"""Which rows hold an anchor: sorted runs that are merged as they grow (O'Neil et al., The log-structured merge-tree,
Acta Informatica 1996), so that adding never rebuilds. Eight bytes for each anchor of each row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mingjian.core.reuse.grams import U32, U64

if TYPE_CHECKING:
    import numpy.typing as npt

FRESH = 1 << 16
"""Entries that are kept in a dictionary before they are sorted."""
EARLIEST = 512
"""Rows of an anchor that a search looks at in each run, the earliest: what stands in more is in everybody's mouth, or
the earliest of a large ring are among them."""
LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)


class Holders:
    """Rows (below 2**32) by anchor. Rows must be added in ascending order. Not safe to change from two threads."""

    def __init__(self) -> None:
        self._runs: list[U64] = []
        self._fresh: dict[int, list[int]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count + sum(map(len, self._runs))

    @property
    def nbytes(self) -> int:
        """Of the sorted runs."""
        return sum(run.nbytes for run in self._runs)

    def add(self, anchors: U32, row: int) -> None:
        """``row`` holds each of ``anchors``."""
        for anchor in anchors.tolist():
            self._fresh.setdefault(anchor, []).append(row)
        self._count += len(anchors)
        if self._count >= FRESH:
            self._settle()

    def add_many(self, anchors: U32, rows: U32) -> None:
        """The same of many rows, which must be later than all that were added."""
        self._settle()
        if len(anchors):
            self._push(np.sort(anchors.astype(np.uint64) << HALF | rows.astype(np.uint64)))

    def find(self, anchors: U32) -> tuple[npt.NDArray[np.int64], U32]:
        """(place in ``anchors``, row) of every entry, and never more than EARLIEST rows of an anchor in a run."""
        places = np.arange(len(anchors))
        key = anchors.astype(np.uint64) << HALF
        entries: list[U64] = []
        sizes: list[npt.NDArray[np.int64]] = []
        for run in self._runs:
            low, high = np.searchsorted(run, key), np.searchsorted(run, key | LOW, "right")
            size = np.minimum(high - low, EARLIEST)
            # Slices, not one index of all places: copied in one go, they take a third of the time.
            entries += [run[at : at + many] for at, many in zip(low.tolist(), size.tolist(), strict=True) if many]
            sizes.append(size)
        fresh = [self._fresh.get(anchor, ())[:EARLIEST] for anchor in anchors.tolist()]
        entries.append(np.array([row for found in fresh for row in found], np.uint64))
        sizes.append(np.array([len(found) for found in fresh], np.int64))
        place = np.repeat(np.tile(places, len(sizes)), np.concatenate(sizes))
        return place, np.concatenate(entries).astype(np.uint32)  # the lower half of each

    def _settle(self) -> None:
        if not self._fresh:
            return
        sizes = [len(rows) for rows in self._fresh.values()]
        keys = np.repeat(np.fromiter(self._fresh, np.uint64, len(self._fresh)), sizes)
        rows = np.fromiter((row for found in self._fresh.values() for row in found), np.uint64, len(keys))
        self._fresh, self._count = {}, 0
        self._push(np.sort(keys << HALF | rows))

    def _push(self, run: U64) -> None:
        """Runs stay in the order of their rows, and each is at least twice as long as the next."""
        while self._runs and len(self._runs[-1]) < 2 * len(run):
            run = np.sort(np.concatenate((self._runs.pop(), run)), kind="stable")  # merges what is sorted already
        self._runs.append(run)
