"""The API's nouns as JSON Schema, for the OpenAPI: what goes in is intake's own schema, what comes out is here."""

from __future__ import annotations

from typing import Any

from mingjian.doors.api.accreditation_schemas import accreditation_schemas
from mingjian.doors.api.campaign_schemas import campaign_schemas
from mingjian.doors.api.certification_schemas import certification_schemas
from mingjian.doors.api.engagement_schemas import engagement_schemas
from mingjian.doors.api.live_schemas import live_schemas
from mingjian.doors.api.patrol_schemas import patrol_schemas
from mingjian.doors.api.ranking_schemas import ranking_schemas
from mingjian.doors.api.registry_schemas import registry_schemas
from mingjian.doors.api.reuse_schemas import reuse_schemas
from mingjian.doors.api.ring_schemas import ring_schemas
from mingjian.doors.api.score_schemas import score_schemas
from mingjian.doors.api.sweep_schemas import sweep_schemas
from mingjian.intake.json_schema import finding_schema, item_schema

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_LINE: Schema = {"type": ["string", "null"]}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_TIME: Schema = {"type": "string", "format": "date-time"}
_NO_TIME: Schema = {"type": ["string", "null"], "format": "date-time"}
_DIGEST: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_FLAG: Schema = {"type": "boolean"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}


def ref(name: str) -> Schema:
    """A reference to one of the nouns."""
    return {"$ref": f"#/components/schemas/{name}"}


def listed(name: str) -> Schema:
    """Several of them."""
    return {"type": "array", "items": ref(name)}


def thing(**fields: Schema) -> Schema:
    """An object that has all these fields."""
    return {"type": "object", "required": list(fields), "properties": fields}


