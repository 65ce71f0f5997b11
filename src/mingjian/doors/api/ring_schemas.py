"""The nouns of rings as JSON Schema."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_LINE: Schema = {"type": ["string", "null"]}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_TIME: Schema = {"type": ["string", "null"], "format": "date-time"}
_SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
_WHY: Schema = {"type": "string", "minLength": 1, "maxLength": 1000}
_ID: Schema = {"type": "string", "minLength": 1, "maxLength": 64}
_NAMES: Schema = {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 200}}


def ring_schemas() -> dict[str, Schema]:
    """Every noun by name."""
    ring = _thing(id=_TEXT, state=_TEXT, confidence=_SHARE, accounts=_COUNT, items=_COUNT, materials=_COUNT,
                  institution=_LINE, since=_TIME, until=_TIME, found_at=_TIME, changed_at=_TIME,
                  pinned={"type": "boolean"}, into=_LINE, origin=_LINE, reason=_TEXT)  # fmt: skip
    work = _thing(id=_TEXT, ring=_TEXT, measure=_TEXT, on=_TEXT, reason=_TEXT, at=_TIME, by=_TEXT, count=_COUNT,
                  undone_at=_TIME, undone_why=_LINE)  # fmt: skip
    return {
        "Ring": ring, "RingPage": _thing(items={"type": "array", "items": _ref("Ring")}, next=_LINE),
        "RingStory": _thing(ring=_ref("Ring"), works={"type": "array", "items": _ref("RingWork")},
                            story={"type": ["object", "null"]}),
        "RingItems": _thing(items={"type": "array", "items": _TEXT}, next=_LINE), "RingWork": work,
        "RingReason": _wish({"reason": _WHY}, "reason"),
        "RingMerge": _wish({"reason": _WHY, "others": {**_NAMES, "minItems": 1, "maxItems": 20}}, "reason", "others"),
        "RingSplit": _wish({"reason": _WHY, "accounts": {**_NAMES, "minItems": 1}}, "reason", "accounts"),
        "RingParts": _thing(ring=_ref("Ring"), new=_ref("Ring")),
        "RingAct": _wish({"reason": _WHY, "measure": _ID, "cites": {**_NAMES, "maxItems": 50},
                          "codes": {**_NAMES, "maxItems": 50}, "right": _LINE,
                          "days": {"type": ["integer", "null"], "minimum": 1, "maximum": 3650}}, "reason", "measure"),
    }  # fmt: skip


def _thing(**fields: Schema) -> Schema:
    return {"type": "object", "required": list(fields), "properties": fields}


def _wish(fields: dict[str, Schema], *required: str) -> Schema:
    return {"type": "object", "additionalProperties": False, "required": list(required), "properties": fields}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}
