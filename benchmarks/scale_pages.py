"""Timing the pages, the API and the write side over a store of a million items, with the questions they ask it."""

from __future__ import annotations

import os
import random
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from corpus import notes
from scale_fill import RARE
from starlette.applications import Starlette
from starlette.testclient import TestClient

from mingjian.desk.people.model import house
from mingjian.desk.people.permissions import allowed
from mingjian.desk.people.service import issue_key
from mingjian.desk.people.signing import open_session
from mingjian.desk.queues.load import queues
from mingjian.doors.desk.opening import Desk
from mingjian.doors.desk.sessions import SESSION
from mingjian.records.clock import day
from mingjian.records.storage import people
from mingjian.records.storage.cases import CASES
from mingjian.records.storage.database import Tx
from mingjian.records.storage.items import ITEMS

CALLS, COLD_CALLS = 30, 5
ENOUGH_S = 8.0  # a slow page is asked for less often
REVIEW_MS, LIST_MS = 200.0, 300.0
_TOKEN = re.compile(r'name="csrf-token" content="([0-9a-f]+)"')
SENTENCE = "选择机构时可以在卫生健康部门的网站上查询医疗机构执业登记信息"


@dataclass(frozen=True)
class Ask:
    """A page to be timed: who asks for it, which addresses, and its bar in milliseconds (None: the bars of the
    desk do not speak of it)."""

    name: str
    who: str
    paths: Sequence[str]
    bar: float | None = LIST_MS


@dataclass
class Timed:
    """Milliseconds of a page: calls on a cold store, then warm ones; CPU time of the process beside."""

    name: str
    bar: float | None
    cold: list[float]
    warm: list[float]
    cpu: list[float]
    questions: int = 0
    slowest: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def line(self) -> dict[str, Any]:
        """For people and files."""
        ordered = sorted(self.warm)
        return {
            "page": self.name, "bar_ms": self.bar, "cold_ms": round(statistics.median(self.cold), 1),
            "cold_max_ms": round(max(self.cold), 1),
            "p50_ms": round(statistics.median(ordered), 1), "p95_ms": round(ordered[int(len(ordered) * 0.95)], 1),
            "max_ms": round(ordered[-1], 1), "cpu_p50_ms": round(statistics.median(self.cpu), 1),
            "cpu_max_ms": round(max(self.cpu), 1), "calls": len(ordered), "questions": self.questions,
            "slowest": self.slowest, "faults": self.faults,
        }  # fmt: skip


class Visitors:
    """People of the desk at their browsers, and a program with a key, in this process."""

    def __init__(self, desk: Desk, app: Starlette) -> None:
        self.desk = desk
        self.app = app
        self._known: dict[str, TestClient] = {}

    def client(self, who: str) -> TestClient:
        """The browser of a login; of ``key`` the program's."""
        if who not in self._known:
            client = TestClient(self.app, follow_redirects=False, raise_server_exceptions=False)
            with self.desk.database.write() as tx:
                if who == "key":
                    scopes = ("item.submit", "item.check", "item.read", "case.read")
                    client.headers["Authorization"] = f"Bearer {issue_key(tx, house('benchmark'), 'scale', scopes)[1]}"
                else:
                    user = next(one for one in people.all_users(tx) if one.login == who)
                    token = open_session(tx, user, how="password", address="127.0.0.1", agent="benchmark")
                    client.cookies.set(SESSION, token)
            self._known[who] = client
        return self._known[who]

    def token(self, who: str) -> str:
        """The token of this browser's forms."""
        found = _TOKEN.search(self.client(who).get("/search?q=没有这种东西啊").text)
        assert found is not None
        return found[1]


