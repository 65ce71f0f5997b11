"""Who everybody is: the list, one entity with its credentials and links as of a day, and the picture of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from mingjian.core.credentials import masked
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed
from mingjian.desk.people.service import log_access
from mingjian.desk.registry import service
from mingjian.doors.console import registry as shown
from mingjian.doors.console.context import Crumb, desk, page, permitted
from mingjian.doors.console.filters import address, chosen
from mingjian.doors.console.i18n import labeller, language
from mingjian.doors.console.media import send
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.subjects import names_of
from mingjian.records.errors import NotFound
from mingjian.records.items.model import Media
from mingjian.records.registry.model import (
    CREDENTIAL_KINDS,
    CREDENTIAL_STATES,
    ENTITY_KINDS,
    ENTITY_STATES,
    LINK_KINDS,
    Credential,
    Entity,
)
from mingjian.records.storage.database import Tx
from mingjian.records.storage.registry import (
    count_entities,
    credentials_by_id,
    entities_by_id,
    expiring,
    history_of,
)

router = APIRouter()
NAV = (Nav("登记", "登记册", "/registry", ("registry.read",), icon="seal", order=10, keys="g n"),)
_PAGE = 50
_FILTERS = ("q", "kind", "state", "expiring")
_WITHIN = ("0", "30", "60", "90")
_HISTORY = 60
_DRAWN = 150
DEPTHS = (1, 2, 3)
_verified: set[tuple[str, int, int]] = set()


@dataclass(frozen=True, slots=True)
class Ending:
    """A credential that runs out, and whose it is."""

    credential: Credential
    entity: Entity
    number: str
    left: int


@router.get("/registry")
def listed(request: Request) -> Response:
    """Entities by name, key or number, kind and state; or the credentials that run out soon."""
    asks = permitted(request, "registry.read")
    values = chosen(request.query_params, _FILTERS)
    today = shown.today_of(request)
    ending = values.get("expiring") if values.get("expiring") in _WITHIN else None
    cursor = request.query_params.get("cursor") or None
    endings: list[Ending] = []
    with desk(request).database.read() as tx:
        # Counting goes over the whole register: only where one begins.
        counts = {} if values or cursor else count_entities(tx)
        if ending is not None:
            endings, onward = _endings(tx, today, int(ending), values.get("kind"), cursor)
            found: Sequence[Entity] = ()
        else:
            found, onward = service.search(
                tx, asks, values.get("q", ""), kind=values.get("kind"), state=values.get("state"), cursor=cursor,
                limit=_PAGE,
            )  # fmt: skip
    return page(
        request, "registry/list.html", title="登记册", values=values, found=found, endings=endings, ending=ending,
        key_of=shown.key_of, counts=counts, total=sum(counts.values()), kinds=ENTITY_KINDS, states=ENTITY_STATES,
        within=_WITHIN,
        next=address("/registry", values, cursor=onward) if onward else None, later=cursor is not None,
        first=address("/registry", values),
    )  # fmt: skip


def _endings(
    tx: Tx, today: date, days: int, kind: str | None, cursor: str | None
) -> tuple[list[Ending], str | None]:
    """Those that end within some days; 0: those that ended in the last year and still count as valid."""
    first, last = (today - timedelta(days=365), today - timedelta(days=1)) if days == 0 else (
        today, today + timedelta(days=days))  # fmt: skip
    credentials, onward = expiring(tx, first, last, cursor, _PAGE)
    owners = entities_by_id(tx, {one.entity for one in credentials})
    found = [
        Ending(one, owners[one.entity], masked(one.kind, one.number), (one.valid_to - today).days)
        for one in credentials
        if one.entity in owners and one.valid_to is not None and kind in (None, owners[one.entity].kind)
    ]
    return found, onward


@router.get("/registry/entity/{id}")
def entity(request: Request, id: str) -> Response:
    """One entity as of a day (``as_of``), with its history. ``personal=1`` uncovers, for those who may, and is put on
    the access log."""
    asks = permitted(request, "registry.read")
    today = shown.today_of(request)
    as_of = shown.asked_day(request, today)
    with desk(request).database.read() as tx:
        found = shown.read_entity(tx, id, as_of, covered=not _reveals(request, asks))
        versions = history_of(tx, id)
        names = names_of(tx, [version.actor for version in versions[:_HISTORY]])
    _log(request, asks, found)
    accounts = [each for each in found.links if each.other.kind == "account"]
    return page(
        request, "registry/entity.html", title=found.entity.name or found.key,
        crumbs=(Crumb("登记册", "/registry"), Crumb(found.entity.name or found.key)), shown=found, key_of=shown.key_of,
        accounts=accounts, others=[each for each in found.links if each.other.kind != "account"], as_of=as_of,
        today=today, soon=shown.SOON, history=[shown.covered_version(one) for one in versions[:_HISTORY]],
        more_history=len(versions) > _HISTORY, names=names, credential_kinds=CREDENTIAL_KINDS,
        credential_states=CREDENTIAL_STATES, entity_states=ENTITY_STATES,
        link_kinds={kind: ends for kind, ends in LINK_KINDS.items() if found.entity.kind in ends[0]},
    )  # fmt: skip


def _reveals(request: Request, asks: Principal) -> bool:
    return request.query_params.get("personal") == "1" and allowed(asks, "personal.read")


def _log(request: Request, asks: Principal, found: shown.Shown) -> None:
    """Put an uncovered look on the access log, if there was anything to cover."""
    if not found.covered and found.personal:
        with desk(request).database.write() as tx:
            log_access(tx, asks, "registry.read", found.entity.id, found.personal)


@router.get("/registry/entity/{id}/graph")
def graph(request: Request, id: str) -> Response:
    """What stands around an entity on a day, drawn and as a list."""
    asks = permitted(request, "registry.read")
    today = shown.today_of(request)
    as_of = shown.asked_day(request, today)
    depth = {str(each): each for each in DEPTHS}.get(request.query_params.get("depth", ""), 1)
    with desk(request).database.read() as tx:
        around = service.neighbours(tx, asks, id, as_of, depth=depth, most=_DRAWN)
    by_id = {one.id: one for one in around.entities}
    start = by_id[id]
    tell = labeller(language(request))
    when = {} if as_of == today else {"as_of": as_of.isoformat()}
    addresses = {each: address(f"/registry/entity/{each}/graph", when, depth=depth) for each in by_id}
    drawn = shown.graph_option(
        around, id, {kind: tell(kind, "entity_kind") for kind in ENTITY_KINDS},
        {kind: tell(kind, "link_kind") for kind in LINK_KINDS}, as_of, addresses,
    )  # fmt: skip
    name = start.name or shown.key_of(start)
    links = sorted(around.links, key=lambda one: (min(around.depth[one.source], around.depth[one.target]), one.kind))
    return page(
        request, "registry/graph.html", title="关系图",
        crumbs=(Crumb("登记册", "/registry"), Crumb(name, f"/registry/entity/{id}"), Crumb("关系图")),
        start=start, key_of=shown.key_of, around=around, links=links, entities=by_id, option=drawn, as_of=as_of,
        today=today, depth=depth, depths=DEPTHS, addresses=addresses,
    )  # fmt: skip


@router.get("/registry/credential/{id}/media")
def evidence(request: Request, id: str) -> Response:
    """The file a credential was read from, for those who may see personal data; the look is put on the access log."""
    asks = permitted(request, "registry.read")
    permitted(request, "personal.read")
    opened = desk(request)
    with opened.database.read() as tx:
        found = credentials_by_id(tx, [id]).get(id)
    if found is None or found.evidence is None:
        raise NotFound("这个资质没有凭证文件。")
    with opened.database.write() as tx:
        log_access(tx, asks, "registry.read", found.entity, ("unmasked",))
    name = f"{found.kind}-{found.id}"
    response = send(opened.settings.blobs, Media(found.evidence, name, "document", 0, 0), _verified)
    response.headers["Cache-Control"] = "no-store"  # papers of persons: a shared computer keeps nothing
    return response
