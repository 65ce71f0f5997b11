"""How unlikely a count is, as -log10 of a bound on the chance of so many or more. Pure numpy.

Chernoff's bound for a Poisson count: P(X ≥ k) ≤ exp(-λ)·(eλ/k)^k for k > λ. A bound errs on the side of silence.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_LN10 = float(np.log(10))


def surprise(count: Any, expected: Any) -> Floats:
    """-log10 of the bound for counts against what chance would bring; 0 where there are no more than expected."""
    k, rate = np.asarray(count, np.float64), np.maximum(np.asarray(expected, np.float64), 1e-12)
    k, rate = np.broadcast_arrays(k, rate)
    over = np.maximum(k, 1e-12)
    told = (over * np.log(over / rate) - (over - rate)) / _LN10
    return np.where(k > rate, np.maximum(told, 0.0), 0.0)


def share_surprise(count: Any, of: Any, usual: Any) -> Floats:
    """The same for ``count`` of ``of`` where each is one with chance ``usual`` (Hoeffding's bound with the relative
    entropy, of a binomial count)."""
    k, n = np.asarray(count, np.float64), np.asarray(of, np.float64)
    p = np.clip(np.asarray(usual, np.float64), 1e-9, 1 - 1e-9)
    n = np.maximum(n, 1)
    q = np.clip(k / n, 1e-12, 1 - 1e-12)
    told = n * (q * np.log(q / p) + (1 - q) * np.log((1 - q) / (1 - p))) / _LN10
    return np.where(k / n > p, np.maximum(told, 0.0), 0.0)
