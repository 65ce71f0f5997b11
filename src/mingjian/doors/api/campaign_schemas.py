"""Campaigns as JSON Schema."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_LINE: Schema = {"type": ["string", "null"]}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_MAYBE: Schema = {"type": ["integer", "null"], "minimum": 0}
_TIME: Schema = {"type": ["string", "null"], "format": "date-time"}
_FLAG: Schema = {"type": "boolean"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_DIGEST: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_OBJECT: Schema = {"type": "object"}


def campaign_schemas() -> dict[str, Schema]:
    """Every noun by name."""
    scope: Schema = {"type": "object", "additionalProperties": _TEXTS}
    campaign = _thing(id=_TEXT, title=_TEXT, since=_TEXT, until=_LINE, scope=scope, policy=_LINE, purpose=_TEXT,
                      state={"enum": ["open", "closed"]}, batch=_COUNT, opened_at=_TIME, closed_at=_TIME)  # fmt: skip
    batch = _thing(number=_COUNT, opened_at=_TIME, closed_at=_TIME, counted_to=_MAYBE,
                   links={"type": "object", "additionalProperties": _COUNT})  # fmt: skip
    link = _thing(kind=_TEXT, ref=_TEXT, batch=_COUNT, linked_at=_TIME, reason=_TEXT)
    figure = _thing(name=_TEXT, title=_TEXT, title_en=_TEXT, unit=_TEXT, definition=_TEXT, definition_en=_TEXT,
                    number=_COUNT, standing=_COUNT,
                    list=_DIGEST | {"description": "SHA-256 of the canonical JSON of the sorted ids."})  # fmt: skip
    announcement = _thing(id=_TEXT, campaign=_TEXT, batch=_COUNT, state=_TEXT, seal=_DIGEST, counted_to=_COUNT,
                          drafted_at=_TIME, published_at=_TIME, withdrawn_at=_TIME, withdrawn_why=_LINE)  # fmt: skip
    stratum = _thing(name=_TEXT, size=_COUNT, drawn=_COUNT, flagged=_COUNT, judged=_COUNT)
    sample = _thing(id=_TEXT, side=_TEXT, frame=_TEXT, as_of=_TEXT, by=_TEXTS, seed=_TEXT, list=_DIGEST, number=_COUNT,
                    size=_COUNT, state=_TEXT, strata={"type": "array", "items": stratum})  # fmt: skip
    named = _thing(id=_TEXT, name=_TEXT)
    merchant = _thing(id=_TEXT, kind=_TEXT, name=_TEXT, accounts=_TEXTS, items=_TEXTS, standing=_COUNT,
                      families=_TEXTS, institutions={"type": "array", "items": named})  # fmt: skip
    subject = _thing(id=_TEXT, standing=_FLAG)
    return {
        "Campaign": campaign, "CampaignPage": _page("Campaign"),
        "CampaignOpened": {"allOf": [_ref("Campaign"), _thing(batches={"type": "array", "items": batch})]},
        "CampaignLinkPage": _thing(items={"type": "array", "items": link}, next=_LINE),
        "CampaignFigures": _thing(counted_to=_COUNT, figures={"type": "array", "items": figure}),
        "CampaignSubjects": _thing(figure=_TEXT, items={"type": "array", "items": subject}, next=_LINE),
        "CampaignMerchants": _thing(items={"type": "array", "items": merchant}, next=_LINE),
        "CampaignPrevalence": _thing(samples={"type": "array", "items": sample}, estimate=_OBJECT),
        "GovernanceAnnouncement": announcement,
        "GovernanceAnnouncementPage": _page("GovernanceAnnouncement"),
        "GovernanceAnnouncementOpened": {"allOf": [_ref("GovernanceAnnouncement"), _thing(content=_OBJECT)]},
    }  # fmt: skip


def _thing(**fields: Schema) -> Schema:
    return {"type": "object", "required": list(fields), "properties": fields}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _page(name: str) -> Schema:
    return _thing(items={"type": "array", "items": _ref(name)}, next=_LINE)
