"""Accounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from mingjian.desk.people import service
from mingjian.desk.people.model import Principal, User
from mingjian.desk.people.permissions import MANAGES
from mingjian.records.clock import SteppedClock
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import refold
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import EVENTS, events_of
from mingjian.records.storage.people import KEYS, USERS
from tests.desk.people.matrix import ROLES, permitted, program, somebody
from tests.desk.people.staff import PASSWORD, SETUP, hire

ADMIN = somebody("administrator")


def test_a_new_account(database: Database) -> None:
    with database.write() as tx:
        made = service.create_user(tx, ADMIN, " Zhao.Lei ", " 赵蕾 ", ["reviewer", "expert", "reviewer"],
                                   queues=["product"], department="皮肤科", lang="en")  # fmt: skip
    assert made == User(made.id, "zhao.lei", "赵蕾", ("reviewer", "expert"), ("product",), "皮肤科", "en", "active",
                        database.clock.now())  # fmt: skip
    assert made.principal().actor == f"user:{made.id}"
    with database.read() as tx:
        assert service.get_user(tx, made.id) == made
        assert service.list_users(tx, ADMIN) == [made]


def test_everything_wrong_is_said_at_once(database: Database) -> None:
    with pytest.raises(Invalid) as wrong, database.write() as tx:
        service.create_user(tx, ADMIN, "张三", "", ["reviewr"], queues=["产品 队列"], department="\n", lang="fr")
    for said in ("登录名要用", "姓名要有", "reviewr", "产品 队列", "科室", "fr"):
        assert said in wrong.value.message


@pytest.mark.parametrize("login", ["a", "a b", "-abc", "x" * 65, "a\nb", "a/b", ""])
def test_what_is_no_login(sqlite_database: Database, login: str) -> None:
    with pytest.raises(Invalid, match="登录名"), sqlite_database.write() as tx:
        service.create_user(tx, ADMIN, login, "某人", ["reviewer"])


def test_a_login_is_taken_once_however_written(database: Database) -> None:
    hire(database, "zhao")
    with pytest.raises(Conflict, match="已经有人"), database.write() as tx:
        service.create_user(tx, ADMIN, "ＺＨＡＯ", "另一位", ["reviewer"])


def test_the_journal_names_no_person_and_no_hash(database: Database) -> None:
    user = hire(database, "zhao")
    with database.write() as tx:
        service.change_user(tx, ADMIN, user.id, name="赵小蕾", roles=["expert"])
        service.reset_password(tx, ADMIN, user.id)
        service.issue_key(tx, ADMIN, "抓取程序", ["item.submit"])
    with database.read() as tx:
        told = " ".join(row.body for row in tx.rows(sa.select(EVENTS.c.body)))
        assert [event.kind for event in events_of(tx, user.id)] == [
            "user.created", "user.password_changed", "user.changed", "user.password_changed",
        ]  # fmt: skip
    assert "李明" not in told
    assert "赵小蕾" not in told
    assert "argon2" not in told
    assert "mjk_" not in told


def test_a_change_touches_what_is_given(database: Database) -> None:
    user = hire(database, "zhao", "reviewer", "expert")
    with database.write() as tx:
        service.change_user(tx, ADMIN, user.id, queues=["product"], department="皮肤科")
        changed = service.change_user(tx, ADMIN, user.id, department="")
        assert (changed.roles, changed.queues, changed.department) == (("reviewer", "expert"), ("product",), None)
    with pytest.raises(Invalid, match="没有这些角色"), database.write() as tx:
        service.change_user(tx, ADMIN, user.id, roles=["root"])


def test_a_change_that_changes_nothing_is_no_event(database: Database) -> None:
    user = hire(database, "zhao", "reviewer")
    with database.write() as tx:
        before = len(events_of(tx, user.id))
        assert service.change_user(tx, ADMIN, user.id, roles=["reviewer"], name=user.name, lang="zh") == user
        assert service.choose_language(tx, user.principal(), "zh") == user
        assert service.enable_user(tx, ADMIN, user.id) == user
        assert len(events_of(tx, user.id)) == before


def test_everybody_chooses_their_own_language(database: Database) -> None:
    user = hire(database, "zhao", "author")
    with database.write() as tx:
        assert service.choose_language(tx, user.principal(), "en").lang == "en"
        with pytest.raises(Invalid, match="语言"):
            service.choose_language(tx, user.principal(), "xx")


def test_disabling_and_enabling(database: Database) -> None:
    user = hire(database, "zhao")
    with database.write() as tx:
        assert service.disable_user(tx, ADMIN, user.id).state == "disabled"
        assert service.disable_user(tx, ADMIN, user.id).state == "disabled"
        assert service.enable_user(tx, ADMIN, user.id).state == "active"


def test_somebody_must_be_left_who_manages_accounts(database: Database) -> None:
    first = hire(database, "first", "administrator")
    second = hire(database, "second", "administrator", "reviewer")
    with database.write() as tx:
        service.disable_user(tx, first.principal(), second.id)
        with pytest.raises(Conflict, match="最后一个"):
            service.change_user(tx, SETUP, first.id, roles=["reviewer"])
        with pytest.raises(Conflict, match="最后一个"):
            service.disable_user(tx, SETUP, first.id)
        service.enable_user(tx, SETUP, second.id)
        with pytest.raises(Conflict, match="自己"):
            service.disable_user(tx, first.principal(), first.id)
        assert service.change_user(tx, SETUP, first.id, roles=["reviewer"]).roles == ("reviewer",)


@pytest.mark.parametrize("id", ["usr_0000", ""])
def test_who_is_not_there(sqlite_database: Database, id: str) -> None:
    with sqlite_database.write() as tx:
        with pytest.raises(NotFound):
            service.change_user(tx, ADMIN, id, name="某人")
        with pytest.raises(NotFound):
            service.disable_user(tx, ADMIN, id)
        with pytest.raises(NotFound):
            service.set_password(tx, ADMIN, id, PASSWORD)


_DEEDS: dict[str, tuple[str, Callable[[Tx, Principal, User], object]]] = {
    "create_user": (MANAGES, lambda tx, who, user: service.create_user(tx, who, f"new.{user.login}", "新人", [])),
    "change_user": (MANAGES, lambda tx, who, user: service.change_user(tx, who, user.id, roles=["administrator"])),
    "disable_user": (MANAGES, lambda tx, who, user: service.disable_user(tx, who, user.id)),
    "enable_user": (MANAGES, lambda tx, who, user: service.enable_user(tx, who, user.id)),
    "set_password": (MANAGES, lambda tx, who, user: service.set_password(tx, who, user.id, PASSWORD)),
    "reset_password": (MANAGES, lambda tx, who, user: service.reset_password(tx, who, user.id)),
    "list_users": (MANAGES, lambda tx, who, _: service.list_users(tx, who)),
    "issue_key": ("key.manage", lambda tx, who, _: service.issue_key(tx, who, "程序", ["item.read"])),
    "revoke_key": ("key.manage", lambda tx, who, _: _issued_and_revoked(tx, who)),
    "list_keys": ("key.manage", lambda tx, who, _: service.list_keys(tx, who)),
    "list_accesses": ("access.read", lambda tx, who, _: service.list_accesses(tx, who)),
}


def _issued_and_revoked(tx: Tx, who: Principal) -> object:
    key, _ = service.issue_key(tx, SETUP, "程序", ["item.read"])
    return service.revoke_key(tx, who, key.id)


@pytest.mark.parametrize("deed", _DEEDS)
def test_each_role_may_do_what_its_data_says_and_nothing_else(sqlite_database: Database, deed: str) -> None:
    permission, act = _DEEDS[deed]
    for number, role in enumerate(ROLES):
        user = hire(sqlite_database, f"user{number}", password=None)
        with sqlite_database.write() as tx, permitted(role, permission):
            act(tx, somebody(role), user)
    with pytest.raises(Forbidden), sqlite_database.write() as tx:
        act(tx, program("item.read", "case.review"), user)


def test_the_first_start_makes_an_administrator_who_must_change_the_password(database: Database) -> None:
    with database.write() as tx:
        user, password = service.first_administrator(tx)
    assert (user.login, user.roles) == ("admin", ("administrator",))
    found = service.verify_login(database, "admin", password, "::1")
    assert found.must_change
    with pytest.raises(Conflict), database.write() as tx:
        service.first_administrator(tx, "other")


def test_no_two_one_time_passwords_are_alike(sqlite_database: Database) -> None:
    user = hire(sqlite_database)
    with sqlite_database.write() as tx:
        assert len({service.reset_password(tx, ADMIN, user.id) for _ in range(20)}) == 20


def test_refolding_keeps_accounts_whole(database: Database, clock: SteppedClock) -> None:
    user = hire(database, "zhao", "administrator")
    with database.write() as tx:
        key, secret = service.issue_key(tx, ADMIN, "程序", ["item.read"])
        service.revoke_key(tx, ADMIN, service.issue_key(tx, ADMIN, "旧", ["item.read"])[0].id)
        service.change_user(tx, ADMIN, user.id, queues=["content"], name="改名")

    def tables() -> list[object]:
        with database.read() as tx:
            return [sorted(tx.rows(sa.select(table)), key=repr) for table in (USERS, KEYS)]

    before = tables()
    clock.move(timedelta(days=2))
    refold(database)
    assert tables() == before
    with database.read() as tx:
        assert service.get_user(tx, user.id).name == "改名"
        assert service.key_principal(tx, secret).id == key.id
    assert service.verify_login(database, "zhao", PASSWORD, "::1").id == user.id
