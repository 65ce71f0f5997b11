"""Ties: how many pieces of evidence join two accounts.

A material that few show is about one piece, one that all show is none; several materials shown in one and the same
post are one occasion, so that a note copied whole (its picture and its words) does not count twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mingjian.governance.rings.materials import Materials
from mingjian.governance.rings.model import Evidence, Floats, Ints
from mingjian.governance.rings.pairing import count_distinct, pairs_within
from mingjian.governance.rings.settings import Settings


@dataclass(frozen=True, slots=True)
class Ties:
    """Of each pair of accounts ``one`` < ``other``: pieces from ``reuse``, ``marks``, ``lockstep``; ``materials`` how
    many they share; ``same`` whether both name one institution; ``weight`` all together. Rows (``row_one``,
    ``row_other``, ``row_post``, ``row_counterpart``, ``row_weight``) are the single sights of reuse. ``home``: the
    institution of each account
    it speaks for (-1: none)."""

    one: Ints
    other: Ints
    weight: Floats
    reuse: Floats
    marks: Floats
    lockstep: Floats
    materials: Ints
    same: Ints
    row_one: Ints
    row_other: Ints
    row_post: Ints
    row_counterpart: Ints
    row_weight: Floats
    home: Ints


def ties_of(known: Evidence, shown: Materials, settings: Settings) -> Ties:
    """Every pair of accounts that anything joins."""
    size = max(1, len(known.accounts))
    material, left, right = pairs_within(shown.material, shown.account, settings.most_shared)
    a, b = shown.account[left], shown.account[right]
    swap = a > b
    a, b = np.where(swap, b, a), np.where(swap, a, b)
    post = np.where(swap, shown.post[right], shown.post[left])
    counterpart = np.where(swap, shown.post[left], shown.post[right])
    weight = shown.weight[material]
    key = a * size + b
    marked, mark_weight = _marked(known, settings, size)
    locked = known.lock_one * size + known.lock_other
    keys = np.unique(np.concatenate((key, marked, locked)))
    place = np.searchsorted(keys, key)
    reuse: Floats = np.bincount(place, weight, len(keys)).astype(np.float64)
    materials = np.bincount(place, minlength=len(keys)).astype(np.int64)
    occasions = np.minimum(count_distinct(key, post, keys), count_distinct(key, counterpart, keys))
    reuse = reuse * np.minimum(1.0, occasions / np.maximum(materials, 1))
    marks: Floats = np.bincount(np.searchsorted(keys, marked), mark_weight, len(keys)).astype(np.float64)
    seen = known.lock_strength * settings.lockstep
    lockstep: Floats = np.bincount(np.searchsorted(keys, locked), seen, len(keys)).astype(np.float64)
    one, other = keys // size, keys % size
    home = homes(known)
    same = ((home[one] == home[other]) & (home[one] >= 0)).astype(np.int64)
    together: Floats = reuse + marks + lockstep
    # One common thing and one common clinic is what any two of its patients may have; it takes a second piece.
    together += settings.institution * same * (reuse > 0) * ((occasions >= 2) | (marks + lockstep > 0))
    return Ties(one, other, together, reuse, marks, lockstep, materials, same, a, b, post, counterpart, weight,
                home)  # fmt: skip


def _marked(known: Evidence, settings: Settings, size: int) -> tuple[Ints, Floats]:
    """Pairs that share a mark, by their key, and how much it is: a mark of many is less than one of two."""
    mark, left, right = pairs_within(known.mark_value, known.mark_account, settings.most_shared)
    a, b = known.mark_account[left], known.mark_account[right]
    holders = np.bincount(known.mark_value, minlength=len(known.marks))
    base = np.array([settings.marks[kind] for kind, _ in known.marks], np.float64)
    everybody = np.log(max(3, known.everybody))
    worth = base * np.clip(1 - np.log(np.maximum(holders, 1) / 2) / everybody, 0.05, 1)
    return np.minimum(a, b) * size + np.maximum(a, b), worth[mark] if len(mark) else np.zeros(0)


def homes(known: Evidence) -> Ints:
    """The institution each account speaks for: what is said of it, else what most of its posts name (-1: none)."""
    found = known.home.copy()
    named = known.institution >= 0
    if named.any():
        rows, counts = np.unique(np.stack((known.by[named], known.institution[named]), 1), axis=0, return_counts=True)
        order = np.lexsort((-rows[:, 1], counts))  # the most last; of equals the one known first
        top = np.full(len(known.accounts), -1, np.int64)
        top[rows[order, 0]] = rows[order, 1]
        found = np.where(found >= 0, found, top)
    return found
