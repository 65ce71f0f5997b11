"""The breaker on both stores: a leap takes the power to act away, noise does not, a person gives it back."""

from __future__ import annotations

import numpy as np
import pytest

from mingjian.governance.policies.breaker import Limits, look, readings, watch
from mingjian.governance.policies.service import install_shipped, restore, shadow_rule
from mingjian.records.errors import Forbidden
from mingjian.records.journal.append import refold
from mingjian.records.policies.model import RuleState
from mingjian.records.storage import policies, policy_hits
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import head
from tests.governance.policies.house import DEPLOYER, record_judged
from tests.governance.world import ANN, person

SMALL = Limits(window=200, history=1000, least_history=400)
RARE, NEW = "TOX-5-sale", "AD-15-1-name"


class Stream:
    """Items that come in, each with the codes that chance gives it at these rates."""

    def __init__(self, database: Database, seed: int = 1) -> None:
        self.database, self.chance, self.count = database, np.random.default_rng(seed), 0

    def come(self, many: int, **rates: float) -> None:
        drawn = {code: self.chance.random(many) < rate for code, rate in rates.items()}
        codes = [[code.replace("_", "-") for code in drawn if drawn[code][place]] for place in range(many)]
        with self.database.write() as tx:
            record_judged(tx, self.count, codes)
        self.count += many

    def meet(self, many: int, every: int) -> None:
        """Batches of 50 items, of which each so-manieth met the clause that acts."""
        for first in range(self.count, self.count + many, 50):
            hits = {place: "toxic-drug" for place in range(50) if (first + place) % every == 0}
            with self.database.write() as tx:
                record_judged(tx, first, [()] * 50, hits=hits)
        self.count += many

    def watch(self, limits: Limits = SMALL) -> list[str]:
        with self.database.write() as tx:
            return [one.rate.subject for one in watch(tx, limits)]

    def states(self) -> dict[str, str]:
        with self.database.read() as tx:
            return {state.subject: state.state for state in policies.rule_states(tx)}


@pytest.fixture
def stream(database: Database) -> Stream:
    return Stream(database)


@pytest.fixture
def small(sqlite_database: Database) -> Stream:
    return Stream(sqlite_database)


def test_a_leap_suspends_the_rule_and_a_person_restores_it(stream: Stream) -> None:
    stream.come(1000, TOX_5_sale=0.01, AD_46_medical=0.3)
    assert stream.watch() == []
    stream.come(200, TOX_5_sale=0.25, AD_46_medical=0.3)
    assert stream.watch() == [RARE]
    assert stream.watch() == []
    assert stream.states() == {RARE: "suspended"}
    with stream.database.read() as tx:
        (state,) = policies.rule_states(tx)
    assert state.set_by == "duty:breaker"
    assert "命中率突增:最近 200 条中" in state.reason
    with stream.database.write() as tx:
        with pytest.raises(Forbidden):
            restore(tx, ANN, RARE, "看过了")
        restore(tx, DEPLOYER, RARE, "看过了,确实多了")
    assert stream.watch() == []  # not over the same leap again
    stream.come(600, TOX_5_sale=0.25, AD_46_medical=0.3)
    assert stream.watch() == []  # what it was restored with is usual now
    assert stream.states() == {RARE: "active"}
    stream.come(200, TOX_5_sale=0.9, AD_46_medical=0.3)
    assert stream.watch() == [RARE]
    before = _states(stream)
    refold(stream.database)
    assert _states(stream) == before


def _states(stream: Stream) -> list[RuleState]:
    with stream.database.read() as tx:
        return policies.rule_states(tx)


def test_noise_trips_nothing(small: Stream) -> None:
    rates = {f"C{number}": rate for number, rate in enumerate((0.002, 0.01, 0.05, 0.2, 0.6, 0.95))}
    for _ in range(20):
        small.come(150, **rates)
        assert small.watch() == []


QUIET = (1000, {"TOX_5_sale": 0.01})
COMING: list[tuple[str, tuple[tuple[int, dict[str, float]], ...], list[str]]] = [
    ("a short history says nothing", ((300, {"X": 0.0}), (200, {"X": 0.9})), []),
    ("few hits say nothing", (QUIET, (200, {"AD_15_1_name": 0.05})), []),
    ("less than the factor is borne", ((1000, {"X": 0.3}), (200, {"X": 0.7})), []),
    ("a fall is no leap", ((1000, {"X": 0.6}), (200, {"X": 0.01})), []),
    ("a rule that never hit before leaps", (QUIET, (200, {"AD_15_1_name": 0.3})), [NEW]),
]


@pytest.mark.parametrize(("comes", "trips"), [row[1:] for row in COMING], ids=[row[0] for row in COMING])
def test_what_trips_and_what_does_not(
    small: Stream, comes: tuple[tuple[int, dict[str, float]], ...], trips: list[str]
) -> None:
    for many, rates in comes:
        small.come(many, **rates)
    assert small.watch() == trips


def test_a_rule_in_shadow_is_left_alone(small: Stream) -> None:
    small.come(1000, TOX_5_sale=0.01)
    with small.database.write() as tx:
        shadow_rule(tx, DEPLOYER, RARE, "先看看")
    small.come(200, TOX_5_sale=0.5)
    assert small.watch() == []
    assert small.states() == {RARE: "shadow"}


def test_a_clause_that_acts_is_watched_too(stream: Stream) -> None:
    with stream.database.write() as tx:
        install_shipped(tx)
    stream.meet(1000, every=40)
    assert stream.watch() == []
    stream.meet(200, every=4)
    assert stream.watch() == ["content@1/toxic-drug"]
    assert stream.states() == {"content@1/toxic-drug": "suspended"}


def test_a_worker_looks_first_and_writes_only_when_something_leaps(stream: Stream) -> None:
    stream.come(1000, TOX_5_sale=0.01)
    with stream.database.read() as tx:
        before = head(tx)
    assert look(stream.database, SMALL) == 0
    with stream.database.read() as tx:
        assert head(tx) == before
    stream.come(200, TOX_5_sale=0.5)
    assert [look(stream.database, SMALL) for _ in range(2)] == [1, 0]
    assert stream.states() == {RARE: "suspended"}


def test_the_rates_are_shown_as_they_are_counted(small: Stream) -> None:
    small.come(1000, TOX_5_sale=0.0, X=1.0)
    with small.database.write() as tx:
        record_judged(tx, 2000, [["X", "X"]] * 150 + [[RARE, RARE, "X"]] * 50)
    with small.database.read() as tx:
        found = {one.rate.subject: one for one in readings(tx, person("x", "policy_author"), SMALL)}
    assert (found[RARE].rate.hits, found[RARE].rate.items) == (50, 200)  # items, not findings
    assert (found[RARE].rate.former_hits, found[RARE].rate.former_items) == (0, 1000)
    assert (found["X"].rate.hits, found["X"].rate.former_hits, found["X"].trips) == (200, 1000, False)
    assert next(iter(found)) == RARE


def test_the_codes_are_found_by_leaping_through_the_index(stream: Stream) -> None:
    stream.come(50, B=0.9, A=0.9, C=0.0)
    with stream.database.read() as tx:
        assert policy_hits.known_codes(tx) == ["A", "B"]
        assert policy_hits.judged_before(tx, 50) == 0
        assert policy_hits.count_judged(tx, policy_hits.judged_before(tx, 10)) == 10
