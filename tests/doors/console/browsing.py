"""A browser without a browser: the test client with the token every form of a page holds."""

from __future__ import annotations

import re
from collections.abc import Mapping

import httpx
from fastapi.testclient import TestClient

from mingjian.doors.console.app import create_console
from mingjian.doors.desk.opening import Desk
from tests.doors.console.seeded import PASSWORD

_TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')
_META = re.compile(r'name="csrf-token" content="([0-9a-f]*)"')


class Visitor:
    """Somebody at a browser."""

    def __init__(self, desk: Desk, login: str | None = None) -> None:
        self.client = TestClient(create_console(desk), follow_redirects=False)
        self.token = ""
        if login is not None:
            self.sign_in(login)

    def sign_in(self, login: str, password: str = PASSWORD, onward: str = "/") -> httpx.Response:
        self.get("/signin")
        response = self.post("/signin", {"login": login, "password": password, "next": onward})
        if response.status_code == 303:
            self.get("/search" if login != "author" else "/password")
        return response

    def get(self, path: str, **headers: str) -> httpx.Response:
        response: httpx.Response = self.client.get(path, headers=headers)
        found = _META.search(response.text) or _TOKEN.search(response.text)
        if found and found[1]:
            self.token = found[1]
        return response

    def post(self, path: str, data: Mapping[str, object] | None = None, *, token: str | None = None,
             htmx: bool = False) -> httpx.Response:  # fmt: skip
        headers = {"HX-Request": "true"} if htmx else {}
        given = {"csrf_token": self.token if token is None else token, **(data or {})}
        response: httpx.Response = self.client.post(path, data=given, headers=headers)
        return response
