"""The folding table, loaded once. Made by scripts/build_tables.py; see there for what each column means."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:  # importing it costs a cold start 20 ms
    import numpy.typing as npt

OTHER, CJK, LATIN, DIGIT, SYMBOL, SPACE, COMMA, STOP = range(8)
U32: TypeAlias = "npt.NDArray[np.uint32]"


@dataclass(frozen=True)
class Tables:
    """``fold``: code point → folded code point, 0 = dropped. ``kind``: class of the folded character.
    ``symbol``: the original is an emoji or sign. ``sound``: representative of its toneless fuzzy reading.
    ``initial``: first letter of its pinyin (ASCII), 0 when it has none. ``syllables``: pinyin syllable → the
    same representative."""

    fold: U32
    kind: npt.NDArray[np.uint8]
    symbol: npt.NDArray[np.bool_]
    sound: U32
    initial: npt.NDArray[np.uint8]
    syllables: dict[str, int]

    @property
    def size(self) -> int:
        return len(self.fold)


@cache
def tables() -> Tables:
    """The table of this installation (about 3 MB, read-only, shared by all threads)."""
    path = resources.files("mingjian.core.text") / "data" / "tables.npz"
    with resources.as_file(path) as file, np.load(file) as data:
        columns = {name: data[name] for name in ("fold", "kind", "symbol", "sound", "initial")}
        syllables = dict(zip(data["syllables"].tolist(), data["syllable_sound"].tolist(), strict=True))
    for column in columns.values():
        column.setflags(write=False)
    return Tables(**columns, syllables=syllables)


def codes(text: str) -> U32:
    """Code points of a string; lone surrogates survive as themselves."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def chars(array: U32) -> str:
    """The string of an array of code points, which must hold no surrogates."""
    return array.tobytes().decode("utf-32-le")
