"""The API as an application, over an open desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI

from mingjian.doors.api import openapi
from mingjian.doors.api.edge import Edge
from mingjian.doors.api.errors import respond
from mingjian.doors.api.gather import Gather
from mingjian.doors.api.intake import Asked, Judging
from mingjian.doors.api.routes import cases, checks, decisions, items, lookup, media, rulebook, service, webhooks
from mingjian.doors.desk.security import protect
from mingjian.records.storage.idempotency import Answer

if TYPE_CHECKING:
    from mingjian.doors.desk.opening import Desk

ROUTERS = (
    checks.router, items.router, lookup.router, media.router, decisions.router, cases.router, rulebook.router,
    webhooks.router, service.router,
)  # fmt: skip
UPLOADS = ("/media",)


def create_api(desk: Desk) -> FastAPI:
    """The application; mount it at /api/v1. It describes itself at ``openapi.json``."""
    app = FastAPI(title="Mingjian", version=openapi.VERSION, docs_url=None, redoc_url=None,
                  openapi_url="/openapi.json")  # fmt: skip
    protect(app, desk, pages=False, uploads=UPLOADS, respond=respond)
    app.add_middleware(Edge, desk=desk)
    app.state.judging = Judging(desk)
    gather: Gather[Asked, Answer] = Gather(app.state.judging.work, "judging")
    app.state.gather = gather
    for router in ROUTERS:
        app.include_router(router)
    openapi.describe(app)
    return app
