"""Marks of a place in a list, as doors hand them out and back."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any

from mingjian.records.errors import Invalid

_BIGGEST = 1 << 62  # what a database takes for a number


def mark(values: Sequence[int | str]) -> str:
    """A place as one word."""
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def place(cursor: str | None, *types: type) -> tuple[Any, ...] | None:
    """The values of a mark, which must be of these types; None for no mark. Invalid for what is none of ours."""
    if cursor is None:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
        if [type(value) for value in values] == list(types) and all(_fits(value) for value in values):
            return tuple(values)
    except (ValueError, TypeError, binascii.Error, RecursionError):
        pass
    raise Invalid("翻页标记不对,请从第一页重新开始。", field="cursor")


def _fits(value: int | str) -> bool:
    if isinstance(value, int):
        return abs(value) < _BIGGEST
    return len(value) <= 200 and "\0" not in value and value.isprintable()
