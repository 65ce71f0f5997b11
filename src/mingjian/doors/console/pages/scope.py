"""Scope: who may perform or advertise what, answered from the registry; and the procedures and specialties."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from mingjian.core.model.scope import GRADES
from mingjian.desk.registry.scope import QUESTIONS, Question, answer
from mingjian.doors import cache
from mingjian.doors.console.context import Crumb, desk, page, permitted, user
from mingjian.doors.console.filters import address, chosen
from mingjian.doors.console.nav import Nav
from mingjian.doors.scopes import answer_dict, cite_label, found_procedures
from mingjian.records.clock import day
from mingjian.records.errors import Invalid, NotFound

router = APIRouter()
NAV = (
    Nav("登记", "范围问答", "/scope", ("registry.read",), icon="check", order=60, keys="g f"),
    Nav("登记", "项目目录", "/procedures", ("registry.read", "item.check"), icon="book", order=70),
)
FIELDS = ("ask", "procedure", "institution", "physician", "account", "product", "as_of", "supervised")
SUPERVISED = {"yes": True, "no": False}
SECTIONS = {"surgery": "美容外科", "skin": "美容皮肤与注射", "dental": "口腔与美容牙科", "tcm": "美容中医"}


@router.get("/scope")
def scope(request: Request) -> Response:
    """A question in the address and its answer below, link by link."""
    asks = permitted(request, "registry.read")
    values = chosen(request.query_params, FIELDS)
    compiled, database = cache.compiled(), desk(request).database
    found, problem, shown = None, None, None
    with database.read() as tx:
        today = day(tx.now)
        if len(values.keys() - {"ask", "as_of"}) > 0:
            try:
                asked = _question(values, today)
                found = answer(tx, asks, compiled.catalogue, compiled.finder, asked)
            except Invalid as error:
                problem = error.message
    if found is not None and found.answer is not None:
        shown = answer_dict(found.answer, compiled.lawbook)
    return page(
        request, "scope/scope.html", status=422 if problem else 200, title="范围问答", values=values, today=today,
        found=found, shown=shown, problem=problem, procedures=compiled.catalogue.procedures.values(),
        choose=lambda role, id: address("/scope", values, **{role: id}),
    )  # fmt: skip


def _question(values: dict[str, str], today: date) -> Question:
    written = values.get("as_of")
    try:
        as_of = date.fromisoformat(written) if written else today
    except ValueError as error:
        raise Invalid(f"不是日期:{str(written)[:40]}。请写作 2026-03-02。", field="as_of") from error
    ask = values.get("ask") or QUESTIONS[0]
    named = {name: values.get(name) for name in ("procedure", "institution", "physician", "account", "product")}
    return Question(ask, as_of, **named, supervised=SUPERVISED.get(values.get("supervised", "")))


@router.get("/procedures")
def procedures(request: Request) -> Response:
    """Every procedure of the catalogue, searched by name and other words."""
    user(request)
    values = chosen(request.query_params, ("q", "section", "grade"))
    catalogue = cache.compiled().catalogue
    grade = {str(number): number for number in GRADES}.get(values.get("grade", ""))
    listed = [
        one
        for one in found_procedures(catalogue, values.get("q", ""))
        if values.get("section") in (None, one.section)
        and (grade is None or (one.grades is not None and one.grades[0] <= grade <= one.grades[1]))
    ]
    return page(request, "scope/procedures.html", title="项目目录", listed=listed, values=values, catalogue=catalogue,
                sections=SECTIONS, grades=GRADES, count=len(catalogue.procedures))  # fmt: skip


@router.get("/procedures/{code}")
def procedure(request: Request, code: str) -> Response:
    """One procedure: specialty, grade, which institutions may perform it, what it uses, where this is from."""
    user(request)
    compiled = cache.compiled()
    catalogue = compiled.catalogue
    one = catalogue.procedures.get(code)
    if one is None:
        raise NotFound(f"没有这个项目:{code[:80]}")
    with desk(request).database.read() as tx:
        today = day(tx.now)
    refs = [*one.cites, *(ref for need in one.needs for ref in catalogue.needs[need].cites)]
    refs += [one.unapproved] if one.unapproved else []
    cites = [found for ref in dict.fromkeys(refs) if (found := compiled.lawbook.cite(ref, today)) is not None]
    ceilings = [row for row in catalogue.ceilings if one.grades is not None]
    crumbs = (Crumb("项目目录", "/procedures"), Crumb(one.name))
    return page(request, "scope/procedure.html", title=one.name, crumbs=crumbs, one=one,
                catalogue=catalogue, cites=cites, ceilings=ceilings, sections=SECTIONS, grades=GRADES,
                groups={kind.group: kind for kind in catalogue.kinds}, cite_label=cite_label)  # fmt: skip


@router.get("/specialties")
def specialties(request: Request) -> Response:
    """The 诊疗科目 and the practice scopes of physicians."""
    user(request)
    values = chosen(request.query_params, ("q",))
    asked = values.get("q", "")
    catalogue = cache.compiled().catalogue
    listed = [one for one in catalogue.specialties.values() if asked in one.code or asked in one.name
              or any(asked in word for word in one.synonyms)]  # fmt: skip
    crumbs = (Crumb("项目目录", "/procedures"), Crumb("诊疗科目与执业范围"))
    return page(request, "scope/specialties.html", title="诊疗科目与执业范围", values=values, listed=listed,
                crumbs=crumbs, catalogue=catalogue)  # fmt: skip
