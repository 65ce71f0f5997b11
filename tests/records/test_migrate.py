"""Migrations make what the code's tables say, on both databases, and refuse a store from the future."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from mingjian.records.errors import Unavailable
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.journal.verify import verify
from mingjian.records.storage.case_queries import reviews_of_case
from mingjian.records.storage.database import Database
from mingjian.records.storage.migrate import build, differences, migrate, shape
from mingjian.records.storage.registry import search_entities


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A store with nothing in it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'new.db'}"
    else:
        url = request.getfixturevalue("postgres")
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        engine.dispose()
    database = Database(url)
    yield database
    database.close()


def test_an_empty_store_gets_every_table_and_index(empty: Database) -> None:
    assert migrate(empty).here is None
    assert shape(empty).current
    assert differences(empty) == []


def test_a_store_of_the_first_version_comes_up_with_what_it_holds(empty: Database) -> None:
    with empty.write() as tx:
        build(tx, "0001")
        append(tx, Event("note.made", "a", {}))
        review = {"id": "rev_1", "case": "cas_1", "queue": "content", "stage": "first", "reviewer": "user:a",
                  "measure": "pass", "reasons": "[]", "codes": "[]", "note": "", "seconds": 1.0, "terms": "{}",
                  "seq": 2, "at": 3}  # fmt: skip
        names = ", ".join(f'"{name}"' for name in review)
        values = ", ".join(f":{name}" for name in review)
        tx.run(sa.text(f"INSERT INTO reviews ({names}) VALUES ({values})"), review)
    assert migrate(empty).here == "0001"
    assert differences(empty) == []
    assert verify(empty).events == 1
    with empty.read() as tx:
        (kept,) = reviews_of_case(tx, "cas_1")
        assert (kept.id, kept.cites) == ("rev_1", ())
        assert search_entities(tx, "青禾", None, None, None, 10) == ([], None)


def test_migrating_again_changes_nothing(empty: Database) -> None:
    migrate(empty)
    with empty.write() as tx:
        append(tx, Event("note.made", "a", {}))
    assert migrate(empty).current
    assert verify(empty).events == 1


def test_what_only_the_database_can_keep_is_kept_after_a_migration(empty: Database) -> None:
    migrate(empty)
    with empty.write() as tx:
        columns = "seq, at, actor, what, subject, fields"
        tx.run(sa.text(f"INSERT INTO accesses ({columns}) VALUES (1, 1, 'u', 'w', 's', '[]')"))
    with pytest.raises(sa.exc.DBAPIError), empty.write() as tx:
        tx.run(sa.text("DELETE FROM accesses"))
    with empty.read() as tx:
        assert tx.scalar(sa.text("SELECT count(*) FROM accesses")) == 1


def test_a_store_of_a_later_version_is_refused_and_left_alone(empty: Database) -> None:
    migrate(empty)
    with empty.write() as tx:
        tx.run(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Unavailable, match="比本程序新"):
        migrate(empty)
    assert shape(empty).here == "9999"