def asks(tx: Tx, app: Starlette) -> list[Ask]:
    """Everything that is asked for with GET."""
    rng = random.Random(3)
    console: Any = app.routes[-1]
    items = _items(tx, rng, CALLS)
    reviewed = _cases(tx, rng, CASES.c.closed_at.is_(None))
    closed = _cases(tx, rng, CASES.c.closed_at.is_not(None))
    (big,) = tx.rows(sa.text("SELECT publisher, count(*) AS n FROM items GROUP BY publisher ORDER BY n DESC LIMIT 1"))
    of_big = [row.id for row in tx.rows(sa.select(CASES.c.id).where(CASES.c.publisher == big.publisher).limit(CALLS))]
    small = tx.scalar(sa.select(ITEMS.c.publisher).where(ITEMS.c.publisher.like("pub-3%")).limit(1))
    found = [Ask("审核页 review: live case", "shenhe1", [f"/review/{id}" for id in reviewed], REVIEW_MS),
             Ask("审核页 review: closed case", "zuzhang", [f"/review/{id}" for id in closed], REVIEW_MS),
             Ask(f"审核页 review: publisher of {big.n:,} items", "zuzhang", [f"/review/{id}" for id in of_big],
                 REVIEW_MS),
             Ask("内容页 item", "zuzhang", [f"/items/{id}" for id in items]),
             Ask("队列总览 queues", "shenhe1", ["/queues"]),
             Ask("队列总览 queues (lead)", "zuzhang", ["/queues"])]  # fmt: skip
    found += [Ask(f"队列 queue {name}", "admin", [f"/queues/{name}"]) for name in (*queues(), "all")]
    for told in ("platform=douyin", "severity=critical", "severity=low", f"publisher={big.publisher}",
                 f"publisher={small}", "value=needs_evidence", "overdue=1", "state=closed", "state=second",
                 "state=closed&platform=weibo", "state=closed&severity=medium", "origin=sample", "origin=policy",
                 "state=closed&origin=policy", "kind=item&state=closed", "assignee=me"):  # fmt: skip
        found += [Ask(f"队列筛选 queue {name}?{told}", "zuzhang", [f"/queues/{name}?{told}"])
                  for name in ("content", "all")]  # fmt: skip
    last = day(int(tx.scalar(sa.select(sa.func.max(ITEMS.c.submitted_at)))))
    searches = {
        "no words": "", "2 characters, common": "q=机构", "2 characters, common twice": "q=机构 医生",
        "3 characters, rare": f"q={RARE}", "4 characters": "q=卫生健康", "a sentence": f"q={SENTENCE}",
        "nothing found": "q=量子纠缠望远镜", "common + platform": "q=机构&platform=douyin",
        "common + verdict": "q=机构&value=violation", "common + severity, rare": "q=机构&severity=low",
        "common + publisher": f"q=机构&publisher={big.publisher}",
        "common + small publisher": f"q=机构&publisher={small}", "platform only": "platform=weibo",
        "severity only, rare": "severity=low", "publisher only": f"publisher={small}",
        "common + times": f"q=机构&since={last - timedelta(days=60)}&until={last - timedelta(days=50)}",
        "two words never together": "q=热玛吉 火锅",
        "rare verdict": "value=needs_evidence&severity=high",
    }  # fmt: skip
    found += [Ask(f"检索 search: {name}", "zuzhang", [f"/search?{query}"]) for name, query in searches.items()]
    staff = {user.login: user.principal() for user in people.all_users(tx)}
    for entry in console.app.state.nav:
        who = next((login for login in ("zuzhang", *staff)
                    if any(allowed(staff[login], name) for name in entry.permissions)), None)  # fmt: skip
        if who is not None and entry.path not in ("/queues", "/search"):
            found.append(Ask(f"导航页 {entry.path}", who, [entry.path], None))
    found += _looking_into(tx, big.publisher, small)
    api = "/api/v1"
    found += [Ask("API item", "key", [f"{api}/items/{id}" for id in items]),
              Ask("API findings", "key", [f"{api}/items/{id}/findings" for id in items]),
              Ask("API decisions of item", "key", [f"{api}/items/{id}/decisions" for id in items])]  # fmt: skip
    for told in ("", "platform=weibo", "verdict=violation", "severity=low", "severity=medium&platform=douyin",
                 f"publisher={big.publisher}", f"publisher={small}", "state=pending", "state=failed",
                 "kind=live", "channel=live", "nature=advertisement", "source=nothing", "source=demo",
                 "source=demo&external=s77", "source=demo&state=judged&platform=weibo&severity=low",
                 "standing=take_down", "standing=label", "standing=ban", "verdict=advice",
                 f"since={last - timedelta(days=50)}T00:00:00Z&until={last - timedelta(days=49)}T00:00:00Z",
                 "external=s123456", f"publisher={big.publisher}&severity=low"):  # fmt: skip
        found.append(Ask(f"API items?{told}", "key", [f"{api}/items?{told}"]))
    for told in ("", "state=live", "state=closed", "queue=content", "overdue=true", "origin=policy", "kind=item"):
        found.append(Ask(f"API cases?{told}", "key", [f"{api}/cases?{told}"]))
    return found


