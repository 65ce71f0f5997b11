"""The registry's nouns as JSON Schema."""

from __future__ import annotations

from typing import Any

from mingjian.desk.registry.parse import LONGEST, MOST_CREDENTIALS, MOST_LINKS, MOST_SCOPE
from mingjian.desk.registry.service import MOST_AT_ONCE
from mingjian.records.registry.model import (
    CHECKS,
    CREDENTIAL_KINDS,
    CREDENTIAL_STATES,
    ENTITY_KINDS,
    ENTITY_STATES,
    IMPORT_STATES,
    LINK_KINDS,
)

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_LINE: Schema = {"type": ["string", "null"]}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_FLAG: Schema = {"type": "boolean"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_DAY: Schema = {"type": ["string", "null"], "format": "date"}
_TIME: Schema = {"type": "string", "format": "date-time"}
_ANY: Schema = {"type": "object"}
_NO_CONTROL = r"^[^\x00-\x1f\x7f]*$"


def registry_schemas() -> dict[str, Schema]:
    """Every noun by name."""
    entity = _thing(id=_TEXT, kind={"enum": list(ENTITY_KINDS)}, key=_TEXT, name=_TEXT,
                    state={"enum": list(ENTITY_STATES)}, attributes=_ANY, version=_COUNT, effective=_DAY)  # fmt: skip
    credential = _thing(
        id=_TEXT, entity=_TEXT, kind={"enum": list(CREDENTIAL_KINDS)}, number=_TEXT, issuer=_TEXT, scope=_TEXTS,
        valid_from=_DAY, valid_to=_DAY, state={"enum": list(CREDENTIAL_STATES)}, check={"enum": list(CHECKS)},
        why=_TEXT, evidence=_LINE, attributes=_ANY, version=_COUNT, effective=_DAY,
    )  # fmt: skip
    link = _thing(id=_TEXT, kind={"enum": list(LINK_KINDS)}, source=_TEXT, target=_TEXT, scope=_TEXTS,
                  valid_from=_DAY, valid_to=_DAY, state={"enum": list(CREDENTIAL_STATES)}, attributes=_ANY,
                  version=_COUNT, effective=_DAY)  # fmt: skip
    brief = _thing(id=_TEXT, kind=_TEXT, key=_TEXT, name=_TEXT, state=_TEXT)
    awaited = _thing(id=_TEXT, link=_TEXT, kind=_TEXT, key=_TEXT)
    version = _thing(subject=_TEXT, noun={"enum": ["entity", "credential", "link"]}, version=_COUNT, effective=_DAY,
                     seq=_COUNT, at=_TIME, actor=_TEXT, changed=_TEXTS, values=_ANY)  # fmt: skip
    problem = _thing(field=_TEXT, message=_TEXT, hint=_TEXT, word=_TEXT)
    recorded = _thing(id=_TEXT, kind=_TEXT, key=_TEXT, version=_COUNT, fresh=_FLAG, changed=_TEXTS,
                      credentials=_TEXTS, links=_TEXTS, awaited=_COUNT, malformed=_COUNT)  # fmt: skip
    result: Schema = {
        "type": "object", "required": ["index"],
        "properties": {"index": _COUNT, "recorded": _ref("Recorded"), "problems": _listed("RecordProblem")},
        "description": "Recorded, or its problems.",
    }  # fmt: skip
    counts = ("rows", "recorded", "added", "changed", "same", "rejected", "malformed", "awaited")
    made = _thing(id=_TEXT, name=_TEXT, kind=_LINE, source=_TEXT, state={"enum": list(IMPORT_STATES)}, digest=_TEXT,
                  **dict.fromkeys(counts, _COUNT), notes=_TEXTS, why=_TEXT, started_at=_LINE,
                  changed_at=_LINE)  # fmt: skip
    reject = _thing(line=_COUNT, problems=_listed("RecordProblem"), row={})
    return {
        "Entity": entity,
        "EntityPage": _page("Entity"),
        "Credential": credential,
        "CredentialPage": _page("Credential"),
        "Link": link,
        "EntityBrief": brief,
        "EntityOpened": _thing(entity=_ref("Entity"), credentials=_listed("Credential"), links=_listed("Link"),
                               others=_listed("EntityBrief"), awaited={"type": "array", "items": awaited}),
        "EntityVersion": version,
        "EntityHistory": _thing(id=_TEXT, versions=_listed("EntityVersion")),
        "EntityGraph": _thing(entities={"type": "array", "items": {"allOf": [_ref("Entity"), _thing(depth=_COUNT)]}},
                              links=_listed("Link"), whole=_FLAG),
        "RecordProblem": problem,
        "Recorded": recorded,
        "RecordBatch": _thing(recorded=_COUNT, rejected=_COUNT, results={"type": "array", "items": result}),
        "Record": _record(),
        "Records": _thing(records={"type": "array", "items": _ref("Record"), "minItems": 1, "maxItems": MOST_AT_ONCE})
        | {"additionalProperties": False},
        "StateWish": _only(
            {"id": {"type": "string", "maxLength": 64}, "state": _TEXT,
             "reason": {"type": "string", "minLength": 1, "maxLength": 500}, "effective": _DAY},
            "id", "state", "reason",
        ),
        "StateSet": _thing(id=_TEXT, state=_TEXT),
        "Import": made,
        "ImportPage": _page("Import"),
        "ImportTried": _thing(**{"import": _ref("Import"), "rejects": _listed("Reject")}),
        "Reject": reject,
        "RejectPage": _page("Reject"),
    }  # fmt: skip


def _record() -> Schema:
    """What goes in."""
    line: Schema = {"type": "string", "pattern": _NO_CONTROL}
    scope: Schema = {"type": ["array", "null"], "maxItems": MOST_SCOPE,
                     "items": {"type": "string", "minLength": 1, "maxLength": 64, "pattern": _NO_CONTROL}}  # fmt: skip
    attributes: Schema = {
        "type": ["object", "null"], "maxProperties": 100, "propertyNames": {"pattern": "^[a-z][a-z0-9_]{0,39}$"},
        "description": "Plain values; null takes one away.",
    }  # fmt: skip
    rest: dict[str, Schema] = {
        "scope": scope, "valid_from": _DAY, "valid_to": _DAY,
        "state": {"enum": [*CREDENTIAL_STATES, None]}, "attributes": attributes,
        "version": {"type": ["integer", "null"], "minimum": 1},
    }  # fmt: skip
    id: Schema = {"type": ["string", "null"], "maxLength": LONGEST["id"]}
    entity = _only({
        "id": id, "kind": {"enum": list(ENTITY_KINDS)}, "key": line | {"maxLength": LONGEST["key"]},
        "name": line | {"maxLength": LONGEST["name"]}, "state": {"enum": [*ENTITY_STATES, None]},
        "attributes": attributes, "version": rest["version"],
    })  # fmt: skip
    credential = _only({
        "id": id, "kind": {"enum": list(CREDENTIAL_KINDS)},
        "number": {"type": ["string", "null"], "pattern": _NO_CONTROL, "maxLength": LONGEST["number"]},
        "issuer": {"type": ["string", "null"], "pattern": _NO_CONTROL, "maxLength": LONGEST["issuer"]},
        "evidence": {"type": ["string", "null"], "pattern": "^([0-9a-f]{64})?$"}, **rest,
    })  # fmt: skip
    target = _only({"id": id, "kind": {"enum": list(ENTITY_KINDS)}, "key": line | {"maxLength": LONGEST["key"]}})
    link = _only({"id": id, "kind": {"enum": list(LINK_KINDS)}, "target": target, **rest})
    return _only(
        {
            "entity": entity,
            "credentials": {"type": "array", "maxItems": MOST_CREDENTIALS, "items": credential},
            "links": {"type": "array", "maxItems": MOST_LINKS, "items": link},
            "effective": _DAY,
        },
        "entity",
    ) | {"description": "What is left out stays; null takes a field away. entity: id, or kind and key; a new one "
                        "needs a name. effective: the day from which what changes is so."}  # fmt: skip


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _listed(name: str) -> Schema:
    return {"type": "array", "items": _ref(name)}


def _thing(**fields: Schema) -> Schema:
    return {"type": "object", "required": list(fields), "properties": fields}


def _only(fields: dict[str, Schema], *needed: str) -> Schema:
    return {"type": "object", "properties": fields, "required": list(needed), "additionalProperties": False}


def _page(name: str) -> Schema:
    return _thing(items=_listed(name), next=_LINE)
