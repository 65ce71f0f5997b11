"""Numbers that do not fit into memory, on disk in shards that do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

U64: TypeAlias = "npt.NDArray[np.uint64]"

BUFFER = 1 << 22
"""Numbers of all shards together that wait in memory: 32 MB."""


class Spill:
    """Numbers in ``shards`` files of ``folder``; a number goes where ``number >> shift`` says. Close before reading."""

    def __init__(self, folder: Path, name: str, shards: int, shift: int) -> None:
        self.count = 0
        self._shards, self._shift = shards, np.uint64(shift)
        self._paths = [folder / f"{name}-{shard:05d}.u64" for shard in range(shards)]
        self._waiting: list[U64] = []
        self._held = 0
        self._sorted: set[int] = set()
        for path in self._paths:
            path.unlink(missing_ok=True)

    def add(self, numbers: U64) -> None:
        self.count += len(numbers)
        self._waiting.append(numbers)
        self._held += len(numbers)
        if self._held >= BUFFER:
            self.close()

    def close(self) -> None:
        """Write what waits. More may be added after."""
        if not self._held:
            return
        numbers = np.concatenate(self._waiting)
        self._waiting, self._held = [], 0
        self._sorted.clear()
        shard = (numbers >> self._shift).astype(np.uint16)
        numbers = numbers[np.argsort(shard, kind="stable")]  # a radix sort for 16 bits
        ends = np.cumsum(np.bincount(shard, minlength=self._shards))
        for path, low, high in zip(self._paths, (ends - np.diff(ends, prepend=0)).tolist(), ends.tolist(), strict=True):
            if high > low:
                with path.open("ab") as file:
                    numbers[low:high].tofile(file)

    def sorted(self, shard: int) -> U64:
        """The numbers of a shard in order, and its file put in order."""
        path = self._paths[shard]
        if not path.exists():
            return np.zeros(0, np.uint64)
        numbers = np.fromfile(path, np.uint64)
        if shard not in self._sorted:
            numbers.sort()
            numbers.tofile(path)
            self._sorted.add(shard)
        return numbers

    def take(self, shard: int) -> U64:
        """The numbers of a shard in order; its file is removed."""
        numbers = self.sorted(shard)
        self._paths[shard].unlink(missing_ok=True)
        return numbers