def _looking_into(tx: Tx, big: str, small: str) -> list[Ask]:
    """Statistics over a month, a quarter and all of it; publishers and decisions."""
    last = day(int(tx.scalar(sa.select(sa.func.max(ITEMS.c.submitted_at)))))
    stretches = [f"since={last - timedelta(days=days)}&until={last}" for days in (30, 90, 180)]
    month, quarter, whole = stretches
    found = [Ask(f"看板 dashboard, {days} days", "zuzhang", [f"/dashboard?{stretch}"], None)
             for days, stretch in zip((30, 90, 180), stretches, strict=True)]  # fmt: skip
    found += [Ask("看板 dashboard, 30 days, platform", "zuzhang", [f"/dashboard?{month}&platform=douyin"], None),
              Ask("看板 dashboard, 30 days, publisher", "zuzhang", [f"/dashboard?{month}&publisher={big}"],
                  None)]  # fmt: skip
    for name, query in (("30 days", month), ("180 days", whole), ("30 days, compared", f"{month}&compare=1"),
                        ("30 days by rule", f"{month}&by=code"), ("30 days, family", f"{month}&family=price_fraud"),
                        ("30 days, platform", f"{month}&platform=douyin"), ("30 days, words", f"{month}&term=机构"),
                        ("180 days, publisher", f"{whole}&publisher={small}"),
                        ("90 days, verdict by platform", f"{quarter}&value=violation&by=platform")):  # fmt: skip
        found.append(Ask(f"调查 investigate, {name}", "zuzhang", [f"/investigate?{query}"], None))
    found += [Ask("发布者 publisher, many items", "zuzhang", [f"/publishers?id={big}"], None),
              Ask("发布者 publisher, few items", "zuzhang", [f"/publishers?id={small}"], None)]  # fmt: skip
    for told in ("measure=take_down", "measure=ban", "origin=ladder", f"publisher={small}", month,
                 "measure=return&origin=case"):  # fmt: skip
        found.append(Ask(f"处置 decisions?{told}", "zuzhang", [f"/decisions?{told}"]))
    return found


def _items(tx: Tx, rng: random.Random, count: int) -> list[str]:
    last = int(tx.scalar(sa.select(sa.func.max(ITEMS.c.seq))))
    asked = sa.select(ITEMS.c.id).order_by(ITEMS.c.seq).limit(1)
    return [str(tx.scalar(asked.where(ITEMS.c.seq >= rng.randrange(1, last)))) for _ in range(count)]


def _cases(tx: Tx, rng: random.Random, which: sa.ColumnElement[bool]) -> list[str]:
    ids = [row.id for row in tx.rows(sa.select(CASES.c.id).where(which, CASES.c.kind == "item"))]
    return rng.sample(ids, min(CALLS, len(ids)))


