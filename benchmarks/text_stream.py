"""Any number of notes of 250 characters, made as they are read: a second-order Markov chain over the sentences of
training/data, and among them copies of earlier notes with a fifth of their characters changed and their halves
swapped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from text_notes import sentences

if TYPE_CHECKING:
    import numpy.typing as npt

I64: TypeAlias = "npt.NDArray[np.int64]"
LENGTH = 250
BLOCK = 4096
CHANGED = 0.2
COPIES = 0.03
"""Of all notes."""
ORIGINALS = 4
"""Notes of a block that are copied later."""


@dataclass
class Stream:
    """Batches of texts. ``ring[n]``: the note that note n was copied from, or itself."""

    count: int
    seed: int = 5
    ring: list[I64] = field(default_factory=list)

    def batches(self, size: int = 256) -> Iterator[list[str]]:
        rng = np.random.default_rng(self.seed)
        corpus = np.frombuffer("".join(f"{text}。" for text in sentences()[1]).encode("utf-32-le"), np.uint32)
        pair = corpus[:-1].astype(np.int64) << 21 | corpus[1:]
        order = np.argsort(pair, kind="stable")
        ordered = pair[order]
        low = np.searchsorted(ordered, pair, "left")
        ways = np.searchsorted(ordered, pair, "right") - low
        kept = np.zeros((0, LENGTH), np.uint32)
        numbers = np.zeros(0, np.int64)
        for first in range(0, self.count, BLOCK):
            at = rng.integers(0, len(pair) - 1, BLOCK)
            notes = np.empty((BLOCK, LENGTH), np.uint32)
            for place in range(LENGTH):
                notes[:, place] = corpus[at]
                at = order[low[at] + (rng.random(BLOCK) * ways[at]).astype(np.int64)] + 1
                at[at >= len(pair)] = 0
            ring = np.arange(first, first + BLOCK)
            if len(kept):
                rows = np.flatnonzero(rng.random(BLOCK) < COPIES)
                source = rng.integers(0, len(kept), len(rows))
                notes[rows] = self._copied(rng, kept[source], corpus)
                ring[rows] = numbers[source]
            own = np.flatnonzero(ring == np.arange(first, first + BLOCK))[:ORIGINALS]
            kept = np.concatenate((kept, notes[own]))
            numbers = np.concatenate((numbers, first + own))
            size_here = min(BLOCK, self.count - first)
            self.ring.append(ring[:size_here])
            texts = [row.tobytes().decode("utf-32-le") for row in notes[:size_here]]
            yield from (texts[start : start + size] for start in range(0, size_here, size))

    @staticmethod
    def _copied(rng: np.random.Generator, notes: npt.NDArray[np.uint32], corpus: npt.NDArray[np.uint32]) -> I64:
        changed = rng.random(notes.shape) < CHANGED
        notes = np.where(changed, corpus[rng.integers(0, len(corpus), notes.shape)], notes)
        return np.roll(notes, LENGTH // 2, axis=1)
