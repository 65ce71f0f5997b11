"""The texts of an index: tokens and offsets by row, in blocks that never move."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from mingjian.core.reuse.align import I64
from mingjian.core.reuse.lexicon import U16

if TYPE_CHECKING:
    import numpy.typing as npt

U8: TypeAlias = "npt.NDArray[np.uint8]"

BLOCK = 1 << 20
FAR = 255


class Shelf:
    """Rows count from 0 in the order they were put. A key names one row."""

    def __init__(self) -> None:
        self._tokens: list[U16] = []
        self._gaps: list[U8] = []
        self._used = BLOCK
        self._place = np.zeros((1024, 5), np.int64)  # block, first, tokens (-1: dropped), characters, blanks
        self._keys = np.zeros(1024, np.int64)
        self._rows: dict[int, int] = {}
        self._count = 0
        self._wide: dict[int, I64] = {}

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def nbytes(self) -> int:
        """Of the blocks and the table of places; the dictionary of keys is about 100 bytes for each more."""
        blocks = sum(each.nbytes for each in self._tokens) + sum(each.nbytes for each in self._gaps)
        return blocks + self._place.nbytes + self._keys.nbytes

    def put(self, key: int, tokens: U16, starts: I64, length: int, blanks: int) -> int:
        """Its row. ValueError where the key is there already."""
        if key in self._rows:
            raise ValueError(f"key {key} is known already")
        size, row = len(tokens), self._count
        if self._used + size > BLOCK:
            self._tokens.append(np.zeros(max(BLOCK, size), np.uint16))
            self._gaps.append(np.zeros(max(BLOCK, size), np.uint8))
            self._used = 0
        if row == len(self._keys):
            self._place = np.concatenate((self._place, np.zeros_like(self._place)))
            self._keys = np.concatenate((self._keys, np.zeros_like(self._keys)))
        gaps = np.diff(starts, prepend=0)
        if size and int(gaps.max()) >= FAR:
            self._wide[row] = np.array(starts)
        self._tokens[-1][self._used : self._used + size] = tokens
        self._gaps[-1][self._used : self._used + size] = np.minimum(gaps, FAR)
        self._place[row] = len(self._tokens) - 1, self._used, size, length, blanks
        self._keys[row] = key
        self._rows[key] = row
        self._used += size
        self._count += 1
        return row

    def get(self, row: int) -> tuple[U16, I64, int, int]:
        """Tokens, offsets, length in characters, blanks."""
        block, first, size, length, blanks = self._place[row].tolist()
        starts = self._wide.get(row)
        if starts is None:
            starts = np.cumsum(self._gaps[block][first : first + size], dtype=np.int64)
        return self._tokens[block][first : first + size], starts, length, blanks

    def tokens(self, row: int) -> U16:
        """Its tokens alone."""
        block, first, size = self._place[row, :3].tolist()
        return np.asarray(self._tokens[block][first : first + size])

    def key(self, row: int) -> int:
        return int(self._keys[row])

    @property
    def whole(self) -> bool:
        """Nothing was dropped yet."""
        return len(self._rows) == self._count

    def here(self, rows: I64 | npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
        """Which of the rows were not dropped."""
        return np.asarray(self._place[rows, 2] >= 0)

    def drop(self, key: int) -> bool:
        """False where it was not there."""
        row = self._rows.pop(key, None)
        if row is None:
            return False
        block, first, size, *_ = self._place[row].tolist()
        self._tokens[block][first : first + size] = 0
        self._gaps[block][first : first + size] = 0
        self._wide.pop(row, None)
        self._place[row, 2:] = -1
        return True
