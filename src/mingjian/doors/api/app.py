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
from mingjian.doors.api.routes.accreditations import router as accreditations_router
from mingjian.doors.api.routes.campaigns import router as campaigns_router
from mingjian.doors.api.routes.certification import router as certification_router
from mingjian.doors.api.routes.engagement import router as engagement_router
from mingjian.doors.api.routes.live import router as live_router
from mingjian.doors.api.routes.live_merchants import router as live_merchants_router
from mingjian.doors.api.routes.patrols import router as patrols_router
from mingjian.doors.api.routes.rankings import router as rankings_router
from mingjian.doors.api.routes.registry import router as registry_router
from mingjian.doors.api.routes.registry_imports import router as registry_imports_router
from mingjian.doors.api.routes.reuse import router as reuse_router
from mingjian.doors.api.routes.rings import router as rings_router
from mingjian.doors.api.routes.scope import router as scope_router
from mingjian.doors.api.routes.scores import router as scores_router
from mingjian.doors.api.routes.sweeps import router as sweeps_router
from mingjian.doors.desk.security import protect
from mingjian.records.storage.idempotency import Answer

if TYPE_CHECKING:
    from mingjian.doors.desk.opening import Desk

ROUTERS = (
    checks.router, items.router, lookup.router, media.router, decisions.router, cases.router, rulebook.router,
    webhooks.router, service.router, scope_router, patrols_router, rankings_router, scores_router,
    accreditations_router, certification_router, registry_router, registry_imports_router,
    reuse_router, engagement_router, rings_router, campaigns_router, sweeps_router,
    live_router, live_merchants_router,
)  # fmt: skip
UPLOADS = ("/media", "/engagement/loads", "/registry/imports", "/accreditations/")


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
