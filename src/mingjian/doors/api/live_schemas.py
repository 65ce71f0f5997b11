"""The nouns of live rooms as JSON Schema."""

from __future__ import annotations

from typing import Any

from mingjian.core.live.model import CHANNELS, SPEAKERS
from mingjian.core.model import DOMAINS, PUBLISHER_KINDS
from mingjian.doors.live.heard import LONGEST, LONGEST_REF
from mingjian.records.live.model import ACT_STATES, INCIDENT_STATES, MEASURES, ROOM_STATES

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_LINE: Schema = {"type": ["string", "null"]}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_SECONDS: Schema = {"type": "number", "minimum": 0}
_TIME: Schema = {"type": ["string", "null"], "format": "date-time"}
_CLEAN = r"^[^\x00]*$"
_TEXTS: Schema = {"type": "array", "items": _TEXT}
MOST = 1000


def live_schemas() -> dict[str, Schema]:
    """Every noun by name."""
    room = _thing(id=_TEXT, state={"enum": list(ROOM_STATES)}, session=_COUNT, platform=_LINE, external=_LINE,
                  title=_TEXT, url=_LINE, publisher=_LINE, publisher_kind=_LINE, domain=_LINE, opened_at=_TIME,
                  closed_at=_TIME, why=_TEXT, version=_COUNT)  # fmt: skip
    gap = _thing(channel=_TEXT, start={"type": "number"}, end={"type": ["number", "null"]}, why=_TEXT, detail=_TEXT)
    pulse = _thing(at=_TIME, now=_SECONDS, lights={"type": "object"}, rate=_SECONDS, worker=_TEXT)
    incident = _thing(id=_TEXT, room=_TEXT, session=_COUNT, key=_TEXT, kind=_TEXT,
                      state={"enum": list(INCIDENT_STATES)}, severity=_TEXT, item=_TEXT, publisher=_LINE,
                      codes=_TEXTS, what=_TEXTS, split=_TEXTS,
                      merchants=_TEXTS, said_at=_TIME, raised_at=_TIME, sealed_at=_TIME, reason=_TEXT,
                      **{"from": _SECONDS, "to": _SECONDS})  # fmt: skip
    act = _thing(id=_TEXT, room=_TEXT, session=_COUNT, incident=_TEXT, measure={"enum": list(MEASURES)}, step=_TEXT,
                 state={"enum": list(ACT_STATES)}, reason=_TEXT, asked_at=_TIME, asked_by=_TEXT, sent_at=_TIME,
                 answered_at=_TIME, decision=_LINE, due_at=_TIME, tries=_COUNT, outcome=_TEXT)  # fmt: skip
    card = _thing(id=_TEXT, product=_TEXT, merchant=_LINE, institution=_LINE, at=_TIME, down_at=_TIME)
    problem = _thing(index=_COUNT, field=_LINE, message=_TEXT)
    about = {
        "platform": _line(64), "title": _text(500), "url": _line(1000), "external": _line(200),
        "domain": {"enum": [None, *DOMAINS]}, "facts": {"type": "object"},
        "publisher": {"type": "object", "additionalProperties": False, "properties": {
            "id": _text(200), "name": _text(200), "kind": {"enum": list(PUBLISHER_KINDS)}}},
    }  # fmt: skip
    moment: Schema = {"type": "object", "additionalProperties": False, "required": ["channel", "text"], "properties": {
        "id": {"type": ["string", "integer"], "maxLength": 200,
               "description": "在来源内唯一;再推一次只算一次。 Makes it safe to repeat."},
        "at": {**_SECONDS, "description": "从开播起算的秒数;不写则用 time 或现在。 Seconds since the opening."},
        "until": _SECONDS, "lasts": {**_SECONDS, "description": "说了几秒,没写 until 时用。 How long it took to say."},
        "time": {"type": ["string", "integer"], "description": "RFC 3339,或 1970 年起的微秒数。"},
        "channel": {"enum": list(CHANNELS)}, "speaker": {"enum": list(SPEAKERS)},
        "text": {"type": "string", "minLength": 1, "maxLength": LONGEST},
        **dict.fromkeys(("account", "comment", "product", "url", "merchant", "institution"), _text(LONGEST_REF)),
        "price": {"type": ["string", "number"]},
        "box": {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
    }}  # fmt: skip
    new_card = {"type": "object", "additionalProperties": False, "required": ["product"], "properties": {
        "product": _text(200), "title": _text(200), "price": _text(200), "url": _text(1000), "merchant": _line(200),
        "institution": _line(200)}}  # fmt: skip
    merchant = _thing(id=_TEXT, kind=_LINE, key=_LINE, name=_LINE, institutions=_TEXTS, incidents=_COUNT, rooms=_COUNT,
                      interrupted=_COUNT, what=_TEXTS, last_at=_TIME)  # fmt: skip
    page = {"LiveRoomPage": "LiveRoom", "LiveIncidentPage": "LiveIncident", "LiveActPage": "LiveAct",
            "LiveMerchantPage": "LiveMerchant"}  # fmt: skip
    return {
        "LiveRoom": room, "LiveGap": gap, "LiveIncident": incident, "LiveAct": act, "LiveCard": card,
        "LiveMerchant": merchant,
        "LiveRoomFull": _thing(room=_ref("LiveRoom"), gaps=_many("LiveGap"), cards=_many("LiveCard"), waiting=_COUNT,
                               pulse={"anyOf": [pulse, {"type": "null"}]}),
        "LiveIncidentFull": _thing(incident=_ref("LiveIncident"), acts=_many("LiveAct"),
                                   evidence={"type": ["object", "null"]}, sealed={"type": ["object", "null"]}),
        "LiveActFull": _thing(act=_ref("LiveAct"), text=_TEXT),
        **{name: _thing(items=_many(one), next=_LINE) for name, one in page.items()},
        "LiveAbout": _wish({"id": {"type": "string", "pattern": "^[A-Za-z0-9_.:-]{1,32}$"}, **about}),
        "LiveChange": _wish(about),
        "LiveClosing": _wish({"reason": _text(2000)}),
        "LiveMoments": _wish({"source": {"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]{0,49}$"},
                              "moments": _some(moment, MOST)}, "moments"),
        "LivePushed": _thing(accepted=_COUNT, fresh=_COUNT, rejected={"type": "array", "items": problem}),
        "LiveNewCards": _wish({"cards": _some(new_card, 200)}, "cards"),
        "LiveCardsDown": _wish({"cards": _some(_text(64), 200)}, "cards"),
        "LiveCards": _thing(cards=_many("LiveCard")),
        "LiveAcknowledgement": _wish({"done": {"type": "boolean"}, "detail": _text(500),
                                      "time": {"type": ["string", "integer"]}}),
    }  # fmt: skip


def _text(most: int) -> Schema:
    return {"type": "string", "maxLength": most, "pattern": _CLEAN}


def _line(most: int) -> Schema:
    return {"type": ["string", "null"], "maxLength": most, "pattern": _CLEAN}


def _thing(**fields: Schema) -> Schema:
    return {"type": "object", "required": list(fields), "properties": fields}


def _wish(fields: dict[str, Schema], *required: str) -> Schema:
    made: Schema = {"type": "object", "additionalProperties": False, "properties": fields}
    return {**made, "required": list(required)} if required else made


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _many(name: str) -> Schema:
    return {"type": "array", "items": _ref(name)}


def _some(one: Schema, most: int) -> Schema:
    return {"type": "array", "items": one, "minItems": 1, "maxItems": most}
