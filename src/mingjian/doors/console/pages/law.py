"""The rulebook in the console: rules, and the law they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache as remembered

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mingjian.core.model import FAMILIES, SEVERITIES, Instrument, Rule
from mingjian.doors import cache
from mingjian.doors.console.context import Crumb, desk, page, user
from mingjian.doors.console.filters import chosen
from mingjian.doors.console.nav import Nav
from mingjian.records.clock import day
from mingjian.records.errors import NotFound

router = APIRouter()
_EVERYBODY = ("item.check", "item.read", "policy.read", "draft.read")
NAV = (
    Nav("检测", "规则", "/rules", _EVERYBODY, icon="book", order=30),
    Nav("检测", "法规", "/law", _EVERYBODY, icon="policy", order=40),
)


@router.get("/rules")
def rules(request: Request) -> Response:
    """Every rule, by family."""
    user(request)
    values = chosen(request.query_params, ("q", "family", "severity"))
    asked = values.get("q", "").casefold()
    found = [
        rule
        for rule in sorted(_rules().values(), key=lambda one: (FAMILIES.index(one.family), one.code))
        if values.get("family") in (None, rule.family)
        and values.get("severity") in (None, rule.severity)
        and (not asked or asked in f"{rule.code} {rule.name} {rule.title} {rule.message}".casefold())
    ]
    return page(request, "law/rules.html", title="规则", found=found, values=values, families=FAMILIES,
                severities=SEVERITIES, count=len(_rules()))  # fmt: skip


@router.get("/rules/{code}")
def rule(request: Request, code: str) -> Response:
    """One rule: what it says, why, its law, its examples."""
    user(request)
    found = _rules().get(code)
    if found is None:
        raise NotFound(f"没有规则 {code}")
    book, today = cache.compiled().lawbook, _today(request)
    return page(request, "law/rule.html", title=code, crumbs=(Crumb("规则", "/rules"), Crumb(code)), rule=found,
                cites=[(ref, book.cite(ref, today)) for ref in found.cites])  # fmt: skip


@router.get("/law")
def instruments(request: Request, label: str | None = None) -> Response:
    """Every instrument; with ``label`` (广告法16.1.1), to its provision."""
    user(request)
    if label is not None:
        ref = _labels().get(label)
        if ref is None:
            raise NotFound(f"规则书里没有“{label[:60]}”。")
        slug, _, id = ref.partition("/")
        return RedirectResponse(f"/law/{slug}#{id}", 303)
    found = sorted(cache.sources().instruments, key=lambda one: (_LEVELS.index(one.level), one.slug))
    return page(request, "law/instruments.html", title="法规", found=found, levels=_LEVELS)


@router.get("/law/{slug}")
def instrument(request: Request, slug: str) -> Response:
    """An instrument with the provisions the rulebook knows and the rules that cite each."""
    user(request)
    found = next((one for one in cache.sources().instruments if one.slug == slug), None)
    if found is None:
        raise NotFound(f"没有法规 {slug}")
    # A provision stands here once for each wording it had: the first is where links lead.
    ids = [each.id for each in found.provisions]
    listed = [(each, ids.index(each.id) == at) for at, each in enumerate(found.provisions)]
    citing: dict[str, list[str]] = {}
    for one in _rules().values():
        for ref in one.cites:
            if ref.startswith(f"{slug}/"):
                citing.setdefault(ref.partition("/")[2], []).append(one.code)
    return page(request, "law/instrument.html", title=found.short or found.name, found=found, citing=citing,
                provisions=listed, crumbs=(Crumb("法规", "/law"), Crumb(found.name)),
                today=_today(request))  # fmt: skip


_LEVELS = ("law", "judicial", "regulation", "rule", "guideline", "standard", "local", "platform")


@remembered
def _rules() -> Mapping[str, Rule]:
    return {rule.code: rule for rule in cache.compiled().rules}


@remembered
def _labels() -> Mapping[str, str]:
    """Labels as findings print them → references."""
    known: tuple[Instrument, ...] = cache.sources().instruments
    return {f"{one.short}{each.id}": f"{one.slug}/{each.id}" for one in known for each in one.provisions}


def _today(request: Request) -> date:
    return day(desk(request).database.clock.now())
