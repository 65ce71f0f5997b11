"""Staged rooms: the same for the same seed, halves that share nothing, and a truth that is true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from mingjian.doors.demo.stage.material import items, kinds, loaded
from mingjian.doors.demo.stage.model import HALVES, Half
from mingjian.doors.demo.stage.planting import SPLIT
from mingjian.doors.demo.stage.script import stage


def _texts(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for one in found.values():
            yield from _texts(one)
    elif isinstance(found, list):
        for one in found:
            yield from _texts(one)


def _half(half: Half) -> set[str]:
    honest = loaded("honest")
    found = set(_texts(honest["common"][half])) | set(_texts(honest["shop"][half]))
    for trade in honest["trades"].values():
        found |= set(_texts(trade[half]))
    for scripts in loaded("planted")["scripts"].values():
        found |= set(_texts(scripts[half]))
    return found


def test_the_same_seed_makes_the_same_room_and_another_another() -> None:
    one, again, other = (stage(3, violations=2, minutes=12, seed=seed) for seed in (1, 1, 2))
    assert one == again
    assert [line.text for line in one.lines] != [line.text for line in other.lines]


def test_halves_share_no_sentence() -> None:
    shared = (re.sub(r"\{\w+\}", "", text) for text in _half("tune") & _half("test"))
    assert not {text for text in shared if len(text) > 3 and text not in items()}  # slots alone, "扣1了" may be alike


@pytest.mark.parametrize("item", items())
def test_halves_share_no_spelling_no_hint_and_no_code_word(item: str) -> None:
    known = loaded("items")[item]
    tune, test = (set(_texts(known[half])) for half in HALVES)
    assert tune and test and not tune & test
    assert item not in tune | test


def test_every_kind_has_phrases_in_both_halves() -> None:
    assert len(kinds()) >= 8
    for kind, scripts in loaded("planted")["scripts"].items():
        assert min(len(scripts["tune"]), len(scripts["test"])) >= 3, kind


@pytest.mark.parametrize("half", HALVES)
def test_the_truth_names_lines_of_the_room(half: Half) -> None:
    for number in range(12):
        room = stage(number, half, minutes=30, violations=6)
        lines = {line.id: line for line in room.lines}
        assert len(lines) == len(room.lines) and len(room.planted) == 6
        for one in room.planted:
            evidence = [lines[id] for id in one.lines]
            assert {line.mark for line in evidence} == {one.id}
            assert {line.channel for line in evidence} == set(one.channels)
            assert one.first == min(line.at for line in evidence) <= one.last < 1800
            spelled = {one.item} | set(loaded("items")[one.item][half].get(one.way, ()))
            told = "".join(line.text for line in evidence)
            assert one.kind == "code_again" or any(name in told for name in spelled), (one, told)


def test_channels_of_a_violation_are_two_to_sixty_seconds_apart() -> None:
    gaps = []
    for number in range(40):
        room = stage(number, minutes=30, violations=6, only=("hint_house", "pinned", "board", "subtitle", "card"))
        for one in room.planted:
            evidence = [line for line in room.lines if line.mark == one.id]
            for before, after in pairwise(evidence):
                if before.channel != after.channel:
                    gaps.append(after.at - (before.end if before.channel == "speech" else before.at))
    assert min(gaps) > SPLIT[0] - 0.5 and 30 < max(gaps) < SPLIT[1] + 30
    assert sorted(gaps)[len(gaps) // 2] > 5


def test_a_code_word_is_used_again_only_after_it_was_taught() -> None:
    seen = 0
    for number in range(20):
        room = stage(number, minutes=30, violations=6, only=("code_word", "code_again"))
        taught: list[str] = []
        for one in room.planted:
            told = "".join(line.text for line in room.lines if line.mark == one.id)
            codes = loaded("items")[one.item]["test"]["code"]
            if one.kind == "code_word":
                taught += [code for code in codes if code in told]
            else:
                seen += 1
                assert any(code in told for code in taught)
    assert seen > 10


def test_honest_rooms_have_hard_scenes_and_viewers_who_ask() -> None:
    rooms = [stage(number, minutes=30) for number in range(40)]
    assert all(room.honest for room in rooms)
    assert len({room.trade for room in rooms}) >= 6
    assert {"asked_refused", "after_care", "near_words"} <= {name for room in rooms for name in room.scenes}
    asked = [line for room in rooms for line in room.lines
             if line.speaker == "viewer" and any(item in line.text for item in items())]  # fmt: skip
    assert len(asked) > 100


def test_too_many_violations_for_the_time_are_refused() -> None:
    with pytest.raises(ValueError, match="30 minutes"):
        stage(1, minutes=20, violations=6)
