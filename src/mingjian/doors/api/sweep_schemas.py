"""The nouns of sweeps as JSON Schema."""

from __future__ import annotations

from typing import Any

from mingjian.records.sweeps.model import ANSWERS, HOWS, STATES

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_LINE: Schema = {"type": ["string", "null"]}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_TIME: Schema = {"type": ["string", "null"], "format": "date-time"}
_NAME: Schema = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"\S"}
_WHY: Schema = {"type": "string", "minLength": 1, "maxLength": 2000, "pattern": r"\S"}


def sweep_schemas() -> dict[str, Schema]:
    """Every noun by name."""
    sweep = _thing(
        id=_TEXT, name=_TEXT, state={"enum": list(STATES)}, policy=_TEXT, rulebook=_TEXT, as_of=_TEXT,
        source_kind=_TEXT, source=_TEXT, rows=_COUNT, chunks=_COUNT, judged=_COUNT, judged_chunks=_COUNT, bad=_COUNT,
        acting=_COUNT, stage={"type": "integer", "minimum": -1}, taken=_COUNT, undone=_COUNT, reason=_TEXT,
        made_by=_TEXT, plan=_TEXT, manifest=_TEXT, stages={"type": "array", "items": _TEXT}, made_at=_TIME,
        tried_at=_TIME, ended_at=_TIME,
    )  # fmt: skip
    counts: Schema = {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": _COUNT}}
    judgement = _thing(clause=_TEXT, outcome=_TEXT, drawn=_COUNT, seen=_COUNT, right=_COUNT, wrong=_COUNT,
                       low={"type": "number"}, high={"type": "number"})  # fmt: skip
    full = _thing(sweep=_ref("Sweep"), done=_COUNT, total=_COUNT, left={"type": ["number", "null"]}, counts=counts,
                  taken_by_stage=counts, judgements={"type": "array", "items": judgement})  # fmt: skip
    sample = _thing(number=_COUNT, clause=_TEXT, outcome=_TEXT, external=_TEXT,
                    answer={"enum": [*ANSWERS, None]}, note=_TEXT, text=_LINE)  # fmt: skip
    taken = _thing(place=_COUNT, row=_COUNT, stage=_TEXT, item=_TEXT, outcome=_TEXT, how={"enum": list(HOWS)},
                   decision=_LINE, case=_LINE, at=_TIME, undone=_TIME)  # fmt: skip
    wish: Schema = {
        "type": "object", "additionalProperties": False, "required": ["policy", "archive", "name", "reason"],
        "properties": {
            "policy": {"type": "string", "minLength": 1, "maxLength": 120}, "archive": _NAME, "name": _NAME,
            "reason": _WHY, "stages": {"type": "array", "items": {"type": "string", "maxLength": 200}, "maxItems": 20},
            "measures": {"type": "object", "additionalProperties": {"type": "string", "maxLength": 40}},
            "review": {"type": "integer", "minimum": 0, "maximum": 100},
        },
    }  # fmt: skip
    reason: Schema = {"type": "object", "additionalProperties": False, "required": ["reason"],
                      "properties": {"reason": _WHY}}  # fmt: skip
    answer: Schema = {
        "type": "object", "additionalProperties": False, "required": ["answer"],
        "properties": {"answer": {"enum": [*ANSWERS, None]}, "note": {"type": "string", "maxLength": 2000}},
    }  # fmt: skip
    return {
        "Sweep": sweep, "SweepPage": _page("Sweep"), "SweepStatus": full, "SweepSample": sample,
        "SweepSamplePage": _page("SweepSample"), "SweepTaken": taken, "SweepTakenPage": _page("SweepTaken"),
        "SweepWish": wish, "SweepReason": reason, "SweepAnswer": answer,
    }  # fmt: skip


def _thing(**fields: Schema) -> Schema:
    return {"type": "object", "required": list(fields), "properties": fields}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _page(name: str) -> Schema:
    return _thing(items={"type": "array", "items": _ref(name)}, next=_LINE)
