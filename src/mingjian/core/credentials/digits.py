"""Check digits: of one number, and of many at once.

The bulk functions take code points, one row for each place of the number (shape: places × numbers), and give True
where the check digit holds.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

Places: TypeAlias = "npt.NDArray[np.uint32]"
Mask: TypeAlias = "npt.NDArray[np.bool_]"

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: without I, O, S, V, Z
USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
ORG_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # GB 11714-1997
ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
ORG_CHECKS = "0123456789X"
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
ID_CHECKS = "10X98765432"


def uscc(number: str) -> str:
    """The check character of the first 17 characters of a 统一社会信用代码 (GB 32100-2015)."""
    total = sum(USCC_ALPHABET.index(char) * weight for char, weight in zip(number[:17], USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[-total % 31]


def org(number: str) -> str:
    """The check character of the first 8 characters of an 组织机构代码 (GB 11714)."""
    total = sum(ORG_ALPHABET.index(char) * weight for char, weight in zip(number[:8], ORG_WEIGHTS, strict=True))
    return ORG_CHECKS[-total % 11]


def id_card(number: str) -> str:
    """The check character of the first 17 digits of an 居民身份证号 (GB 11643)."""
    return ID_CHECKS[sum(int(char) * weight for char, weight in zip(number[:17], ID_WEIGHTS, strict=True)) % 11]


@cache
def _values(alphabet: str) -> npt.NDArray[np.uint16]:
    table = np.zeros(128, dtype=np.uint16)
    table[[ord(char) for char in alphabet]] = range(len(alphabet))
    return table


@cache
def _marks(alphabet: str) -> npt.NDArray[np.uint32]:
    return np.array([ord(char) for char in alphabet], dtype=np.uint32)


def _total(places: Places, alphabet: str, weights: tuple[int, ...]) -> npt.NDArray[np.uint16]:
    values = _values(alphabet)
    total = np.zeros(places.shape[1], dtype=np.uint16)  # at most 17 × 30 × 30
    for place, weight in zip(places, weights, strict=False):
        total += values[place & 127] * np.uint16(weight)
    return total


def uscc_holds(places: Places) -> Mask:
    """18 places."""
    total = _total(places, USCC_ALPHABET, USCC_WEIGHTS)
    held: Mask = _marks(USCC_ALPHABET)[(31 - total % 31) % 31] == places[17]
    return held


def org_holds(places: Places) -> Mask:
    """9 places."""
    total = _total(places, ORG_ALPHABET, ORG_WEIGHTS)
    held: Mask = _marks(ORG_CHECKS)[(11 - total % 11) % 11] == places[8]
    return held


def id_holds(places: Places) -> Mask:
    """18 places."""
    held: Mask = _marks(ID_CHECKS)[_total(places, "0123456789", ID_WEIGHTS) % 11] == places[17]
    return held


ALGORITHMS: dict[str, tuple[int, Callable[[str], str], Callable[[Places], Mask]]] = {
    "uscc": (18, uscc, uscc_holds),
    "org": (9, org, org_holds),
    "id_card": (18, id_card, id_holds),
}
"""Name → number of places, the check character of a number, which of many hold."""
