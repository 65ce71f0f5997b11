"""Signing in, staying in, signing out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from mingjian.desk.people import passwords, signing
from mingjian.desk.people.service import create_user, disable_user, reset_password
from mingjian.desk.people.tokens import hashed
from mingjian.records.clock import SteppedClock
from mingjian.records.errors import Conflict, DeskError, Invalid, TooMany, Unauthenticated
from mingjian.records.storage import people, sessions
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import events_of
from mingjian.records.storage.metadata import metadata
from tests.desk.people.staff import PASSWORD, SETUP, hire

HERE = "203.0.113.7"
WRONG = "wrong-horse-7"


def _try(database: Database, login: str, password: str, address: str = HERE) -> DeskError | None:
    try:
        signing.verify_login(database, login, password, address)
    except DeskError as error:
        return error
    return None


def _everything(database: Database) -> str:
    with database.read() as tx:
        return repr([tuple(row) for table in metadata.sorted_tables for row in tx.rows(sa.select(table))])


def test_the_right_password_opens_however_the_login_is_written(database: Database) -> None:
    user = hire(database)
    assert signing.verify_login(database, " Li.Ming ", PASSWORD, HERE).id == user.id


def test_every_refusal_reads_the_same(database: Database) -> None:
    user = hire(database)
    hire(database, "no.password", password=None)
    gone = hire(database, "gone")
    with database.write() as tx:
        disable_user(tx, SETUP, gone.id)
        create_user(tx, SETUP, "outside", "外部", ("reviewer",), issuer="https://sso", external="7")
    told = {
        (type(error), str(error))
        for login, password in ((user.login, WRONG), ("nobody", PASSWORD), ("gone", PASSWORD), ("no.password", ""),
                                ("outside", ""), (user.login, PASSWORD + "x" * 5000), ("", ""))
        for error in [_try(database, login, password)]
    }  # fmt: skip
    assert told == {(Unauthenticated, signing.WRONG)}


def test_failures_stay_on_record_without_what_was_typed(database: Database) -> None:
    _try(database, "my-secret-typed-into-login", WRONG)
    with database.read() as tx:
        assert len(sessions.failures(tx, address=HERE, since=0)) == 1
    assert "my-secret" not in _everything(database)


def test_an_account_locks_and_opens_again(database: Database, clock: SteppedClock) -> None:
    user = hire(database)
    for _ in range(5):
        assert isinstance(_try(database, user.login, WRONG), Unauthenticated)
    locked = _try(database, user.login, PASSWORD)
    assert isinstance(locked, TooMany)
    assert locked.retry_after == 30
    clock.move(timedelta(seconds=30))
    assert isinstance(_try(database, user.login, WRONG), Unauthenticated)
    longer = _try(database, user.login, PASSWORD)
    assert isinstance(longer, TooMany)
    assert longer.retry_after == 60
    clock.move(timedelta(seconds=60))
    assert _try(database, user.login, PASSWORD) is None
    assert isinstance(_try(database, user.login, WRONG), Unauthenticated), "a success wipes the account's slate"


def test_an_unknown_login_locks_just_the_same(database: Database) -> None:
    told = [str(_try(database, "nobody", WRONG)) for _ in range(6)]
    hire(database)
    assert told == [str(_try(database, "li.ming", WRONG, "198.51.100.1")) for _ in range(6)]


def test_an_address_that_tries_many_accounts_locks(database: Database, clock: SteppedClock) -> None:
    user = hire(database)
    for number in range(30):
        _try(database, f"guess{number}", WRONG)
    assert isinstance(_try(database, user.login, PASSWORD), TooMany)
    assert _try(database, user.login, PASSWORD, "198.51.100.1") is None, "others come in as before"
    clock.move(timedelta(seconds=30))
    assert _try(database, user.login, PASSWORD) is None


def test_one_customer_s_many_ipv6_addresses_are_one() -> None:
    assert signing.network("2001:db8:1:2:3::4") == signing.network("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    assert signing.network("::ffff:203.0.113.7") == HERE
    assert signing.network("testclient") == "testclient"
    assert signing.network("") == "-"


def test_guesses_at_the_same_moment_see_one_another(database: Database) -> None:
    user = hire(database)
    with ThreadPoolExecutor(12) as threads:
        told = list(threads.map(lambda number: _try(database, user.login, f"{WRONG}{number}"), range(24)))
    looked_at = [error for error in told if isinstance(error, Unauthenticated)]
    assert len(looked_at) == 5
    assert all(isinstance(error, TooMany) for error in told if error not in looked_at)


def test_a_new_password_from_the_administrator_lifts_the_lock(database: Database) -> None:
    user = hire(database)
    for _ in range(6):
        _try(database, user.login, WRONG)
    with database.write() as tx:
        fresh = reset_password(tx, SETUP, user.id)
    assert signing.verify_login(database, user.login, fresh, "198.51.100.1").must_change


def test_signing_in_makes_an_outdated_hash_anew(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    user = hire(database)
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", stronger)
    assert _try(database, user.login, PASSWORD) is None
    with database.read() as tx:
        kept = people.account(tx, user.id)
    assert kept is not None
    assert kept.password is not None
    assert not stronger.check_needs_rehash(kept.password)
    assert _try(database, user.login, PASSWORD) is None


def _begin(database: Database, login: str = "li.ming", before: str | None = None) -> str:
    with database.write() as tx:
        user = people.user_by_login(tx, login)
        assert user is not None
        return signing.open_session(tx, user, how="password", address=HERE, agent="Firefox", before=before)


def _open(database: Database, token: str) -> bool:
    with database.read() as tx:
        return signing.session_of(tx, token) is not None


def test_a_session_is_kept_by_hash_only(database: Database) -> None:
    user = hire(database)
    token = _begin(database)
    assert _open(database, token)
    assert not _open(database, token[:-1])
    assert not _open(database, hashed(token)), "who reads the table cannot come in with what it holds"
    assert token not in _everything(database)
    with database.read() as tx:
        assert [event.kind for event in events_of(tx, user.id)][-1] == "user.signed_in"


def test_a_session_idles_out_and_visits_keep_it(database: Database, clock: SteppedClock) -> None:
    hire(database)
    idle, busy = _begin(database), _begin(database)
    for _ in range(3):
        clock.move(timedelta(minutes=20))
        with database.read() as tx:
            session = signing.session_of(tx, busy)
        assert session is not None
        signing.touch(database, session, clock.now())
    assert not _open(database, idle)


def test_a_visit_within_a_minute_writes_nothing(database: Database, clock: SteppedClock) -> None:
    hire(database)
    token = _begin(database)
    clock.move(timedelta(seconds=59))
    for expected in (0, 60_000_000):
        with database.read() as tx:
            session = signing.session_of(tx, token)
        assert session is not None
        signing.touch(database, session, clock.now())
        with database.read() as tx:
            after = signing.session_of(tx, token)
        assert after is not None
        assert after.seen_at - after.created_at == expected
        clock.move(timedelta(seconds=1))


def test_a_session_ends_after_twelve_hours_however_busy(database: Database, clock: SteppedClock) -> None:
    hire(database)
    token = _begin(database)
    for _ in range(12 * 3 - 1):
        clock.move(timedelta(minutes=20))
        with database.read() as tx:
            session = signing.session_of(tx, token)
        assert session is not None
        signing.touch(database, session, clock.now())
    clock.move(timedelta(minutes=20))
    assert not _open(database, token)


def test_a_clock_set_back_keeps_sessions(database: Database, clock: SteppedClock) -> None:
    hire(database)
    token = _begin(database)
    clock.move(timedelta(hours=-3))
    assert _open(database, token)


def test_signing_in_ends_the_session_the_browser_had(database: Database) -> None:
    hire(database)
    first = _begin(database)
    second = _begin(database, before=first)
    assert first != second
    assert not _open(database, first)
    assert _open(database, second)


def test_signing_out_here_and_everywhere(database: Database) -> None:
    hire(database)
    hire(database, "other")
    one, two, three = (_begin(database) for _ in range(3))
    other = _begin(database, "other")
    for token, everywhere, left in ((one, False, [False, True, True]), (two, True, [False, False, False])):
        with database.write() as tx:
            session = signing.session_of(tx, token)
            assert session is not None
            signing.close_session(tx, session, everywhere=everywhere)
        assert [_open(database, token) for token in (one, two, three)] == left
    assert _open(database, other)


def test_disabling_an_account_ends_its_sessions(database: Database) -> None:
    user = hire(database)
    token = _begin(database)
    with database.write() as tx:
        disable_user(tx, SETUP, user.id)
    assert not _open(database, token)


def test_changing_one_s_password(database: Database) -> None:
    user = hire(database)
    here, elsewhere = _begin(database), _begin(database)
    with pytest.raises(Unauthenticated):
        signing.change_password(database, user, WRONG, "another-horse-8", session=hashed(here), address=HERE)
    with pytest.raises(Invalid):
        signing.change_password(database, user, PASSWORD, PASSWORD, session=hashed(here), address=HERE)
    assert _open(database, elsewhere)
    signing.change_password(database, user, PASSWORD, "another-horse-8", session=hashed(here), address=HERE)
    assert _open(database, here)
    assert not _open(database, elsewhere)
    assert _try(database, user.login, PASSWORD) is not None
    assert _try(database, user.login, "another-horse-8") is None


def test_a_one_time_password_is_gone_once_changed(database: Database) -> None:
    user = hire(database)
    with database.write() as tx:
        given = reset_password(tx, SETUP, user.id)
    found = signing.verify_login(database, user.login, given, HERE)
    assert found.must_change
    signing.change_password(database, found, given, "another-horse-8", session="", address=HERE)
    assert not signing.verify_login(database, user.login, "another-horse-8", HERE).must_change


def test_who_signs_in_elsewhere_has_no_password_to_set(database: Database) -> None:
    with database.write() as tx:
        user = create_user(tx, SETUP, "outside", "外部", ("reviewer",), issuer="https://sso", external="7")
    with pytest.raises(Conflict), database.write() as tx:
        reset_password(tx, SETUP, user.id)


def test_tidying_forgets_what_has_served(database: Database, clock: SteppedClock) -> None:
    hire(database)
    _try(database, "li.ming", WRONG)
    _begin(database)
    with database.write() as tx:
        sessions.put_flow(tx, "state", "browser", "nonce", "verifier", "/", tx.now + 1)
    with database.write() as tx:
        assert signing.tidy(tx) == 0
    clock.move(timedelta(hours=1))
    fresh = _begin(database)
    with database.write() as tx:
        assert signing.tidy(tx) == 2, "the idle session and the flow"
    clock.move(timedelta(days=31))
    with database.write() as tx:
        signing.tidy(tx)
        assert not sessions.failures(tx, address=HERE, since=0)
    assert not _open(database, fresh)
