"""Certification and penalties as JSON Schema."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_LINE: Schema = {"type": ["string", "null"]}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_SMALL: Schema = {"type": ["integer", "null"], "minimum": 0, "description": "null: a small number, covered."}
_TIME: Schema = {"type": ["string", "null"], "format": "date-time"}
_FLAG: Schema = {"type": "boolean"}
_MAYBE: Schema = {"type": ["boolean", "null"]}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_OUTCOME: Schema = {"enum": ["eligible", "not", "undetermined"]}


def certification_schemas() -> dict[str, Schema]:
    """Every noun by name."""
    policy = _thing(id=_TEXT, programme=_TEXT, title=_TEXT, title_en=_TEXT, until=_LINE, ground=_TEXT, cites=_TEXTS,
                    term_days={"type": ["integer", "null"]}, notice_days=_COUNT, default=_FLAG, kinds=_TEXTS,
                    adopted_from=_LINE, **{"from": _TEXT})  # fmt: skip
    certificate = _thing(id=_TEXT, entity=_TEXT, programme=_TEXT, policy=_TEXT, basis=_TEXT, valid_from=_TEXT,
                         valid_to=_LINE, state=_TEXT, granted_at=_TIME, ended_at=_TIME, ended_why=_LINE)  # fmt: skip
    badge = _thing(entity=_TEXT, programme=_TEXT, shown=_FLAG, withheld_by=_LINE, withheld_until=_TIME,
                   certificate={"anyOf": [_ref("BadgeCertificate"), {"type": "null"}]})  # fmt: skip
    fact = _thing(ok=_MAYBE, says=_TEXT, says_en=_TEXT, because=_TEXT, because_en=_TEXT, depth=_COUNT)
    evaluation = _thing(policy=_TEXT, entity=_TEXT, as_of=_TEXT, outcome=_OUTCOME,
                        chain={"type": "array", "items": fact})  # fmt: skip
    application = _thing(id=_TEXT, entity=_TEXT, programme=_TEXT, policy=_TEXT, case=_TEXT, outcome=_OUTCOME,
                         renews=_LINE, state=_TEXT, lodged_at=_TIME, decided_at=_TIME, reasons=_TEXTS,
                         certificate=_LINE)  # fmt: skip
    holder = _thing(entity=_TEXT, name=_TEXT, kind=_TEXT, certificate=_TEXT, outcome=_OUTCOME, against=_TEXTS,
                    qualified=_FLAG, licensed=_MAYBE, strikes={"type": ["integer", "null"]}, risk=_LINE)  # fmt: skip
    counts: Schema = {"type": "object", "additionalProperties": _COUNT}
    impact = _thing(policy=_TEXT, kind=_TEXT, as_of=_TEXT, holders=_COUNT, outcomes=counts, hit=_COUNT,
                    qualified=_COUNT, undetermined=_COUNT, exempt=_COUNT,
                    counts={"type": "object", "additionalProperties": counts},
                    hit_list={"type": "array", "items": holder},
                    qualified_list={"type": "array", "items": holder})  # fmt: skip
    batch = _thing(id=_TEXT, kind=_TEXT, programme=_TEXT, policy=_TEXT, as_of=_TEXT, list_digest=_TEXT, number=_COUNT,
                   reason=_TEXT, state=_TEXT, made_at=_TIME, approved_at=_TIME, done_at=_TIME,
                   progress=counts)  # fmt: skip
    figure = _thing(key=_TEXT, title=_TEXT, number=_SMALL, definition=_TEXT)
    figures: Schema = {"type": "array", "items": figure}
    announcement = _thing(batch=_TEXT, lang=_TEXT, title=_TEXT, paragraphs=_TEXTS, figures=figures, by_kind=figures,
                          appeal=_TEXT, command=_TEXT, counted_to=_COUNT, list_digest=_TEXT)  # fmt: skip
    condition = _thing(name=_TEXT, title=_TEXT, met_at=_TIME)
    waiting = _thing(action=_TEXT, decision=_TEXT, subject=_LINE, right=_LINE, measure=_TEXT, taken_at=_TIME,
                     until=_TIME, awaiting=_FLAG, early_from=_TIME,
                     conditions={"type": "array", "items": condition})  # fmt: skip
    line = _thing(measure=_TEXT, right=_LINE, subjects=_SMALL, days_30=_SMALL, days_180=_SMALL)
    period = _thing(until=_TEXT, lines={"type": "array", "items": line}, **{"from": _TEXT})
    word: Schema = {"type": "string", "minLength": 1, "maxLength": 64, "pattern": r"^[^\x00]*$"}
    wish: Schema = {
        "type": "object", "additionalProperties": False, "required": ["entity", "programme"],
        "properties": {"entity": word, "programme": word},
        "description": "entity: an id of the registry (ent_…).",
    }  # fmt: skip
    return {
        "CertificationPolicies": _thing(policies={"type": "array", "items": policy}, in_force=_LINE),
        "BadgeCertificate": certificate, "Badge": badge, "BadgeCertificatePage": _page("BadgeCertificate"),
        "Eligibility": evaluation, "CertificationWish": wish, "CertificationApplication": application,
        "CertificationImpact": impact, "CertificationBatch": batch, "CertificationAnnouncement": announcement,
        "Awaiting": waiting, "AwaitingPage": _page("Awaiting"),
        "PenaltyCounts": _thing(definition=_TEXT, periods={"type": "array", "items": period}),
    }  # fmt: skip


def _thing(**fields: Schema) -> Schema:
    return {"type": "object", "required": list(fields), "properties": fields}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _page(name: str) -> Schema:
    return _thing(items={"type": "array", "items": _ref(name)}, next=_LINE)
