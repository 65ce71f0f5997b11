"""The trained classifier: one linear model a family, over features.py, with its own explanation.

Made by training/train.py and shipped as data; see docs/accuracy for how it was trained and measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from mingjian.core.engine.features import BITS, MAX_GRAM, gram_index, length_features, scale, symbols
from mingjian.core.engine.vocabulary import Lexemes

if TYPE_CHECKING:  # importing it costs a cold start 20 ms
    import numpy.typing as npt

Scores: TypeAlias = "npt.NDArray[np.float32]"
Index: TypeAlias = "npt.NDArray[np.int64]"
BLOCK = 4096  # units
MAX_WORDS = 6
FLOOR = 0.35  # of the strongest character's weight: below it a character is not shown as a reason


@dataclass(frozen=True)
class Model:
    """A linear model a head over known grams, lexicon classes and length.

    ``slots``: hash of a gram → its row in ``grams`` (row 0, all zero, for unknown ones); ``lexicons``: weights
    of a class's presence; ``length``: weights of the length features; ``thresholds``: the operating point of
    each head, a probability.
    """

    heads: tuple[str, ...]
    slots: npt.NDArray[np.uint32]
    grams: Scores
    lexicons: Mapping[str, Scores]
    length: Scores
    bias: Scores
    thresholds: Mapping[str, float]
    version: str

    def columns(self, prefix: str) -> dict[str, int]:
        """Heads of one kind (``family`` or ``nature``): name → column."""
        marker = f"{prefix}:"
        return {head.removeprefix(marker): i for i, head in enumerate(self.heads) if head.startswith(marker)}

    def lexicon_table(self, lexemes: Lexemes) -> Scores:
        """Weights of each lexicon's presence, by its number in a vocabulary (zero for those training knew not)."""
        table = np.zeros((len(lexemes.names), len(self.heads)), dtype=np.float32)
        for name, weights in self.lexicons.items():
            if name in lexemes.ids:
                table[lexemes.ids[name]] = weights
        return table

    def score(self, array: npt.NDArray[np.uint32], starts: Index, ends: Index) -> Scores:
        """Scaled sum of the gram weights of each unit array[start:end]: (units × heads), with length and bias."""
        if len(starts) > BLOCK:  # a book is scored in blocks, so that its grams need not all lie in memory
            blocks = []
            for begin in range(0, len(starts), BLOCK):
                some = slice(begin, begin + BLOCK)
                start, stop = int(starts[some].min()), int(ends[some].max())
                blocks.append(self.score(array[start:stop], starts[some] - start, ends[some] - start))
            return np.concatenate(blocks)
        coded = symbols(array)
        total = np.zeros((len(starts), len(self.heads)), dtype=np.float32)
        known = np.zeros(len(starts), dtype=np.float64)
        low, high = starts, ends
        for size in range(1, MAX_GRAM + 1):
            rows = self.slots[gram_index(coded, size)]
            at = np.flatnonzero(rows)
            if not len(at):
                continue
            first = np.searchsorted(at, low)
            last = np.searchsorted(at, np.maximum(high - size + 1, low))
            filled = last > first
            if not filled.any():
                continue
            weights = np.concatenate((self.grams[rows[at]], np.zeros((1, len(self.heads)), dtype=np.float32)))
            edges = np.empty(2 * int(filled.sum()), dtype=np.int64)
            edges[0::2], edges[1::2] = first[filled], last[filled]
            total[filled] += np.add.reduceat(weights, edges, axis=0)[0::2]
            known += last - first
        total *= scale(known).astype(np.float32)[:, None]
        return total + length_features(high - low) @ self.length + self.bias

    def words(
        self, text: str, array: npt.NDArray[np.uint32], start: int, end: int, column: int
    ) -> list[tuple[int, int, float]]:
        """The pieces of array[start:end] that drove a head, strongest first: (start, end, weight)."""
        coded = symbols(array[start:end])
        weight = np.zeros(end - start, dtype=np.float64)
        known = 0
        for size in range(1, MAX_GRAM + 1):
            rows = self.slots[gram_index(coded, size)]
            known += int(np.count_nonzero(rows))
            gains = self.grams[rows, column] / size
            for offset in range(size):
                weight[offset : offset + len(gains)] += gains
        weight *= float(scale(np.array([float(known)]))[0])
        floor = max(float(weight.max(initial=0.0)) * FLOOR, 1e-6)
        strong = np.flatnonzero(np.diff(np.concatenate(([0], (weight >= floor).astype(np.int8), [0]))))
        pieces = [
            (start + int(low), start + int(high), float(weight[low:high].sum()))
            for low, high in zip(strong[0::2], strong[1::2], strict=True)
            if text[start + low : start + high].strip()
        ]
        pieces.sort(key=lambda piece: -piece[2])
        return pieces[:MAX_WORDS]


def probability(logits: Scores) -> Scores:
    """Logistic of logits."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30))), dtype=np.float32)


def load_model(file: Traversable | None = None) -> Model | None:
    """The model that ships with the package, or None when it was built without one."""
    path = file or resources.files("mingjian.core.engine") / "data" / "model.npz"
    if not path.is_file():
        return None
    with resources.as_file(path) as real, np.load(real) as data:
        names = [str(name) for name in data["lexicon_names"]]
        heads = tuple(str(head) for head in data["heads"])
        weights = data["grams"].astype(np.float32) * data["scales"]
        slots = np.zeros(1 << BITS, dtype=np.uint32)
        slots[data["hashes"]] = np.arange(1, len(weights) + 1, dtype=np.uint32)
        return Model(
            heads=heads,
            slots=slots,
            grams=np.concatenate((np.zeros((1, len(heads)), dtype=np.float32), weights)),
            lexicons=dict(zip(names, data["lexicon_weights"], strict=True)),
            length=data["length_weights"],
            bias=data["bias"],
            thresholds=dict(zip(heads, map(float, data["thresholds"]), strict=True)),
            version=str(data["version"]),
        )
