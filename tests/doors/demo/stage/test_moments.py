"""Staged rooms as moments, and what was found in them."""

from __future__ import annotations

import pytest

from mingjian.core.live.model import Incident
from mingjian.doors.demo.stage.matching import LATE, match
from mingjian.doors.demo.stage.moments import OPENED, STILL, about, moments, numbered
from mingjian.doors.demo.stage.script import stage

ROOM = stage(1, "tune", minutes=30, violations=6, only=("board_standing", "card"))


def _incident(*numbers: int, what: str = "") -> Incident:
    return Incident(ROOM.id, f"k{numbers}", "board", numbers, (), 0, 0, 0, {}, (), "critical", (what,))


def test_moments_come_in_the_order_they_were_taken_in() -> None:
    made, _ = numbered(ROOM)
    assert [moment.number for moment in made] == list(range(1, len(made) + 1))
    taken = [moment.taken_at for moment in made]
    assert taken == sorted(taken)
    assert all(moment.start <= moment.end and moment.at < moment.taken_at for moment in made)
    assert {moment.channel for moment in made} == {"speech", "screen", "comment", "pinned", "product"}


def test_no_moment_gives_its_truth_away() -> None:
    for moment, _ in moments(ROOM):
        assert not {"planted", "mark", "place"} & set(moment.ref)


def test_speech_is_taken_when_it_has_been_said() -> None:
    for moment, line in moments(ROOM):
        if moment.channel == "speech":
            assert (moment.start, moment.end) == (line.at, line.end)
            assert moment.at == OPENED + int(line.end * 1_000_000)


def test_words_that_stand_are_told_again() -> None:
    board = next(line for line in ROOM.lines if line.mark and line.place == "board")
    told = [moment for moment, line in moments(ROOM) if line.id == board.id]
    assert len(told) > 3
    assert told[1].start - told[0].start == pytest.approx(STILL)
    assert [one.ref["role"] for one in told[:2]] == ["ocr", "background"]


def test_the_room_is_told_from_outside_without_its_truth() -> None:
    known = about(ROOM)
    assert (known.id, known.title, known.platform) == (ROOM.id, ROOM.title, "douyin")
    assert known.publisher["kind"] in ("merchant", "institution") and not known.facts


def test_found_missed_false_and_again() -> None:
    _, numbers = numbered(ROOM)
    first, second = ROOM.planted[0], ROOM.planted[1]
    other = next(number for line in ROOM.lines if line.mark is None for number in numbers[line.id])
    raised = [
        (_incident(numbers[first.lines[0]][0], what=first.item), first.last + 1.5),
        (_incident(numbers[first.lines[0]][0]), first.last + 5),
        (_incident(numbers[second.lines[0]][0]), second.last + LATE + 1),
        (_incident(other), 30.0),
    ]
    outcome = match(ROOM.planted, numbers, raised)
    (found,) = outcome.found
    assert (found.planted, found.named) == (first, True)
    assert found.after == pytest.approx(1.5)
    assert second in outcome.missed and len(outcome.missed) == 5
    assert [one.moments for one in outcome.false] == [(other,)]
    assert outcome.again == 2
