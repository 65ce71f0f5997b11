"""The registry: who everybody is, what they hold, and what joins them, as of any day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from mingjian.desk.people.accesses import log_access
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed, demand
from mingjian.desk.registry import showing
from mingjian.desk.registry.asking import DEEPEST, opened_entity
from mingjian.desk.registry.model import Problem, Record, Recorded
from mingjian.desk.registry.service import MOST_AT_ONCE, change_state, erase, neighbours, record_each, search
from mingjian.doors.api import paging
from mingjian.doors.api.answers import answer, dumps
from mingjian.doors.api.asking import Caller, Repeat, once
from mingjian.doors.api.bodies import demand_json, loads
from mingjian.doors.api.errors import lang_of
from mingjian.doors.api.openapi import gives, takes
from mingjian.doors.desk.sessions import desk_of
from mingjian.doors.desk.signin import api_principal
from mingjian.doors.i18n import say
from mingjian.records.clock import day
from mingjian.records.errors import Invalid
from mingjian.records.registry.model import ENTITY_KINDS, ENTITY_STATES, LINK_KINDS
from mingjian.records.storage.database import Tx
from mingjian.records.storage.idempotency import Answer
from mingjian.records.storage.registry import changed_since, credentials_of, entities_by_id, expiring

router = APIRouter(prefix="/registry", tags=["registry"])
AsOf = Annotated[date | None, Query(description="哪一天的情况;不填为现在登记的样子。 As of which day.")]
_RECORD = frozenset({"entity", "credentials", "links", "effective"})
_WISH = frozenset({"id", "state", "reason", "effective"})


@router.get("/entities", responses=gives({200: "EntityPage"}))
def list_(
    request: Request,
    principal: Caller,
    words: Annotated[str, Query(max_length=200, description="名称里的词,或完整的编号。 Words, or a number.")] = "",
    kind: Annotated[str | None, Query(description="、".join(ENTITY_KINDS))] = None,
    state: Annotated[str | None, Query(description="、".join(ENTITY_STATES))] = None,
    cursor: paging.Cursor = None,
    limit: paging.Limit = 50,
) -> Response:
    """Entities by words of the name, a whole key or number, kind and state, the newest first (``registry.read``)."""
    desk = desk_of(request)
    if "\x00" in words:
        raise Invalid("搜索词里不能有空字符。", field="words")
    listing = ("registry", words, kind, state)
    place = paging.read(desk.secret, listing, cursor)
    with desk.database.read() as tx:
        found, next = search(tx, principal, words, kind=kind, state=state, cursor=place, limit=limit)
    return answer({
        "items": [showing.entity_dict(principal, one) for one in found],
        "next": None if next is None else paging.made(desk.secret, listing, next),
    })  # fmt: skip


@router.get("/entities/{id}", responses=gives({200: "EntityOpened"}))
def get(request: Request, principal: Caller, id: str, as_of: AsOf = None) -> Response:
    """One entity with its credentials, its links both ways and who is at their other ends. Personal numbers are
    covered unless the key has ``personal.read``; then the look is put on the access log."""
    with desk_of(request).database.read() as tx:
        found = opened_entity(tx, principal, id, as_of)
    _logged(request, principal, id)
    return answer(found, headers={"ETag": f'"{found["entity"]["version"]}"'})


@router.get("/entities/{id}/history", responses=gives({200: "EntityHistory"}))
def history(request: Request, principal: Caller, id: str) -> Response:
    """Every version of an entity, its credentials and its links, the newest first, and the events that brought
    them."""
    with desk_of(request).database.read() as tx:
        found = opened_entity(tx, principal, id, history=True)
    _logged(request, principal, id)
    return answer({"id": id, "versions": found["history"]})


@router.get("/entities/{id}/graph", responses=gives({200: "EntityGraph"}))
def graph(
    request: Request,
    principal: Caller,
    id: str,
    as_of: AsOf = None,
    depth: Annotated[int, Query(ge=1, le=DEEPEST, description="几步之内。 How many links away.")] = 1,
    kinds: Annotated[list[str] | None, Query(description="只看这些关系。 These links only.")] = None,
    most: Annotated[int, Query(ge=1, le=1000, description="最多多少个对象。 Entities at most.")] = 200,
) -> Response:
    """What stands around an entity on a day (today), the nearest first; ``whole`` is false where there is more."""
    desk = desk_of(request)
    unknown = sorted(set(kinds or ()) - LINK_KINDS.keys())
    if unknown:
        raise Invalid(f"没有这种关系:{unknown[0][:40]};应为 {'、'.join(LINK_KINDS)} 之一。", field="kinds")
    with desk.database.read() as tx:
        on = as_of or day(tx.now)
        found = neighbours(tx, principal, id, on, depth=depth, kinds=kinds or (), most=most)
    return answer({
        "entities": [showing.entity_dict(principal, one) | {"depth": found.depth[one.id]} for one in found.entities],
        "links": [showing.link_dict(one) for one in found.links], "whole": found.whole,
    })  # fmt: skip


@router.get("/expiring", responses=gives({200: "CredentialPage"}))
def expiring_(
    request: Request,
    principal: Caller,
    from_day: Annotated[date, Query(alias="from", description="起日。 The first day.")],
    to_day: Annotated[date, Query(alias="to", description="止日。 The last day.")],
    cursor: paging.Cursor = None,
    limit: paging.Limit = 50,
) -> Response:
    """Valid credentials whose last day is one of these, the soonest first."""
    demand(principal, "registry.read")
    desk = desk_of(request)
    listing = ("expiring", from_day, to_day)
    place = paging.read(desk.secret, listing, cursor)
    with desk.database.read() as tx:
        found, next = expiring(tx, from_day, to_day, place, limit)
    return answer({
        "items": [showing.credential_dict(principal, one) for one in found],
        "next": None if next is None else paging.made(desk.secret, listing, next),
    })  # fmt: skip


@router.get("/changed", responses=gives({200: "EntityPage"}))
def changed(
    request: Request,
    principal: Caller,
    since: Annotated[int, Query(ge=0, le=1 << 62, description="微秒。 Microseconds since 1970 (UTC).")] = 0,
    cursor: paging.Cursor = None,
    limit: paging.Limit = 50,
) -> Response:
    """Entities that the registry heard of (themselves, their credentials or links) since a moment, in that order."""
    demand(principal, "registry.read")
    desk = desk_of(request)
    listing = ("changed", since)
    place = paging.read(desk.secret, listing, cursor)
    with desk.database.read() as tx:
        found, next = changed_since(tx, since, place, limit)
    return answer({
        "items": [showing.entity_dict(principal, one) for one in found],
        "next": None if next is None else paging.made(desk.secret, listing, next),
    })  # fmt: skip


@router.post("/records", openapi_extra=takes("Record", "Records"), responses=gives({200: "RecordBatch"}))
async def record_(
    request: Request,
    source: Annotated[str, Query(min_length=1, max_length=64, pattern="^[a-z0-9._-]+$")] = "api",
    _key: Repeat = None,
) -> Response:
    """Record one entity with its credentials and links, or up to 1000 (``registry.write``): new ones are made, known
    ones (by kind and key) changed; what changes nothing writes nothing. What is wrong with one is told by its index
    and field; the others are kept."""
    body = await request.body()
    return await run_in_threadpool(_record, request, body, source)


def _record(request: Request, body: bytes, source: str) -> Response:
    principal = api_principal(request)
    demand(principal, "registry.write")
    demand_json(request.headers.get("content-type"))
    given = _records_of(loads(body))
    lang = lang_of(request)

    def effect(tx: Tx) -> Answer:
        sound = [one for one in given if isinstance(one, Record)]
        told = iter(record_each(tx, principal, sound, source))
        found = [next(told) if isinstance(one, Record) else one for one in given]
        good = sum(isinstance(one, Recorded) for one in found)
        results = [_result(principal, index, one, lang) for index, one in enumerate(found)]
        return Answer(200, dumps({"recorded": good, "rejected": len(found) - good, "results": results}))

    return once(request, principal, body + source.encode(), effect)


def _records_of(data: Any) -> list[Record | list[Problem]]:
    if isinstance(data, dict) and "records" in data:
        if len(data) > 1 or not isinstance(data["records"], list) or not 1 <= len(data["records"]) <= MOST_AT_ONCE:
            raise Invalid(f'请求体应为 {{"records": […]}},1 至 {MOST_AT_ONCE} 项,没有其他字段。', field="records")
        return [_one(entry) for entry in data["records"]]
    if not isinstance(data, dict):
        raise Invalid('请求体应为一条登记,或 {"records": […]}。', field="records")
    return [_one(data)]


def _one(entry: Any) -> Record | list[Problem]:
    if not isinstance(entry, dict):
        return [Problem("", "应为对象(字段与值)")]
    unknown = sorted(entry.keys() - _RECORD)
    if unknown:
        return [Problem(str(unknown[0])[:64], "没有这个字段", f"可用:{'、'.join(sorted(_RECORD))}", "unknown")]
    return Record(entry.get("entity"), entry.get("credentials", ()), entry.get("links", ()), entry.get("effective"))  # type: ignore[arg-type]


def _result(principal: Principal, index: int, one: Recorded | Sequence[Problem], lang: str) -> dict[str, Any]:
    if isinstance(one, Recorded):
        told = {"id": one.entity, "kind": one.kind, "key": one.key, "version": one.version, "fresh": one.fresh,
                "changed": list(one.changed), "credentials": list(one.credentials), "links": list(one.links),
                "awaited": one.awaited, "malformed": one.malformed}  # fmt: skip
        return {"index": index, "recorded": told}
    return {"index": index, "problems": [problem_dict(each, lang) for each in one]}


def problem_dict(one: Problem, lang: str) -> dict[str, str]:
    """What is wrong with a record, in a language."""
    return {"field": one.field, "message": say(one.message, lang), "hint": say(one.hint, lang), "word": one.word}


@router.post("/states", openapi_extra=takes("StateWish"), responses=gives({200: "StateSet"}))
async def set_state(request: Request, _key: Repeat = None) -> Response:
    """Suspend, revoke, close or restore an entity, a credential or a link by its id, with a reason, from a day on
    (today)."""
    body = await request.body()
    return await run_in_threadpool(_set_state, request, body)


def _set_state(request: Request, body: bytes) -> Response:
    principal = api_principal(request)
    demand(principal, "registry.write")
    demand_json(request.headers.get("content-type"))
    data = loads(body)
    if not isinstance(data, dict) or not _WISH.issuperset(data):
        raise Invalid("请求体应为 {id, state, reason, effective},没有其他字段。")
    for name in ("id", "state", "reason"):
        value = data.get(name)
        if not isinstance(value, str) or not value.strip() or len(value) > 500 or "\x00" in value:
            raise Invalid("应为 1 至 500 个字符。", field=name)
    effective = data.get("effective")
    try:
        since = None if effective is None else date.fromisoformat(effective)
    except (TypeError, ValueError):
        raise Invalid("应为 2026-03-01 样子的日期。", field="effective") from None

    def effect(tx: Tx) -> Answer:
        change_state(tx, principal, data["id"], data["state"], data["reason"], effective=since)
        return Answer(200, dumps({"id": data["id"], "state": data["state"]}))

    return once(request, principal, body, effect)


@router.delete("/entities/{id}", responses=gives({200: "StateSet"}))
def delete(
    request: Request,
    principal: Caller,
    id: str,
    reason: Annotated[str, Query(min_length=1, max_length=500, pattern=r"\S", description="为何删除。 Why.")],
    _key: Repeat = None,
) -> Response:
    """Erase an entity for ever, with its credentials, links and history (``registry.write`` and ``item.erase``). That
    it was there, and that it was erased, stays in the journal."""
    demand(principal, "registry.write")
    demand(principal, "item.erase")

    def effect(tx: Tx) -> Answer:
        erase(tx, principal, id, reason.replace("\x00", ""))
        return Answer(200, dumps({"id": id, "state": "erased"}))

    return once(request, principal, f"{id}\n{reason}".encode(), effect)


def _logged(request: Request, principal: Principal, id: str) -> None:
    """Whoever sees personal data uncovered is on the access log."""
    if not allowed(principal, "personal.read"):
        return
    with desk_of(request).database.write() as tx:
        entities = entities_by_id(tx, [id]).values()
        fields = showing.personal_fields(entities, credentials_of(tx, [id]).get(id, ()))
        if fields:
            log_access(tx, principal, "registry.read", id, tuple(fields))
