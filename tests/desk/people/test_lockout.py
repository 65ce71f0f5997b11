"""How long one must wait after failed sign-ins."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mingjian.desk.people.lockout import ACCOUNT, ADDRESS, SECOND, Patience

NOW = 1_800_000_000 * SECOND


def test_the_first_failures_are_free_then_the_wait_doubles_up_to_a_bound() -> None:
    waits = [ACCOUNT.wait([NOW] * times, NOW) // SECOND for times in range(0, 12)]
    assert waits == [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900]


def test_an_address_may_fail_more_often_than_an_account() -> None:
    assert ADDRESS.wait([NOW] * 29, NOW) == 0
    assert ADDRESS.wait([NOW] * 30, NOW) == 30 * SECOND


def test_the_wait_runs_from_the_last_failure() -> None:
    assert ACCOUNT.wait([NOW - 20 * SECOND] * 5, NOW) == 10 * SECOND
    assert ACCOUNT.wait([NOW - 30 * SECOND] * 5, NOW) == 0


def test_a_clock_set_back_locks_nobody_out() -> None:
    assert ACCOUNT.wait([NOW + 3600 * SECOND] * 5, NOW) == 0


@given(st.integers(0, 2000), st.integers(0, 4000))
def test_more_failures_never_shorten_the_wait_and_time_never_lengthens_it(times: int, later: int) -> None:
    patience = Patience(free=3, first=SECOND, longest=900 * SECOND)
    here = patience.wait([NOW] * times, NOW)
    assert here <= patience.wait([NOW] * (times + 1), NOW) <= patience.longest
    assert patience.wait([NOW] * times, NOW + later * SECOND) == max(0, here - later * SECOND)
