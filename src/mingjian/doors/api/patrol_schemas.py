"""The nouns of patrols, look-ups and enquiries as JSON Schema."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_LINE: Schema = {"type": ["string", "null"]}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_TIME: Schema = {"type": ["string", "null"], "format": "date-time"}
_FLAG: Schema = {"type": "boolean"}
_COUNTS: Schema = {"type": "object", "additionalProperties": _COUNT}


def patrol_schemas() -> dict[str, Schema]:
    """Every noun by name."""
    run = _thing(id=_TEXT, patrol=_TEXT, origin=_TEXT, planned=_TIME, covers=_COUNT, as_of=_TEXT, state=_TEXT,
                 started_at=_TIME, finished_at=_TIME, total=_COUNT, seen=_COUNT, hits=_COUNT,
                 counts=_COUNTS)  # fmt: skip
    patrol = _thing(name=_TEXT, title=_TEXT, title_en=_TEXT, kind=_TEXT, missed_rule=_TEXT, active=_FLAG,
                    paused=_FLAG, next_at=_TIME, missed=_COUNT,
                    last={"anyOf": [_ref("PatrolRun"), {"type": "null"}]})  # fmt: skip
    entry = _thing(id=_TEXT, patrol=_TEXT, run=_TEXT, entity=_TEXT, credential=_LINE, why=_TEXT, state=_TEXT,
                   due_at=_TIME, opened_at=_TIME, assignee=_LINE, snoozed_until=_TIME, reason=_TEXT,
                   closed_at=_TIME, stage={"type": ["integer", "null"]})  # fmt: skip
    lookup = _thing(id=_TEXT, credential=_TEXT, entity=_TEXT, kind=_TEXT, source=_TEXT, state=_TEXT, asked_at=_TIME,
                    tries=_COUNT, next_at=_TIME, error=_LINE, outcome=_LINE, said=_LINE, evidence=_LINE,
                    answered_at=_TIME, expires_at=_TIME, cached=_FLAG, case=_LINE)  # fmt: skip
    enquiry = _thing(id=_TEXT, entity=_TEXT, credential=_LINE, regulator=_TEXT, reason=_TEXT, state=_TEXT,
                     drafted_at=_TIME, sent_at=_TIME, due_at=_TIME, overdue=_FLAG, number=_LINE, reminded=_COUNT,
                     answered_at=_TIME, outcome=_LINE, evidence=_LINE, closed_at=_TIME)  # fmt: skip
    rescreening = _thing(id=_TEXT, entity=_TEXT, why=_TEXT, state=_TEXT, started_at=_TIME, finished_at=_TIME,
                         total=_COUNT, judged=_COUNT, skipped=_COUNT, changed=_COUNT, worse=_COUNT,
                         cases=_COUNT)  # fmt: skip
    notice = _thing(id=_TEXT, patrol=_TEXT, run=_TEXT, entity=_TEXT, credential=_LINE, at=_TIME, text=_LINE)
    id: Schema = {"type": "string", "minLength": 1, "maxLength": 64}
    wish: Schema = {
        "type": "object", "additionalProperties": False, "required": ["credentials"],
        "properties": {"credentials": {"type": "array", "items": id, "minItems": 1, "maxItems": 100},
                       "why": {"type": "string", "maxLength": 500}, "again": _FLAG},
    }  # fmt: skip
    return {
        "PatrolRun": run, "Patrols": _thing(patrols=_list("Patrol")), "Patrol": patrol,
        "PatrolRunPage": _page("PatrolRun"), "PatrolEntry": entry, "PatrolEntryPage": _page("PatrolEntry"),
        "Lookup": lookup, "LookupPage": _page("Lookup"),
        "LookupWish": wish, "Lookups": _thing(lookups=_list("Lookup")),
        "LookupAnswer": _thing(lookup=_ref("Lookup"), facts={"type": ["object", "null"]}),
        "Enquiry": enquiry, "EnquiryPage": _page("Enquiry"), "Rescreening": rescreening,
        "PatrolNotice": notice,
    }  # fmt: skip


def _thing(**fields: Schema) -> Schema:
    return {"type": "object", "required": list(fields), "properties": fields}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(name: str) -> Schema:
    return {"type": "array", "items": _ref(name)}


def _page(name: str) -> Schema:
    return _thing(items=_list(name), next=_LINE)
