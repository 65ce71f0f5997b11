"""The registry's storage by itself: many rows at once, ids that rise, and questions that go by their indexes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
import sqlalchemy as sa

from mingjian.records.clock import SteppedClock
from mingjian.records.errors import Invalid
from mingjian.records.storage import contents
from mingjian.records.storage.bulk import among, insert_rows
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import CURSORS
from mingjian.records.storage.registry import (
    awaited,
    changed_since,
    credentials_of,
    credentials_with_number,
    entities_by_id,
    entities_by_keys,
    expiring,
    links_from,
    links_to,
    search_entities,
)
from mingjian.records.storage.registry_contents import get_records, put_records
from mingjian.records.storage.registry_ids import Ids


def test_many_rows_come_in_at_once(database: Database) -> None:
    rows = [(f"duty {n}\t\\N\n“引号”", n) for n in range(3000)]
    with database.write() as tx:
        insert_rows(tx, CURSORS, ("duty", "seq"), rows)
        insert_rows(tx, CURSORS, ("duty", "seq"), [])
    with database.read() as tx:
        assert sorted(map(tuple, tx.rows(sa.select(CURSORS.c.duty, CURSORS.c.seq)))) == sorted(rows)
        some = [duty for duty, _ in rows[::2]]
        found = tx.rows(sa.select(CURSORS.c.duty).where(among(tx, CURSORS.c.duty, [*some, *some, "none"])))
        assert sorted(row.duty for row in found) == sorted(some)
        assert tx.rows(sa.select(CURSORS.c.duty).where(among(tx, CURSORS.c.duty, []))) == []


def test_rows_that_cannot_be_kept_undo_all(database: Database) -> None:
    if database.dialect == "sqlite":  # which keeps them
        return
    with pytest.raises(Invalid), database.write() as tx:
        insert_rows(tx, CURSORS, ("duty", "seq"), [("good", 1), ("a\x00b", 2)])
    with database.read() as tx:
        assert tx.rows(sa.select(CURSORS.c.duty)) == []


def test_ids_rise_and_are_never_twice(database: Database, clock: SteppedClock) -> None:
    with database.read() as tx:
        ids = Ids(tx)
        made = [ids("ent") for _ in range(1000)]
        assert made == sorted(made) and len({*made, *(ids("ent") for _ in range(5000))}) == 6000
        assert len(made[0]) == len(tx.new_id("ent")) and made[0][:14] == tx.new_id("ent")[:14]


def test_contents_are_kept_and_read_again_by_another(database: Database) -> None:
    records = [{"of": f"ent_{n}", "words": "云杉" * n} for n in range(50)]
    with database.write() as tx:
        names = put_records(tx, records)
        assert get_records(tx, names) == dict(zip(names, records, strict=True))
    with database.write() as tx:
        assert get_records(tx, names) == dict(zip(names, records, strict=True))
        contents.delete_content(tx, names[3])
        assert set(get_records(tx, names)) == {*names} - {names[3]}


@contextmanager
def _statements(database: Database) -> Iterator[list[tuple[str, object]]]:
    seen: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, values: object, *_rest: object) -> None:
        seen.append((statement, values))

    sa.event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(database.engine, "before_cursor_execute", note)


def test_no_question_reads_a_whole_table(sqlite_database: Database) -> None:
    day = date(2026, 3, 2)

    def ask(tx: Tx) -> None:
        entities_by_id(tx, ["a", "b"])
        entities_by_keys(tx, "institution", ["a", "b"])
        credentials_of(tx, ["a", "b"])
        credentials_with_number(tx, "a")
        links_from(tx, ["a"], ["practises_at"])
        links_to(tx, ["a"], limit=5)
        awaited(tx)
        expiring(tx, day, day, "2026-03-02/crd_1", 5)
        changed_since(tx, 7, "8/9", 5)
        search_entities(tx, "云杉", "institution", None, "77", 5)
        search_entities(tx, "PDY00001", None, None, None, 5)
        search_entities(tx, "", "nurse", None, "77", 5)
        search_entities(tx, "", None, "closed", "77", 5)

    with _statements(sqlite_database) as seen, sqlite_database.read() as tx:
        ask(tx)
        asked = [(statement, values) for statement, values in seen if statement.startswith("SELECT")]
        assert len(asked) >= 13
        for statement, values in asked:
            plan = tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]
            lines = [row[3] for row in plan if "json_each" not in row[3] and "registry_grams" not in row[3]]
            whole = [line for line in lines if line.startswith("SCAN registry") and " USING INDEX" not in line]
            assert not whole, (statement, lines)
