"""Small tools over pairs: cores and components. numpy, and scipy for components."""

from __future__ import annotations

import numpy as np

from mingjian.governance.engagement.log import Flags, Ints


def core(one: Ints, other: Ints, size: int, least: int) -> Flags:
    """Which of ``size`` points are left when those with fewer than ``least`` neighbours are taken away again and again
    (the k-core; Seidman, "Network structure and minimum degree", 1983)."""
    alive = np.ones(size, bool)
    while True:
        inside = alive[one] & alive[other]
        degree = np.bincount(one[inside], minlength=size) + np.bincount(other[inside], minlength=size)
        now = alive & (degree >= least)
        if np.array_equal(now, alive):
            return alive
        alive = now


def components(one: Ints, other: Ints, size: int) -> Ints:
    """The number of the component of each of ``size`` points."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(one), np.int8), (one, other)), shape=(size, size))
    labels: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels


def grouped(labels: Ints) -> list[Ints]:
    """The places of each label, in the order of labels."""
    order = np.argsort(labels, kind="stable")
    edges = np.flatnonzero(np.diff(labels[order])) + 1
    return np.split(order, edges) if len(order) else []
