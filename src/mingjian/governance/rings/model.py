"""The nouns of finding rings: what is known (columns, so that a million posts fit), and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
MARK_KINDS = ("contact", "device", "payment")
"""What two accounts may share besides what they show. The values are digests or opaque words, never a number that
could be dialled."""
OWN_NAME = frozenset({"institution", "physician", "media", "government", "platform"})
"""Kinds of account that speak in their own name: what they hand out may be shown by many without anybody hiding."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known, by index. Of post p: ``by[p]`` its account, ``at[p]`` microseconds, ``institution[p]`` the
    institution it names (-1: none). Pair q: post ``one[q]`` shows what post ``other[q]`` shows; ``matter[q]`` indexes
    records.reuse.model.MATTERS, ``strength[q]`` says how surely (0 to 1). Account ``mark_account[k]`` has mark
    ``mark_value[k]``. Accounts ``lock_one[r]`` and ``lock_other[r]`` were seen in lockstep. ``everybody`` counts the
    accounts there are, seen here or not; ``usual[i]`` the posts there are that name institution i."""

    accounts: tuple[str, ...]
    kinds: tuple[str | None, ...]
    institutions: tuple[str, ...]
    home: Ints
    posts: tuple[str, ...]
    by: Ints
    at: Ints
    institution: Ints
    one: Ints
    other: Ints
    matter: Ints
    strength: Floats
    marks: tuple[tuple[str, str], ...]
    mark_account: Ints
    mark_value: Ints
    lock_one: Ints
    lock_other: Ints
    lock_strength: Floats
    everybody: int
    usual: Ints


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a ring is believed: ``word`` (words.REASONS), its figures, and how many points of log-odds it gives."""

    word: str
    points: float
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cadence:
    """How regularly new material comes. ``per_day``: the middle number of cases on days with any; ``per_month``: cases
    in thirty days over the days watched; ``regular``: the share of active days with exactly ``per_day``;
    ``dispersion``: variance over mean of the daily counts (1: by chance, far below 1: to a plan); ``fits`` whether
    it is the pace agencies sell (settings)."""

    days: int
    active: int
    cases: int
    per_day: float
    per_month: float
    regular: float
    dispersion: float
    fits: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A post that shows the material: by whom and when; the first step is the original as far as is known."""

    post: str
    account: str
    at: int


@dataclass(frozen=True, slots=True)
class Material:
    """One picture, clip or story as the ring shows it. ``steps`` in order of time; ``outside`` counts accounts
    beyond the ring that show it too; ``original`` may lie outside of the ring."""

    matter: str
    steps: tuple[Step, ...]
    original: Step
    original_inside: bool
    accounts: int
    outside: int
    openly: bool
    weight: float


@dataclass(frozen=True, slots=True)
class Tie:
    """Two accounts of a ring: how much joins them, in pieces of evidence."""

    one: str
    other: str
    weight: float
    materials: int
    marks: tuple[str, ...]
    same_institution: bool
    lockstep: float


@dataclass(frozen=True, slots=True)
class Profit:
    """Who gains: the institution that the ring's posts name. ``share`` of them do; ``lift`` is how many times the
    share among all posts that is."""

    institution: str
    posts: int
    share: float
    lift: float


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring as it was found. Accounts by how strongly they belong; ``core`` is the densest part (Charikar);
    ``posts`` are those that show shared material; ``marks`` what at least two of the accounts share."""

    accounts: tuple[str, ...]
    core: tuple[str, ...]
    posts: tuple[str, ...]
    since: int
    until: int
    materials: tuple[Material, ...]
    marks: tuple[tuple[str, str, int], ...]
    ties: tuple[Tie, ...]
    profit: tuple[Profit, ...]
    cadence: Cadence
    density: float
    confidence: float
    reasons: tuple[Reason, ...]
