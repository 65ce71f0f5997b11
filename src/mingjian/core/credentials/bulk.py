"""Many numbers at once: only what is wrong, as a code, in columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from mingjian.core.credentials.columns import Columns, shaped
from mingjian.core.credentials.kinds import kind_of
from mingjian.core.credentials.model import CODES, DOUBT, EXPIRED, OK, Form, Kind
from mingjian.core.credentials.verify import code_of

if TYPE_CHECKING:
    import numpy.typing as npt

CHUNK = 1 << 15  # numbers looked at together: their columns stay in the processor's cache
UNREAD = 255


def verify_many(kind: str, numbers: Sequence[str] | npt.NDArray[np.str_], as_of: date) -> npt.NDArray[np.uint8]:
    """For each number its place in CODES: 0 holds, ``len(CODES) - 1`` nobody can say, the rest says what is wrong.

    Agrees with ``verify`` without a context. Numbers in their canonical writing go through in columns; what is written
    otherwise is read one by one. ``kind`` is a kind of number.

    Raises UnknownKind.
    """
    found = kind_of(kind)
    codes = np.empty(len(numbers), dtype=np.uint8)
    for first in range(0, len(numbers), CHUNK):
        codes[first : first + CHUNK] = _chunk(found, numbers[first : first + CHUNK], as_of)
    return codes


def _chunk(kind: Kind, numbers: Sequence[str] | npt.NDArray[np.str_], as_of: date) -> npt.NDArray[np.uint8]:
    widest = max(form.width for form in kind.forms)
    array = np.asarray(numbers, dtype=f"U{widest + 1}")  # one more, so that what is too long is seen to be
    lengths = np.fromiter(map(len, numbers), dtype=np.int64, count=len(array))
    points = array.view(np.uint32).reshape(len(array), widest + 1)
    codes = np.full(len(array), UNREAD, dtype=np.uint8)
    for form in kind.forms:
        rows = np.flatnonzero((lengths == form.width) & (codes == UNREAD))
        if len(rows) == 0:
            continue
        chosen = points if len(rows) == len(array) else points[rows]
        columns = np.ascontiguousarray(chosen[:, : form.width].T)
        fits = shaped(columns, form.segments)
        if not fits.all():
            rows, columns = rows[fits], np.ascontiguousarray(columns[:, fits])
        if len(rows):
            codes[rows] = _sense(form, columns, as_of, kind.strict)
    for index in np.flatnonzero(codes == UNREAD):
        codes[index] = CODES.index(code_of(kind, str(numbers[int(index)]), as_of))
    return codes


def _sense(form: Form, points: npt.NDArray[np.uint32], as_of: date, strict: bool) -> npt.NDArray[np.uint8]:
    """Codes of numbers that have the form: the first failure, or else a doubt."""
    columns = Columns(points, form.segments)
    codes = np.full(columns.size, OK, dtype=np.uint8)
    doubted = np.zeros(columns.size, dtype=bool)
    for check in form.checks:
        for failed, code in check.many(columns, as_of):
            if code == DOUBT or (not strict and code != EXPIRED):
                doubted |= failed
            elif failed.any():
                codes[failed & (codes == OK)] = code
    codes[doubted & (codes == OK)] = DOUBT
    return codes
