"""Words for descriptions of places, so that pictures can be looked up as texts are.

A description's first and second half are each given the nearest of ``SIDES`` means, and the pair is the word
(Babenko, Lempitsky, "The Inverted Multi-Index", CVPR 2012). The means in ``data/vocabulary.npy`` were learnt by
``scripts/build_picture_words.py``.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

PROBES = 3
"""Words of a description: the nearest, and those that a small change would make of it."""
NEAR = 3
"""Means of each half that the words are made of."""


def words(described: NDArray[np.float32]) -> NDArray[np.uint32]:
    """[n, PROBES] words of descriptions [n, 128], the nearest first."""
    if not len(described):
        return np.zeros((0, PROBES), np.uint32)
    means = _means()
    rooted = rooted_of(described)
    nearest, apart = [], []
    for half in range(2):
        distance = ((means[half] ** 2).sum(axis=1) - 2 * rooted[:, half * 64 : half * 64 + 64] @ means[half].T)
        some = np.argpartition(distance, NEAR, axis=1)[:, :NEAR]
        far = np.take_along_axis(distance, some, 1)
        order = np.argsort(far, axis=1, kind="stable")
        nearest.append(np.take_along_axis(some, order, 1))
        apart.append(np.take_along_axis(far, order, 1))
    total = (apart[0][:, :, None] + apart[1][:, None, :]).reshape(len(described), -1)
    best = np.argsort(total, axis=1, kind="stable")[:, :PROBES]
    first = np.take_along_axis(nearest[0], best // NEAR, 1)
    second = np.take_along_axis(nearest[1], best % NEAR, 1)
    return np.asarray(first * means.shape[1] + second, np.uint32)


def size() -> int:
    """How many words there are."""
    return int(_means().shape[1]) ** 2


def rooted_of(described: NDArray[np.float32]) -> NDArray[np.float32]:
    """Square roots of shares (Arandjelović, Zisserman, "Three things everyone should know", CVPR 2012)."""
    total = described.sum(axis=1, keepdims=True)
    return np.asarray(np.sqrt(np.maximum(described, 0) / np.maximum(total, 1e-6)), np.float32)


@cache
def _means() -> NDArray[np.float32]:
    """[2, means, 64]."""
    with (files("mingjian.perception.reuse") / "data" / "vocabulary.npy").open("rb") as file:
        return np.asarray(np.load(file, allow_pickle=False), np.float32)
