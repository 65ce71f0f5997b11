"""The console as an application: every page module of ``pages``, the static files, errors as pages."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import jinja2
from fastapi import Depends, FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from mingjian.core.report.labels import label
from mingjian.doors.console import faults, pages
from mingjian.doors.console.law import cite_label
from mingjian.doors.console.nav import Nav, arranged
from mingjian.doors.console.statics import Statics
from mingjian.doors.desk import csrf, oidc
from mingjian.doors.desk.opening import Desk
from mingjian.doors.desk.security import protect
from mingjian.records.errors import NotFound

HERE = Path(__file__).parent


def create_console(desk: Desk) -> FastAPI:
    """The console of an open desk, to be mounted at the root. A page module may name ``NAV`` (its entries) and
    ``UPLOADS`` (beginnings of paths that take files)."""
    app = FastAPI(
        title="明鉴", docs_url=None, redoc_url=None, openapi_url=None, dependencies=[Depends(csrf.demand_csrf)]
    )
    entries: list[Nav] = []
    uploads: list[str] = []
    paths: set[str] = set()
    for module in pkgutil.iter_modules(pages.__path__):
        found = importlib.import_module(f"{pages.__name__}.{module.name}")
        if hasattr(found, "router"):
            app.include_router(found.router)
            entries += getattr(found, "NAV", ())
            uploads += getattr(found, "UPLOADS", ())
            paths |= {getattr(route, "path", "") for route in found.router.routes}
    app.add_api_route("/static/{path:path}", _static)
    app.state.statics = Statics(HERE / "static")
    app.state.templates = templates(app.state.statics)
    app.state.templates.globals["sso"] = oidc.enabled(desk)
    oidc.install(app, desk)
    app.state.nav = arranged(entries)
    app.state.paths = frozenset(paths)
    protect(app, desk, pages=True, uploads=uploads, respond=faults.shown)
    return app


def templates(statics: Statics) -> jinja2.Environment:
    """The pages' templates: escaped everywhere, and a name that is not given is a fault."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static"] = statics.address
    environment.filters["cite_label"] = cite_label
    environment.filters["disguise_word"] = lambda kind, lang: label("disguise", kind, lang)
    return environment


def _static(request: Request, path: str) -> Response:
    file: Path | None = request.app.state.statics.file(path)
    if file is None:
        raise NotFound("没有这个文件。")
    fresh = "v" in request.query_params  # the address holds the digest: it never changes
    return FileResponse(file, headers={"Cache-Control": "public, max-age=31536000, immutable" if fresh else "no-cache"})