def schemas() -> dict[str, Schema]:
    """Every noun by name."""
    item, verdict = _bare(item_schema()), _bare(finding_schema())
    item["additionalProperties"] = False
    item["description"] = "An item of the public schema, version 1. Unknown fields are refused."
    item["properties"]["id"] = {"type": ["string", "integer"], "pattern": r"^[^\x00-\x1f\x7f]*\S[^\x00-\x1f\x7f]*$",
                                "maxLength": 200}  # fmt: skip
    media = thing(digest=_DIGEST) | {"additionalProperties": False}
    media["properties"] = {"digest": _DIGEST, "name": {"type": "string", "maxLength": 200}}
    item["properties"]["media"] = {
        "type": "array", "items": media, "maxItems": 50, "description": "Files uploaded before with POST /media.",
    }  # fmt: skip
    item.pop("oneOf", None)  # with media an item may have no words of its own
    problem = thing(field=_LINE, message=_TEXT, hint=_LINE)
    stored = thing(
        id=_TEXT, source=_TEXT, external=_TEXT, version={"type": "integer", "minimum": 1}, digest=_DIGEST,
        state={"enum": ["pending", "judged", "failed", "erased"]}, kind=_LINE, platform=_LINE, channel=_LINE,
        publisher=_LINE, publisher_kind=_LINE, published_on=_LINE, submitted_at=_TIME, submitted_by=_TEXT,
        judged_at=_NO_TIME, verdict=_LINE, verdict_digest=_LINE, severity=_LINE, nature=_LINE, domain=_LINE,
        rulebook=_LINE, as_of=_LINE, findings=_COUNT, standing=_LINE,
    )  # fmt: skip
    bulk_item = {
        "type": "object", "required": ["index"],
        "properties": {"index": _COUNT, "id": _TEXT, "external": _TEXT, "version": _COUNT, "state": _TEXT,
                       "fresh": _FLAG, "problems": listed("Problem")},
        "description": "Kept: its id and state. Refused: its problems.",
    }  # fmt: skip
    action = thing(
        id=_TEXT, decision=_TEXT, item=_LINE, publisher=_LINE, measure=_TEXT, right=_LINE, step=_LINE, policy=_TEXT,
        taken_by=_TEXT, taken_at=_TIME, until=_NO_TIME, state=_TEXT, ended_at=_NO_TIME, ended_why=_LINE,
    )  # fmt: skip
    decision = thing(
        id=_TEXT, item=_LINE, publisher=_LINE, measure=_TEXT, origin=_TEXT, case=_LINE, policy=_TEXT, made_by=_TEXT,
        at=_TIME, as_of=_TEXT, rulebook=_LINE, cites=_TEXTS, codes=_TEXTS, reasons=_TEXTS, appeal_until=_NO_TIME,
        state=_TEXT, closed_at=_NO_TIME, closed_why=_LINE, actions=listed("Action"),
    )  # fmt: skip
    row = thing(label=_TEXT, text=_TEXT, quote=_LINE)
    section = thing(key=_TEXT, heading=_TEXT, paragraphs=_TEXTS, rows={"type": "array", "items": row})
    appeal = thing(
        id=_TEXT, decision=_TEXT, item=_LINE, publisher=_LINE, state=_TEXT, lodged_at=_TIME, due_at=_TIME,
        decided_at=_NO_TIME, reason=_LINE, replaced_by=_LINE, grounds=_LINE, overdue=_FLAG,
    )  # fmt: skip
    case = thing(
        id=_TEXT, queue=_TEXT, kind=_TEXT, subject=_TEXT, origin=_TEXT, state=_TEXT, priority=_TEXT, due_at=_TIME,
        opened_at=_TIME, version=_COUNT, reason=_TEXT, assignee=_LINE, lease_holder=_LINE, lease_until=_NO_TIME,
        outcome=_LINE, closed_at=_NO_TIME, parent=_LINE,
    )  # fmt: skip
    webhook = thing(id=_TEXT, url=_TEXT, events=_TEXTS, note=_TEXT, active=_FLAG, created_at=_TIME, created_by=_TEXT)
    tried = thing(number=_COUNT, at=_TIME, ms=_COUNT, status={"type": ["integer", "null"]}, error=_LINE)
    delivery = thing(
        id=_TEXT, endpoint=_TEXT, sequence=_COUNT, event=_TEXT, subject=_TEXT, state=_TEXT, tries=_COUNT,
        created_at=_TIME, next_at=_NO_TIME, delivered_at=_NO_TIME, status={"type": ["integer", "null"]}, error=_LINE,
        log={"type": "array", "items": tried},
    )  # fmt: skip
    edit = thing(part=_COUNT, before=_TEXT, after=_TEXT)
    error = thing(word=_TEXT, message=_TEXT, field=_LINE, request_id=_LINE)
    error["properties"]["problems"] = listed("Problem")
    verdict["properties"]["reuse"] = ref("Reuse")
    judged = thing(fresh=_FLAG, item=ref("Stored"), verdict={"anyOf": [ref("Verdict"), {"type": "null"}]})
    opened = thing(item=ref("Stored"), content={"type": ["object", "null"]},
                   verdict={"anyOf": [ref("Verdict"), {"type": "null"}]})  # fmt: skip
    judged["properties"]["reuse"] = opened["properties"]["reuse"] = ref("Reuse")
    return {
        "Item": item,
        "Items": thing(items={"type": "array", "items": ref("Item"), "minItems": 1, "maxItems": 1000})
        | {"additionalProperties": False},
        "Verdict": verdict,
        "Problem": problem,
        "Checked": {"anyOf": [ref("Verdict"), ref("Verdicts")]},
        "Verdicts": thing(results={"type": "array", "items": {
            "type": "object", "required": ["index"],
            "properties": {"index": _COUNT, "verdict": ref("Verdict"), "problems": listed("Problem")}}}),
        "Stored": stored,
        "Judged": judged,
        "Taken": thing(fresh=_FLAG, item=ref("Stored")),
        "Batch": thing(accepted=_COUNT, rejected=_COUNT, results={"type": "array", "items": bulk_item}),
        "StoredPage": _page("Stored"),
        "Opened": opened,
        "Findings": thing(id=_TEXT, state=_TEXT, findings={"type": "array", "items": {"type": "object"}}),
        "Action": action,
        "Decision": decision,
        "Decisions": thing(decisions=listed("Decision")),
        "Statement": thing(decision=_TEXT, lang=_TEXT, title=_TEXT, addressee=_TEXT, text=_TEXT,
                           sections={"type": "array", "items": section}),
        "Appeal": appeal,
        "AppealWish": _only(decision={"type": "string", "minLength": 1, "maxLength": 64},
                            grounds={"type": "string", "minLength": 1, "maxLength": 5000}),
        "Case": case,
        "CasePage": _page("Case"),
        "Rewritten": thing(item=ref("Item"), changed=_COUNT, edits={"type": "array", "items": edit},
                           left={"type": "array", "items": {"type": "object"}}),
        "Rule": thing(code=_TEXT, name=_TEXT, title=_TEXT, family=_TEXT, severity=_TEXT, status=_TEXT, why=_TEXT,
                      citations={"type": "array", "items": {"type": "object"}}),
        "Law": thing(instrument={"type": "object"}, provisions={"type": "array", "items": {"type": "object"}}),
        "WebhookWish": _only(url={"type": "string", "maxLength": 1000}, events=_TEXTS | {"minItems": 1}),
        "Webhook": webhook,
        "WebhookMade": {"allOf": [ref("Webhook"), thing(secret=_TEXT)]},
        "Webhooks": thing(webhooks=listed("Webhook")),
        "Delivery": delivery,
        "DeliveryPage": _page("Delivery"),
        "Media": thing(digest=_DIGEST, size=_COUNT, kind=_TEXT, name=_TEXT),
        "Health": thing(status=_TEXT, version=_TEXT, rulebook=_TEXT),
        **registry_schemas(),
        **_scope(),
        **ranking_schemas(),
        **patrol_schemas(),
        **score_schemas(),
        **sweep_schemas(),
        **accreditation_schemas(),
        **certification_schemas(),
        **campaign_schemas(),
        **ring_schemas(),
        **reuse_schemas(),
        **engagement_schemas(),
        **live_schemas(),
        "Error": thing(error=error),
    }  # fmt: skip


