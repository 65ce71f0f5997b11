"""The parts that methods are made of: bounds, cores, likeness, settings."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.governance.engagement.alike import families, normal
from mingjian.governance.engagement.chance import share_surprise, surprise
from mingjian.governance.engagement.graph import components, core
from mingjian.governance.engagement.plain import joined
from mingjian.governance.engagement.settings import METHODS, SETTINGS, parse_settings
from mingjian.records.errors import Invalid


@given(st.integers(0, 60), st.floats(0.01, 30))
def test_a_bound_never_says_more_than_the_poisson_tail(count: int, expected: float) -> None:
    tail = 1 - sum(math.exp(-expected + one * math.log(expected) - math.lgamma(one + 1)) for one in range(count))
    assert 10 ** -float(surprise(count, expected)) >= tail - 1e-9


@given(st.integers(1, 40), st.data())
def test_a_bound_never_says_more_than_the_binomial_tail(of: int, data: st.DataObject) -> None:
    count, usual = data.draw(st.integers(0, of)), data.draw(st.floats(0.01, 0.99))
    tail = sum(math.comb(of, one) * usual**one * (1 - usual) ** (of - one) for one in range(count, of + 1))
    assert 10 ** -float(share_surprise(count, of, usual)) >= tail - 1e-9


def test_what_is_expected_is_no_surprise() -> None:
    assert surprise([3, 0], [3.0, 1.0]).tolist() == [0.0, 0.0]
    assert float(share_surprise(2, 10, 0.2)) == 0.0


def test_a_core_is_what_holds_together() -> None:
    clique = [(a, b) for a in range(5) for b in range(a)]
    one, other = np.array([*clique, (5, 0), (6, 5)]).T
    assert np.flatnonzero(core(one, other, 7, 4)).tolist() == [0, 1, 2, 3, 4]
    assert not core(one, other, 7, 5).any()
    labels = components(np.array([0, 2]), np.array([1, 3]), 5)
    assert labels[0] == labels[1] != labels[2] == labels[3] != labels[4]


def test_near_same_comments_are_one_family() -> None:
    texts = ["在这家做的太满意了,自然到同事都没发现", "在这家做的超满意了自然到同事都没发现!!",
             "请问大概恢复期要多久呢朋友们", "好看", "在这家做的太满意了😊自然到同事都没发现"]  # fmt: skip
    found = families(texts, 0.4, 8)
    assert found[0] == found[1] == found[4] != found[2] and found[3] == -1
    assert normal("价格 1,288元!😊 Ok") == "价格0元ok"


@given(st.lists(st.text("好看请问价格多少恢复自然", min_size=0, max_size=30), max_size=30))
def test_the_same_words_are_always_one_family(texts: list[str]) -> None:
    found = families([*texts, *texts], 0.5, 4)
    assert found[: len(texts)].tolist() == found[len(texts) :].tolist()


def test_the_shipped_settings_are_sound() -> None:
    ours = SETTINGS.current()
    assert set(ours.methods) < set(METHODS)
    assert ours.lists["lockstep.windows"] == (60, 720) and ours.of("bursts")["least_events"] == 15


def test_every_mistake_of_a_file_is_told_at_once() -> None:
    with pytest.raises(Invalid) as told:
        parse_settings({"methods": ["magic"], "most_chance": 2, "lockstep": {"windows": ["x"], "speed": 1},
                        "orders": {"least_orders": 0}})  # fmt: skip
    for field in ("methods", "most_chance", "lockstep.windows", "lockstep.speed", "orders.least_orders"):
        assert field in told.value.message
    with pytest.raises(Invalid):
        parse_settings(["lockstep"])


def test_an_alarm_seen_again_keeps_who_and_when_it_was_before() -> None:
    before = {"actors": ["a", "b"], "per_actor": [3, 2], "items": ["n"], "per_item": [5], "publishers": ["p"],
              "days": [["p", 1, 5, 9], ["p", 2, 1, 4]], "since": 10, "until": 20}  # fmt: skip
    now = {"actors": ["c", "b"], "per_actor": [4, 1], "items": ["m"], "per_item": [5], "publishers": ["q"],
           "days": [["p", 2, 3, 6], ["q", 3, 2, 2]], "since": 15, "until": 40}  # fmt: skip
    found = joined(now, before)
    assert found["actors"] == ["c", "b", "a"] and found["per_actor"] == [4, 1, 3]
    assert found["days"] == [["p", 1, 5, 9], ["p", 2, 3, 6], ["q", 3, 2, 2]]
    assert (found["since"], found["until"], found["publishers"]) == (10, 40, ["p", "q"])
    assert joined(now, None) is now
