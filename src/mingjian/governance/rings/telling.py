"""What there is to tell of a part: its material with the original and how it spread, marks, ties, who profits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mingjian.governance.rings.cadence import cadence_of
from mingjian.governance.rings.communities import densest
from mingjian.governance.rings.materials import Materials
from mingjian.governance.rings.model import Evidence, Material, Profit, Ring, Step, Tie
from mingjian.governance.rings.settings import Settings
from mingjian.governance.rings.ties import Ties
from mingjian.records.reuse.model import MATTERS

MOST_STEPS, MOST_MATERIALS, MOST_TIES = 200, 500, 2000
"""What a ring shows at most of each; the figures count all."""


@dataclass(frozen=True, slots=True)
class _Groups:
    """Positions by group, found without a walk over all of them."""

    order: np.ndarray
    names: np.ndarray

    @classmethod
    def of(cls, names: np.ndarray) -> _Groups:
        order = np.argsort(names, kind="stable")
        return cls(order, names[order])

    def rows(self, name: int) -> np.ndarray:
        return self.order[np.searchsorted(self.names, name) : np.searchsorted(self.names, name, "right")]


class Teller:
    """Tells of parts of one body of evidence."""

    def __init__(self, known: Evidence, shown: Materials, ties: Ties, settings: Settings) -> None:
        self._known, self._shown, self._ties, self._settings = known, shown, ties, settings
        self._by_account = _Groups.of(shown.account)
        self._by_material = _Groups.of(shown.every_material)
        self._tied = _Groups.of(ties.one)
        self._posts = _Groups.of(known.by)
        self._marked = _Groups.of(known.mark_account)

    def tell(self, part: Sequence[int]) -> Ring:
        """A ring without its confidence."""
        known, members = self._known, set(part)
        ties = self._ties_of(part, members)
        graph: dict[int, dict[int, float]] = {account: {} for account in part}
        for row in ties:
            one, other, weight = int(self._ties.one[row]), int(self._ties.other[row]), float(self._ties.weight[row])
            graph[one][other] = graph[other][one] = weight
        core, density = densest(graph)
        strength = {account: sum(near.values()) for account, near in graph.items()}
        materials, posts = self._materials(part, members)
        times = known.at[posts] if len(posts) else known.at[:0]
        cases = [material.steps[0].at for material in materials]
        return Ring(
            accounts=tuple(known.accounts[one] for one in sorted(part, key=lambda one: (-strength[one], one))),
            core=tuple(known.accounts[one] for one in core),
            posts=tuple(known.posts[post] for post in posts.tolist()),
            since=int(times.min()) if len(times) else 0, until=int(times.max()) if len(times) else 0,
            materials=tuple(materials), marks=self._marks(part),
            ties=tuple(self._told(row) for row in ties[:MOST_TIES]),
            profit=self._profit(posts, part), cadence=cadence_of(cases, self._settings), density=density,
            confidence=0.0, reasons=(),
        )  # fmt: skip

    def _ties_of(self, part: Sequence[int], members: set[int]) -> list[int]:
        rows = [row for account in part for row in self._tied.rows(account).tolist()
                if int(self._ties.other[row]) in members and self._ties.weight[row] > 0]  # fmt: skip
        return sorted(rows, key=lambda row: (-float(self._ties.weight[row]), row))

    def _told(self, row: int) -> Tie:
        ties, known = self._ties, self._known
        one, other = int(ties.one[row]), int(ties.other[row])
        shared = self._marks_of(one) & self._marks_of(other)
        return Tie(
            known.accounts[one], known.accounts[other], round(float(ties.weight[row]), 3), int(ties.materials[row]),
            tuple(sorted({known.marks[mark][0] for mark in shared})), bool(ties.same[row]),
            round(float(ties.lockstep[row]), 3),
        )  # fmt: skip

    def _marks_of(self, account: int) -> set[int]:
        return set(self._known.mark_value[self._marked.rows(account)].tolist())

    def _marks(self, part: Sequence[int]) -> tuple[tuple[str, str, int], ...]:
        counted = Counter(mark for account in part for mark in self._marks_of(account))
        holders = np.bincount(self._known.mark_value, minlength=len(self._known.marks)) if counted else None
        found = []
        for mark, count in counted.items():
            # What others hold more often than the ring does is not the ring's.
            if count >= 2 and holders is not None and count * 2 >= holders[mark]:
                kind, value = self._known.marks[mark]
                found.append((kind, value, count))
        return tuple(sorted(found, key=lambda one: (-one[2], one)))

    def _materials(self, part: Sequence[int], members: set[int]) -> tuple[list[Material], np.ndarray]:
        """The materials at least two of the part show, the most shown first; and the posts that show them, by time."""
        shown, known = self._shown, self._known
        counted: Counter[int] = Counter()
        for account in part:
            counted.update(shown.material[self._by_account.rows(account)].tolist())
        found: list[Material] = []
        posts: list[np.ndarray] = []
        for material, count in sorted(counted.items(), key=lambda one: (-one[1], one[0])):
            if count < 2:
                continue
            rows = shown.every_post[self._by_material.rows(material)]
            rows = rows[np.lexsort((rows, known.at[rows]))]
            inside = np.array([int(by) in members for by in known.by[rows]], np.bool_)
            posts.append(rows[inside])
            if len(found) >= MOST_MATERIALS:
                continue
            first = self._step(int(rows[0]))
            steps = tuple(self._step(int(post)) for post in rows[inside][:MOST_STEPS])
            found.append(Material(
                MATTERS[int(shown.matter[material])], steps, first, bool(inside[0]), count,
                int(shown.accounts[material]) - count, bool(shown.openly[material]),
                round(float(shown.weight[material]), 3),
            ))  # fmt: skip
        every = np.unique(np.concatenate(posts)) if posts else np.zeros(0, np.int64)
        return found, every[np.lexsort((every, known.at[every]))]

    def _step(self, post: int) -> Step:
        known = self._known
        return Step(known.posts[post], known.accounts[int(known.by[post])], int(known.at[post]))

    def _profit(self, posts: np.ndarray, part: Sequence[int]) -> tuple[Profit, ...]:
        """Institutions that the shared posts name; where these name none, those that the accounts are known to speak
        for."""
        known = self._known
        named = known.institution[posts] if len(posts) else known.institution[:0]
        named = named[named >= 0]
        if not len(named):
            named = known.home[np.array(part, np.int64)]
            named = named[named >= 0]
        everything = max(1, int(known.usual.sum()))
        found = []
        for institution, count in Counter(named.tolist()).most_common(5):
            share = count / len(named)
            usual = max(int(known.usual[institution]), 1) / everything
            found.append(Profit(known.institutions[institution], count, round(share, 4), round(share / usual, 2)))
        return tuple(found)
