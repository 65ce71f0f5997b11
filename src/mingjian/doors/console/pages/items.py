"""One item with all that is known of it, and its files."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mingjian.desk.cases import service as cases
from mingjian.desk.cases.model import Case
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed
from mingjian.desk.people.service import log_access
from mingjian.doors.console.alike import alike_of
from mingjian.doors.console.context import Crumb, desk, page, permitted
from mingjian.doors.console.law import law_of
from mingjian.doors.console.media import send
from mingjian.doors.console.publishers import Publisher, publisher_of
from mingjian.doors.console.reading import Reading, media_of, read_item
from mingjian.doors.console.registered import with_registered
from mingjian.doors.console.rings import rings_of
from mingjian.doors.console.subjects import Subject, names_of, titles_of
from mingjian.records.errors import NotFound
from mingjian.records.items.model import Stored
from mingjian.records.search.model import Similar
from mingjian.records.search.service import similar
from mingjian.records.storage import actions, item_queries
from mingjian.records.storage.database import Tx

router = APIRouter()
_verified: set[tuple[str, int, int]] = set()


@dataclass(frozen=True, slots=True)
class Beside:
    """What else is known: the very same content elsewhere, words much like it, other versions."""

    same: tuple[Stored, ...]
    alike: tuple[Similar, ...]
    versions: tuple[Stored, ...]
    titles: dict[str, Subject]


def reveals(request: Request, asks: Principal) -> bool:
    """Whether somebody who may asks to see personal data uncovered."""
    return request.query_params.get("personal") == "1" and allowed(asks, "personal.read")


def log_reveal(request: Request, asks: Principal, reading: Reading) -> None:
    """Put an uncovered look on the access log, if there was anything to cover."""
    if not reading.covered and reading.personal:
        with desk(request).database.write() as tx:
            log_access(tx, asks, "item.read", reading.stored.id, reading.personal)


def beside(tx: Tx, reading: Reading) -> Beside:
    """What else is known of an item."""
    same = item_queries.same_content(tx, reading.stored)
    alike = similar(tx, reading.stored, reading.item) if reading.item is not None else []
    known = {one.id for one in same}
    alike = [one for one in alike if one.item.id not in known and one.share >= 0.3]
    versions = item_queries.versions_of(tx, reading.stored)
    titles = titles_of(tx, [*known, *(one.item.id for one in alike)])
    return Beside(tuple(same), tuple(alike), tuple(versions) if len(versions) > 1 else (), titles)


def publisher_beside(tx: Tx, reading: Reading, blind: bool = False) -> Publisher | None:
    """The item's publisher, if it names one."""
    stored = reading.stored
    if stored.publisher is None:
        return None
    return publisher_of(tx, stored.publisher, stored.publisher_kind, reading.item, but=stored.id, blind=blind)


@router.get("/items")
def listed() -> Response:
    """Items are found by searching."""
    return RedirectResponse("/search", 303)


@router.get("/items/{id}")
def item(request: Request, id: str) -> Response:
    """An item as it was published, what was found, what was done."""
    asks = permitted(request, "item.read")
    with desk(request).database.read() as tx:
        reading = read_item(tx, id, covered=not reveals(request, asks))
        other = beside(tx, reading)
        publisher = with_registered(tx, asks, publisher_beside(tx, reading), reading)
        decided = actions.decisions_of_item(tx, id)
        taken = actions.actions_of_decisions(tx, [decision.id for decision in decided])
        about: list[Case] = cases.cases_of(tx, asks, id) if allowed(asks, "case.read") else []
        names = names_of(tx, [decision.made_by for decision in decided] + [reading.stored.submitted_by])
        title = titles_of(tx, [id])[id].title
        alike = alike_of(tx, asks, id)
        around = rings_of(tx, asks, id)
    log_reveal(request, asks, reading)
    return page(
        request, "items/item.html", title=title or id, crumbs=(Crumb("内容检索", "/search"), Crumb(title or id)),
        reading=reading, law=law_of(reading.findings, reading.stored.as_of), other=other, publisher=publisher,
        decisions=decided, actions=taken, cases=about, names=names, alike=alike, rings=around,
    )  # fmt: skip


@router.get("/items/{id}/media/{digest}")
def media(request: Request, id: str, digest: str) -> Response:
    """A file of an item, for whoever may see the item; its bytes are what was registered."""
    permitted(request, "item.read")
    opened = desk(request)
    with opened.database.read() as tx:
        found = next((one for one in media_of(tx, id) if one.digest == digest), None)
    if found is None:
        raise NotFound("这件内容没有这个文件。")
    return send(opened.settings.blobs, found, _verified)
