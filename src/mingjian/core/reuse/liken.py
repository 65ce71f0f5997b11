"""When two compared texts are alike, and by which way: the only place where that is decided.

The bounds were set on the first archive of benchmarks/text_reuse.py; docs/text-reuse.md shows what they do on another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from mingjian.core.reuse.align import I64, Aligned

if TYPE_CHECKING:
    import numpy.typing as npt

Mask: TypeAlias = "npt.NDArray[np.bool_]"

HOWS = ("copy", "template", "reordered", "synonyms")
COPY, TEMPLATE, REORDERED, SYNONYMS = range(4)

LEAST = 6
"""Tokens of the shorter text: with fewer it says too little to be anybody's."""
SHARES = ((6, 850), (24, 700), (60, 570), (120, 500), (240, 480), (480, 400))
"""Tokens of the shorter text and the overlap in thousandths that is asked; between them it falls evenly."""
WHOLE = 950
"""Overlap from which a text in the same words and order is a copy."""
NEARLY_ALL = 800
"""Jaccard from which both texts are one and the same, not one a passage of the other."""
MOVED, REWORDED = 150, 60
"""Thousandths of the common tokens in another order, in other words."""


def asked(tokens: I64) -> I64:
    """The overlap in thousandths asked of texts whose shorter one has so many tokens; 1001 where none will do."""
    sizes, shares = zip(*SHARES, strict=True)
    return np.where(tokens < LEAST, 1001, np.interp(tokens, sizes, shares)).astype(np.int64)


def alike(found: Aligned, shorter: I64) -> Mask:
    """Whether the texts of each pair are alike."""
    return found.overlap >= asked(shorter)


def way(found: Aligned, filled_alike: Mask) -> I64:
    """Index into HOWS for each pair; of use for those that are alike. ``filled_alike``: the same names, places, dates,
    numbers and contacts stand in both."""
    how = np.full(len(found.overlap), TEMPLATE, np.int64)
    # Of a passage in a longer text the blanks cannot be told from those of the rest.
    how[(found.overlap >= WHOLE) & (found.reworded == 0) & (filled_alike | (found.jaccard < NEARLY_ALL))] = COPY
    how[found.reworded >= REWORDED] = SYNONYMS
    how[found.moved >= MOVED] = REORDERED
    return how
