"""Where somebody begins: their work now, and what the command palette offers."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from mingjian.desk.cases import service as cases
from mingjian.desk.people.permissions import allowed
from mingjian.desk.queues.load import queues
from mingjian.doors.console.context import desk, page, user
from mingjian.doors.console.i18n import language

router = APIRouter()


@router.get("/")
def home(request: Request) -> Response:
    """Reviewers begin at the queues; others at the first page they may see."""
    asks = user(request)
    if allowed(asks, "case.read"):
        return RedirectResponse("/queues", 303)
    for entry in request.app.state.nav:
        if any(allowed(asks, permission) for permission in entry.permissions):
            return RedirectResponse(entry.path, 303)
    return page(request, "home/nothing.html", title="首页")


@router.get("/palette")
def palette(request: Request) -> Response:
    """The queues somebody may see, for the command palette."""
    asks = user(request)
    if not allowed(asks, "case.read"):
        return JSONResponse([])
    lang = language(request)
    known = queues()
    with desk(request).database.read() as tx:
        counts = cases.count_queues(tx, asks)
    where = "queues" if lang == "en" else "队列"
    return JSONResponse([
        {"title": f"{known[each.queue].label(lang)}({each.live})", "where": where, "path": f"/queues/{each.queue}"}
        for each in counts if each.queue in known
    ])  # fmt: skip
