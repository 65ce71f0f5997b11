"""Staged rooms: the same for the same seed, parts that share nothing, and a truth that is true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Any

import pytest

from mingjian.doors.demo.stage.material import items, kinds, loaded
from mingjian.doors.demo.stage.model import PARTS, Part
from mingjian.doors.demo.stage.planting import SPLIT
from mingjian.doors.demo.stage.script import stage

PAIRS = list(combinations(PARTS, 2))


def _texts(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for one in found.values():
            yield from _texts(one)
    elif isinstance(found, list):
        for one in found:
            yield from _texts(one)


def _sentences(part: Part) -> set[str]:
    honest = loaded("honest")
    found = set(_texts(honest["common"][part])) | set(_texts(honest["shop"][part]))
    for trade in honest["trades"].values():
        found |= set(_texts(trade[part]))
    for scripts in loaded("planted")["scripts"].values():
        found |= set(_texts(scripts[part]))
    return found


def test_the_same_seed_makes_the_same_room_and_another_another() -> None:
    one, again, other = (stage(3, violations=2, minutes=12, seed=seed) for seed in (1, 1, 2))
    assert one == again
    assert [line.text for line in one.lines] != [line.text for line in other.lines]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_parts_share_no_sentence(one: Part, other: Part) -> None:
    shared = (re.sub(r"\{\w+\}", "", text) for text in _sentences(one) & _sentences(other))
    assert not {text for text in shared if len(text) > 3 and text not in items()}  # slots alone, "扣1了" may be alike


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_parts_share_no_selling_word(one: Part, other: Part) -> None:
    words = loaded("planted")["words"]
    assert set(words[one]) == set(words[other])
    assert not set(_texts(words[one])) & set(_texts(words[other]))


@pytest.mark.parametrize("item", items())
def test_parts_share_no_spelling_no_hint_and_no_code_word(item: str) -> None:
    known = loaded("items")[item]
    texts = {part: set(_texts(known[part])) for part in PARTS}
    assert all(texts.values())
    assert not any(texts[one] & texts[other] for one, other in PAIRS)
    assert not any(item in some for some in texts.values())
    small = {part: {text.casefold() for text in some} for part, some in texts.items()}
    assert not small["held"] & (small["tune"] | small["test"])  # not even in capitals


def test_letters_stand_for_at_most_half_of_a_name() -> None:
    for item in items():
        for text in loaded("items")[item]["held"]["letters"]:
            assert 2 * sum(char not in text for char in item) <= len(item), text


def test_every_kind_has_phrases_in_every_part() -> None:
    assert len(kinds()) >= 8
    for kind, scripts in loaded("planted")["scripts"].items():
        assert min(len(scripts[part]) for part in PARTS) >= 3, kind


def test_held_has_as_many_phrases_as_test_of_everything() -> None:
    def at_least(held: Any, test: Any, path: str) -> None:
        assert len(held) >= len(test) or not isinstance(test, list), path
        if isinstance(test, dict):
            for name in test:
                at_least(held[name], test[name], f"{path}.{name}")

    planted, honest = loaded("planted"), loaded("honest")
    for kind, scripts in planted["scripts"].items():
        at_least(scripts["held"], scripts["test"], kind)
    for table in (planted["words"], honest["common"], honest["shop"], *honest["trades"].values()):
        at_least(table["held"], table["test"], "words")
    for item in items():
        for way, texts in loaded("items")[item]["test"].items():  # of letters in a name there are only so many
            assert len(loaded("items")[item]["held"][way]) >= min(len(texts), 3), (item, way)


@pytest.mark.parametrize("part", PARTS)
def test_the_truth_names_lines_of_the_room(part: Part) -> None:
    for number in range(12):
        room = stage(number, part, minutes=30, violations=6)
        lines = {line.id: line for line in room.lines}
        assert len(lines) == len(room.lines) and len(room.planted) == 6
        for one in room.planted:
            evidence = [lines[id] for id in one.lines]
            assert {line.mark for line in evidence} == {one.id}
            assert {line.channel for line in evidence} == set(one.channels)
            assert one.first == min(line.at for line in evidence) <= one.last < 1800
            spelled = {one.item} | set(loaded("items")[one.item][part].get(one.way, ()))
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
