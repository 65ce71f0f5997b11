"""The desk's tables are what its events say: folded again, together or one by one, they are the same."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from mingjian.desk.cases.model import CaseFilter, CaseRequest
from mingjian.desk.cases.service import (
    assign_case,
    list_cases,
    move_case,
    next_case,
    open_cases,
    release_case,
    take_case,
    undo_review,
    withdraw_case,
)
from mingjian.desk.quality.golden import add_golden, retire_golden
from mingjian.desk.queues.load import using
from mingjian.records.clock import SteppedClock
from mingjian.records.journal.append import refold
from mingjian.records.journal.fold import fold
from mingjian.records.storage.cases import BARS, CASES, REVIEWS
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import all_events
from mingjian.records.storage.quality import GOLDENS
from tests.desk.staff import ANN, BEN, EXPERT, INSPECTOR, LEAD, POLICIES, answer, certain, open_one, somebody

TABLES = (CASES, REVIEWS, BARS, GOLDENS)


def everything(tx: Tx) -> list[list[tuple[object, ...]]]:
    return [sorted((tuple(row) for row in tx.rows(sa.select(table))), key=repr) for table in TABLES]


def a_busy_day(database: Database, clock: SteppedClock) -> None:
    """Every kind of event, and several of a kind side by side."""
    book = certain(
        content={"second": {"share": 0.5}, "samples": {"share": 0.5, "queue": "quality"}, "golden": {"share": 0.5}}
    )
    with using(book):
        with database.write() as tx:
            wishes = [
                CaseRequest("item", f"itm_{n}", {"platform": "douyin", "risk": n / 9}, barred=("user:cat",) * (n % 2))
                for n in range(9)
            ]
            made = open_cases(tx, POLICIES, wishes)
            known = [
                add_golden(tx, INSPECTOR, CaseRequest("item", f"gold_{n}", queue="content"), ("pass",))
                for n in range(3)
            ]
            retire_golden(tx, INSPECTOR, known[0].id)
            move_case(tx, LEAD, made[6].id, "product", "属商品")
            withdraw_case(tx, LEAD, made[7].id, "重复")
            assign_case(tx, LEAD, made[8].id, "user:ann")
            take_case(tx, BEN, made[5].id)
            release_case(tx, BEN, made[5].id)
        for who, measure in ((ANN, "pass"), (BEN, "limit"), (EXPERT, "label")):
            for _ in range(6):
                clock.move(timedelta(minutes=1))
                with database.write() as tx:
                    case = next_case(tx, who, "content")
                if case is not None:
                    answer(database, who, case, measure)
        answer(database, ANN, made[6], "limit")
        with database.write() as tx:
            undo_review(tx, ANN, made[6].id, "按错了")
        answer(database, ANN, made[6], "pass")
        head = somebody("hea", "department_head")
        answer(database, head, open_one(database, "drf_1", "draft"))
        with database.read() as tx:
            samples = list_cases(tx, LEAD, CaseFilter(queue="quality", state="open")).items
        for case in samples[:2]:
            answer(database, INSPECTOR, case, "limit")


def test_refolding_gives_the_same_tables(database: Database, clock: SteppedClock) -> None:
    a_busy_day(database, clock)
    with database.read() as tx:
        before = everything(tx)
        kinds = {event.kind for batch in all_events(tx) for event in batch}
    assert kinds >= {f"case.{verb}" for verb in (
        "opened", "leased", "released", "assigned", "moved", "withdrawn", "reviewed", "undone"
    )} | {"golden.added", "golden.retired"}  # fmt: skip
    assert all(before)
    refold(database)
    with database.read() as tx:
        assert everything(tx) == before


def test_events_fold_one_by_one_as_together(database: Database, clock: SteppedClock) -> None:
    a_busy_day(database, clock)
    with database.write() as tx:
        before = everything(tx)
        for table in TABLES:
            tx.run(table.delete())
        for events in all_events(tx):
            for event in events:
                fold(tx, [event])
        assert everything(tx) == before