def _scope() -> dict[str, Schema]:
    """Scope questions and answers."""
    value: Schema = {"enum": ["yes", "no", "undetermined"]}
    cited = thing(label=_TEXT, ref=_TEXT, summary=_TEXT)
    step = thing(what=_TEXT, title=_TEXT, value=value, why=_TEXT, cites={"type": "array", "items": cited}, ids=_TEXTS,
                 missing=_TEXTS, verified=_FLAG)  # fmt: skip
    missing = thing(fact=_TEXT, title=_TEXT)
    made = thing(question=_TEXT, value=value, verified=_FLAG, as_of=_TEXT, procedure=_LINE,
                 missing={"type": "array", "items": missing}, steps={"type": "array", "items": step})  # fmt: skip
    entity = thing(id=_TEXT, kind=_TEXT, key=_TEXT, name=_TEXT, state=_TEXT)
    several: Schema = {"type": "array", "items": entity}
    procedure = thing(code=_TEXT, name=_TEXT, words=_TEXTS, grade_name=_TEXT, listed=_FLAG, varies=_FLAG,
                      restricted=_FLAG, source=_TEXT, confidence=_TEXT, note=_TEXT)  # fmt: skip
    word: Schema = {"type": ["string", "null"], "maxLength": 200, "pattern": r"^[^\x00]*$"}
    question: Schema = {
        "type": "object", "additionalProperties": False,
        "properties": {
            "ask": {"enum": ["perform", "advertise"]}, "as_of": {"type": ["string", "null"], "format": "date"},
            **dict.fromkeys(("procedure", "institution", "physician", "account", "product"), word),
            "supervised": {"type": ["boolean", "null"]},
        },
        "description": "perform: institution and procedure, perhaps physician and product. advertise: account (or "
        "institution) and procedure, or product.",
    }  # fmt: skip
    return {
        "ScopeQuestion": question,
        "ScopeAnswer": thing(
            answer={"anyOf": [made, {"type": "null"}]}, procedure={"anyOf": [procedure, {"type": "null"}]},
            roles={"type": "object", "additionalProperties": entity},
            candidates={"type": "object", "additionalProperties": several}, unknown=_TEXTS, entities=several,
        ),
        "Procedures": thing(procedures={"type": "array", "items": procedure}),
    }  # fmt: skip


def _page(name: str) -> Schema:
    return thing(items=listed(name), next=_LINE)


def _only(**fields: Schema) -> Schema:
    found = thing(**fields) | {"additionalProperties": False}
    if "url" in fields:
        found["properties"]["note"] = {"type": "string", "maxLength": 200}
    return found


def _bare(schema: Schema) -> Schema:
    return {name: value for name, value in schema.items() if name not in ("$schema", "$id")}
