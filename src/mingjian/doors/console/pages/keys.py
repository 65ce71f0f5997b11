"""Programs: their keys, and who is told of what happens (webhooks)."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.desk.people import service as people
from mingjian.desk.people.permissions import permissions, scopes
from mingjian.desk.queues.load import queues
from mingjian.desk.webhooks import service
from mingjian.doors.console.context import Crumb, Flash, desk, page, permitted, posted, redirect, spoken, text
from mingjian.doors.console.filters import address, day_bounds
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.subjects import names_of
from mingjian.doors.desk.bell import WORK
from mingjian.records.clock import day
from mingjian.records.webhooks.model import DELIVERY_STATES, EVENTS

router = APIRouter()
NAV = (
    Nav("系统", "接口密钥", "/keys", ("key.manage",), icon="key", order=30, keys="g k"),
    Nav("系统", "回调", "/webhooks", ("key.manage",), icon="chain", order=40),
)
_PAGE = 50


@router.get("/keys")
def keys(request: Request) -> Response:
    """Every key, also those revoked."""
    asks = permitted(request, "key.manage")
    with desk(request).database.read() as tx:
        found = people.list_keys(tx, asks)
        names = names_of(tx, [one.created_by for one in found])
        soon = (day(tx.now) + timedelta(days=365)).isoformat()
    return page(
        request,
        "people/keys.html",
        title="接口密钥",
        keys=found,
        names=names,
        scopes=sorted(scopes()),
        told=permissions(),
        queues=queues(),
        soon=soon,
    )


@router.post("/keys")
def issue(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """A new key; its secret is shown now and never again."""
    asks = permitted(request, "key.manage")
    _, until = day_bounds(None, text(form, "until", 10) or None)
    with desk(request).database.write() as tx:
        made, secret = people.issue_key(
            tx, asks, text(form, "name", 200), _many(form, "scope"), queues=_many(form, "queue"), expires_at=until
        )
    return page(
        request, "people/secret.html", title="密钥已签发", login=made.name, secret=secret, onward="/keys", kind="key"
    )


@router.post("/keys/{id}/revoke")
def revoke(request: Request, id: str) -> Response:
    """It opens nothing from now on."""
    asks = permitted(request, "key.manage")
    with desk(request).database.write() as tx:
        done = people.revoke_key(tx, asks, id)
    return redirect(request, "/keys", Flash(spoken(request, "已撤销密钥“{name}”。", name=done.name)))


@router.get("/webhooks")
def webhooks(request: Request) -> Response:
    """Who is told of what."""
    asks = permitted(request, "key.manage")
    with desk(request).database.read() as tx:
        found = service.list_endpoints(tx, asks)
        names = names_of(tx, [one.created_by for one in found])
    return page(request, "people/webhooks.html", title="回调", found=found, names=names, events=EVENTS)


@router.post("/webhooks")
def register(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """A new endpoint; what signs its deliveries is shown."""
    asks = permitted(request, "key.manage")
    with desk(request).database.write() as tx:
        made = service.register(tx, asks, text(form, "url", 2000), _many(form, "event"), text(form, "note", 400))
    return page(
        request,
        "people/secret.html",
        title="回调已登记",
        login=made.url,
        secret=service.secret_of(desk(request).secret, made.id),
        onward=f"/webhooks/{made.id}",
        kind="webhook",
    )


@router.get("/webhooks/{id}")
def webhook(request: Request, id: str, state: str = "", before: int | None = None) -> Response:
    """One endpoint with what was sent to it."""
    asks = permitted(request, "key.manage")
    with desk(request).database.read() as tx:
        found = service.get_endpoint(tx, asks, id)
        sent, tries = service.list_deliveries(tx, asks, id, state=state or None, before=before, limit=_PAGE + 1)
        names = names_of(tx, [found.created_by])
    shown = sent[:_PAGE]
    return page(
        request,
        "people/webhook.html",
        title="回调",
        crumbs=(Crumb("回调", "/webhooks"), Crumb(found.url)),
        endpoint=found,
        sent=shown,
        tries=tries,
        names=names,
        state=state,
        states=DELIVERY_STATES,
        next=address(f"/webhooks/{id}", {"state": state}, before=shown[-1].sequence) if len(sent) > _PAGE else None,
    )


@router.post("/webhooks/{id}/remove")
def remove(request: Request, id: str) -> Response:
    """Nothing more is sent to it."""
    asks = permitted(request, "key.manage")
    with desk(request).database.write() as tx:
        service.remove(tx, asks, id)
    return redirect(request, "/webhooks", Flash(spoken(request, "已删除回调,等待中的投递也取消了。")))


@router.post("/deliveries/{id}/replay")
def replay(request: Request, id: str) -> Response:
    """Send it once more."""
    asks = permitted(request, "key.manage")
    with desk(request).database.write() as tx:
        done = service.replay(tx, asks, id)
    WORK.ring()
    return redirect(request, f"/webhooks/{done.endpoint}", Flash(spoken(request, "已排入重发。")))


def _many(form: FormData, name: str) -> list[str]:
    return [value for value in form.getlist(name) if isinstance(value, str) and value]
