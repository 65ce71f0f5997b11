"""The feed of changes of a console: made once for each application, over its desk."""

from __future__ import annotations

import threading
from typing import cast

from starlette.requests import Request

from mingjian.doors.console.context import desk
from mingjian.doors.console.live_pulse import Feed
from mingjian.doors.console.live_recorded import stamp
from mingjian.doors.desk.opening import Desk
from mingjian.doors.live.settings import room_folder
from mingjian.records.storage import live_looking, live_pulses, live_rooms
from mingjian.records.storage.events import head

_LOCK = threading.Lock()
_WALL = 3_000_000  # microseconds after which the wall is drawn anew though nothing was written: pictures, times


def feed(request: Request) -> Feed:
    """The feed of the application that answers."""
    state = request.app.state
    with _LOCK:
        if not hasattr(state, "live_feed"):
            state.live_feed = _made(desk(request))
    return cast(Feed, state.live_feed)


def _made(opened: Desk) -> Feed:
    def look(room: str) -> str:
        with opened.database.read() as tx:
            if not room:
                return f"{head(tx).seq}.{tx.now // _WALL}"
            found = live_rooms.room_by_id(tx, room)
            if found is None:
                return ""
            pulse = live_pulses.pulses(tx, [room]).get(room)
            lookers = len(live_looking.lookers(tx, [room]).get(room, ()))
        folder = room_folder(opened.settings.data, room, found.session)
        return f"{found.version}.{pulse.at if pulse else 0}.{lookers}.{stamp(folder)}"

    def seen(room: str, actor: str) -> None:
        with opened.database.write() as tx:
            if live_rooms.room_by_id(tx, room) is not None:
                live_looking.look(tx, room, actor)

    return Feed(look, seen)
