"""One live room: its page, the pieces of it that are drawn again, and what was recorded of it."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from mingjian.doors.console.context import Crumb, Flash, desk, fragment, page, permitted, posted, redirect, spoken, text
from mingjian.doors.console.filters import address
from mingjian.doors.console.i18n import language
from mingjian.doors.console.live_feed import feed
from mingjian.doors.console.live_forms import back, cites_of, measure_of
from mingjian.doors.console.live_recorded import frame_file, frames_of, segment_file, segments_of
from mingjian.doors.console.live_room import PARTS, shown
from mingjian.doors.console.live_views import stills
from mingjian.doors.live.settings import room_folder
from mingjian.governance.live import acting, incidents, rooms
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.storage import live_pulses

router = APIRouter()
READS, MANAGES = "live.read", "live.manage"
_LONGEST = 300.0
# Pictures of people in a room are kept nowhere.
_KEPT = {
    "Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
}  # fmt: skip


@router.get("/live/rooms/{id}")
def room(request: Request, id: str) -> Response:
    """Player, transcript, frames, comments, line of time; incidents and what was done."""
    asks = permitted(request, READS)
    feed(request).looks(id, asks.actor)
    incident, session = _asked(request)
    values = shown(desk(request), asks, id, language(request), incident=incident, session=session)
    title = values["room"].title or values["room"].external or id
    return page(request, "live/room.html", title=title, crumbs=(Crumb("直播", "/live"), Crumb(title)), **values)


@router.get("/live/rooms/{id}/parts/{part}")
def part(request: Request, id: str, part: str) -> Response:
    """A piece of the page, as it is now."""
    asks = permitted(request, READS)
    if part not in PARTS:
        raise NotFound("没有这一块。")
    incident, session = _asked(request)
    values = shown(desk(request), asks, id, language(request), incident=incident, session=session, parts=(part,))
    return fragment(request, f"live/_{part}.html", **values)


def _asked(request: Request) -> tuple[str, int | None]:
    session = request.query_params.get("session", "")
    if session and not (session.isascii() and session.isdigit() and len(session) < 7):
        raise Invalid("场次应为数字。", field="session")
    return request.query_params.get("incident", "")[:64], int(session) if session else None


@router.get("/live/rooms/{id}/picture")
def picture(request: Request, id: str) -> Response:
    """The newest small picture of a running room."""
    permitted(request, READS)
    with desk(request).database.read() as tx:
        found = live_pulses.pulses(tx, [id], pictures=True).get(id)
    if found is None or found.picture is None:
        raise NotFound("没有画面。")
    return Response(found.picture, media_type="image/jpeg", headers=_KEPT)


@router.get("/live/rooms/{id}/replay")
def replay(request: Request, id: str, session: int | None = None) -> Response:
    """Where the recording and the frames of a stretch of room time are; ``from`` and ``to`` in seconds."""
    asks = permitted(request, READS)
    first, last = _seconds(request, "from"), _seconds(request, "to")
    if not first <= last <= first + _LONGEST:
        raise Invalid("一次最多回看 5 分钟。", field="to")
    with desk(request).database.read() as tx:
        number = rooms.get_room(tx, asks, id).session if session is None else session
    folder = room_folder(desk(request).settings.data, id, number)
    base = address(f"/live/rooms/{id}/sessions/{number}", {})
    found = [{"address": f"{base}/segments/{one.name}", "from": one.start, "to": one.end}
             for one in segments_of(folder, first, last)]  # fmt: skip
    frames = stills(id, number, frames_of(folder, first, last, 60))
    return JSONResponse({"segments": found, "frames": [{"at": one.at, "address": one.address} for one in frames]})


def _seconds(request: Request, name: str) -> float:
    given = request.query_params.get(name, "")
    try:
        found = float(given)
    except ValueError:
        found = -1.0
    if not 0 <= found < 1e9:
        raise Invalid("应为秒数。", field=name)
    return found


@router.get("/live/rooms/{id}/sessions/{session}/frames/{name}")
def frame(request: Request, id: str, session: int, name: str) -> Response:
    """A frame that is still kept."""
    permitted(request, READS)
    file = frame_file(_folder(request, id, session), name)
    if file is None or not file.is_file():
        raise NotFound("这一帧已不在(只保留最近一段)。")
    return FileResponse(file, media_type="image/jpeg", headers=_KEPT)


@router.get("/live/rooms/{id}/sessions/{session}/segments/{name}")
def segment(request: Request, id: str, session: int, name: str) -> Response:
    """A stretch of the recording that is still kept."""
    permitted(request, READS)
    file = segment_file(_folder(request, id, session), name)
    if file is None or not file.is_file():
        raise NotFound("这一段录像已不在(只保留最近一段)。")
    return FileResponse(file, media_type="video/mp4", headers=_KEPT)


def _folder(request: Request, id: str, session: int) -> Path:
    return room_folder(desk(request).settings.data, id, session)


@router.post("/live/rooms/{id}/act")
def act(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """An operator saw what the judge did not: an incident by hand, and the act on it."""
    asks = permitted(request, "live.act")
    measure, reason = measure_of(form), text(form, "reason", 501)
    opened = desk(request)
    with opened.database.write() as tx:
        raised = incidents.raise_by_hand(tx, opened.screening, asks, id, reason)
        made = acting.act(tx, asks, raised.id, measure, reason, cites=cites_of(form))
    told = Flash(spoken(request, "已发出,等平台回执。"), undo=f"/live/acts/{made.id}/lift")
    return redirect(request, back(form, id), told)


@router.post("/live/rooms/{id}/close")
def close(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Nobody watches it any longer; registering it again is the reverse."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        rooms.close_room(tx, asks, id, text(form, "reason", 501))
    return redirect(request, address(f"/live/rooms/{id}", {}), Flash(spoken(request, "已停止监看。")))


@router.post("/live/rooms/{id}/open")
def reopen(request: Request, id: str) -> Response:
    """Watched again, in another session."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        known = rooms.get_room(tx, asks, id)
        rooms.open_room(tx, asks, rooms.about_of(tx, known))
    return redirect(request, address(f"/live/rooms/{id}", {}), Flash(spoken(request, "已重新监看,这是新的场次。")))
