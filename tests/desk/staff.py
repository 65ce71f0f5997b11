"""People of the tests' desk, a queue file without chance, and short ways to open and answer cases."""

from __future__ import annotations

import copy
from functools import cache
from importlib import resources
from typing import Any

import yaml

from mingjian.desk.cases.model import Case, CaseRequest, Reviewed, ReviewInput
from mingjian.desk.cases.service import open_cases, submit_review, take_case
from mingjian.desk.people.model import Principal, house
from mingjian.desk.queues.model import Book
from mingjian.desk.queues.parse import parse_book
from mingjian.desk.queues.workdays import weekdays
from mingjian.records.storage.database import Database

POLICIES = house("policies")


def somebody(name: str, *roles: str, queues: tuple[str, ...] = (), department: str | None = None) -> Principal:
    """A user with these roles."""
    return Principal(name, "user", name, roles, (), queues, department)


ANN, BEN, CAT = (somebody(name, "reviewer") for name in ("ann", "ben", "cat"))
EXPERT = somebody("eve", "expert")
LEAD = somebody("lea", "desk_lead")
INSPECTOR = somebody("ian", "quality_inspector")
AUDITOR = somebody("abe", "auditor")


@cache
def _shipped() -> Any:
    return yaml.safe_load((resources.files("mingjian.desk") / "data" / "queues.yaml").read_text("utf-8"))


def shipped() -> Any:
    """The shipped queue file's data, to be changed."""
    return copy.deepcopy(_shipped())


def read(data: Any) -> tuple[Book | None, dict[str, str]]:
    """A queue file's data as a book, and its problems by field."""
    problems: dict[str, str] = {}
    book = parse_book(data, lambda field, message: problems.update({field: message}))
    return book, problems


def certain(**queues: dict[str, Any]) -> Book:
    """The shipped book with nothing left to chance, its queues changed as given, on plain weekdays."""
    data = shipped()
    for name, queue in data["queues"].items():
        queue.pop("golden", None)
        queue.pop("second", None)
        queue.pop("samples", None)
        queue |= queues.get(name, {})
    book, problems = read(data)
    assert book is not None and not problems, problems
    return Book(book.queues, book.routes, book.opens, book.closes, weekdays)


def open_one(database: Database, subject: str = "itm_1", kind: str = "item", **more: Any) -> Case:
    """A new case of the policies."""
    with database.write() as tx:
        return open_cases(tx, POLICIES, [CaseRequest(kind, subject, **more)])[0]


def answer(database: Database, who: Principal, case: Case | str, measure: str = "pass", **more: Any) -> Reviewed:
    """Take a case and answer it."""
    with database.write() as tx:
        taken = take_case(tx, who, case if isinstance(case, str) else case.id)
        if measure != "pass":
            more.setdefault("reasons", ("evidence",) if taken.queue in ("onboarding", "appeals") else ("effect",))
        return submit_review(tx, who, ReviewInput(taken.id, taken.version, measure, **more))
