"""Items looked up, page by page and one by one, and erased."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import Response

from mingjian.desk.people.permissions import demand
from mingjian.doors.api import paging
from mingjian.doors.api.answers import answer, dumps, etag_of, item_dict
from mingjian.doors.api.asking import Caller, Repeat, once
from mingjian.doors.api.errors import Changed
from mingjian.doors.api.openapi import gives
from mingjian.doors.api.showing import opened
from mingjian.doors.desk.sessions import desk_of
from mingjian.governance.reuse.lists import frozen
from mingjian.records.blobs import Blobs
from mingjian.records.clock import micros
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.items.erase import erase
from mingjian.records.items.model import Stored
from mingjian.records.storage import items
from mingjian.records.storage.database import Tx
from mingjian.records.storage.idempotency import Answer
from mingjian.records.storage.item_pages import ItemFilter, list_items

router = APIRouter(tags=["items"])
Word = Annotated[str | None, Query(max_length=200)]
Time = Annotated[datetime | None, Query(description="提交时间,RFC 3339。 Time of submission.")]


@router.get("/items", responses=gives({200: "StoredPage"}))
def list_(
    request: Request,
    principal: Caller,
    source: Word = None,
    external: Word = None,
    state: Literal["pending", "judged", "failed", "erased"] | None = None,
    platform: Word = None,
    channel: Word = None,
    kind: Word = None,
    publisher: Word = None,
    verdict: Word = None,
    severity: Word = None,
    nature: Word = None,
    standing: Word = None,
    since: Time = None,
    until: Time = None,
    cursor: paging.Cursor = None,
    limit: paging.Limit = 50,
) -> Response:
    """Items, the newest first."""
    demand(principal, "item.read")
    desk = desk_of(request)
    if any("\x00" in value for value in request.query_params.values()):
        raise Invalid("筛选条件里不能有空字符。")
    wanted = ItemFilter(source, external, state, platform, channel, kind, publisher, verdict, severity, nature,
                        standing, _micros(since), _micros(until))  # fmt: skip
    before = paging.read(desk.secret, ("items", wanted), cursor)
    with desk.database.read() as tx:
        found, place = list_items(tx, wanted, before, limit)
    next = None if place is None else paging.made(desk.secret, ("items", wanted), place)
    return answer({"items": [item_dict(item) for item in found], "next": next})


@router.get("/items/{id}", responses=gives({200: "Opened"}))
def get(
    request: Request,
    principal: Caller,
    id: str,
    if_none_match: Annotated[str | None, Header(description="上次的 ETag;没变则 304。 The last ETag.")] = None,
) -> Response:
    """One item with its content and its verdict; personal data is masked unless the key has ``personal.read``."""
    item, content, verdict = opened(desk_of(request).database, principal, id)
    tag = etag_of(item)
    if if_none_match is not None and tag in if_none_match:
        return Response(status_code=304, headers={"ETag": tag})
    with desk_of(request).database.read() as tx:
        reuse = frozen(tx, principal, id)
    told = {"item": item_dict(item), "content": content, "verdict": verdict} | ({"reuse": reuse} if reuse else {})
    return answer(told, headers={"ETag": tag})


@router.get("/items/{id}/findings", responses=gives({200: "Findings"}))
def findings(request: Request, principal: Caller, id: str) -> Response:
    """What was found in an item, with law, reason and suggestion."""
    item, _, verdict = opened(desk_of(request).database, principal, id)
    return answer({"id": item.id, "state": item.state, "findings": (verdict or {}).get("findings", [])})


@router.delete("/items/{id}", responses=gives({200: "Stored"}))
def delete(
    request: Request,
    principal: Caller,
    id: str,
    reason: Annotated[str, Query(min_length=1, max_length=500, description="为何删除。 Why.")],
    if_match: Annotated[str | None, Header(description="所见的 ETag;变了则 412。 The ETag that was seen.")] = None,
    _key: Repeat = None,
) -> Response:
    """Delete an item's words, pictures and verdict for ever (``item.erase``). That it was there, and that it was
    deleted, stays in the journal."""
    demand(principal, "item.erase")
    blobs = Blobs(desk_of(request).settings.blobs)

    def effect(tx: Tx) -> Answer:
        _demand_unchanged(items.item_by_id(tx, id), if_match)
        item, files = erase(tx, id, principal.actor, reason)
        for digest in files:
            blobs.delete(digest)
        return Answer(200, dumps(item_dict(item)))

    return once(request, principal, f"{id}\n{reason}".encode(), effect)


def _demand_unchanged(item: Stored | None, seen: str | None) -> None:
    if item is None:
        raise NotFound("没有这项内容。")
    if seen is not None and seen.strip() not in ("*", etag_of(item)):
        raise Changed("内容在你查看之后有了变化,请重新查看后再删。")


def _micros(at: datetime | None) -> int | None:
    try:
        return None if at is None else micros(at)
    except (OverflowError, ValueError):
        raise Invalid("时间超出范围。", field="since") from None
