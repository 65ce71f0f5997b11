"""Who is behind the restricted goods that live rooms offered."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from mingjian.doors.api import paging
from mingjian.doors.api.answers import answer, time_of
from mingjian.doors.api.asking import Caller
from mingjian.doors.api.openapi import gives
from mingjian.doors.desk.sessions import desk_of
from mingjian.governance.live.merchants import merchants

router = APIRouter(prefix="/live", tags=["live"])


@router.get("/merchants", responses=gives({200: "LiveMerchantPage"}))
def list_merchants(
    request: Request, principal: Caller, cursor: paging.Cursor = None, limit: paging.Limit = 50
) -> Response:
    """Merchants and institutions that incidents in live rooms concern, joined over rooms through product cards,
    accounts and the registry; `GET /live/incidents?merchant=` lists the incidents of one."""
    desk = desk_of(request)
    after = paging.read(desk.secret, "live-merchants", cursor) or ""
    with desk.database.read() as tx:
        found, last = merchants(tx, principal, after, limit)
    items = [
        {"id": one.id, "kind": one.entity.kind if one.entity else None, "key": one.entity.key if one.entity else None,
         "name": one.entity.name if one.entity else None, "institutions": [each.id for each in one.institutions],
         "incidents": one.incidents, "rooms": one.rooms, "interrupted": one.interrupted, "what": list(one.what),
         "last_at": time_of(one.last_at)}
        for one in found
    ]  # fmt: skip
    next = None if last is None else paging.made(desk.secret, "live-merchants", last)
    return answer({"items": items, "next": next})
