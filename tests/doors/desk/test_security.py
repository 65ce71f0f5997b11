"""Headers, body limits and errors of every answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI, Request
from starlette.responses import PlainTextResponse, Response

from mingjian.doors.desk.security import PAGE_POLICY, protect
from mingjian.records.errors import DeskError, TooMany, Unavailable
from mingjian.records.storage.database import Database
from tests.doors.desk.small import browser, small_api, small_console, small_desk


def _chunks(size: int, each: int = 400) -> Iterator[bytes]:
    for _ in range(size // each):
        yield b"x" * each


def test_every_answer_has_the_headers(sqlite_database: Database) -> None:
    client = browser(small_console(small_desk(sqlite_database)), raise_server_exceptions=False)
    for path, status in (("/signin", 200), ("/page", 401), ("/nowhere", 404), ("/broken", 500), ("/static", 200)):
        answer = client.get(path)
        assert answer.status_code == status
        assert answer.headers["content-security-policy"] == PAGE_POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "strict-transport-security" not in answer.headers
    assert client.get("/static").headers["cache-control"] == "public"
    assert client.get("/signin").headers["cache-control"] == "no-store"
    large = client.post("/page", content=b"x" * (8 << 20) + b"x")
    assert (large.status_code, large.headers["x-frame-options"]) == (413, "DENY")


def test_the_policy_allows_no_inline_script_and_no_other_site() -> None:
    assert "unsafe" not in PAGE_POLICY
    assert "http" not in PAGE_POLICY
    assert "*" not in PAGE_POLICY
    for part in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in PAGE_POLICY.split("; ")


def test_https_is_kept_and_data_is_no_page(sqlite_database: Database) -> None:
    desk = small_desk(sqlite_database, base_url="https://desk.example")
    answer = browser(small_api(desk)).get("/who")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


@pytest.mark.parametrize("path", ["/page", "/nowhere"])
def test_a_long_body_is_refused_by_what_it_says_and_by_counting(sqlite_database: Database, path: str) -> None:
    client = browser(small_console(small_desk(sqlite_database, max_body=1024)))
    assert client.post(path, content=b"x" * 1024).status_code != 413
    for content in (b"x" * 1025, b"x" * 50_000):
        said = client.post(path, content=content)
        assert (said.status_code, said.json()["error"]["word"]) == (413, "too_large")


def test_a_body_in_pieces_is_counted(sqlite_database: Database) -> None:
    seen: list[int] = []
    app = FastAPI()
    protect(app, small_desk(sqlite_database, max_body=1024), pages=False)

    @app.post("/json")
    def number(body: dict[str, int]) -> int:
        seen.append(1)
        return len(body)

    @app.post("/stream")
    async def stream(request: Request) -> int:
        async for piece in request.stream():
            seen.append(len(piece))
        return sum(seen)

    @app.post("/form")
    async def form(request: Request) -> int:
        return len(await request.form())

    client = browser(app)
    fine = client.post("/stream", content=_chunks(800))
    assert (fine.status_code, fine.json()) == (200, 800)
    seen.clear()
    types = {"/json": "application/json", "/stream": "text/plain", "/form": "application/x-www-form-urlencoded"}
    for path, kind in types.items():
        answer = client.post(path, content=_chunks(40_000), headers={"Content-Type": kind})
        assert (answer.status_code, answer.json()["error"]["word"]) == (413, "too_large"), path
    assert sum(seen) <= 1024, "no more than the limit reached the app"


def test_uploads_have_a_limit_of_their_own_also_where_the_app_is_mounted(sqlite_database: Database) -> None:
    app = FastAPI()
    protect(app, small_desk(sqlite_database, max_body=1024, max_upload=4096), pages=False, uploads=("/files",))

    @app.post("/files/{name}")
    @app.post("/items")
    async def take(request: Request) -> int:
        return len(await request.body())

    outer = FastAPI()
    outer.mount("/api/v1", app)
    for client, prefix in ((browser(app), ""), (browser(outer), "/api/v1")):
        assert client.post(f"{prefix}/files/a", content=b"x" * 4096).json() == 4096
        assert client.post(f"{prefix}/items", content=b"x" * 1025).status_code == 413
        assert client.post(f"{prefix}/files/a", content=b"x" * (2 << 20)).status_code == 413
        assert client.post(f"{prefix}/files/a", content=_chunks(2 << 20)).status_code == 413


def test_errors_have_one_shape(sqlite_database: Database) -> None:
    client = browser(small_api(small_desk(sqlite_database)), raise_server_exceptions=False)
    for answer, status, word in (
        (client.get("/who"), 401, "unauthenticated"),
        (client.get("/nowhere"), 404, "not_found"),
        (client.delete("/who"), 405, "method_not_allowed"),
        (client.post("/number", content=b"{", headers={"Content-Type": "application/json"}), 422, "invalid"),
        (client.post("/number", json={"a": "x", "b": None}), 422, "invalid"),
    ):
        assert answer.status_code == status
        assert set(answer.json()["error"]) == {"word", "message", "field"}
        assert answer.json()["error"]["word"] == word
    both = client.post("/number", json={"a": "x", "b": None}).json()["error"]
    assert both["field"] == "a"
    assert "a:" in both["message"]
    assert "b:" in both["message"]
    assert client.delete("/who").headers["allow"]


def test_a_mistake_of_ours_is_not_told(sqlite_database: Database) -> None:
    client = browser(small_console(small_desk(sqlite_database)), raise_server_exceptions=False)
    answer = client.get("/broken")
    assert (answer.status_code, answer.json()["error"]["word"]) == (500, "internal")
    assert "hunter2" not in answer.text


def test_a_console_shows_errors_its_own_way(sqlite_database: Database) -> None:
    def page(_request: Request, error: DeskError) -> Response:
        return PlainTextResponse(f"页面 {error.message}", error.status)

    app = FastAPI()
    protect(app, small_desk(sqlite_database, max_body=1024), pages=True, respond=page)

    @app.get("/busy")
    def busy() -> None:
        raise TooMany("慢一点", retry_after=2.1)

    @app.get("/down")
    def down() -> None:
        raise Unavailable("磁盘满了")

    client = browser(app)
    told = client.get("/busy")
    assert (told.status_code, told.text, told.headers["retry-after"]) == (429, "页面 慢一点", "3")
    assert client.get("/down").status_code == 503
    assert client.get("/nowhere").text.startswith("页面 ")
    assert client.post("/busy", content=b"x" * 2000).text.startswith("页面 ")
