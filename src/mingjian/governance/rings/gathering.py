"""Gathering evidence one piece after another into columns."""

from __future__ import annotations

from array import array

import numpy as np

from mingjian.governance.rings.model import Evidence
from mingjian.records.reuse.model import MATTERS


class Gathering:
    """Takes accounts, posts, likenesses, marks and lockstep in any order that names a post before its pairs. Posts
    that are like no other need not be given: how many accounts and posts there are beside them is told apart."""

    def __init__(self) -> None:
        self._accounts: dict[str, int] = {}
        self._kinds: list[str | None] = []
        self._homes: list[str | None] = []
        self._posts: dict[str, int] = {}
        self._by, self._at, self._named = array("q"), array("q"), array("q")
        self._institutions: dict[str, int] = {}
        self._one, self._other, self._matter, self._strength = array("q"), array("q"), array("q"), array("d")
        self._marks: dict[tuple[str, str], int] = {}
        self._held: set[tuple[int, int]] = set()
        self._locks: dict[tuple[int, int], float] = {}
        self._everybody = 0
        self._usual: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._by)

    def __contains__(self, post: object) -> bool:
        return post in self._posts

    def account(self, id: str, kind: str | None = None, institution: str | None = None) -> int:
        """An account's index; what is said of it later wins over nothing."""
        at = self._accounts.setdefault(id, len(self._accounts))
        if at == len(self._kinds):
            self._kinds.append(kind)
            self._homes.append(institution)
        if kind is not None:
            self._kinds[at] = kind
        if institution is not None:
            self._homes[at] = institution
        return at

    def post(self, id: str, account: str, at: int, institution: str | None = None, kind: str | None = None) -> None:
        """A post; the first one of an id counts."""
        if id in self._posts:
            return
        self._posts[id] = len(self._posts)
        self._by.append(self.account(account, kind))
        self._at.append(at)
        self._named.append(-1 if institution is None else self._institution(institution))

    def likeness(self, one: str, other: str, matter: str, strength: float) -> bool:
        """A verified pair; False when a post of it is not known."""
        left, right = self._posts.get(one), self._posts.get(other)
        if left is None or right is None or left == right:
            return False
        self._one.append(left)
        self._other.append(right)
        self._matter.append(MATTERS.index(matter))
        self._strength.append(strength)
        return True

    def mark(self, account: str, kind: str, value: str) -> None:
        """An account has a mark."""
        self._held.add((self.account(account), self._marks.setdefault((kind, value), len(self._marks))))

    def lockstep(self, one: str, other: str, strength: float) -> None:
        """Two accounts acted together (0 to 1); the strongest sight counts."""
        left, right = sorted((self.account(one), self.account(other)))
        if left != right:
            self._locks[left, right] = max(strength, self._locks.get((left, right), 0.0))

    def population(self, accounts: int) -> None:
        """How many accounts there are in all."""
        self._everybody = accounts

    def naming(self, institution: str, posts: int) -> None:
        """How many posts in all name an institution."""
        self._usual[institution] = posts

    def _institution(self, id: str) -> int:
        return self._institutions.setdefault(id, len(self._institutions))

    def evidence(self) -> Evidence:
        """The columns."""
        home = [-1 if one is None else self._institution(one) for one in self._homes]
        seen = np.array(self._named, np.int64)
        counted = np.bincount(seen[seen >= 0], minlength=len(self._institutions))
        usual = [max(self._usual.get(one, 0), int(here)) for one, here in zip(self._institutions, counted, strict=True)]
        held = np.array(sorted(self._held), np.int64).reshape(-1, 2)
        locks = np.array(sorted(self._locks), np.int64).reshape(-1, 2)
        return Evidence(
            tuple(self._accounts), tuple(self._kinds), tuple(self._institutions), np.array(home, np.int64),
            tuple(self._posts), np.array(self._by, np.int64), np.array(self._at, np.int64),
            seen, np.array(self._one, np.int64), np.array(self._other, np.int64),
            np.array(self._matter, np.int64), np.array(self._strength, np.float64), tuple(self._marks),
            held[:, 0], held[:, 1], locks[:, 0], locks[:, 1],
            np.array([self._locks[left, right] for left, right in locks.tolist()], np.float64),
            max(self._everybody, len(self._accounts)), np.array(usual, np.int64),
        )  # fmt: skip
