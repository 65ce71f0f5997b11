"""How the service itself is: alive, ready, counted."""

from __future__ import annotations

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response

from mingjian import __version__
from mingjian.desk.people.permissions import demand
from mingjian.doors.api.answers import answer
from mingjian.doors.api.asking import Caller
from mingjian.doors.api.openapi import gives
from mingjian.doors.desk.metrics import REGISTRY
from mingjian.doors.desk.sessions import desk_of
from mingjian.records.storage.events import head

router = APIRouter(tags=["service"])


@router.get("/health", responses=gives({200: "Health"}))
async def health(request: Request) -> Response:
    """The process answers."""
    return _well(request, "ok")


@router.get("/ready", responses=gives({200: "Health"}))
def ready(request: Request) -> Response:
    """The store answers too; 503 when it does not."""
    with desk_of(request).database.read() as tx:
        head(tx)
    return _well(request, "ready")


@router.get("/metrics", responses={200: {"description": "Prometheus", "content": {"text/plain": {}}}})
def metrics(principal: Caller) -> Response:
    """Counts of this process for Prometheus (``statistics.read``)."""
    demand(principal, "statistics.read")
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


def _well(request: Request, status: str) -> Response:
    return answer({"status": status, "version": __version__, "rulebook": desk_of(request).engine.rulebook})