def deep(visitors: Visitors, who: str, path: str, pages: int) -> str:
    """The address of a page far behind the first."""
    for _ in range(pages):
        text = visitors.client(who).get(path).text
        onward = re.search(r'href="([^"]*(?:after|before)=[^"]*)"[^>]*rel="next"|rel="next"[^>]*href="([^"]*)"', text)
        if onward is None:
            break
        path = (onward[1] or onward[2]).replace("&amp;", "&")
    return path


def timed(visitors: Visitors, ask: Ask) -> Timed:
    """Time a page: cold, then warm over its addresses in turn; then look at its questions."""
    client, database = visitors.client(ask.who), visitors.desk.database
    cold, warm, cpu, faults = [], [], [], []
    for number in range(COLD_CALLS):
        forget_pages(visitors.desk)
        cold.append(_call(client, ask.paths[-1 - number % len(ask.paths)])[0])
        if sum(cold) > ENOUGH_S * 1000:
            break
    for path in ask.paths:  # what is asked for again and again is in memory
        client.get(path)
    began = time.perf_counter()
    for number in range(CALLS):
        if time.perf_counter() - began > ENOUGH_S:
            break
        path = ask.paths[number % len(ask.paths)]
        took, spent, status = _call(client, path)
        if status >= 400:
            faults.append(f"{status} {path}")
        warm.append(took)
        cpu.append(spent)
    slow = max(range(len(warm)), key=lambda number: warm[number])
    with recorded(database.engine) as questions:
        client.get(ask.paths[slow % len(ask.paths)])
    done = Timed(ask.name, ask.bar, cold, warm, cpu, len(questions), faults=sorted(set(faults))[:3])
    for took, statement, values in sorted(questions, key=lambda one: -one[0])[:2]:
        done.slowest.append({"ms": round(took, 2), "sql": " ".join(statement.split()),
                             "plan": plan(visitors.desk, statement, values)})  # fmt: skip
    return done


def _call(client: TestClient, path: str) -> tuple[float, float, int]:
    began, spent = time.perf_counter(), time.process_time()
    response = client.get(path)
    return (time.perf_counter() - began) * 1000, (time.process_time() - spent) * 1000, response.status_code


def forget_pages(desk: Desk) -> None:
    """Give connections back and let the system forget the store's pages, as after a restart."""
    desk.database.engine.dispose()
    path = desk.database.path
    if path is not None:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(handle)


@contextmanager
def recorded(engine: sa.Engine) -> Iterator[list[tuple[float, str, Any]]]:
    """The questions asked of the store: (ms, SQL, values)."""
    asked: list[tuple[float, str, Any]] = []
    began: list[float] = []

    def before(*_given: Any) -> None:
        began.append(time.perf_counter())

    def after(_c: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        asked.append(((time.perf_counter() - began.pop()) * 1000, statement, values))

    sa.event.listen(engine, "before_cursor_execute", before)
    sa.event.listen(engine, "after_cursor_execute", after)
    try:
        yield asked
    finally:
        sa.event.remove(engine, "before_cursor_execute", before)
        sa.event.remove(engine, "after_cursor_execute", after)


def plan(desk: Desk, statement: str, values: Any) -> list[str]:
    """How the store answers a question."""
    if not statement.lstrip().upper().startswith(("SELECT", "WITH")):
        return []
    sqlite = desk.database.dialect == "sqlite"
    with desk.database.engine.connect() as connection:
        rows = connection.exec_driver_sql(("EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN ") + statement, values).all()
    return [str(row[3] if sqlite else row[0]) for row in rows]


def repeat(name: str, bar: float | None, times: int, work: Callable[[int], object]) -> dict[str, Any]:
    """Time something that is done ``times`` times."""
    warm, cpu = [], []
    for number in range(times):
        began, spent = time.perf_counter(), time.process_time()
        work(number)
        warm.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - spent) * 1000)
    return Timed(name, bar, warm[:1], warm[1:] or warm, cpu[1:] or cpu).line()


def texts(count: int) -> list[str]:
    """Notes nobody has submitted yet."""
    return notes(count, seed=int(time.time()))
