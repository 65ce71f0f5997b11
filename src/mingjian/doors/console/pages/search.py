"""Finding items by their words and properties."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from mingjian.core.model import SEVERITIES, VERDICT_VALUES
from mingjian.desk.people import masking
from mingjian.doors.console.context import desk, page, permitted
from mingjian.doors.console.filters import address, chosen, day_bounds
from mingjian.doors.console.nav import Nav
from mingjian.records.errors import Invalid
from mingjian.records.search.model import Found, Results, SearchFilter
from mingjian.records.search.service import find
from mingjian.records.storage.views import views_of

router = APIRouter()
NAV = (Nav("审核", "内容检索", "/search", ("item.read",), icon="search", order=30, keys="g s"),)
FILTERS = ("q", "platform", "value", "severity", "publisher", "since", "until")
_PAGE = 20
_LONGEST = 200


@router.get("/search")
def search(request: Request, before: int | None = None) -> Response:
    """Results, newest first; without words the newest items."""
    asks = permitted(request, "item.read")
    values = chosen(request.query_params, FILTERS)
    results, fault = Results((), 0, False), None
    with desk(request).database.read() as tx:
        views = views_of(tx, asks.actor, "search")
        try:
            if len(values.get("q", "")) > _LONGEST:
                raise Invalid(f"搜索文字最多 {_LONGEST} 个字。", field="q")
            since, until = day_bounds(values.get("since"), values.get("until"))
            wanted = SearchFilter(values.get("q", ""), values.get("platform"), values.get("value"),
                                  values.get("severity"), values.get("publisher"), since, until)  # fmt: skip
            results = find(tx, wanted, below=before, limit=_PAGE)
        except Invalid as error:
            fault = error.message
    found = [_covered(one) for one in results.items]
    return page(
        request, "search/search.html", title="内容检索", values=values, results=results, found=found, fault=fault,
        views=views, here=address("/search", values), verdicts=VERDICT_VALUES, severities=SEVERITIES,
        next=address("/search", values, before=results.next) if results.next else None, later=before is not None,
        first=address("/search", values),
    )  # fmt: skip


def _covered(found: Found) -> Found:
    """A result as lists show it: what is personal is covered, at its own length, for everybody."""
    whole = "".join(piece for piece, _ in found.snippet)
    hidden, at = masking.mask(whole), 0
    pieces = []
    for piece, asked in found.snippet:
        pieces.append((hidden[at : at + len(piece)], asked))
        at += len(piece)
    return replace(found, title=masking.mask(found.title), snippet=tuple(pieces))
