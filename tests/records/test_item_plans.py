"""Lists of items, and what stands beside one, read an index that leaves few rows, however many items there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from mingjian.records.storage import actions, search
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.item_pages import ItemFilter, list_items
from mingjian.records.storage.items import ITEMS, LISTED_BY


def plan(database: Database, ask: Callable[[Tx], Any]) -> list[str]:
    """How SQLite answers the last question ``ask`` puts."""
    found: list[list[str]] = []

    def explain(_c: Any, cursor: Any, statement: str, values: Any, _x: Any, _m: bool) -> None:
        if statement.startswith("SELECT"):
            rows = cursor.connection.execute("EXPLAIN QUERY PLAN " + statement, values)
            found.append([row[3] for row in rows])

    sa.event.listen(database.engine, "before_cursor_execute", explain)
    try:
        with database.read() as tx:
            ask(tx)
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", explain)
    return found[-1]


def put(database: Database, count: int, **values: str) -> None:
    """Items with these properties, so many more of them."""
    with database.write() as tx:
        first = 1 + int(tx.scalar(sa.select(sa.func.count()).select_from(ITEMS)))
        rows = [
            {"id": f"itm_{n}", "seq": n, "source": "api", "external": f"n{n}", "version": 1, "digest": "d",
             "findings": 0, "state": "judged", "submitted_at": n, "submitted_by": "key:t", **values}
            for n in range(first, first + count)
        ]  # fmt: skip
        tx.run(ITEMS.insert(), rows)


def filtered(**values: Any) -> ItemFilter:
    return ItemFilter(**values)


@pytest.mark.parametrize("before", [None, 7])
@pytest.mark.parametrize("name", LISTED_BY)
def test_a_list_by_one_property_walks_its_index_in_order(
    sqlite_database: Database, name: str, before: int | None
) -> None:
    lines = plan(sqlite_database, lambda tx: list_items(tx, filtered(**{name: "x"}), before, 50))
    assert f"INDEX ix_items_{name}_seq ({name}=?" in lines[0]
    assert len(lines) == 1


def test_an_outside_number_is_found_by_itself(sqlite_database: Database) -> None:
    lines = plan(sqlite_database, lambda tx: list_items(tx, ItemFilter(external="n1", source="api"), None, 50))
    assert "(external=?" in lines[0]


@pytest.mark.parametrize("rare", ["platform", "severity"])
def test_of_several_properties_the_rarest_leads(sqlite_database: Database, rare: str) -> None:
    common = {"platform": "severity", "severity": "platform"}[rare]
    put(sqlite_database, 20, **{common: "much", rare: "other"})
    put(sqlite_database, 2, **{common: "much", rare: "little"})
    wanted = filtered(state="judged", **{common: "much", rare: "little"})
    lines = plan(sqlite_database, lambda tx: list_items(tx, wanted, None, 50))
    assert f"INDEX ix_items_{rare}_seq" in lines[0]
    assert len(lines) == 1


def test_several_properties_must_all_hold(database: Database) -> None:
    put(database, 3, platform="a", severity="high")
    put(database, 2, platform="a")
    put(database, 1, severity="high")
    with database.read() as tx:
        found, _ = list_items(tx, ItemFilter(platform="a", severity="high", state="judged"), None, 50)
        assert [item.external for item in found] == ["n3", "n2", "n1"]
        assert list_items(tx, ItemFilter(platform="a", severity=""), None, 50) == ([], None)


def test_measures_on_a_publisher_are_not_looked_for_among_all_in_force(sqlite_database: Database) -> None:
    lines = plan(sqlite_database, lambda tx: actions.actions_on_publishers(tx, ["p"]))
    assert "(publisher=? AND state=? AND item=?)" in lines[0]
    lines = plan(sqlite_database, lambda tx: actions.actions_on_items(tx, ["a", "b"]))
    assert "(item=? AND state=?)" in lines[0]


def test_items_that_share_marks_are_found_by_place(sqlite_database: Database) -> None:
    lines = plan(sqlite_database, lambda tx: search.sharing(tx, ["@x1", "@m2"], 40))
    assert not any(line.startswith("SCAN items") for line in lines)
    assert any("ix_items_seq (seq=?)" in line for line in lines)
