"""The trained classifier: one linear model a family, over features.py, with its own explanation.

Made by training/train.py and shipped as data; see docs/accuracy for how it was trained and measured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable

import numpy as np
import numpy.typing as npt

from mingjian.core.engine.features import MAX_GRAM, gram_index, scale, symbols

Scores = npt.NDArray[np.float32]
MAX_WORDS = 6


@dataclass(frozen=True)
class Model:
    """Weights (rows of hashed grams × heads), weights of lexicon classes, bias, and operating points."""

    heads: tuple[str, ...]
    grams: Scores
    lexicons: Mapping[str, Scores]
    bias: Scores
    thresholds: Mapping[str, float]
    version: str

    def columns(self, prefix: str) -> dict[str, int]:
        """Heads of one kind (``family`` or ``nature``): name → column."""
        marker = f"{prefix}:"
        return {head.removeprefix(marker): i for i, head in enumerate(self.heads) if head.startswith(marker)}

    def score(self, array: npt.NDArray[np.uint32], starts: Sequence[int], ends: Sequence[int]) -> Scores:
        """Sum of gram weights of each unit array[start:end], scaled by length: (units × heads), no bias."""
        coded = symbols(array)
        units = len(starts)
        total = np.zeros((units, len(self.heads)), dtype=np.float32)
        low, high = np.asarray(starts), np.asarray(ends)
        for size in range(1, MAX_GRAM + 1):
            index = gram_index(coded, size)
            if not len(index):
                break
            rows = np.concatenate((self.grams[index], np.zeros((1, len(self.heads)), dtype=np.float32)))
            last = np.minimum(high - size + 1, len(index))
            real = last > low
            if not real.any():
                continue
            edges = np.empty(2 * int(real.sum()), dtype=np.int64)
            edges[0::2], edges[1::2] = low[real], last[real]
            total[real] += np.add.reduceat(rows, edges, axis=0)[0::2]
        return total * scale((high - low).astype(np.float64)).astype(np.float32)[:, None]

    def words(self, text: str, array: npt.NDArray[np.uint32], start: int, end: int, column: int) -> list[tuple[int, int, float]]:
        """The pieces of array[start:end] that drove a head, strongest first: (start, end, weight)."""
        coded = symbols(array[start:end])
        weight = np.zeros(end - start, dtype=np.float64)
        for size in range(1, MAX_GRAM + 1):
            index = gram_index(coded, size)
            gains = self.grams[index, column] / size
            for offset in range(size):
                weight[offset : offset + len(gains)] += gains
        weight *= float(scale(np.array([float(end - start)]))[0])
        floor = max(weight.max() * 0.35, 1e-6) if len(weight) else 1.0
        pieces, at = [], 0
        while at < len(weight):
            if weight[at] < floor:
                at += 1
                continue
            stop = at
            while stop < len(weight) and weight[stop] >= floor:
                stop += 1
            pieces.append((start + at, start + stop, float(weight[at:stop].sum())))
            at = stop
        pieces = [p for p in pieces if text[p[0] : p[1]].strip()]
        pieces.sort(key=lambda p: -p[2])
        return pieces[:MAX_WORDS]


def probability(logits: Scores) -> Scores:
    """Logistic of logits."""
    return 1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30)))


def load_model(file: Traversable | None = None) -> Model | None:
    """The model that ships with the package, or None when it was built without one."""
    path = file or resources.files("mingjian.core.engine") / "data" / "model.npz"
    if not path.is_file():
        return None
    with resources.as_file(path) as real, np.load(real) as data:
        scales = data["scales"].astype(np.float32)
        names = [str(name) for name in data["lexicon_names"]]
        return Model(
            heads=tuple(str(head) for head in data["heads"]),
            grams=data["grams"].astype(np.float32) * scales,
            lexicons=dict(zip(names, data["lexicon_weights"], strict=True)),
            bias=data["bias"],
            thresholds=dict(zip(map(str, data["heads"]), map(float, data["thresholds"]), strict=True)),
            version=str(data["version"]),
        )
