"""Fingerprints of texts: marks that texts with a common passage share, wherever it stands in either.

Winnowing (Schleimer, Wilkerson, Aiken: Winnowing: Local Algorithms for Document Fingerprinting, SIGMOD 2003) over the
squeezed view without its sentence ends, here called plain: every run of GRAM characters is hashed, and of every WINDOW
hashes in a row the least is kept. Two texts that share SHARED plain characters in a row share a mark for certain; what
shares none holds no common run so long. Width, case, script, blanks, line ends, punctuation, emoji and doubled
characters change nothing.

The hashes are 64 bits, the same in every process and on every machine; they are part of what stores keep, so
changing them, GRAM or WINDOW means that what was kept matches no more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np

from mingjian.core.model import Print
from mingjian.core.text.tables import CJK, STOP, U32, chars, codes, tables
from mingjian.core.text.views import Batch

if TYPE_CHECKING:  # importing it costs a cold start 20 ms
    import numpy.typing as npt

U64: TypeAlias = "npt.NDArray[np.uint64]"

GRAM, WINDOW = 6, 7
SHARED = GRAM + WINDOW - 1
"""Plain characters in a row that give two texts a common mark for certain: 12."""
DIGITS = 16
"""Hexadecimal digits of a mark."""
NOT_WORDS = ("depicted", "code")
"""Roles whose text the program wrote itself."""
_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no character is lost
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
"""Of splitmix64 (Steele, Lea, Flood 2014): the polynomial alone orders texts by their last characters."""


def plain(text: str) -> str:
    """What is compared: the squeezed view without sentence ends."""
    view = Batch([text]).squeezed
    array = view.array[tables().kind[view.array] != STOP]
    doubled = np.zeros(len(array), dtype=bool)  # those that stood either side of a full stop
    doubled[1:] = (array[1:] == array[:-1]) & (tables().kind[array[1:]] == CJK)
    return chars(array[~doubled])


def marks(text: str) -> tuple[int, ...]:
    """The marks of ``text``, sorted, each once: about one for every four plain characters.

    None for fewer than GRAM plain characters; at least one for as many or more.
    """
    return _marks(plain(text))


def digest(text: str) -> str:
    """SHA-256 of the plain characters in UTF-8, hexadecimal: equal for texts that read the same."""
    return hashlib.sha256(plain(text).encode()).hexdigest()


def text_prints(texts: Iterable[str]) -> tuple[Print, ...]:
    """``text_sha256`` and ``text`` of the texts one after the other, those that read the same once. ``text`` is absent
    where they are too short, both where nothing plain is left."""
    whole = "".join(dict.fromkeys(map(plain, texts)))
    if not whole:
        return ()
    found = "".join(f"{mark:0{DIGITS}x}" for mark in _marks(whole))
    own = Print("text_sha256", hashlib.sha256(whole.encode()).hexdigest())
    return (own, Print("text", found)) if found else (own,)


class Piece(Protocol):
    """A part of an item, or what was read of a picture."""

    @property
    def text(self) -> str: ...
    @property
    def role(self) -> str: ...


def words_of(pieces: Iterable[Piece]) -> Iterator[str]:
    """The texts of an item that somebody wrote or said."""
    return (piece.text for piece in pieces if piece.role not in NOT_WORDS)


def marks_of(value: str) -> frozenset[int]:
    """The marks in the ``value`` of a Print of kind ``text``. ValueError when it is none."""
    if len(value) % DIGITS:
        raise ValueError(f"marks have {DIGITS} hexadecimal digits each")
    return frozenset(int(value[at : at + DIGITS], 16) for at in range(0, len(value), DIGITS))


def _marks(text: str) -> tuple[int, ...]:
    return tuple(np.unique(_winnowed(_grams(codes(text)))).tolist())


def _grams(array: U32) -> U64:
    """A hash of every GRAM characters in a row, in order."""
    count = len(array) - GRAM + 1
    if count < 1:
        return np.zeros(0, np.uint64)
    wide = array.astype(np.uint64)
    hashes = np.zeros(count, np.uint64)
    for at in range(GRAM):  # wraps around at 2**64, as it should
        hashes = hashes * _BASE + wide[at : at + count]
    hashes = (hashes ^ (hashes >> np.uint64(30))) * _MIX[0]
    hashes = (hashes ^ (hashes >> np.uint64(27))) * _MIX[1]
    return np.asarray(hashes ^ (hashes >> np.uint64(31)))


def _winnowed(hashes: U64) -> U64:
    """The least hash of every WINDOW in a row; of a shorter list its least."""
    if len(hashes) <= WINDOW:
        return hashes[:0] if not len(hashes) else hashes.min(keepdims=True)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(hashes, WINDOW).min(axis=1))
