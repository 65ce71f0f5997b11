"""The nouns of scores as JSON Schema."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_LINE: Schema = {"type": ["string", "null"]}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_MICRO: Schema = {"type": "integer", "description": "百万分之一分。 Millionths of a point."}
_NUMBER: Schema = {"type": "number"}
_VALUE: Schema = {"type": ["number", "null"], "description": "null: 没有数据。 Not known."}
_TIME: Schema = {"type": "string", "format": "date-time"}
_DAY: Schema = {"type": "string", "format": "date"}
_FLAG: Schema = {"type": "boolean"}


def _thing(**fields: Schema) -> Schema:
    return {"type": "object", "required": list(fields), "properties": fields}


def _list(noun: Schema) -> Schema:
    return {"type": "array", "items": noun}


def score_schemas() -> dict[str, Schema]:
    """Every noun by name."""
    score = _thing(card=_TEXT, version=_COUNT, actor=_TEXT, points=_MICRO, value=_NUMBER, band=_LINE,
                   missing_share=_NUMBER, as_of=_DAY, since=_TIME)  # fmt: skip
    part = _thing(feature=_TEXT, title=_TEXT, group=_TEXT, source=_TEXT, value=_VALUE, unit=_TEXT, points=_MICRO,
                  missing=_FLAG, why=_TEXT, basis=_TEXT)  # fmt: skip
    lever = _thing(feature=_TEXT, now=_VALUE, to=_NUMBER, bound={"enum": ["at_least", "below", "is"]}, points=_MICRO,
                   band=_TEXT, better=_FLAG)  # fmt: skip
    past = _thing(at=_TIME, as_of=_DAY, version=_COUNT, points=_MICRO, band=_LINE, former=_LINE, moved=_FLAG)
    band = _thing(name=_TEXT, title=_TEXT, since=_MICRO, means=_TEXT, actors=_COUNT)
    card = _thing(id=_TEXT, name=_TEXT, version=_COUNT, title=_TEXT, good={"enum": ["low", "high"]}, kinds=_list(_TEXT),
                  low=_MICRO, high=_MICRO, features=_COUNT, bands=_list(band), undetermined=_COUNT)  # fmt: skip
    observation: Schema = {
        **_thing(
            source={"type": "string", "maxLength": 40}, actor={"type": "string", "minLength": 1, "maxLength": 200},
            kind={"type": "string", "maxLength": 32}, day=_DAY,
            values={"type": "object", "minProperties": 1, "maxProperties": 100,
                    "additionalProperties": {"type": "number", "minimum": -9_000_000, "maximum": 9_000_000}},
        ),
        "additionalProperties": False,
    }  # fmt: skip
    many: Schema = {**_thing(observations={"type": "array", "minItems": 1, "maxItems": 1000,
                                           "items": {"$ref": "#/components/schemas/Observation"}}),
                    "additionalProperties": False}  # fmt: skip
    wrong = _thing(index=_COUNT, field=_TEXT, message=_TEXT)
    return {
        "Score": score,
        "Scores": _thing(actor=_TEXT, scores=_list(score)),
        "ScorePage": _thing(items=_list(score), next=_LINE),
        "ScoreExplained": _thing(
            card=_TEXT, title=_TEXT, actor=_TEXT, as_of=_DAY, points=_MICRO, value=_NUMBER, band=_LINE,
            undetermined=_FLAG, missing=_list(_TEXT), missing_share=_NUMBER, contributions=_list(part),
            changes=_list(lever), kept={"anyOf": [score, {"type": "null"}]}, agrees=_FLAG,
        ),
        "ScoreHistory": _thing(card=_TEXT, actor=_TEXT, history=_list(past)),
        "Scorecards": _thing(cards=_list(card)),
        "Observation": observation,
        "Observations": many,
        "Observed": _thing(kept=_COUNT, problems=_list(wrong)),
    }  # fmt: skip
