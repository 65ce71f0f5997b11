"""Accounts of people whom another system signs in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mingjian.desk.people.service import change_user, disable_user, list_users
from mingjian.desk.people.single import Outside, account_of
from mingjian.records.errors import Conflict, Forbidden, Invalid
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import events_of
from tests.desk.people.staff import SETUP, hire

WANG = Outside("https://sso.example", "7f3a", "Wang.Fang", "王芳", ("reviewer",))


def test_the_first_visit_makes_an_account_and_later_ones_keep_it_in_step(database: Database) -> None:
    with database.write() as tx:
        made = account_of(tx, WANG)
        assert (made.login, made.name, made.roles, made.issuer) == ("wang.fang", "王芳", ("reviewer",), WANG.issuer)
        assert account_of(tx, WANG) == made
        assert len(events_of(tx, made.id)) == 1
        changed = account_of(tx, replace(WANG, login="new.login", name="王方", roles=("expert",)))
        assert (changed.id, changed.login, changed.name, changed.roles) == (made.id, "wang.fang", "王方", ("expert",))
        assert account_of(tx, replace(WANG, roles=())).roles == ()
        assert len(list_users(tx, SETUP)) == 1


def test_without_a_mapping_administrators_give_the_roles(database: Database) -> None:
    with database.write() as tx:
        made = account_of(tx, replace(WANG, roles=None))
        assert made.roles == ()
        change_user(tx, SETUP, made.id, roles=["analyst"])
        assert account_of(tx, replace(WANG, roles=None)).roles == ("analyst",)


def test_a_stranger_without_a_role_gets_no_account(database: Database) -> None:
    with pytest.raises(Forbidden, match="角色"), database.write() as tx:
        account_of(tx, replace(WANG, roles=()))
    with database.read() as tx:
        assert list_users(tx, SETUP) == []


def test_the_same_name_is_not_the_same_person(database: Database) -> None:
    hire(database, "wang.fang", "administrator")
    with pytest.raises(Conflict, match="已有另一个账号"), database.write() as tx:
        account_of(tx, WANG)
    with database.write() as tx:
        first = account_of(tx, replace(WANG, login="wang2"))
        with pytest.raises(Conflict):
            account_of(tx, replace(WANG, issuer="https://other.example", login="wang2"))
        assert account_of(tx, replace(WANG, issuer="https://other.example", login="wang3")).id != first.id


def test_a_disabled_account_stays_out(database: Database) -> None:
    with database.write() as tx:
        disable_user(tx, SETUP, account_of(tx, WANG).id)
    with pytest.raises(Forbidden, match="停用"), database.write() as tx:
        account_of(tx, WANG)


def test_a_login_that_is_none_here(sqlite_database: Database) -> None:
    with pytest.raises(Invalid, match="登录名"), sqlite_database.write() as tx:
        account_of(tx, replace(WANG, login="王芳"))
