"""The review desk with a million items in it: how fast its pages, its search, its API and its write side answer.

    python benchmarks/desk_scale.py --data DIR [--items 1000000] [--database URL] [--reuse] [--json FILE] [--write]

The store in DIR (or at URL) is filled first, with what is missing; ``--reuse`` takes it as it is. Then every page is
asked for in this process through the whole application: five times with connections closed and the system's copy of
the file forgotten (cold), 30 times warm, over different cases and items. ``--write`` makes docs/desk-scale.md with the
figures and the query plans.
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from scale_fill import fill
from scale_pages import LIST_MS, Visitors, asks, deep, repeat, texts, timed
from scale_pages import Ask as Asked
from scale_report import page

from mingjian.desk.cases import service as cases
from mingjian.desk.cases.model import CaseFilter, ReviewInput
from mingjian.doors.desk.opening import Desk, open_desk
from mingjian.doors.desk.settings import DeskSettings
from mingjian.doors.serve.app import create_app
from mingjian.governance.actions.standing import lapse_due
from mingjian.governance.decisions import service as decisions
from mingjian.governance.policies import breaker
from mingjian.records.clock import MICROSECONDS
from mingjian.records.items.model import Submission
from mingjian.records.items.submit import submit
from mingjian.records.search.service import index_items
from mingjian.records.storage.cases import CASES
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import EVENTS, head
from mingjian.records.storage.items import FINDINGS, ITEMS
from mingjian.records.storage.migrate import migrate
from mingjian.records.storage.people import all_users
from mingjian.records.storage.tables import load_tables

DOC = Path(__file__).parents[1] / "docs" / "desk-scale.md"
WRITTEN = 200  # single checks
BULKS, BULK = 10, 500


def main() -> None:
    """Fill, measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the store; kept for the next time")
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--database", help="an empty PostgreSQL store, or one filled by this program")
    parser.add_argument("--reuse", action="store_true", help="measure what is there")
    parser.add_argument("--only", default="", help="pages whose names hold this")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--write", action="store_true", help="write docs/desk-scale.md")
    given = parser.parse_args()
    given.data.mkdir(parents=True, exist_ok=True)
    settings = DeskSettings(data=given.data, database=given.database, rate_limit="100000/second")
    load_tables()
    filled: dict[str, float] = {}
    if not given.reuse:
        desk = open_desk(settings)
        migrate(desk.database)
        filled = fill(desk, given.data, given.items, _bar(given.items))
        desk.close()
    desk = open_desk(settings, clock=_onward(settings.database_url))
    gc.freeze()  # the rulebook is not looked through again in the middle of a page
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    results = measure(desk, given.only) | {"filled": filled}
    desk.close()
    print(json.dumps({name: value for name, value in results.items() if name not in ("pages", "writes")}, indent=2))
    if given.json:
        given.json.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if given.write:
        DOC.write_text(page(results), encoding="utf-8")


@dataclass(frozen=True)
class Onward:
    """A clock that goes on from where a journal ends, so that a store that was filled long ago is as fresh as ever."""

    ahead: int

    def now(self) -> int:
        """Microseconds since the epoch."""
        return time.time_ns() // 1000 + self.ahead


