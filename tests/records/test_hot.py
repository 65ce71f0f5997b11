"""Statements given to the driver as they are: the same rows as SQLAlchemy would write and read, on both stores."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from mingjian.records.errors import Invalid
from mingjian.records.storage import contents, items
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import CURSORS, cursor_of
from mingjian.records.storage.hot import Hot, adding, changing, removing, within

ADD, ADD_ONCE = adding(CURSORS, ("duty", "seq")), adding(CURSORS, ("duty", "seq"), once="duty")
CHANGE, REMOVE = changing(CURSORS, ("seq",), "duty"), removing(CURSORS, "duty")
SOME = Hot(lambda dialect: sa.select(CURSORS.c.duty, CURSORS.c.seq).where(within(dialect, CURSORS.c.duty, "duties")))


def some(tx: Tx, *duties: str) -> dict[str, int]:
    return dict(tx.ask(SOME, {"duties": list(duties)}))


def test_what_is_put_is_there_at_the_next_question(database: Database) -> None:
    with database.write() as tx:
        tx.put(ADD, [("a", 1), ("b", 2)])
        tx.put(CHANGE, [(5, "a")])
        assert cursor_of(tx, "a") == 5  # a question of SQLAlchemy's
        tx.put(REMOVE, [("b",)])
        tx.put(ADD, [("c", 3)])
        assert some(tx, "a", "b", "c", "d") == {"a": 5, "c": 3}
        tx.put(CHANGE, [(6, "a")])
    with database.read() as tx:
        assert some(tx, "a", "b", "c") == {"a": 6, "c": 3}
        assert some(tx) == {}


def test_many_rows_keep_their_order_and_number(database: Database) -> None:
    rows = [(f"d{number}", number) for number in range(333)]
    with database.write() as tx:
        tx.put(ADD, rows)
        tx.put(CHANGE, [(number + 1, duty) for duty, number in rows])
        tx.put(CHANGE, [(7, "d1"), (8, "d1")])  # of two changes of one row the later counts
        tx.put(REMOVE, [(duty,) for duty, number in rows if number % 2 == 0])
    with database.read() as tx:
        left = some(tx, *(duty for duty, _ in rows))
    assert left == {f"d{number}": number + 1 for number in range(333) if number % 2} | {"d1": 8}


def test_nothing_is_kept_of_a_transaction_that_fails(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write() as tx:
        tx.put(ADD, [("a", 1)])
        raise RuntimeError
    with pytest.raises(IntegrityError), database.write() as tx:
        tx.put(ADD, [("a", 1), ("b", 1)])
        tx.put(ADD, [("a", 2)])
    with database.write() as tx:
        assert some(tx, "a", "b") == {}
        tx.put(ADD, [("a", 1)])
    with database.write() as tx:  # the connection is as good as before
        tx.put(ADD_ONCE, [("a", 2), ("b", 2)])
    with database.read() as tx:
        assert some(tx, "a", "b") == {"a": 1, "b": 2}


@pytest.mark.parametrize("wrong", [("x" * 65, 1), ("nul\0", 1)])
def test_postgresql_refuses_what_it_cannot_hold(database: Database, wrong: tuple[str, int]) -> None:
    if database.dialect != "postgresql":
        pytest.skip("SQLite holds it")
    with pytest.raises(Invalid), database.write() as tx:
        tx.put(ADD, [wrong])


def test_questions_about_every_item_go_by_an_index(database: Database) -> None:
    if database.dialect != "sqlite":
        pytest.skip("PostgreSQL reads a small table whole")
    with database.write() as tx:
        for question, values in (
            (items._VERSIONS, {"source": "api", "externals": ["1", "2"]}),
            (items._BY_ID, {"ids": ["1"]}),
            (items._STILL, {"ids": ["1"]}),
            (contents._GET, {"names": ["1"]}),
        ):
            told, given = question.on(tx.connection.dialect, values)
            rows = tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {told}", tuple(given)).all()
            assert rows[0][3].startswith("SEARCH") and "sqlite_autoindex" in rows[0][3], rows
