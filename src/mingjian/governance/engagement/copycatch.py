"""CopyCatch: groups of accounts that hit the same items, each item within its own window of time.

Beutel, Xu, Guruswami, Palow, Faloutsos, "CopyCatch: Stopping Group Attacks by Spotting Lockstep Behavior in Social
Networks", WWW 2013: near-bipartite cores coherent in time, found from seeds by turns: the windows given the accounts,
the accounts given the windows. Seeds are the most crowded windows instead of random ones.
"""

from __future__ import annotations

import numpy as np

from mingjian.governance.engagement.log import ACTIONS, Flags, Ints, Log
from mingjian.governance.engagement.model import Group
from mingjian.governance.engagement.settings import Settings
from mingjian.governance.engagement.windows import Keyed

_TURNS = 8


def copycatch(log: Log, settings: Settings) -> list[Group]:
    """Groups, action by action; accounts of one found are not looked for in the next."""
    found: list[Group] = []
    own = settings.of("copycatch")
    for action in ACTIONS:
        keyed = Keyed(log, log.of(action), int(own["window_minutes"] * 60))
        keyed.prune(len(log.actors), settings.least_actors, int(own["least_items"]))
        if len(keyed):
            found += _Search(log, keyed, settings, action).groups()
    return found


class _Search:
    def __init__(self, log: Log, keyed: Keyed, settings: Settings, action: str) -> None:
        self.log, self.keyed, self.settings, self.action = log, keyed, settings, action
        own = settings.of("copycatch")
        self.items, self.share, self.seeds = int(own["least_items"]), own["share"], int(own["seeds"])
        self.by_actor = np.argsort(keyed.actor, kind="stable")
        self.ends = np.searchsorted(keyed.actor[self.by_actor], np.arange(len(log.actors) + 1))
        self.taken: Flags = np.zeros(len(log.actors), bool)

    def groups(self) -> list[Group]:
        found = []
        near = self.keyed.neighbours()
        tried: set[tuple[int, int]] = set()
        for seed in np.argsort(-near, kind="stable").tolist():
            if len(tried) >= self.seeds:
                break
            place = int(self.keyed.item[seed]), int(self.keyed.at[seed]) // self.keyed.window
            if place in tried or self.taken[self.keyed.actor[seed]]:
                continue
            tried.add(place)
            members = self._grow(seed)
            if len(members) >= self.settings.least_actors:
                self.taken[members] = True
                found.append(self._group(members))
        return found

    def _grow(self, seed: int) -> Ints:
        keyed = self.keyed
        low = np.searchsorted(keyed.key, keyed.key[seed] - keyed.window // 2, "left")
        high = np.searchsorted(keyed.key, keyed.key[seed] + keyed.window // 2, "right")
        members = np.unique(keyed.actor[low:high])
        members = members[~self.taken[members]]
        for _ in range(_TURNS):
            if len(members) < self.settings.least_actors:
                return members
            inside = self._windows(members)
            now = self._members(inside)
            if np.array_equal(now, members):
                break
            members = now
        return members

    def _windows(self, members: Ints) -> list[tuple[int, int]]:
        """The stretches of events (from, to) that hold most members, one an item, the fullest items."""
        keyed = self.keyed
        flags = np.zeros(len(self.log.actors), bool)
        flags[members] = True
        places = np.sort(np.concatenate([self.by_actor[self.ends[one] : self.ends[one + 1]] for one in members]))
        key, item = keyed.key[places], keyed.item[places]
        count = np.searchsorted(key, key + keyed.window, "right") - np.arange(len(key))
        best: dict[int, tuple[int, int]] = {}
        for at in np.argsort(count, kind="stable").tolist():
            best[int(item[at])] = (int(count[at]), int(key[at]))  # the last one of an item is its fullest
        fullest = sorted(best.values(), reverse=True)[: self.items]
        return [(int(np.searchsorted(keyed.key, start, "left")),
                 int(np.searchsorted(keyed.key, start + keyed.window, "right"))) for _, start in fullest]  # fmt: skip

    def _members(self, windows: list[tuple[int, int]]) -> Ints:
        hits = np.concatenate([np.unique(self.keyed.actor[low:high]) for low, high in windows])
        actors, count = np.unique(hits, return_counts=True)
        enough = count >= max(2, int(np.ceil(self.share * self.items)))
        return np.asarray(actors[enough & ~self.taken[actors]])

    def _group(self, members: Ints) -> Group:
        crowd = self.keyed.crowded(members, len(self.log.actors), self.settings.least_actors)
        items = np.unique(self.keyed.item[crowd])
        score = float(len(members) * np.log2(1 + len(items)))
        return Group("copycatch", members, items, np.sort(self.keyed.events[crowd]), score,
                     {"action": self.action, "actors": len(members), "items": len(items),
                      "window_minutes": self.keyed.window // 60})  # fmt: skip
