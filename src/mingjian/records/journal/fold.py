"""How events become state: each noun registers what an event of a kind does to its tables.

A fold sees the event and the store, never the clock or chance, so that refolding the journal gives the same tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

import sqlalchemy as sa

from mingjian.records.journal.model import Recorded
from mingjian.records.storage.database import Tx

Fold = Callable[[Tx, Sequence[Recorded]], None]
_FOLDS: dict[str, list[Fold]] = {}
_PROJECTIONS: list[sa.Table] = []


def folds(*kinds: str) -> Callable[[Fold], Fold]:
    """Register a function that folds runs of events of one of these kinds, in order."""

    def register(function: Fold) -> Fold:
        for kind in kinds:
            _FOLDS.setdefault(kind, []).append(function)
        return function

    return register


def projection(*tables: sa.Table) -> None:
    """Say that these tables hold nothing but what folds make."""
    _PROJECTIONS.extend(tables)


def projections() -> tuple[sa.Table, ...]:
    """The tables that refolding makes anew, in the order they were said."""
    return tuple(_PROJECTIONS)


def known_kinds() -> frozenset[str]:
    """The kinds of event that somebody folds."""
    return frozenset(_FOLDS)


def fold(tx: Tx, events: Sequence[Recorded]) -> None:
    """Fold events, in order; neighbours of one kind together."""
    for kind, run in groupby(events, key=lambda event: event.kind):
        together = list(run)
        for function in _FOLDS.get(kind, ()):
            function(tx, together)
