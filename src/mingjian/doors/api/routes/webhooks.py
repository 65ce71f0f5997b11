"""Webhooks: registered, removed, and how the deliveries went."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.desk.webhooks import service
from mingjian.doors.api import paging
from mingjian.doors.api.answers import answer, dumps, time_of
from mingjian.doors.api.asking import Caller, Repeat, once
from mingjian.doors.api.bodies import demand_json, loads
from mingjian.doors.api.openapi import gives, takes
from mingjian.doors.desk.bell import WORK
from mingjian.doors.desk.sessions import desk_of
from mingjian.doors.desk.signin import api_principal
from mingjian.records.errors import Invalid
from mingjian.records.storage.database import Tx
from mingjian.records.storage.idempotency import Answer
from mingjian.records.webhooks.model import Delivery, Endpoint, Try

router = APIRouter(tags=["webhooks"])


@router.get("/webhooks", responses=gives({200: "Webhooks"}))
def list_(request: Request, principal: Caller) -> Response:
    """The endpoints in use."""
    with desk_of(request).database.read() as tx:
        found = service.list_endpoints(tx, principal)
    return answer({"webhooks": [endpoint_dict(endpoint) for endpoint in found]})


@router.post("/webhooks", status_code=201, openapi_extra=takes("WebhookWish"), responses=gives({201: "WebhookMade"}))
async def register(request: Request, _key: Repeat = None) -> Response:
    """Register an endpoint (``key.manage``). ``secret`` is shown now and never again; deliveries are signed with it:
    ``Mingjian-Signature: t=<seconds>,v1=<HMAC-SHA256 of "t.body">``."""
    body = await request.body()
    return await run_in_threadpool(_register, request, body)


def _register(request: Request, body: bytes) -> Response:
    principal: Principal = api_principal(request)
    demand(principal, service.MANAGES)
    demand_json(request.headers.get("content-type"))
    url, events, note = _wish(loads(body))

    def effect(tx: Tx) -> Answer:
        return Answer(201, dumps(endpoint_dict(service.register(tx, principal, url, events, note))))

    # The secret is not in the answer that is kept: it is put in each time the answer is given.
    given = once(request, principal, body, effect)
    told = json.loads(bytes(given.body))
    headers = {name: value for name, value in given.headers.items() if name == "idempotent-replayed"}
    return answer({**told, "secret": service.secret_of(desk_of(request).secret, told["id"])}, 201, headers)


def _wish(data: Any) -> tuple[str, list[str], str]:
    if not isinstance(data, dict) or not {"url", "events"} <= set(data) <= {"url", "events", "note"}:
        raise Invalid('请求体应为 {"url": "https://…", "events": ["item.judged"], "note": "…"},没有其他字段。')
    url, events, note = data["url"], data["events"], data.get("note", "")
    if not isinstance(url, str) or not isinstance(note, str) or not note.isprintable():
        raise Invalid("url 和 note 应为一行文字。", field="url")
    if not isinstance(events, list) or not all(isinstance(event, str) for event in events):
        raise Invalid("events 应为字符串的数组。", field="events")
    return url, events, note


@router.delete("/webhooks/{id}", responses=gives({200: "Webhook"}))
def remove(request: Request, principal: Caller, id: str) -> Response:
    """Nothing more is sent to it, also not what waits."""
    with desk_of(request).database.write() as tx:
        found = service.remove(tx, principal, id)
    return answer(endpoint_dict(found))


@router.get("/webhooks/{id}/deliveries", responses=gives({200: "DeliveryPage"}))
def deliveries(
    request: Request,
    principal: Caller,
    id: str,
    state: Annotated[str | None, Query(description="waiting, delivered, dead, cancelled")] = None,
    cursor: paging.Cursor = None,
    limit: paging.Limit = 50,
) -> Response:
    """The log of an endpoint: every delivery of the last month with every try, the newest event first."""
    desk = desk_of(request)
    before = paging.read(desk.secret, ("deliveries", id, state), cursor)
    with desk.database.read() as tx:
        found, tries = service.list_deliveries(tx, principal, id, state=state, before=before, limit=limit + 1)
    shown = found[:limit]
    more = len(found) > limit
    next = paging.made(desk.secret, ("deliveries", id, state), shown[-1].sequence) if more else None
    return answer({"items": [delivery_dict(one, tries[one.id]) for one in shown], "next": next})


@router.post("/deliveries/{id}/replay", status_code=202, responses=gives({202: "Delivery"}))
def replay(request: Request, principal: Caller, id: str) -> Response:
    """Send a delivery once more, under the same id."""
    with desk_of(request).database.write() as tx:
        found = service.replay(tx, principal, id)
    WORK.ring()
    return answer(delivery_dict(found, []), 202)


def endpoint_dict(endpoint: Endpoint) -> dict[str, Any]:
    """An endpoint for programs, without its secret."""
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "events": list(endpoint.events),
        "note": endpoint.note,
        "active": endpoint.active,
        "created_at": time_of(endpoint.created_at),
        "created_by": endpoint.created_by,
    }


def delivery_dict(delivery: Delivery, tries: list[Try]) -> dict[str, Any]:
    """A delivery for programs, with its tries."""
    return {
        "id": delivery.id,
        "endpoint": delivery.endpoint,
        "sequence": delivery.sequence,
        "event": delivery.event,
        "subject": delivery.subject,
        "state": delivery.state,
        "tries": delivery.tries,
        "created_at": time_of(delivery.created_at),
        "next_at": time_of(delivery.next_at),
        "delivered_at": time_of(delivery.delivered_at),
        "status": delivery.status,
        "error": delivery.error,
        "log": [
            {"number": one.number, "at": time_of(one.at), "ms": one.took, "status": one.status, "error": one.error}
            for one in tries
        ],
    }
