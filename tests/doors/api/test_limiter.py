"""How often each may ask."""

from __future__ import annotations

import pytest

from mingjian.doors.api.limiter import Limiter
from mingjian.records.errors import Invalid


class Watch:
    """A watch that is set by hand."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def test_a_caller_has_so_many_and_others_have_their_own() -> None:
    watch = Watch()
    limiter = Limiter("3/minute", watch)
    assert [limiter.hit("a").allowed for _ in range(4)] == [True, True, True, False]
    assert (limiter.hit("b").allowed, limiter.hit("b").remaining) == (True, 1)


def test_the_window_slides_so_that_nobody_has_twice_as_many_at_its_edge() -> None:
    watch = Watch()
    watch.at = 60 * 100 + 59
    limiter = Limiter("60/minute", watch)
    assert all(limiter.hit("a").allowed for _ in range(60))
    watch.at += 2
    assert sum(limiter.hit("a").allowed for _ in range(60)) <= 1
    watch.at += 30
    assert 25 <= sum(limiter.hit("a").allowed for _ in range(60)) <= 32
    watch.at += 120
    assert sum(limiter.hit("a").allowed for _ in range(61)) == 60


def test_of_several_limits_each_holds_and_the_narrowest_is_told() -> None:
    watch = Watch()
    watch.at = 3600.0
    limiter = Limiter("2/second;3/hour", watch)
    first = limiter.hit("a")
    assert (first.limit, first.remaining) == (2, 1)
    limiter.hit("a")
    refused = limiter.hit("a")
    assert (refused.allowed, refused.limit, refused.headers()["X-RateLimit-Remaining"]) == (False, 2, "0")
    watch.at += 5
    assert limiter.hit("a").limit == 3
    assert not limiter.hit("a").allowed


def test_callers_who_stay_away_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mingjian.doors.api.limiter._MOST", 10)
    watch = Watch()
    limiter = Limiter("3/second", watch)
    for number in range(11):
        limiter.hit(str(number))
    watch.at += 10
    limiter.hit("x")
    assert len(limiter._counts[0]) == 1


def test_a_rate_that_is_none() -> None:
    with pytest.raises(Invalid):
        Limiter("often")
