"""A small desk for tests of governing: items judged by the real engine, people of every role, queues without chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from mingjian import api
from mingjian.desk.cases.model import Case, CaseRequest, ReviewInput
from mingjian.desk.cases.service import open_cases, take_case
from mingjian.desk.people.model import Principal, house
from mingjian.desk.queues.load import read_book, using
from mingjian.desk.queues.model import SecondReview
from mingjian.governance.decisions.model import DecisionInput, Made, Settled
from mingjian.governance.decisions.service import decide, review_case
from mingjian.governance.screening.service import Screening
from mingjian.records.clock import SteppedClock
from mingjian.records.items.model import Stored, Submission
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.items import item_by_id

BAD, GOOD = "热玛吉术后永不反弹,保证有效。预约加微信", "今天天气很好"
LAW = "cn.advertising-law/16.1.1"
POLICY = house("policy")


def person(name: str, *roles: str) -> Principal:
    return Principal(f"usr_{name}", "user", name, roles)


ANN, BEA, EVE = person("ann", "reviewer"), person("bea", "reviewer"), person("eve", "expert")
LEAD, LEAD2 = person("lead", "desk_lead"), person("lead2", "desk_lead")
OTTO, OLGA = person("otto", "appeal_officer"), person("olga", "appeal_officer")


@contextmanager
def calm_queues() -> Iterator[None]:
    """The shipped queues, but nothing left to chance and no second reviewers."""
    book = read_book()
    calm = {
        name: replace(queue, second=SecondReview(), sample_share=0.0, golden_share=0.0)
        for name, queue in book.queues.items()
    }
    with using(replace(book, queues=calm)):
        yield


class World:
    """The desk of one test."""

    def __init__(self, database: Database, clock: SteppedClock) -> None:
        self.database = database
        self.clock = clock
        self.screening = Screening(database, api.engine())
        self.number = 0

    def item(self, text: str = BAD, publisher: str | None = "clinic", **fields: Any) -> str:
        """A judged item's id."""
        self.number += 1
        words = {} if "parts" in fields else {"text": text}
        given = {"id": f"n{self.number}", **words, "platform": "xiaohongshu", "channel": "public",
                 "nature": "advertisement"} | fields  # fmt: skip
        if publisher is not None:
            given["publisher"] = {"id": publisher, "kind": "institution"}
        ((taken, _),) = self.screening.check_now([Submission(given)], "user:usr_ann")
        return taken.item.id

    def stored(self, item: str) -> Stored:
        with self.database.read() as tx:
            found = item_by_id(tx, item)
        assert found is not None
        return found

    def decide(self, measure: str, item: str | None = None, by: Principal = LEAD, **more: Any) -> Made:
        with self.database.write() as tx:
            return decide(tx, by, wish(measure, item, **more))

    def case(self, item: str, by: Principal = POLICY, kind: str = "item", **more: Any) -> Case:
        with self.database.write() as tx:
            return open_cases(tx, by, [CaseRequest(kind, item, **more)])[0]

    def answer(self, tx: Tx, case: str, by: Principal, measure: str, **more: Any) -> Settled:
        """Take a case and answer it."""
        given: Mapping[str, Any] = {name: more.pop(name) for name in ("request",) if name in more}
        taken = take_case(tx, by, case)
        answered = ReviewInput(case, taken.version, measure, **{"reasons": ("effect",)} | more)
        return review_case(tx, by, answered, **given)

    def review(self, case: str, by: Principal, measure: str, **more: Any) -> Settled:
        with self.database.write() as tx:
            return self.answer(tx, case, by, measure, **more)


def wish(measure: str, item: str | None = None, **more: Any) -> DecisionInput:
    given: dict[str, Any] = {"reasons": ("保证功效",), "item": item}
    if item is None:
        given |= {"publisher": "clinic", "cites": (LAW,)}
    if measure == "suspend":
        given |= {"right": "posting"}
    return DecisionInput(measure, **given | more)
