"""Likenesses as JSON Schema."""

from __future__ import annotations

from typing import Any

from mingjian.records.reuse.model import MATTERS

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_LINE: Schema = {"type": ["string", "null"]}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_NO_COUNT: Schema = {"type": ["integer", "null"], "minimum": 0}
_FLAG: Schema = {"type": "boolean"}
_MATTER: Schema = {"enum": list(MATTERS)}


def _object(required: tuple[str, ...], **fields: Schema) -> Schema:
    return {"type": "object", "required": list(required), "properties": fields}


def reuse_schemas() -> dict[str, Schema]:
    """Every noun by name."""
    likeness = {
        "item": _TEXT, "earlier": _FLAG, "own": _FLAG, "matter": _MATTER, "how": _TEXT,
        "distance": _NO_COUNT | {"description": "Differing bits of 256, of pictures."},
        "share": _NO_COUNT | {"description": "Thousandths in common, of texts and clips."},
        "at": {"type": "string", "format": "date-time"}, "publisher": _LINE, "platform": _LINE, "published_on": _LINE,
        "state": _TEXT, "standing": _LINE, "here": _TEXT, "there": _TEXT, "detail": {"type": "object"},
    }  # fmt: skip
    near = {
        "item": _TEXT, "matter": _MATTER, "how": _TEXT, "distance": _NO_COUNT, "share": _NO_COUNT, "own": _FLAG,
        "on": _TEXT,
    }  # fmt: skip
    reuse = {
        "count": _COUNT, "publishers": _COUNT, "own": _COUNT, "first_seen": _LINE, "earliest": _LINE,
        "matters": {"type": "object", "additionalProperties": _COUNT},
        "nearest": {"type": "array", "maxItems": 10,
                    "items": _object(("matter", "how", "distance", "share", "own", "on"), **near)},
        "more": _FLAG, "unread": _COUNT,
    }  # fmt: skip
    page = {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Likeness"}}, "next": _LINE}
    meaning = (
        "What was known before and is like the item: earlier items of others (count, publishers, first_seen, earliest) "
        "and of the same publisher (own). Item numbers only for keys with reuse.read."
    )
    return {
        "Likeness": _object(tuple(likeness), **likeness),
        "LikenessPage": _object(tuple(page), **page),
        "Reuse": _object((), **reuse) | {"description": meaning},
    }
