"""What an item is like."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from mingjian.desk.people.permissions import demand
from mingjian.doors.api import paging
from mingjian.doors.api.answers import answer, time_of
from mingjian.doors.api.asking import Caller
from mingjian.doors.api.openapi import gives
from mingjian.doors.desk.sessions import desk_of
from mingjian.governance.reuse.lists import Seen, likenesses_of

router = APIRouter(tags=["items"])


@router.get("/items/{id}/likenesses", responses=gives({200: "LikenessPage"}))
def likenesses(
    request: Request, principal: Caller, id: str, cursor: paging.Cursor = None, limit: paging.Limit = 50
) -> Response:
    """Items that show what this one shows: the same picture, clip or text, however it was edited; the newest finds
    first. ``earlier``: the other one came in before this one."""
    demand(principal, "reuse.read")
    desk = desk_of(request)
    place = paging.read(desk.secret, ("likenesses", id), cursor)
    with desk.database.read() as tx:
        found, next = likenesses_of(tx, principal, id, tuple(place) if place else None, limit)
    going_on = None if next is None else paging.made(desk.secret, ("likenesses", id), next)
    return answer({"items": [likeness_dict(one) for one in found], "next": going_on})


def likeness_dict(seen: Seen) -> dict[str, Any]:
    """A likeness as the API gives it."""
    one, other = seen.likeness, seen.other
    return {
        "item": other.id,
        "earlier": seen.earlier,
        "own": one.own,
        "matter": one.matter,
        "how": one.how,
        "distance": one.distance,
        "share": one.share,
        "at": time_of(one.at),
        "publisher": other.publisher,
        "platform": other.platform,
        "published_on": other.published_on,
        "state": other.state,
        "standing": other.standing,
        "here": seen.here,
        "there": seen.there,
        "detail": {name: value for name, value in one.detail.items() if name not in ("here", "there")},
    }
