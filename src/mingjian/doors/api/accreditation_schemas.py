"""The nouns of accreditation as JSON Schema."""

from __future__ import annotations

from typing import Any

from mingjian.governance.accreditation.access import MOST_WORDS
from mingjian.records.accreditation.model import GRADES, MARKS, NONCONFORMITY_STATES, STATES

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_LINE: Schema = {"type": ["string", "null"]}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_NUMBER: Schema = {"type": ["number", "null"]}
_TIME: Schema = {"type": "string", "format": "date-time"}
_NO_TIME: Schema = {"type": ["string", "null"], "format": "date-time"}
_DAY: Schema = {"type": "string", "format": "date"}
_FLAG: Schema = {"type": "boolean"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_DIGESTS: Schema = {"type": "array", "items": {"type": "string", "pattern": "^[0-9a-f]{64}$"}, "maxItems": 50}
_WORDS: Schema = {"type": "string", "maxLength": MOST_WORDS, "pattern": r"^[^\x00]*$"}
_ID: Schema = {"type": "string", "maxLength": 40, "pattern": r"^[^\x00]*$"}


def _thing(**fields: Schema) -> Schema:
    return {"type": "object", "required": list(fields), "properties": fields}


def _list(noun: Schema) -> Schema:
    return {"type": "array", "items": noun}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _only(needed: dict[str, Schema], **others: Schema) -> Schema:
    return {**_thing(**needed), "properties": {**needed, **others}, "additionalProperties": False}


def accreditation_schemas() -> dict[str, Schema]:
    """Every noun by name."""
    clause = _thing(code=_TEXT, title=_TEXT, text=_TEXT, weight=_COUNT, critical=_FLAG, evidence=_TEXTS, law=_TEXTS,
                    source=_TEXTS, na=_LINE)  # fmt: skip
    accreditation = _thing(
        id=_TEXT, institution=_TEXT, standard=_TEXT, standard_version=_COUNT, kind=_TEXT, state={"enum": [*STATES]},
        scope=_TEXTS, applied_by=_TEXT, applied_at=_TIME, due_at=_NO_TIME, outcome=_LINE, decided_at=_NO_TIME,
        certificate=_LINE, version=_COUNT,
    )  # fmt: skip
    finding = _thing(
        id=_TEXT, audit=_TEXT, clause=_TEXT, grade={"enum": [*GRADES]}, state={"enum": [*NONCONFORMITY_STATES]},
        words=_TEXT, cause=_TEXT, action=_TEXT, remark=_TEXT, evidence=_TEXTS, due_at=_TIME, version=_COUNT,
    )  # fmt: skip
    certificate = _thing(
        number=_TEXT, holder=_TEXT, standard=_TEXT, scope=_TEXTS, level=_TEXT, valid_from=_DAY, valid_to=_DAY,
        standing=_TEXT, reason=_LINE, conditions=_COUNT, conditions_met=_FLAG, code=_TEXT, key=_TEXT, public=_TEXT,
    )  # fmt: skip
    mark = _thing(clause=_TEXT, mark={"enum": [*MARKS]}, evidence=_TEXTS, version=_COUNT)
    version: Schema = {"type": ["integer", "null"], "minimum": 0, "maximum": 1_000_000}
    needed: dict[str, Schema] = {"clause": {"type": "string", "maxLength": 16}, "mark": {"enum": [*MARKS]}}
    given = _only(needed, note=_WORDS, evidence=_DIGESTS, version=version)
    return {
        "Standard": _thing(id=_TEXT, title=_TEXT, title_en=_TEXT, mark=_TEXT, notice=_TEXT, clauses=_list(clause)),
        "Accreditation": accreditation,
        "AccreditationPage": _thing(items=_list(_ref("Accreditation")), next=_LINE),
        "AccreditationWhole": {"allOf": [_ref("Accreditation"), _thing(
            points=_NUMBER, unmarked=_TEXTS, reason=_TEXT, marks=_list(mark), nonconformities=_list(finding),
            certificates=_list(_ref("Certificate")))]},
        "AccreditationWish": _only(
            {"institution": _ID, "standard": {"type": "string", "maxLength": 64},
             "scope": {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 60}, "minItems": 1,
                       "maxItems": 30}},
            note=_WORDS, previous={"type": ["string", "null"], "maxLength": 40},
            consultants={"type": "array", "items": _ID, "maxItems": 20},
        ),
        "MarksWish": _only({"marks": {"type": "array", "items": given, "minItems": 1, "maxItems": 200}}),
        "Marks": _thing(marks=_list(mark), points=_NUMBER, unmarked=_TEXTS),
        "EvidenceFile": _thing(digest=_TEXT, name=_TEXT, kind=_TEXT, size=_COUNT),
        "FindingAnswer": _only({"cause": _WORDS, "action": _WORDS}, evidence=_DIGESTS),
        "Nonconformity": finding,
        "Certificate": certificate,
        "CertificatePage": _thing(items=_list(_ref("Certificate")), next=_LINE),
        "Proven": _thing(verdict=_TEXT, signed=_FLAG,
                         certificate={"anyOf": [_ref("Certificate"), {"type": "null"}]}),
    }  # fmt: skip