def _onward(url: str) -> Onward:
    database = Database(url)
    with database.read() as tx:
        last = head(tx).at
    database.close()
    return Onward(last + MICROSECONDS - time.time_ns() // 1000)


def _bar(count: int) -> Callable[[int], None]:
    """Progress on one line."""
    began = time.perf_counter()
    shown = sys.stderr.isatty()

    def say(done: int) -> None:
        if shown or done % 100_000 == 0:
            rate = f"{done:>10,} / {count:,}   {time.perf_counter() - began:6.0f} s"
            print(rate, end="\r" if shown else "\n", file=sys.stderr, flush=True)

    return say


def measure(desk: Desk, only: str = "") -> dict[str, Any]:
    """All figures of one run."""
    app = create_app(desk, duties=False)
    visitors = Visitors(desk, app)
    load = [os.getloadavg()[0]]
    with desk.database.read() as tx:
        size = {table.name: int(tx.scalar(_count(table))) for table in (ITEMS, FINDINGS, CASES, EVENTS)}
        live = int(tx.scalar(_count(CASES).where(CASES.c.closed_at.is_(None))))
        wanted = asks(tx, app)
    for name, who, path in (("队列 queue all, 25 pages deep", "zuzhang", "/queues/all?state=closed"),
                            ("队列 queue content, 25 pages deep", "zuzhang", "/queues/content"),
                            ("检索 search: common, 25 pages deep", "zuzhang", "/search?q=机构")):  # fmt: skip
        if only in name:
            wanted.append(Asked(name, who, [deep(visitors, who, path, 25)]))
    pages = [_told(timed(visitors, ask).line()) for ask in wanted if only in ask.name]
    load.append(os.getloadavg()[0])
    found = {
        "date": date.today().isoformat(), "store": desk.database.dialect, "cores": os.cpu_count(),
        "machine": platform.machine(), "python": platform.python_version(), "rows": size, "live_cases": live,
        "pages": pages, "writes": [] if only else [_told(line) for line in writes(desk)],
    }  # fmt: skip
    if desk.database.path is not None:
        found["megabytes"] = round(desk.database.path.stat().st_size / 1e6)
    return found | {"load": [round(one, 1) for one in (*load, os.getloadavg()[0])]}


def _told(line: dict[str, Any]) -> dict[str, Any]:
    over = "" if line["bar_ms"] is None or line["p95_ms"] < line["bar_ms"] else "  <-- over"
    over += f"  !! {line['faults']}" if line["faults"] else ""
    print(f"{line['page']:58} cold {line['cold_ms']:8.1f}  p50 {line['p50_ms']:7.1f}  p95 {line['p95_ms']:7.1f}  "
          f"cpu {line['cpu_p50_ms']:6.1f}  sql {line['questions']:3}{over}", flush=True)  # fmt: skip
    return line


def _count(table: sa.Table) -> sa.Select[tuple[int]]:
    return sa.select(sa.func.count()).select_from(table)


def writes(desk: Desk) -> list[dict[str, Any]]:
    """What is written, and what duties ask, at this size."""
    database, screening = desk.database, desk.screening
    run = f"w{int(time.time())}-"
    ready = texts(WRITTEN + 1 + (BULKS + 1) * BULK)

    def one(number: int, text: str) -> Submission:
        publisher = {"id": f"pub-{number % 500:05d}", "kind": "creator"}
        item = {"id": f"{run}{number}", "text": text, "platform": "xiaohongshu", "channel": "public",
                "publisher": publisher}  # fmt: skip
        return Submission(item, source="scale")

    def check(number: int) -> None:
        screening.check_now([one(number, ready[number])], "key:benchmark")

    def bulk(number: int) -> None:
        first = WRITTEN + 1 + number * BULK
        with database.write() as tx:
            submit(tx, [one(n, ready[n]) for n in range(first, first + BULK)], "key:benchmark")

    with database.read() as tx:
        reviewer = next(user for user in all_users(tx) if user.login == "shenhe1").principal()
        free = CaseFilter(queue="content", state="open", kind="item", severity="critical")
        waiting = [case.id for case in cases.list_cases(tx, reviewer, free, limit=31).items]

    def following(_number: int) -> None:
        with database.write() as tx:
            case = cases.next_case(tx, reviewer, "content")
        if case is not None:
            with database.write() as tx:
                cases.release_case(tx, reviewer, case.id)

    def deciding(number: int) -> None:
        with database.write() as tx:
            case = cases.take_case(tx, reviewer, waiting[number])
        with database.write() as tx:
            decisions.review_case(tx, reviewer, ReviewInput(case.id, case.version, "take_down", ("effect",)))

    def reading(work: Callable[[Any], object]) -> Callable[[int], object]:
        def ask(_number: int) -> None:
            with database.read() as tx:
                work(tx)

        return ask

    def writing(work: Callable[[Any], object]) -> Callable[[int], object]:
        def ask(_number: int) -> None:
            with database.write() as tx:
                work(tx)

        return ask

    return [
        repeat("领取并放回 next case and release", LIST_MS, 31, following),
        repeat("审核并处置 review, decide, carry out", LIST_MS, 31, deciding),
        repeat("检测并保存 check and keep one item", 50.0, WRITTEN + 1, check),
        repeat(f"批量提交 submit {BULK} items (bar: 1,000 items/s)", 500.0, BULKS + 1, bulk),
        repeat("后台筛查 screen 64 waiting items", None, 11, lambda _number: screening.work(64)),
        repeat("索引 index 100 items", None, 11, writing(lambda tx: index_items(tx, 100))),
        repeat("熔断 breaker looks", None, 11, reading(lambda tx: breaker._readings(tx, breaker.LIMITS))),
        repeat("到期 terms that lapse", None, 11, writing(lapse_due)),
        repeat("队列计数 count queues", LIST_MS, 31, reading(lambda tx: cases.count_queues(tx, reviewer))),
        repeat("超时案件 overdue cases", LIST_MS, 11, reading(cases.overdue)),
    ]


if __name__ == "__main__":
    main()
