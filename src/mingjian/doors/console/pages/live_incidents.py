"""Incidents of live rooms: what each rests on, side by side; dismissing, bringing back, acting."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.core.live.model import CHANNELS
from mingjian.core.report.model import WORST_FIRST
from mingjian.desk.people.permissions import allowed
from mingjian.doors.console import live_views as views
from mingjian.doors.console.context import (
    Crumb,
    Flash,
    desk,
    local_path,
    page,
    permitted,
    posted,
    redirect,
    spoken,
    text,
)
from mingjian.doors.console.filters import address, chosen
from mingjian.doors.console.i18n import language
from mingjian.doors.console.law import law_of
from mingjian.doors.console.live_forms import back, cites_of, measure_of, version_of
from mingjian.doors.console.live_room import kinds_of, reasons_for
from mingjian.doors.console.media import send
from mingjian.doors.console.reading import read_item
from mingjian.doors.console.subjects import names_of
from mingjian.doors.console.verifying import place_of
from mingjian.governance.live import acting, carrying, evidence, incidents
from mingjian.records.blobs import Blobs
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.items.model import Media
from mingjian.records.live.model import INCIDENT_STATES
from mingjian.records.storage import live_incidents, live_rooms
from mingjian.records.storage.database import Tx
from mingjian.records.storage.live_incidents import IncidentFilter

router = APIRouter()
READS, ACTS = "live.read", "live.act"
_FILTERS = ("state", "severity", "room", "publisher", "merchant", "before")
_PAGE = 40
_verified: set[tuple[str, int, int]] = set()


@router.get("/live/incidents")
def listed(request: Request) -> Response:
    """Incidents, the newest first."""
    asks = permitted(request, READS)
    values = chosen(request.query_params, _FILTERS)
    state, severity = values.get("state"), values.get("severity")
    if (state and state not in INCIDENT_STATES) or (severity and severity not in WORST_FIRST):
        raise Invalid("没有这种状态。", field="state")
    wanted = IncidentFilter(values.get("room"), None, state, values.get("publisher"), values.get("merchant"), severity)
    with desk(request).database.read() as tx:
        found, last = incidents.list_incidents(tx, asks, wanted, place_of(values.get("before")), _PAGE)
        rooms = live_rooms.rooms_by_id(tx, [one.room for one in found])
        acts = {one.id: live_incidents.acts_of_incident(tx, one.id) for one in found}
    onward = address("/live/incidents", values, before=last) if last is not None else None
    return page(request, "live/incidents.html", title="直播线索", found=found, rooms=rooms, acts=acts, values=values,
                states=INCIDENT_STATES, severities=WORST_FIRST, next=onward)  # fmt: skip


@router.get("/live/incidents/{id}")
def incident(request: Request, id: str) -> Response:
    """The evidence of every channel side by side, the clip, the law, what was done and its reverse."""
    asks = permitted(request, READS)
    lang = language(request)
    opened = desk(request)
    with opened.database.read() as tx:
        found = incidents.get_incident(tx, asks, id)
        room = live_rooms.room_by_id(tx, found.room)
        assert room is not None, "an incident is one of a room"
        known, sealed = evidence.told(tx, found), evidence.sealed(tx, found)
        acts = live_incidents.acts_of_incident(tx, id)
        told = {act.id: carrying.text_of(tx, act) for act in acts}
        provisional = views.provisional(tx, acts)
        reading = read_item(tx, found.item)
        wrong = evidence.verify_seal(tx, found, Blobs(opened.settings.blobs)) if "verify" in request.query_params \
            else None  # fmt: skip
        kept = _kept_texts(tx, sealed)
        names = names_of(tx, [found.by, *(act.asked_by for act in acts), *(act.answered_by for act in acts)])
    here = address(f"/live/incidents/{id}", {})
    title = "、".join(found.what) or id
    return page(
        request, "live/incident.html", title=title, crumbs=(Crumb("直播", "/live"), Crumb(title)), one=found, room=room,
        sides=_sides(known, lang), sealed=sealed, acts=acts, told=told, reading=reading,
        law=law_of(reading.findings, reading.stored.as_of), wrong=wrong, kept=kept, names=names, here=here,
        chosen=found, proposed=[act for act in acts if act.state == "proposed"], acts_allowed=allowed(asks, ACTS),
        reasons=reasons_for(found, lang), blind=False, provisional=provisional,
    )  # fmt: skip


def _sides(known: evidence.Evidence | None, lang: str) -> list[tuple[str, list[views.Line]]]:
    """Channels in their order, each with what was said or shown on it."""
    if known is None:
        return []
    noticed: dict[int, list[Any]] = {}
    for signal in known.signals:
        noticed.setdefault(signal.moment, []).append(signal)
    by = {channel: [one for one in known.moments if one.channel == channel] for channel in CHANNELS}
    words = kinds_of(lang)
    return [(channel, views.lines_of(found, (), noticed, words)) for channel, found in by.items() if found]


def _kept_texts(tx: Tx, sealed: Mapping[str, Any] | None) -> list[tuple[str, list[views.Line]]]:
    """The transcript and the comments under the seal, as far as they can be read; personal data covered."""
    if sealed is None:
        return []
    return [(name, lines) for name, body in zip(("speech", "comment"), evidence.texts_of(tx, sealed), strict=True)
            if (lines := _lines(body))]  # fmt: skip


def _lines(body: bytes | None) -> list[views.Line]:
    found = []
    for row in (body or b"").splitlines()[:400]:
        try:
            told = json.loads(row)
            start, words = float(told.get("s", told.get("start", 0.0))), str(told.get("t", told.get("text", "")))
        except (ValueError, TypeError, AttributeError):
            continue
        found.append(views.Line(start, str(told.get("c", told.get("channel", ""))), None, views.cut(words, (), {})))
    return found


@router.get("/live/incidents/{id}/files/{digest}")
def file(request: Request, id: str, digest: str) -> Response:
    """The clip or a frame under the seal; its bytes are what was sealed."""
    asks = permitted(request, READS)
    opened = desk(request)
    with opened.database.read() as tx:
        sealed = evidence.sealed(tx, incidents.get_incident(tx, asks, id)) or {}
    if digest != sealed.get("clip") and digest not in [name for name, _ in sealed.get("frames", ())]:
        raise NotFound("这条线索没有这个文件。")
    kind, ending = ("video", "mp4") if digest == sealed.get("clip") else ("picture", "jpg")
    size = Blobs(opened.settings.blobs).size(digest) or 0
    return send(opened.settings.blobs, Media(digest, f"{id}-{digest[:8]}.{ending}", kind, size), _verified)


@router.post("/live/incidents/{id}/act")
def act(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Warn the host, have the picture or sound masked, interrupt the room: sent at once."""
    asks = permitted(request, ACTS)
    with desk(request).database.write() as tx:
        made = acting.act(tx, asks, id, measure_of(form), text(form, "reason", 501), cites=cites_of(form),
                          version=version_of(form))  # fmt: skip
    undo = f"/live/acts/{made.id}/lift"
    return redirect(request, back(form, made.room), Flash(spoken(request, "已发出,等平台回执。"), undo=undo))


@router.post("/live/incidents/{id}/dismiss")
def dismiss(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """No violation after all: what was done because of it is taken back."""
    asks = permitted(request, ACTS)
    with desk(request).database.write() as tx:
        gone = incidents.dismiss(tx, asks, id, text(form, "reason", 501))
    undo = f"/live/incidents/{id}/reinstate"
    return redirect(request, back(form, gone.room), Flash(spoken(request, "已排除;可以恢复。"), undo=undo))


@router.post("/live/incidents/{id}/reinstate")
def reinstate(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """It stands again; what was taken back stays so."""
    asks = permitted(request, ACTS)
    reason = text(form, "reason", 501) or spoken(request, "撤销刚才的排除")
    with desk(request).database.write() as tx:
        incidents.reinstate(tx, asks, id, reason)
    return redirect(request, local_path(text(form, "back", 300), f"/live/incidents/{id}"),
                    Flash(spoken(request, "已恢复。")))  # fmt: skip
