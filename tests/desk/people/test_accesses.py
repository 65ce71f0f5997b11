"""Who looked at which personal data."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from mingjian.desk.people.accesses import list_accesses, log_access
from mingjian.records.errors import Forbidden
from mingjian.records.journal.append import refold
from mingjian.records.storage.accesses import ACCESSES
from mingjian.records.storage.database import Database
from tests.desk.people.matrix import somebody

LEAD, AUDITOR = somebody("desk_lead"), somebody("auditor")


def _look(database: Database, *subjects: str) -> None:
    with database.write() as tx:
        for subject in subjects:
            log_access(tx, LEAD, "item.read", subject, ["phone", "name", "phone"])


def test_a_look_is_kept_with_kinds_of_data(database: Database) -> None:
    _look(database, "itm_1")
    with database.read() as tx:
        (look,) = list_accesses(tx, AUDITOR)
    assert (look.actor, look.what, look.subject, look.fields) == (LEAD.actor, "item.read", "itm_1", ("name", "phone"))
    assert look.at == database.clock.now()


def test_looks_are_asked_by_person_and_by_subject_page_by_page(database: Database) -> None:
    _look(database, "itm_1", "itm_2", "itm_1", "itm_3")
    with database.read() as tx:
        every = list_accesses(tx, AUDITOR)
        assert [look.subject for look in every] == ["itm_3", "itm_1", "itm_2", "itm_1"]
        assert len(list_accesses(tx, AUDITOR, subject="itm_1")) == 2
        assert list_accesses(tx, AUDITOR, actor="user:nobody") == []
        first = list_accesses(tx, AUDITOR, limit=3)
        assert first + list_accesses(tx, AUDITOR, before=first[-1].seq) == every


@pytest.mark.parametrize("deed", ["UPDATE accesses SET actor = 'user:other'", "DELETE FROM accesses"])
def test_the_database_itself_refuses_to_change_or_delete(database: Database, deed: str) -> None:
    _look(database, "itm_1")
    with pytest.raises(DBAPIError, match="kept as they are"), database.write() as tx:
        tx.run(sa.text(deed))
    with database.read() as tx:
        assert [look.actor for look in list_accesses(tx, AUDITOR)] == [LEAD.actor]


def test_refolding_does_not_touch_it(database: Database) -> None:
    _look(database, "itm_1")
    refold(database)
    with database.read() as tx:
        assert tx.scalar(sa.select(sa.func.count()).select_from(ACCESSES)) == 1


def test_who_looks_may_not_read_the_log(sqlite_database: Database) -> None:
    with pytest.raises(Forbidden), sqlite_database.read() as tx:
        list_accesses(tx, LEAD)
