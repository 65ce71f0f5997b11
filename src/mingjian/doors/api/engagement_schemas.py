"""The nouns of engagement as JSON Schema."""

from __future__ import annotations

from typing import Any

from mingjian.governance.engagement.settings import METHODS
from mingjian.records.engagement.model import ALARM_STATES, LOAD_STATES, ROLES

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_LINE: Schema = {"type": ["string", "null"]}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_NUMBER: Schema = {"type": "number"}
_SHARE: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
_TIME: Schema = {"type": ["string", "null"], "format": "date-time"}


def engagement_schemas() -> dict[str, Schema]:
    """Every noun by name."""
    kind: Schema = {"type": "string", "enum": list(METHODS)}
    load = _thing(id=_TEXT, state={"type": "string", "enum": list(LOAD_STATES)}, digest=_TEXT, format=_TEXT,
                  size=_COUNT, received_at=_TIME, finished_at=_TIME, events=_COUNT, bad=_COUNT, seen=_COUNT,
                  alarms=_COUNT, again=_COUNT, why=_LINE)  # fmt: skip
    listed = {"id": _TEXT, "state": {"type": "string", "enum": list(ALARM_STATES)},
              "kinds": {"type": "array", "items": kind}, "load": _TEXT, "actors": _COUNT, "items": _COUNT,
              "events": _COUNT, "since": _TIME, "until": _TIME, "chance": _SHARE, "raised_at": _TIME,
              "seen_at": _TIME, "decided_at": _TIME, "reason": _LINE}  # fmt: skip
    method = _thing(kind=kind, score=_NUMBER, expected=_NUMBER, rounds=_COUNT, share=_SHARE,
                    figures={"type": "object"})  # fmt: skip
    day = _thing(publisher=_TEXT, day={"type": "string", "format": "date"}, events=_COUNT, total=_COUNT)
    evidence = _thing(
        methods=_list("EngagementMethod"), actions={"type": "object", "additionalProperties": _COUNT},
        publishers={"type": "array", "items": _TEXT}, by_times=_SHARE, by_ages=_SHARE, figures={"type": "object"},
        days=_list("EngagementDay"), step=_COUNT,
        timeline={"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
    )  # fmt: skip
    return {
        "EngagementLoad": load, "EngagementLoadPage": _page("EngagementLoad"),
        "EngagementAlarm": _thing(**listed), "EngagementAlarmPage": _page("EngagementAlarm"),
        "EngagementMethod": method, "EngagementDay": day, "EngagementEvidence": evidence,
        "EngagementAlarmFull": _thing(**listed, evidence={"anyOf": [_ref("EngagementEvidence"), {"type": "null"}]}),
        "EngagementMember": _thing(role={"type": "string", "enum": list(ROLES)}, id=_TEXT, events=_COUNT),
        "EngagementMemberPage": _page("EngagementMember"),
    }  # fmt: skip


def _thing(**fields: Schema) -> Schema:
    return {"type": "object", "required": list(fields), "properties": fields}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(name: str) -> Schema:
    return {"type": "array", "items": _ref(name)}


def _page(name: str) -> Schema:
    return _thing(items=_list(name), next=_LINE)
