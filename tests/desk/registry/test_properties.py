"""Whatever is recorded in whatever order: each day is answered by the last word said of it, folding again gives the
same, and what goes out comes in again as nothing new."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingjian.desk.people.model import house
from mingjian.desk.registry.exporting import records, write
from mingjian.desk.registry.importing import Options, import_file
from mingjian.desk.registry.model import Record
from mingjian.desk.registry.service import record
from mingjian.intake.source import Source
from mingjian.records.clock import SteppedClock
from mingjian.records.journal.append import refold
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.registry import credentials_of, entities_by_id, history_of
from mingjian.records.storage.registry_rows import TABLES
from mingjian.records.storage.registry_tables import VERSIONS
from tests.desk.registry.world import CLERK
from tests.stores import START, all_tables

FIRST = date(2026, 1, 1)
QUIET = settings(
    max_examples=60, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
days = st.integers(0, 12).map(lambda n: FIRST + timedelta(days=n))
text = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=12).map(
    str.strip
).filter(bool)  # fmt: skip
scopes = st.lists(text, min_size=1, max_size=3)


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One store for all examples, each of which has keys of its own."""
    path: Path = tmp_path_factory.mktemp("registry") / "desk.db"
    opened = Database(f"sqlite:///{path}", clock=SteppedClock(START))
    all_tables().create_all(opened.engine)
    yield opened
    opened.close()


_COUNT = iter(range(1_000_000))


@QUIET
@given(
    words=st.lists(
        st.tuples(days, st.fixed_dictionaries({}, optional={
            "name": st.sampled_from("甲乙丙"), "scope": st.sampled_from([["A01"], ["A01", "A02"], []]),
            "issuer": st.sampled_from("子丑"),
        })),
        min_size=1, max_size=8,
    )
)  # fmt: skip
def test_each_day_is_answered_by_the_last_word_said_of_it(
    one: Database, words: list[tuple[date, dict[str, Any]]]
) -> None:
    key = f"K{next(_COUNT)}"
    said: dict[str, list[tuple[date, Any]]] = {"entity": [], "credential": []}
    now: dict[str, Any] = {"name": "起", "scope": ["A00"], "issuer": ""}
    begun = dict(now)

    def tell(effective: date | None, values: dict[str, Any]) -> str:
        entity = {"kind": "institution", "key": key, "name": values["name"]}
        credential = {"kind": "practice_licence", "number": key, "scope": values["scope"], "issuer": values["issuer"]}
        given_on = None if effective is None else effective.isoformat()
        with one.write() as tx:
            (told,) = record(tx, CLERK, [Record(entity, [credential], (), given_on)], "test")
        return told.entity

    id = tell(None, now)
    for effective, change in words:
        before, now = now, {**now, **change}
        tell(effective, now)
        if now["name"] != before["name"]:
            said["entity"].append((effective, now["name"]))
        if (sorted(now["scope"]), now["issuer"]) != (sorted(before["scope"]), before["issuer"]):
            said["credential"].append((effective, (tuple(sorted(now["scope"])), now["issuer"])))

    def spoken(noun: str, day: date, first: Any) -> Any:
        return next((value for effective, value in reversed(said[noun]) if effective <= day), first)

    with one.read() as tx:
        for day in (FIRST + timedelta(days=n) for n in range(-1, 14)):
            assert entities_by_id(tx, [id], as_of=day)[id].name == spoken("entity", day, begun["name"])
            (held,) = credentials_of(tx, [id], as_of=day)[id]
            assert (held.scope, held.issuer) == spoken("credential", day, (tuple(begun["scope"]), begun["issuer"]))
        assert len(history_of(tx, id)) == 2 + len(said["entity"]) + len(said["credential"])


plain = st.one_of(text, st.integers(-(2**50), 2**50), st.booleans(), st.lists(text, max_size=3),
                  st.floats(allow_nan=False, allow_infinity=False, width=32))  # fmt: skip
states = st.sampled_from(["valid", "suspended", "revoked"])


@st.composite
def made(draw: st.DrawFn) -> list[Record]:
    start = next(_COUNT)
    found = []
    for n in range(draw(st.integers(1, 3))):
        begin = draw(days)
        credentials = [
            {"kind": draw(st.sampled_from(["practice_licence", "ad_review", "training"])),
             "number": f"{draw(text)}{start}-{n}-{m}", "issuer": draw(st.one_of(st.just(""), text)),
             "scope": draw(scopes), "valid_from": begin.isoformat(), "state": draw(states),
             "attributes": draw(st.dictionaries(st.sampled_from(["level", "note"]), plain, max_size=2))}
            for m in range(draw(st.integers(0, 3)))
        ]  # fmt: skip
        links = [
            {"kind": "branch_of", "target": {"kind": draw(st.sampled_from(["institution", "merchant"])),
                                             "key": f"{draw(text)}{start}"},
             "valid_from": begin.isoformat(), "valid_to": (begin + timedelta(days=m)).isoformat()}
            for m in range(draw(st.integers(0, 2)))
        ]  # fmt: skip
        attributes = draw(st.dictionaries(st.sampled_from(["grade", "note", "city", "ownership"]), plain, max_size=3))
        entity = {"kind": "institution", "key": f"{draw(text)}{start}-{n}", "name": draw(text),
                  "attributes": attributes, "state": draw(st.sampled_from(["active", "closed"]))}  # fmt: skip
        found.append(Record(entity, credentials, links))
    return found


@QUIET
@given(given_=made(), format=st.sampled_from(["csv", "xlsx", "json", "jsonl"]))
def test_what_goes_out_comes_in_again_as_nothing_new(one: Database, given_: list[Record], format: str) -> None:
    with one.write() as tx:
        told = record(tx, CLERK, given_, "test")
    ids = {each.entity for each in told}
    keys = {each.key for each in told}
    with one.read() as tx:
        before = [each for each in records(tx, house("tests")) if each["entity"]["key"] in keys]
    out = io.BytesIO()
    write(lambda: before, out, format)
    again = import_file(one, house("tests"), Source(f"a.{format}", "a", data=out.getvalue()), Options())
    assert (again.added, again.changed, again.rejected) == (0, 0, 0), out.getvalue()
    assert again.same >= len(ids)
    with one.read() as tx:
        assert [each for each in records(tx, house("tests")) if each["entity"]["key"] in keys] == before


def test_all_of_it_folds_again_to_the_same(one: Database) -> None:
    def everything(tx: Tx) -> list[list[tuple[Any, ...]]]:
        return [sorted(map(tuple, tx.rows(sa.select(table))), key=repr) for table in (*TABLES.values(), VERSIONS)]

    with one.read() as tx:
        before = everything(tx)
    assert before[0]
    refold(one)
    with one.read() as tx:
        assert everything(tx) == before
