"""A small console over the real store: what the real one does at its door, and one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from fastapi import Depends, FastAPI, Form, Request, Response
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.testclient import TestClient

from mingjian.doors.desk import csrf, oidc, security, signin
from mingjian.doors.desk.opening import Desk
from mingjian.doors.desk.settings import DeskSettings
from mingjian.records.storage.database import Database

BASE = "http://testserver"


@dataclass(frozen=True)
class Opened:
    """What doors need of a desk here: no engine, no screening."""

    settings: DeskSettings
    database: Database
    secret: bytes = b"s" * 32


def small_desk(database: Database, **settings: Any) -> Desk:
    """A desk over a store."""
    return cast(Desk, Opened(DeskSettings(**settings), database))


def small_console(desk: Desk) -> FastAPI:
    """Signing in and out, changing the password, and a page that reads and changes."""
    app = FastAPI(dependencies=[Depends(csrf.demand_csrf)], openapi_url=None)
    security.protect(app, desk, pages=True, uploads=("/upload",))
    oidc.install(app, desk)

    @app.get("/signin")
    def form(request: Request) -> str:
        return csrf.token(request)

    @app.post("/signin")
    def enter(request: Request, login: str = Form(), password: str = Form()) -> Response:
        response = JSONResponse({})
        user = signin.sign_in(request, response, login, password)
        response.headers["X-User"] = user.id
        return response

    @app.post("/signout")
    def leave(request: Request, everywhere: bool = False) -> Response:
        response = Response()
        signin.sign_out(request, response, signin.current_session(request), everywhere=everywhere)
        return response

    @app.post("/password")
    def change(request: Request, old: str = Form(), new: str = Form()) -> Response:
        response = Response()
        signin.change_password(request, response, signin.current_session(request), old, new)
        return response

    @app.api_route("/page", methods=["GET", "POST", "PUT", "DELETE"])
    def page(request: Request) -> dict[str, Any]:
        who = signin.current_user(request)
        return {"id": who.id, "roles": who.roles, "token": csrf.token(request)}

    @app.post("/upload")
    async def upload(request: Request) -> int:
        return len(await request.body())

    @app.get("/static")
    def static() -> Response:
        return PlainTextResponse("x", headers={"Cache-Control": "public"})

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("the password is hunter2")

    return app


def small_api(desk: Desk) -> FastAPI:
    """Endpoints for programs and scripts, without the console's dependency."""
    app = FastAPI(openapi_url=None)
    security.protect(app, desk, pages=False)

    @app.api_route("/who", methods=["GET", "POST"])
    def who(request: Request) -> dict[str, Any]:
        asks = signin.api_principal(request)
        return {"actor": asks.actor, "scopes": asks.scopes}

    @app.post("/number")
    def number(body: Mapping[str, int]) -> int:
        return sum(body.values())

    return app


def browser(app: FastAPI, base: str = BASE, **given: Any) -> TestClient:
    """A browser with an empty jar."""
    return TestClient(app, base_url=base, follow_redirects=False, **given)


def enter(client: TestClient, login: str, password: str) -> Any:
    """Fill in the sign-in form and send it."""
    token = client.get("/signin").json()
    return client.post("/signin", data={"login": login, "password": password, "csrf_token": token})
