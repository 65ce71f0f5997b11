"""How many must be asked, before anybody is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import NormalDist

from mingjian.governance.campaigns.intervals import LEVEL, quantile


def size_for_share(share: float, half: float, *, population: int | None = None, level: float = LEVEL,
                   effect: float = 1.0) -> int:  # fmt: skip
    """How many to ask so that a share expected near ``share`` comes out within ± ``half``. ``population``: how many
    there are in all; ``effect``: how much less a weighted sample says than a simple one (design effect)."""
    _share(share, "share")
    if not 0 < half < 1 or effect < 1:
        raise ValueError("half lies between 0 and 1, effect is at least 1")
    z = quantile(level)
    return _of_finite(z * z * share * (1 - share) / half**2 * effect, population)


def size_for_fall(before: float, after: float, *, power: float = 0.8, population: int | None = None,
                  level: float = LEVEL, effect: float = 1.0) -> int:  # fmt: skip
    """How many to ask on each side so that a fall from ``before`` to ``after`` is seen with this power (Fleiss,
    Statistical Methods for Rates and Proportions, 1981, 3.14, two-sided)."""
    _share(before, "before")
    _share(after, "after")
    if before == after:
        raise ValueError("before and after must differ")
    if not 0 < power < 1:
        raise ValueError("power lies between 0 and 1")
    z, other, mean = quantile(level), NormalDist().inv_cdf(power), (before + after) / 2
    root = z * math.sqrt(2 * mean * (1 - mean)) + other * math.sqrt(before * (1 - before) + after * (1 - after))
    return _of_finite(root**2 / (before - after) ** 2 * effect, population)


def allot(sizes: Mapping[str, int], total: int, least: int = 2) -> dict[str, int]:
    """A sample shared out over strata by their sizes, each getting ``least`` where it has as many; the largest
    remainders get what rounding leaves. Never more of a stratum than it has, never more than ``total`` unless the
    leasts ask for it."""
    whole = sum(sizes.values())
    if total >= whole:
        return dict(sizes)
    shares = {name: total * size / whole for name, size in sizes.items()}
    given = {name: min(size, max(math.floor(shares[name]), least)) for name, size in sizes.items()}
    spare = total - sum(given.values())
    by_need = sorted(sizes, key=lambda name: (given[name] - shares[name], name))
    while spare > 0:
        open_ = [name for name in by_need if given[name] < sizes[name]]
        for name in open_[:spare]:
            given[name] += 1
        spare -= min(spare, len(open_))
    while spare < 0:  # what small strata got beyond their share comes from the largest
        most = max((name for name in given if given[name] > least), key=lambda name: given[name], default=None)
        if most is None:
            break
        given[most] -= 1
        spare += 1
    return given


def _share(value: float, name: str) -> None:
    if not 0 < value < 1:
        raise ValueError(f"{name} lies between 0 and 1")


def _of_finite(wanted: float, population: int | None) -> int:
    if population is not None:
        wanted = wanted / (1 + (wanted - 1) / population)
    return max(1, math.ceil(wanted - 1e-9))
