"""docs/api.md and docs/api/openapi.json, from the API over an empty desk. Which scope an address needs is not declared
but found out: every address is asked with a key of each single scope, then of two."""

from __future__ import annotations

import json
import logging
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import structlog
from starlette.testclient import TestClient

from docgen.common import filled, plain, table
from mingjian import api
from mingjian.core.rulebook.load import Sources
from mingjian.desk.people.model import house
from mingjian.desk.people.permissions import scopes
from mingjian.desk.people.service import issue_key
from mingjian.doors.api.app import create_api
from mingjian.doors.desk.opening import Desk
from mingjian.doors.desk.settings import DeskSettings
from mingjian.governance.screening.service import Screening
from mingjian.records.storage.database import Database
from mingjian.records.storage.migrate import migrate
from mingjian.records.webhooks.model import EVENTS

_REFUSED = (401, 403)
_ITEM = {"id": "1", "text": "今天天气很好"}
# What bodies the probe sends: enough to come as far as the question of permission.
_BODIES: Mapping[str, Any] = {"/items/batch": {"items": [_ITEM]}, "/appeals": {"decision": "dec_x", "grounds": "x"},
                              "/webhooks": {"url": "https://example.com/", "events": ["item.judged"]}}  # fmt: skip


def pages(sources: Sources) -> Iterator[tuple[str, str]]:
    """(path below docs/, text): the page and the description for programs."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory() as folder:
        desk = _desk(Path(folder))
        try:
            app = create_api(desk)
            described = app.openapi()
            client = TestClient(app, raise_server_exceptions=False)
            found = list(_routes(desk, client, described))
        finally:
            desk.close()
            structlog.reset_defaults()
    yield "api/openapi.json", json.dumps(described, ensure_ascii=False, indent=1) + "\n"
    head = ["", "密钥权限 Scope", "做什么 What it does"]
    told = "可订 Kinds: " + "、".join(f"`{kind}`" for kind in EVENTS) + "(见[事件](events.md))。"
    yield "api.md", filled("api", routes=table(head, found), webhooks=told)


def _desk(folder: Path) -> Desk:
    settings = DeskSettings(data=folder, database=f"sqlite:///{folder / 'docs.db'}", rate_limit="1000000/second")
    database = Database(settings.database_url)
    migrate(database)
    engine = api.engine()
    return Desk(settings, database, engine, Screening(database, engine), bytes(32))


def _routes(desk: Desk, client: TestClient, described: Mapping[str, Any]) -> Iterator[list[str]]:
    keys: dict[tuple[str, ...], str] = {}

    def key(names: tuple[str, ...]) -> str:
        if names not in keys:
            with desk.database.write() as tx:
                _, keys[names] = issue_key(tx, house("docs"), "docs", names)
        return keys[names]

    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            opened = not operation["security"]

            def enough(*names: str, path: str = path, method: str = method, operation: Any = operation) -> bool:
                return _ask(client, method, path, operation, key(names)) not in _REFUSED

            yield [f"`{method.upper()} {path}`", _scope(opened, enough), _summary(operation)]


def _scope(opened: bool, enough: Any) -> str:
    if opened:
        return "不需要 none"
    known = sorted(scopes())
    single = [name for name in known if enough(name)]
    if len(single) == len(known):
        return "任何密钥 any key"
    if single:
        return _alternatives([name] for name in single)
    return _alternatives(pair for pair in combinations(known, 2) if enough(*pair))


PEOPLE = "只限登录的人 signed-in people only"
"""Of an address that no key opens, whatever it holds: starting what acts on others is people's work."""


def _alternatives(sets: Iterable[Iterable[str]]) -> str:
    return " / ".join(" + ".join(f"`{name}`" for name in each) for each in sets) or PEOPLE


def _ask(client: TestClient, method: str, path: str, operation: Mapping[str, Any], key: str) -> int:
    wanted = operation.get("parameters", ())
    query = {each["name"]: "x" for each in wanted if each["in"] == "query" and each.get("required")}
    known = {"code": "AD-16-1-guarantee", "slug": "cn.advertising-law"}
    address = re.sub(r"\{(\w+)\}", lambda name: known.get(name[1], "none_x"), path)
    more: dict[str, Any] = {}
    if path == "/media":
        more["files"] = {"file": ("a.png", b"x")}
    elif method == "post":
        more["json"] = _BODIES.get(path, _ITEM)
    answer = client.request(method, address, params=query, headers={"Authorization": f"Bearer {key}"}, **more)
    return int(answer.status_code)


def _summary(operation: Mapping[str, Any]) -> str:
    pieces = str(operation.get("description") or operation.get("summary", "")).strip().split("``")
    told = [f"`{' '.join(piece.split())}`" if number % 2 else _words(piece) for number, piece in enumerate(pieces)]
    return "".join(told)


def _words(text: str) -> str:
    """Words within a line, with the blanks at their ends."""
    before, after = text[:1].isspace(), text[-1:].isspace()
    return f"{' ' * before}{plain(text)}{' ' * after}" if text.strip() else text
