"""What anybody may see of rankings, without signing in: published editions as they were frozen, and, by the link they
were sent, an entrant's own result with the form to appeal."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.doors.console.context import Flash, desk, page, posted, redirect, spoken, text
from mingjian.doors.console.i18n import language
from mingjian.doors.console.ranking_pdf import method_lines, ranking_pdf
from mingjian.doors.console.rankings import APPEAL_STATES, ENTRANT_STATES, SOURCES, lines
from mingjian.doors.console.strangers import WRITES, slow
from mingjian.governance.appeals.token import read_token
from mingjian.governance.ranking import appealing, computing, editions, entering, publishing
from mingjian.records.errors import DeskError, NotFound
from mingjian.records.storage import contents
from mingjian.records.storage import ranking as store
from mingjian.records.storage import ranking_forms as forms

router = APIRouter()


@router.get("/ranking")
def listed(request: Request) -> Response:
    """Published editions, the newest first."""
    with desk(request).database.read() as tx:
        found = publishing.published_editions(tx)
    return page(request, "ranking/list.html", title="医师榜单", found=found)


@router.get("/ranking/entrant/{token}")
def concerned(request: Request, token: str) -> Response:
    """An entrant's own result, by their link."""
    slow(request, "rankings")
    return _own(request, token)


@router.post("/ranking/entrant/{token}")
def lodge(request: Request, token: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Appeal. What was typed is not lost when it is refused."""
    slow(request, "rankings.lodge", WRITES)
    who = read_token(desk(request).secret, token)
    grounds = text(form, "grounds", appealing.MOST_GROUNDS + 1)
    try:
        with desk(request).database.write() as tx:
            appealing.lodge(tx, who, who.decision, grounds)
    except NotFound:
        raise
    except DeskError as error:
        return _own(request, token, grounds, error)
    told = spoken(request, "申诉已收到,请记住这个链接,结果也在这里看。")
    return redirect(request, f"/ranking/entrant/{token}", Flash(told))


@router.get("/ranking/{id}")
def edition(request: Request, id: str, field: str = "points") -> Response:
    """An edition: the list, by the whole or by a field, and how it was made."""
    found, told, plan = _told(request, id)
    fields = ("points", *(one.key for one in plan.fields))
    field = field if field in fields else "points"
    ordered = sorted(told["list"], key=lambda one: (-one[field], one["rank"], one["number"]))
    with desk(request).database.read() as tx:
        correction = store.correction_of(tx, id) if found.state == "replaced" else None
    return page(request, "ranking/edition.html", title=_title(request, told), edition=found, told=told, plan=plan,
                list=ordered, field=field, fields=fields, figures=publishing.figure_lines(told),
                correction=correction, sources=SOURCES, method=method_lines(told, plan, language(request)))  # fmt: skip


@router.get("/ranking/{id}/doctors/{number}")
def doctor(request: Request, id: str, number: int) -> Response:
    """One listed doctor's score, explained to the last hundredth of a point."""
    found, told, plan = _told(request, id)
    line = next((one for one in told["list"] if one["number"] == number), None)
    if line is None:
        raise NotFound("这一期的榜单里没有这位医师。")
    parts = {part[0]: part for part in line["parts"]}
    return page(request, "ranking/doctor.html", title=line["name"], edition=found, told=told, plan=plan, line=line,
                parts=parts, sources=SOURCES)  # fmt: skip


@router.get("/ranking/{id}/list.pdf")
def as_pdf(request: Request, id: str) -> Response:
    """The edition as a document."""
    slow(request, "rankings")
    found, told, plan = _told(request, id)
    made = ranking_pdf(told, plan, found, language(request))
    return Response(made, media_type="application/pdf",
                    headers={"Content-Disposition": f'inline; filename="ranking-{id}.pdf"'})  # fmt: skip


@router.get("/ranking/{id}/list.json")
def as_json(request: Request, id: str) -> Response:
    """The very bytes that were frozen: their SHA-256 is the seal that the page and the journal show."""
    slow(request, "rankings")
    with desk(request).database.read() as tx:
        found, _ = publishing.public(tx, id)
        kept = contents.get(tx, found.seal or "")
    return Response(kept, media_type="application/json")


def _told(request: Request, id: str) -> tuple[Any, dict[str, Any], Any]:
    with desk(request).database.read() as tx:
        found, told = publishing.public(tx, id)
        return found, told, editions.plan_of(tx, found)


def _title(request: Request, told: dict[str, Any]) -> str:
    return str(told["title_en"] if language(request) == "en" else told["title"])


def _own(request: Request, token: str, typed: str = "", error: DeskError | None = None) -> Response:
    who = read_token(desk(request).secret, token)
    with desk(request).database.read() as tx:
        entrant = store.entrant_by_id(tx, who.decision)
        if entrant is None:
            raise NotFound("这个链接不是参评医师的链接。")
        found = editions.get_edition(tx, entrant.edition)
        plan = editions.plan_of(tx, found)
        (line,) = lines(tx, [entrant])
        chain = entering.chain_of(tx, entrant)
        out = found.state in ("published", "replaced") and entrant.points is not None
        score, values = computing.explain(tx, found, entrant) if out else (None, {})
        appeals = [appealing.shown(tx, one) for one in forms.appeals_of_entrant(tx, entrant.id)]
        closed = appealing.may_appeal(tx, entrant)
    parts = {one.feature: one for one in score.contributions} if score is not None else {}
    return page(
        request, "ranking/own.html", status=error.status if error else 200, title=line.name, edition=found, plan=plan,
        line=line, chain=chain, score=score, values=values, parts=parts, appeals=appeals, closed=closed, token=token,
        typed=typed, most=appealing.MOST_GROUNDS, fault=error.message if error else None, states=ENTRANT_STATES,
        edition_states=editions.STATES, appeal_states=APPEAL_STATES, sources=SOURCES,
    )  # fmt: skip

