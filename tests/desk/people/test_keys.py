"""Keys for programs."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from mingjian.desk.people.keys import issue_key, key_principal, list_keys, revoke_key, unmarked, valid_key
from mingjian.desk.people.model import house
from mingjian.desk.people.permissions import allowed, scopes
from mingjian.records.clock import SteppedClock
from mingjian.records.errors import Forbidden, Invalid, NotFound, Unauthenticated
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import EVENTS
from mingjian.records.storage.people import KEY_SECRETS, KEYS
from tests.desk.people.matrix import program, somebody

ADMIN = somebody("administrator")


def test_a_key_opens_what_its_scopes_say(database: Database) -> None:
    with database.write() as tx:
        key, secret = issue_key(tx, ADMIN, "发布系统", ["item.submit", "item.read"], queues=["content"])
    with database.read() as tx:
        asks = key_principal(tx, secret)
    assert (asks.kind, asks.id, asks.actor) == ("key", key.id, f"key:{key.id}")
    assert allowed(asks, "item.read")
    assert allowed(asks, "item.read", "content")
    assert not allowed(asks, "item.read", "product")
    assert not allowed(asks, "item.erase")


def test_the_secret_is_nowhere(database: Database) -> None:
    with database.write() as tx:
        _, secret = issue_key(tx, ADMIN, "发布系统", ["item.submit"])
    with database.read() as tx:
        kept = repr([tx.rows(sa.select(table)) for table in (KEYS, KEY_SECRETS, EVENTS)])
    assert secret not in kept
    assert secret.removeprefix("mjk_") not in kept


def test_a_revoked_expired_or_wrong_key_is_refused_in_the_same_words(database: Database, clock: SteppedClock) -> None:
    with database.write() as tx:
        revoked, one = issue_key(tx, ADMIN, "一", ["item.read"])
        _, two = issue_key(tx, ADMIN, "二", ["item.read"], expires_at=tx.now + 60_000_000)
        assert valid_key(tx, two).name == "二"
        revoke_key(tx, ADMIN, revoked.id)
    clock.move(timedelta(minutes=1))
    told = set()
    for secret in (one, two, "mjk_" + "x" * 43, "", two.removeprefix("mjk_")):
        with pytest.raises(Unauthenticated) as refused, database.read() as tx:
            key_principal(tx, secret)
        told.add(refused.value.message)
    assert len(told) == 1


def test_the_day_of_use_is_kept_and_nothing_finer(database: Database, clock: SteppedClock) -> None:
    with database.write() as tx:
        key, secret = issue_key(tx, ADMIN, "一", ["item.read"])
        assert unmarked(tx, key)
        key_principal(tx, secret)
        assert valid_key(tx, secret).used_on == "2026-03-02"
        assert not unmarked(tx, valid_key(tx, secret))
    clock.move(timedelta(days=1))
    with database.read() as tx:
        assert unmarked(tx, valid_key(tx, secret))
        key_principal(tx, secret)
        assert valid_key(tx, secret).used_on == "2026-03-02", "a reading transaction writes nothing"


def test_everything_wrong_is_said_at_once(sqlite_database: Database) -> None:
    with pytest.raises(Invalid) as wrong, sqlite_database.write() as tx:
        issue_key(tx, ADMIN, " ", ["item.raed", "case.review"], queues=["a b"], expires_at=tx.now)
    for said in ("名称", "item.raed", "case.review", "a b", "到期"):
        assert said in wrong.value.message
    with pytest.raises(Invalid, match="至少"), sqlite_database.write() as tx:
        issue_key(tx, ADMIN, "空", [])


def test_people_s_work_is_not_for_programs() -> None:
    forged = program("case.review", "decision.serious", "user.manage", "appeal.decide", "policy.deploy", "item.read")
    assert allowed(forged, "item.read")
    assert not any(allowed(forged, scope) for scope in forged.scopes if scope != "item.read")
    assert not scopes() & {"case.review", "case.expert", "decision.serious", "appeal.decide", "policy.deploy",
                           "draft.publicity", "user.manage"}  # fmt: skip


def test_keys_do_not_issue_keys(sqlite_database: Database) -> None:
    with pytest.raises(Forbidden, match="密钥不能"), sqlite_database.write() as tx:
        issue_key(tx, program("key.manage"), "子", ["item.read"])


def test_keys_are_listed_the_newest_first_and_revoked_once(database: Database, clock: SteppedClock) -> None:
    with database.write() as tx:
        old, _ = issue_key(tx, ADMIN, "旧", ["item.read"])
    clock.move(timedelta(seconds=1))
    with database.write() as tx:
        new, _ = issue_key(tx, house("setup"), "新", ["item.read"])
        revoked = revoke_key(tx, ADMIN, old.id)
    clock.move(timedelta(seconds=1))
    with database.write() as tx:
        assert revoke_key(tx, ADMIN, old.id) == revoked
        assert [key.id for key in list_keys(tx, ADMIN)] == [new.id, old.id]
        assert (revoked.created_by, new.created_by) == (ADMIN.actor, "duty:setup")
        with pytest.raises(NotFound):
            revoke_key(tx, ADMIN, "key_0000")
