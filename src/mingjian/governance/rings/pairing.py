"""All pairs inside groups, without a loop over the groups."""

from __future__ import annotations

import numpy as np

from mingjian.governance.rings.model import Ints


def pairs_within(group: Ints, member: Ints, most: int) -> tuple[Ints, Ints, Ints]:
    """(group, position of one, position of the other) for every two rows of the same group; groups with more than
    ``most`` rows are left out: what everybody shares joins nobody, and its pairs would be too many."""
    order = np.lexsort((member, group))
    names, first, counts = np.unique(group[order], return_index=True, return_counts=True)
    found: list[tuple[Ints, Ints, Ints]] = []
    for size in np.unique(counts):
        if not 2 <= size <= most:
            continue
        mine = np.flatnonzero(counts == size)
        left, right = np.triu_indices(int(size), 1)
        rows = order[first[mine][:, None] + np.arange(size)]
        found.append((np.repeat(names[mine], len(left)), rows[:, left].ravel(), rows[:, right].ravel()))
    if not found:
        none = np.zeros(0, np.int64)
        return none, none, none
    together = [np.concatenate(each) for each in zip(*found, strict=True)]
    return together[0], together[1], together[2]


def count_distinct(key: Ints, value: Ints, keys: Ints) -> Ints:
    """For each of ``keys`` (sorted, unique) how many different values stand beside it."""
    if not len(key):
        return np.zeros(len(keys), np.int64)
    pairs = np.unique(np.stack((key, value), 1), axis=0)[:, 0]
    return np.bincount(np.searchsorted(keys, pairs), minlength=len(keys)).astype(np.int64)


def components(size: int, one: Ints, other: Ints) -> Ints:
    """The number of the connected part each of ``size`` nodes lies in."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    graph = coo_matrix((np.ones(len(one), np.int8), (one, other)), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)
