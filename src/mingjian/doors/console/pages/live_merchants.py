"""Merchants and institutions behind what live rooms promoted: over all rooms, with what became of these."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from mingjian.doors.console.context import desk, page, permitted
from mingjian.doors.console.filters import address
from mingjian.governance.live.merchants import merchants

router = APIRouter()
_PAGE = 50


@router.get("/live/merchants")
def listed(request: Request, after: str = "") -> Response:
    """Those that incidents which stand concern."""
    asks = permitted(request, "live.read")
    with desk(request).database.read() as tx:
        found, last = merchants(tx, asks, after[:200], _PAGE)
    onward = address("/live/merchants", {}, after=last) if last is not None else None
    return page(request, "live/merchants.html", title="直播商家", found=found, next=onward)
