"""Questions about live work read indices of live cases alone, however many closed ones there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from mingjian.records.cases.model import CaseFilter
from mingjian.records.storage import case_queries, quality, review_counts
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.review_counts import FIGURES, Window

AFTER = (1, 2, "cas_x")


def plan(database: Database, ask: Callable[[Tx], Any]) -> list[str]:
    """How SQLite answers the first question ``ask`` puts."""
    lines: list[str] = []

    def explain(_c: Any, cursor: Any, statement: str, values: Any, _x: Any, _m: bool) -> None:
        if not lines and statement.startswith("SELECT"):
            lines.extend(row[3] for row in cursor.connection.execute("EXPLAIN QUERY PLAN " + statement, values))

    sa.event.listen(database.engine, "before_cursor_execute", explain)
    try:
        with database.read() as tx:
            ask(tx)
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", explain)
    return lines


@pytest.mark.parametrize("after", [None, AFTER])
@pytest.mark.parametrize(
    ("filters", "index"),
    [
        (CaseFilter(state="live"), "COVERING INDEX ix_cases_live"),
        (CaseFilter(state="expert", severity="info", kind="item"), "COVERING INDEX ix_cases_live"),
        (CaseFilter(state="open", platform="x", publisher="y", value="z"), "COVERING INDEX ix_cases_live"),
        (CaseFilter(state="second", queue="q", platform="x"), "COVERING INDEX ix_cases_live_queue"),
        (CaseFilter(state="closed", queue="q"), "INDEX ix_cases_closed_queue"),
        (CaseFilter(queue="q", platform="x"), "INDEX ix_cases_platform_order"),
        (CaseFilter(severity="high", publisher="x", value="z"), "INDEX ix_cases_publisher_order"),
        (CaseFilter(), "INDEX ix_cases_order"),
    ],
)
def test_lists_walk_one_index_in_order(
    sqlite_database: Database, filters: CaseFilter, index: str, after: tuple[int, int, str] | None
) -> None:
    lines = plan(sqlite_database, lambda tx: case_queries.list_page(tx, filters, after, 50))
    assert index in lines[0]
    assert not any("TEMP B-TREE" in line for line in lines)


def test_the_next_case_is_found_without_looking_at_closed_ones(sqlite_database: Database) -> None:
    lines = plan(sqlite_database, lambda tx: case_queries.first_free(tx, "q", "user:a", ("first", "second")))
    assert "ix_cases_live_queue" in lines[0]
    assert any("ix_reviews_case_reviewer (case=? AND reviewer=?)" in line for line in lines)
    assert not any("TEMP B-TREE" in line for line in lines)
    lines = plan(sqlite_database, lambda tx: quality.goldens_given(tx, "user:a"))
    assert "ix_cases_golden" in lines[0]


def test_counts_read_live_cases_alone(sqlite_database: Database) -> None:
    assert "COVERING INDEX ix_cases_live_counts" in plan(sqlite_database, case_queries.count_live)[0]


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_reads_one_reviewers_answers_and_what_belongs_to_them(sqlite_database: Database, name: str) -> None:
    window = Window(1, 2, None, "user:a")
    lines = plan(sqlite_database, lambda tx: review_counts.count_figure(tx, name, window))
    assert "ix_reviews_reviewer_at (reviewer=? AND at>? AND at<?)" in lines[0]
    assert not any(line.startswith("SCAN") or "_order" in line for line in lines)
