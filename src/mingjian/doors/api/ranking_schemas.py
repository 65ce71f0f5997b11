"""The nouns of rankings as JSON Schema."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_LINE: Schema = {"type": ["string", "null"]}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_MICRO: Schema = {"type": "integer", "description": "Millionths of a point."}
_TIME: Schema = {"type": ["string", "null"], "format": "date-time"}
_FLAG: Schema = {"type": ["boolean", "null"]}
_TEXTS: Schema = {"type": "array", "items": _TEXT}


def ranking_schemas() -> dict[str, Schema]:
    """Every noun by name."""
    edition = _thing(id=_TEXT, ranking=_TEXT, title=_TEXT, title_en=_TEXT, version=_COUNT, replaces=_LINE,
                     reason=_LINE, as_of=_TEXT, state=_TEXT, published_at=_TIME, appeal_until=_TIME,
                     seal=_LINE)  # fmt: skip
    step = _thing(key=_TEXT, title=_TEXT, title_en=_TEXT, ok=_FLAG, why=_TEXT, facts=_TEXTS, missing=_TEXTS,
                  cites=_TEXTS)  # fmt: skip
    entrant = _thing(id=_TEXT, edition=_TEXT, number=_COUNT, state=_TEXT, registered_at=_TIME,
                     chain={"type": "array", "items": step})  # fmt: skip
    line = _thing(rank=_COUNT, number=_COUNT, name=_TEXT, title=_TEXT, institution=_TEXT, points=_MICRO,
                  technique=_MICRO, aesthetics=_MICRO, service=_MICRO)  # fmt: skip
    work: Schema = {
        "type": "object", "additionalProperties": False,
        "properties": {"title": {"type": "string", "maxLength": 200}, "text": {"type": "string", "maxLength": 4000},
                       "media": {"type": "array", "maxItems": 12,
                                 "items": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}},
    }  # fmt: skip
    value = {**_thing(value={"type": "number", "minimum": 0, "maximum": 1_000_000}, evidence={
        "type": "string", "minLength": 1, "maxLength": 500}), "additionalProperties": False}  # fmt: skip
    value["properties"]["on"] = {"type": "string", "maxLength": 10}
    nomination: Schema = {
        "type": "object", "additionalProperties": False, "required": ["key"],
        "properties": {"key": {"type": "string", "minLength": 1, "maxLength": 128},
                       "works": {"type": "array", "maxItems": 20, "items": work},
                       "values": {"type": "object", "additionalProperties": value}},
        "description": "key: 执业证书编码 or the registry's id. works: what experts will see, names covered.",
    }  # fmt: skip
    wish = _thing(entrants={"type": "array", "minItems": 1, "maxItems": 1000, "items": nomination})
    row = _thing(key=_TEXT, entrant=_LINE, number={"type": ["integer", "null"]}, problem=_LINE)
    return {
        "RankingEdition": edition,
        "RankingEditions": _thing(editions={"type": "array", "items": edition}),
        "RankingList": {**_thing(edition=_TEXT, title=_TEXT, title_en=_TEXT, as_of=_TEXT, version=_COUNT,
                                 list={"type": "array", "items": line}),
                        "description": "The document that was frozen when the edition was published."},
        "Nominations": wish | {"additionalProperties": False},
        "Nominated": _thing(results={"type": "array", "items": row}),
        "RankingEntrant": entrant,
    }  # fmt: skip


def _thing(**fields: Schema) -> Schema:
    return {"type": "object", "required": list(fields), "properties": fields}
