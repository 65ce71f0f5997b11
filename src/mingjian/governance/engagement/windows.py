"""Events of the same item close in time: the ground of every method that goes by times. Pure numpy."""

from __future__ import annotations

import numpy as np

from mingjian.governance.engagement.log import Ints, Log


class Keyed:
    """Events of one action, each actor once an item (the first), sorted by item and time. ``events`` are places in
    the log; ``key`` rises with item and second, so that a stretch of keys is a stretch of time of one item."""

    def __init__(self, log: Log, events: Ints, window: int) -> None:
        order = events[np.lexsort((log.at[events], log.item[events], log.actor[events]))]
        first = np.ones(len(order), bool)
        first[1:] = (log.actor[order][1:] != log.actor[order][:-1]) | (log.item[order][1:] != log.item[order][:-1])
        order = order[first]
        order = order[np.lexsort((log.at[order], log.item[order]))]
        self.window = window
        start = int(log.at[order].min()) if len(order) else 0
        span = (int(log.at[order].max()) - start if len(order) else 0) + 2 * window + 2
        self._set(order, log.actor[order], log.item[order], log.at[order],
                  log.item[order] * span + (log.at[order] - start))  # fmt: skip

    def _set(self, events: Ints, actor: Ints, item: Ints, at: Ints, key: Ints) -> None:
        self.events, self.actor, self.item, self.at, self.key = events, actor, item, at, key

    def __len__(self) -> int:
        return len(self.events)

    def keep(self, flags: np.ndarray) -> None:
        """Go on with some only."""
        self._set(self.events[flags], self.actor[flags], self.item[flags], self.at[flags], self.key[flags])

    def neighbours(self) -> Ints:
        """Of each event, how many others are on the same item within the window before and after."""
        right = np.searchsorted(self.key, self.key + self.window, "right")
        left = np.searchsorted(self.key, self.key - self.window, "left")
        return right - left - 1

    def prune(self, actors: int, least_actors: int, least_items: int) -> None:
        """Take away, again and again, events with too few others near and actors with too few items left: no group
        of that size is lost by it."""
        while len(self):
            flags = self.neighbours() >= least_actors - 1
            many = np.bincount(self.actor[flags], minlength=actors) >= least_items
            flags &= many[self.actor]
            if flags.all():
                return
            self.keep(flags)

    def crowded(self, members: Ints, actors: int, least: int) -> np.ndarray:
        """Which events are of members with at least ``least - 1`` other members near them."""
        flags = np.zeros(actors, bool)
        flags[members] = True
        mine = np.flatnonzero(flags[self.actor])
        key = self.key[mine]
        near = np.searchsorted(key, key + self.window, "right") - np.searchsorted(key, key - self.window, "left") - 1
        found = np.zeros(len(self), bool)
        found[mine[near >= least - 1]] = True
        return found
