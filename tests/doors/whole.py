"""The whole desk as it is served, API and console in one application, over a store in which its people have worked."""

from __future__ import annotations

import contextlib
import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from mingjian.desk.people import passwords
from mingjian.desk.people import service as people
from mingjian.desk.people.model import house
from mingjian.desk.queues.load import using
from mingjian.doors.demo.drafts import write_drafts
from mingjian.doors.demo.history import Weeks
from mingjian.doors.demo.notes import breaches, submissions
from mingjian.doors.demo.staff import hire
from mingjian.doors.desk.opening import Desk, install, open_desk
from mingjian.doors.desk.settings import DeskSettings
from mingjian.records.clock import SteppedClock, moment
from mingjian.records.storage.database import Database
from tests.desk.people.cheap import CHEAP
from tests.desk.staff import certain
from tests.doors.things import add
from tests.stores import all_tables

PASSWORD = "Wang-Jing-Hui-1937"
# The login of somebody of each role, and of one who has none.
LOGINS = {
    "administrator": "admin", "desk_lead": "zuzhang", "reviewer": "shenhe1", "expert": "zhuanjia",
    "quality_inspector": "zhijian", "appeal_officer": "shensu", "policy_author": "celue", "policy_deployer": "fabu",
    "analyst": "fenxi", "auditor": "shenji", "author": "zhuangao", "department_head": "zhuren",
    "publicity_officer": "xuanchuan", "nobody": "xinren",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Whole:
    """The open desk; ``ids`` names one of each thing a route may ask for; ``folder`` is where its data lie."""

    desk: Desk
    ids: dict[str, str]

    @property
    def folder(self) -> Path:
        return self.desk.settings.data


_TOKEN = re.compile(r'name="csrf[_-]token" (?:value|content)="([0-9a-f]+)"')


@contextlib.contextmanager
def cheap() -> Iterator[None]:
    """Passwords are hashed with the least that argon2 takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", CHEAP)
        yield


def make(folder: Path) -> dict[str, str]:
    """Fill a new store in a folder; what is in it by name."""
    folder.mkdir(parents=True)
    desk = opened(folder)
    all_tables().create_all(desk.database.engine)
    install(desk)
    with using(certain()):
        _work(desk)
        ids = add(desk)
    desk.close()
    return ids


Made = tuple[Path, dict[str, str]]


@pytest.fixture(scope="session")
def whole_made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """A store made once for the run: a folder that is copied, never used, and what is in it."""
    folder = tmp_path_factory.mktemp("whole") / "desk"
    with cheap():
        ids = make(folder)
    yield folder, ids


def opened(folder: Path) -> Desk:
    given: dict[str, Any] = {"data": folder, "rate_limit": "100000/second"}
    return open_desk(DeskSettings(**given))


def copied(made: Made, folder: Path) -> Iterator[Whole]:
    """A desk of one's own over a copy, with nothing left to chance."""
    shutil.copytree(made[0], folder)
    desk = opened(folder)
    with using(certain()), cheap():
        yield Whole(desk, made[1])
    desk.close()


def each_route(app: Any, prefix: str = "") -> Iterator[tuple[set[str], str, Any]]:
    """(methods, path, route) of every route of an application, also of what is mounted or included in it."""
    for route in app.routes:
        if hasattr(route, "original_router"):
            yield from each_route(route.original_router, prefix)
        elif getattr(route, "methods", None):
            yield route.methods - {"HEAD", "OPTIONS"}, prefix + route.path, route
        else:
            yield from each_route(route.app, prefix + route.path)


def routes_of(app: Any) -> Iterator[tuple[str, str]]:
    """The same as (method, path)."""
    return ((method, path) for methods, path, _ in each_route(app) for method in methods)


class Person:
    """Somebody (or nobody) at a browser before the whole application."""

    def __init__(self, app: Starlette, login: str | None = None) -> None:
        self.client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
        self.token = ""
        if login is not None:
            assert self.sign_in(login).status_code == 303

    def sign_in(self, login: str, password: str = PASSWORD, **more: str) -> httpx.Response:
        self.see_token("/signin")
        answer = self.send("POST", "/signin", {"login": login, "password": password, **more})
        if answer.status_code == 303:
            self.see_token("/password")
        return answer

    def see_token(self, path: str) -> None:
        """Read the token of a page's form."""
        found = _TOKEN.search(self.client.get(path).text)
        assert found is not None, path
        self.token = found[1]

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.send("GET", path, **more)

    def send(
        self, method: str, path: str, data: Any = None, *, token: str | None = None, **more: Any
    ) -> httpx.Response:
        headers = more.pop("headers", {})
        if method != "GET":
            headers = {"X-CSRF-Token": self.token if token is None else token, **headers}
        response: Any = self.client.request(method, path, data=data, headers=headers, **more)
        answer: httpx.Response = response
        return answer


def _work(desk: Desk) -> None:
    """Two days of the demonstration's people."""
    clock = SteppedClock(moment(desk.database.clock.now()) - timedelta(days=3))
    database = Database(desk.settings.database_url, clock=clock)
    with database.write() as tx:
        staff = hire(tx, PASSWORD)
        nobody = people.create_user(tx, house("t"), LOGINS["nobody"], "新人", ())
        people.set_password(tx, house("t"), nobody.id, PASSWORD, must_change=False)
    rng = random.Random(7)
    items = submissions(rng, breaches({rule.code: rule for rule in desk.engine.compiled.rules}))
    weeks = Weeks(replace(desk.screening, database=database), clock, staff, items, rng)
    for _ in range(2):
        weeks.play(12, share=0.6)
        clock.move(timedelta(hours=10))
    write_drafts(database, staff, desk.engine)
    weeks.arrive(16)
    database.close()
