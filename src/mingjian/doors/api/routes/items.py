"""Items: submitted one by one or in bulk."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from mingjian.desk.people.permissions import demand
from mingjian.doors.api.answers import dumps, item_dict, raw
from mingjian.doors.api.asking import Repeat, caller_now, once, repeat_key
from mingjian.doors.api.bodies import MOST_ITEMS, WrongItem, demand_json, loads, source_of, submission
from mingjian.doors.api.errors import lang_of, problems_of
from mingjian.doors.api.intake import LARGE, Asked, Judging, found
from mingjian.doors.api.openapi import BATCH_BODY, ITEM_BODY, gives
from mingjian.doors.desk.bell import WORK
from mingjian.doors.desk.metrics import SUBMITTED
from mingjian.doors.desk.signin import api_principal
from mingjian.records.blobs import Blobs
from mingjian.records.errors import Invalid
from mingjian.records.items.model import Submission
from mingjian.records.items.submit import submit
from mingjian.records.storage.database import Tx
from mingjian.records.storage.idempotency import Answer

router = APIRouter(tags=["items"])
Source = Annotated[
    str | None,
    Query(pattern="^[a-z0-9][a-z0-9._-]{0,63}$", description="来自哪个系统,默认 api;编号在其内唯一。 Its system."),
]


@router.post("/items", openapi_extra=ITEM_BODY, responses=gives({200: "Judged", 202: "Taken"}))
async def submit_item(
    request: Request,
    wait: Annotated[bool, Query(description="等判定结果。 Wait for the verdict.")] = False,
    source: Source = None,
    _key: Repeat = None,
) -> Response:
    """Submit one item. With ``wait`` the verdict is in the answer and both are kept in one transaction (200); without
    it the item is judged soon (202): ask for it later, or be told by a webhook."""
    if not wait:
        body = await request.body()
        return await run_in_threadpool(_submit_one, request, body, source_of(source))
    who = await caller_now(request)
    demand_json(request.headers.get("content-type"))
    asked = Asked(who, await request.body(), source_of(source), repeat_key(request))
    state = request.app.state
    if len(asked.body) > LARGE or b'"media"' in asked.body:  # long work goes alone, so that others need not wait
        given = (await run_in_threadpool(state.judging.work, [asked]))[0]
        if isinstance(given, Exception):
            raise given
    else:
        given = await state.gather.ask(asked)
    SUBMITTED.labels("waited").inc()
    return raw(given.body, given.status)


def _submit_one(request: Request, body: bytes, source: str) -> Response:
    principal = api_principal(request)
    demand(principal, "item.submit")
    demand_json(request.headers.get("content-type"))
    given = found(_blobs(request), submission(loads(body), source))

    def effect(tx: Tx) -> Answer:
        (taken,) = submit(tx, [given], principal.actor)
        return Answer(202, dumps({"fresh": taken.fresh, "item": item_dict(taken.item)}))

    response = once(request, principal, body, effect)
    SUBMITTED.labels("queued").inc()
    WORK.ring()
    return response


@router.post("/items/batch", openapi_extra=BATCH_BODY, responses=gives({202: "Batch"}))
async def submit_items(request: Request, source: Source = None, _key: Repeat = None) -> Response:
    """Submit up to 1000 items, judged soon. What is wrong with one is told by its index and field; the others are
    kept."""
    body = await request.body()
    return await run_in_threadpool(_submit_many, request, body, source_of(source))


def _submit_many(request: Request, body: bytes, source: str) -> Response:
    principal = api_principal(request)
    demand(principal, "item.submit")
    demand_json(request.headers.get("content-type"))
    good, results = _each(_items_of(loads(body)), source, _blobs(request), lang_of(request))

    def effect(tx: Tx) -> Answer:
        taken = submit(tx, [given for _, given in good], principal.actor)
        for (index, _), one in zip(good, taken, strict=True):
            item = one.item
            results[index] = {"index": index, "id": item.id, "external": item.external, "version": item.version,
                              "state": item.state, "fresh": one.fresh}  # fmt: skip
        told = {"accepted": len(good), "rejected": len(results) - len(good), "results": results}
        return Answer(202, dumps(told))

    response = once(request, principal, body, effect)
    SUBMITTED.labels("bulk").inc(len(good))
    WORK.ring()
    return response


def _items_of(data: Any) -> list[Any]:
    """The items of ``{"items": […]}``."""
    if not isinstance(data, dict) or not isinstance(data.get("items"), list) or len(data) != 1:
        raise Invalid('请求体应为 {"items": […]},没有其他字段。', field="items")
    listed: list[Any] = data["items"]
    if not 1 <= len(listed) <= MOST_ITEMS:
        raise Invalid(f"items 应有 1 至 {MOST_ITEMS} 项。", field="items")
    return listed


def _each(
    listed: list[Any], source: str, blobs: Blobs, lang: str
) -> tuple[list[tuple[int, Submission]], list[dict[str, Any]]]:
    """Those that can be kept, by index, and a place for what is told of each: filled for those that cannot."""
    good: list[tuple[int, Submission]] = []
    results: list[dict[str, Any]] = []
    for index, entry in enumerate(listed):
        try:
            good.append((index, found(blobs, submission(entry, source))))
            results.append({})
        except WrongItem as error:
            results.append({"index": index, "problems": problems_of(error, lang)})
    return good, results


def _blobs(request: Request) -> Blobs:
    judging: Judging = request.app.state.judging
    return judging.blobs
