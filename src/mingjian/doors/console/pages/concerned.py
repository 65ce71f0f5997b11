"""What the person concerned sees, by the link they were sent: the statement, their appeal, its answer. No sign-in."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.doors.console.context import Flash, desk, page, posted, redirect, spoken, text
from mingjian.doors.console.i18n import language
from mingjian.doors.desk.bell import WORK
from mingjian.governance.appeals import service
from mingjian.governance.appeals.token import Concerned, read_token
from mingjian.governance.decisions.service import decision_of
from mingjian.governance.statements.service import statement
from mingjian.records.errors import DeskError, TooMany
from mingjian.records.storage import appeals

router = APIRouter()
_LOOKS, _LODGES = parse("60/minute"), parse("10/minute")


@router.get("/concerned/{token}")
def concerned(request: Request, token: str) -> Response:
    """The statement of reasons and the form to appeal with, or what became of the appeal."""
    _slow(request, "look")
    return _shown(request, read_token(desk(request).secret, token), token)


@router.post("/concerned/{token}")
def lodge(request: Request, token: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Appeal. What was typed is not lost when it is refused."""
    _slow(request, "lodge")
    who = read_token(desk(request).secret, token)
    grounds = text(form, "grounds", service.MOST_GROUNDS + 1)
    try:
        with desk(request).database.write() as tx:
            service.lodge(tx, who, who.decision, grounds)
    except DeskError as error:
        return _shown(request, who, token, grounds, error)
    WORK.ring()
    return redirect(
        request, f"/concerned/{token}", Flash(spoken(request, "申诉已收到,请记住这个链接,结果也在这里看。"))
    )


def _shown(request: Request, who: Concerned, token: str, typed: str = "", error: DeskError | None = None) -> Response:
    with desk(request).database.read() as tx:
        told = statement(tx, who, who.decision, language(request))
        found = appeals.appeals_of(tx, [who.decision]).get(who.decision)
        shown = service.get_appeal(tx, who, found.id) if found is not None else None
        decision = decision_of(tx, who.decision)
        until = decision.appeal_until
        open_ = shown is None and decision.state == "in_force" and until is not None and tx.now <= until
    return page(
        request,
        "concerned/page.html",
        status=error.status if error else 200,
        title="处置说明与申诉",
        told=told,
        token=token,
        shown=shown,
        decision=decision,
        open=open_,
        typed=typed,
        most=service.MOST_GROUNDS,
        fault=error.message if error else None,
    )


def _slow(request: Request, what: str) -> None:
    """TooMany when one address asks too often. Each app counts for itself."""
    state = request.app.state
    if not hasattr(state, "concerned_limiter"):
        state.concerned_limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
    limiter: SlidingWindowCounterRateLimiter = state.concerned_limiter
    address = request.client.host if request.client is not None else "-"
    if not limiter.hit(_LODGES if what == "lodge" else _LOOKS, what, address):
        raise TooMany("操作过于频繁,请过一分钟再试。", retry_after=60)
