"""A desk and a caller for tests of the API."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
from starlette.testclient import TestClient

from mingjian import api
from mingjian.desk.people.model import house
from mingjian.desk.people.permissions import scopes
from mingjian.desk.people.service import issue_key
from mingjian.doors.api.app import create_api
from mingjian.doors.desk.opening import Desk
from mingjian.doors.desk.settings import DeskSettings
from mingjian.governance.screening.service import Screening
from mingjian.records.storage.database import Database

SECRET = b"s" * 32
BAD, GOOD = "热玛吉术后永不反弹,保证有效", "今天天气很好"
PHONE = "13812345678"
JSON = {"Content-Type": "application/json"}


def desk_over(database: Database, folder: Path, **settings: Any) -> Desk:
    """The desk over a test's store."""
    given = DeskSettings(data=folder / "data", **{"rate_limit": "100000/second"} | settings)
    engine = api.engine()
    return Desk(given, database, engine, Screening(database, engine), SECRET)


def new_key(database: Database, *given: str) -> str:
    """The secret of a key with these scopes; without any, with all."""
    with database.write() as tx:
        _, secret = issue_key(tx, house("tests"), "k", given or sorted(scopes()))
    return secret


class Caller:
    """A program that calls the API with one key. ``wide`` names another key's scopes for one call."""

    def __init__(self, desk: Desk, given: Sequence[str] = ()) -> None:
        self.desk = desk
        self.database = desk.database
        self.app = create_api(desk)
        self.client = TestClient(self.app, raise_server_exceptions=False)
        self.secret = new_key(desk.database, *given)

    def __call__(
        self, method: str, path: str, body: Any = None, *, secret: str | None = None, key: str | None = None,
        raw: bytes | None = None, headers: dict[str, str] | None = None, **more: Any,
    ) -> httpx.Response:  # fmt: skip
        told = {"Authorization": f"Bearer {secret or self.secret}", **(headers or {})}
        if key is not None:
            told["Idempotency-Key"] = key
        content = raw if raw is not None else None if body is None else json.dumps(body).encode()
        if content is not None and "files" not in more:
            told = {**JSON, **told}
        response: Any = self.client.request(method, path, content=content, headers=told, **more)
        answer: httpx.Response = response
        return answer

    def bare(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Without a key."""
        response: Any = self.client.request(method, path, **more)
        answer: httpx.Response = response
        return answer


def item(number: int | str = 1, text: str = BAD, **more: Any) -> dict[str, Any]:
    return {"id": str(number), "text": text, "platform": "xiaohongshu", "channel": "public", **more}
