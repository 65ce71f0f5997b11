"""Two served processes over one PostgreSQL, submitting, screening and reviewing at once, one of them killed midway."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from mingjian.desk.people import service as people
from mingjian.desk.people.keys import issue_key
from mingjian.desk.people.model import house
from mingjian.records.journal.append import refold
from mingjian.records.journal.fold import projections
from mingjian.records.journal.verify import verify
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import all_events
from tests.doors.whole import PASSWORD, cheap

REVIEWERS = ("one", "two", "three")
BATCHES, SIZE = 12, 6  # of each submitter
_TOKEN = re.compile(r'name="csrf[_-]token" (?:value|content)="([0-9a-f]+)"')
_VERSION = re.compile(r'name="version" value="(\d+)"')
PATIENCE = 120.0


@pytest.fixture
def store(postgres: str) -> Iterator[Database]:
    """A PostgreSQL with nothing in it."""
    engine = sa.create_engine(postgres)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    database = Database(postgres)
    yield database
    database.close()


def hire(store: Database) -> str:
    """People who review, and the secret of a key that submits."""
    with cheap(), store.write() as tx:
        for login in REVIEWERS:
            user = people.create_user(tx, house("t"), login, login, ["reviewer"])
            people.set_password(tx, house("t"), user.id, PASSWORD, must_change=False)
        _, secret = issue_key(tx, house("t"), "k", ["item.submit", "item.read"])
    return secret


@contextlib.contextmanager
def served(url: str, data: Path, count: int) -> Iterator[list[tuple[subprocess.Popen[bytes], str]]]:
    """So many processes that answer, and their addresses."""
    ports = []
    for _ in range(count):
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            ports.append(held.getsockname()[1])
    command = [sys.executable, "-m", "mingjian", "serve", "--data", str(data), "--database", url, "--port"]
    log = (data / "log").open("wb")
    started = [subprocess.Popen([*command, str(port)], stdout=log, stderr=log) for port in ports]
    addresses = [f"http://127.0.0.1:{port}" for port in ports]
    try:
        for process, address in zip(started, addresses, strict=True):
            _until(lambda at=address, one=process: _answers(at, one), "answers")  # type: ignore[misc]
        yield list(zip(started, addresses, strict=True))
    finally:
        for process in started:
            process.kill()
            process.wait()
        log.close()


def _answers(address: str, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"{address}/api/v1/ready", timeout=10).status_code == 200
    return False


def _until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"waited too long until it {what}"
        time.sleep(0.1)


class Caller:
    """Asks its own process, and the next one when that is gone."""

    def __init__(self, addresses: Sequence[str], secret: str = "") -> None:
        self.addresses = list(addresses)
        self.client = httpx.Client(timeout=60, headers={"Authorization": f"Bearer {secret}"} if secret else {})
        self.lost = 0  # answers that never came

    def __call__(self, method: str, path: str, **more: object) -> httpx.Response:
        while True:
            try:
                return self.client.request(method, self.addresses[0] + path, **more)  # type: ignore[arg-type]
            except httpx.TransportError:
                self.lost += 1
                assert len(self.addresses) > 1, "the one that lives does not answer"
                self.addresses.pop(0)


def submit(call: Caller, name: str) -> list[str]:
    """Hand batches in, each under its key; the numbers of what was taken."""
    taken = []
    for batch in range(BATCHES):
        items = [{"id": f"{name}-{batch}-{n}", "channel": "public", "text": f"{name}{batch}{n} 术后永不反弹,保证有效"}
                 for n in range(SIZE)]  # fmt: skip
        items.append({"id": f"both-{batch}", "channel": "public", "text": f"两边都交 {batch} 永不反弹"})
        answer = call("POST", "/api/v1/items/batch", content=json.dumps({"items": items}),
                      headers={"Idempotency-Key": f"{name}-{batch}", "Content-Type": "application/json"})  # fmt: skip
        assert answer.status_code == 202, answer.text
        taken += [str(item["id"]) for item in items]
    return taken


def review(call: Caller, login: str, enough: threading.Event, done: list[str]) -> None:
    """Take the next case and pass it, again and again. What was answered with the next page is done."""
    token = _TOKEN.search(call("GET", "/signin").text)
    assert token is not None
    entered = call("POST", "/signin", data={"login": login, "password": PASSWORD, "csrf_token": token[1]})
    assert entered.status_code == 303, entered.status_code
    while not enough.is_set():
        token = _TOKEN.search(call("GET", "/search").text)
        assert token is not None
        form = {"csrf_token": token[1]}
        case = call("POST", "/queues/content/next", data=form).headers["location"]
        if not case.startswith("/review/"):
            time.sleep(0.2)
            continue
        version = _VERSION.search(call("GET", case).text)
        if version is None:  # answered a moment ago, by an answer that was lost
            continue
        before = call.lost
        given = form | {"version": version[1], "measure": "pass", "then": "stay", "seconds": "1"}
        answer = call("POST", f"{case}/submit", data=given)
        assert answer.status_code in (303, 403, 409), answer.text
        if answer.status_code == 303 and call.lost == before:
            done.append(case.removeprefix("/review/"))


def test_nothing_is_lost_or_doubled_when_one_of_two_dies(store: Database, postgres: str, tmp_path: Path) -> None:
    enough = threading.Event()
    done: dict[str, list[str]] = {login: [] for login in REVIEWERS}
    faults: list[BaseException] = []
    taken: list[str] = []

    def at_once(work: Callable[[], object]) -> threading.Thread:
        def run() -> None:
            try:
                work()
            except BaseException as error:
                faults.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    with served(postgres, tmp_path, 2) as both:
        (doomed, first), (_, second) = both
        # They started together over an empty store: one made its tables and its first account.
        assert (tmp_path / "log").read_text("utf-8").count("一次性密码") == 1
        secret = hire(store)
        people_at_work = [
            at_once(lambda login=login, at=at: review(Caller(at), login, enough, done[login]))  # type: ignore[misc]
            for login, at in zip(REVIEWERS, ([first, second], [second], [first, second]), strict=True)
        ]
        programs = [
            at_once(lambda: taken.extend(submit(Caller([first, second], secret), "left"))),
            at_once(lambda: taken.extend(submit(Caller([second], secret), "right"))),
        ]
        _until(lambda: bool(faults) or sum(map(len, done.values())) >= 4, "has four reviews")
        doomed.send_signal(signal.SIGKILL)
        for program in programs:
            program.join()
        _until(lambda: bool(faults) or _pending(store) == 0, "has judged everything")
        before = sum(map(len, done.values()))
        _until(lambda: bool(faults) or sum(map(len, done.values())) >= before + 6, "goes on reviewing")
        enough.set()
        for person in people_at_work:
            person.join()
    assert faults == []
    _demand_whole(store, taken, [case for cases in done.values() for case in cases])


def _pending(store: Database) -> int:
    with store.read() as tx:
        return int(tx.scalar(sa.text("SELECT count(*) FROM items WHERE state = 'pending'")))


def _demand_whole(store: Database, taken: list[str], reviewed: list[str]) -> None:
    with store.read() as tx:
        kept = Counter(row[0] for row in tx.rows(sa.text("SELECT external FROM items")))
        events = [event for events in all_events(tx) for event in events]
    assert kept == Counter(set(taken)), "each item once"
    judged = Counter(event.subject for event in events if event.kind == "item.judged")
    assert set(judged.values()) == {1} and len(judged) == len(kept)
    answers = Counter(event.subject for event in events if event.kind == "case.reviewed")
    assert set(reviewed) <= set(answers), "an answer that was confirmed is there"
    decided = Counter(
        event.body["case"] for event in events if event.kind == "decision.made" and event.body.get("case")
    )
    assert set(decided.values()) == {1}, "each case decided once"
    again = Counter((event.subject, event.actor) for event in events if event.kind == "case.reviewed")
    assert set(again.values()) == {1}, "nobody answers a case twice"
    found = verify(store)
    assert (found.wrong, found.events) == (0, len(events))
    before = _rows(store)
    refold(store)
    assert _rows(store) == before, "what is shown is what the journal says"


def _rows(store: Database) -> dict[str, list[str]]:
    with store.read() as tx:
        return {table.name: sorted(str(tuple(row)) for row in tx.rows(sa.select(table))) for table in projections()}
