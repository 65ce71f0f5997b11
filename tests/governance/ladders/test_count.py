"""Strikes are counted, never kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mingjian.governance.actions.book import packaged
from mingjian.governance.ladders.count import DAY, counts, reached, strikes, strikes_by
from mingjian.records.actions.model import Decision

POSTING, LIVE = packaged().ladders["posting"], packaged().ladders["live"]
ADVERTISING, CERTIFICATION = packaged().ladders["advertising"], packaged().ladders["certification"]
NOW = 1000 * DAY


def made(number: int, days_ago: float = 0, measure: str = "take_down", **more: Any) -> Decision:
    facts = {"kind": "note", "channel": "public", "platform": "xiaohongshu", "nature": "advertisement",
             "severity": "high", "families": ["efficacy_guarantee"]} | more.pop("facts", {})  # fmt: skip
    given: dict[str, Any] = {
        "id": f"dec_{number}", "seq": number, "item": f"itm_{number}", "publisher": "clinic", "measure": measure,
        "origin": "review", "case": None, "policy": "p@1", "made_by": "user:usr_ann",
        "at": NOW - round(days_ago * DAY), "as_of": "2026-03-02", "verdict": None, "rulebook": None, "law": "",
        "cites": (), "codes": (), "reasons": (), "facts": facts,
    }  # fmt: skip
    return Decision(**given | more)


def number_of(decisions: list[Decision]) -> int:
    return len(strikes(POSTING, decisions, NOW))


@pytest.mark.parametrize(
    ("ladder", "changes", "strike"),
    [
        (POSTING, {}, True),
        (POSTING, {"measure": "pass"}, False),
        (POSTING, {"measure": "label"}, False),
        (POSTING, {"state": "overturned"}, False),
        (POSTING, {"state": "undone"}, False),
        (LIVE, {}, False),
        (LIVE, {"facts": {"channel": "live"}}, True),
        (ADVERTISING, {}, True),
        (ADVERTISING, {"facts": {"nature": "education"}}, False),
        (ADVERTISING, {"facts": {"severity": "medium"}}, False),
        (ADVERTISING, {"facts": {"severity": None}}, False),
        (CERTIFICATION, {}, False),
        (CERTIFICATION, {"facts": {"families": ["absolute_term", "false_credential_or_title"]}}, True),
    ],
)
def test_which_decisions_count(ladder: Any, changes: dict[str, Any], strike: bool) -> None:
    assert counts(ladder, made(1, **changes)) is strike


def test_the_window_is_half_open() -> None:
    window = POSTING.window_days
    assert number_of([made(1, window)]) == 0
    assert number_of([replace(made(1), at=NOW - window * DAY + 1)]) == 1
    assert number_of([replace(made(1), at=NOW + 1)]) == 0  # not yet
    (strike,) = strikes(POSTING, [made(1, 10)], NOW)
    assert strike.leaves_at == NOW + (window - 10) * DAY
    assert not strikes(POSTING, [made(1, 10)], strike.leaves_at)
    assert strikes(POSTING, [made(1, 10)], strike.leaves_at - 1)


def test_one_item_is_one_strike_and_publishers_decisions_each_their_own() -> None:
    assert number_of([made(1, item="a"), made(2, item="a"), made(3, item="b")]) == 2
    assert number_of([made(1, item=None), made(2, item=None)]) == 2
    again = strikes(POSTING, [made(1, 200, item="a"), made(2, 3, item="a")], NOW)
    assert [strike.decision for strike in again] == ["dec_2"]  # the older one has left the window


def test_the_step_is_reached_once() -> None:
    decisions = [made(number, 10 - number) for number in range(1, 8)]
    steps = [reached(POSTING, decisions, decision) for decision in decisions]
    assert [step.strikes if step else None for step in steps] == [None, None, 3, None, 5, None, None]


def test_what_is_given_back_is_not_counted_when_looking_back_either() -> None:
    decisions = [made(number, 10 - number) for number in range(1, 4)]
    third = decisions[2]
    assert len(strikes_by(POSTING, decisions, third)) == 3
    less = [replace(decisions[0], state="overturned"), *decisions[1:]]
    assert len(strikes_by(POSTING, less, third)) == 2
    assert reached(POSTING, less, third) is None


def test_a_varied_decision_stands_in_the_place_of_the_one_it_varied() -> None:
    first, second, third = (made(number, 10 - number) for number in range(1, 4))
    varied = made(9, 0, "limit", item="itm_1", facts={"since": first.at, "since_seq": first.seq})
    decisions = [replace(first, state="varied"), second, third, varied]
    assert len(strikes_by(POSTING, decisions, third)) == 3
    assert strikes(POSTING, decisions, NOW)[0].at == first.at
