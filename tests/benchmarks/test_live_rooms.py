"""How the figures of live rooms are counted and told."""

from __future__ import annotations

import live_latency
import live_rooms
import pytest
from live_report import tables

from mingjian.doors.demo.stage.script import stage
from mingjian.doors.live.heard import heard_of


def _tally() -> live_rooms.Tally:
    one, other = live_rooms.Tally(moments=10, seconds=2.0, named=1), live_rooms.Tally(moments=30, seconds=2.0)
    one.kinds["board"] = [1, 2]
    other.kinds["board"] = [2, 2]
    one.ways["plain"] = [3, 4]
    one.items["水光针"] = [3, 4]
    other.trades["makeup"] = [1.0, 50.0]
    one.trades["makeup"] = [1.0, 150.0]
    one.after, other.after = [3.0], [1.0, 2.0]
    one.add(other)
    return one


def test_runs_add_up() -> None:
    got = live_rooms.figures(_tally(), "test", 1)
    assert (got["found"], got["planted"], got["share"], got["named"]) == (3, 4, 0.75, 1)
    assert (got["alarms"], got["hours"], got["false_per_100_hours"]) == (2, 200.0, 1.0)
    assert (got["median_after_s"], got["moments_per_second"]) == (2.0, 10)


@pytest.mark.parametrize(("lang", "words"), [("en", "3 of 4 found (75.0%)"), ("zh", "4 处找到 3 处(75.0%)")])
def test_figures_are_told_in_both_languages(lang: str, words: str) -> None:
    latency = {"how": "push", "rooms": 8, "minutes": 4.0, "comments": 5.0, "warnings": 7, "warned": 6, "planted": 8,
               "median_s": 2.1, "p95_s": 2.9, "max_s": 3.2, "processor_s": 40.0}  # fmt: skip
    text = tables({"accuracy": live_rooms.figures(_tally(), "held", 1), "latency_push": latency}, lang)
    assert words in text
    assert "--hours 200 --violations 4`" in text and "--how push --rooms 8 --minutes 4 --comments 5" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in rows}) == 1 and len(rows) == 3


def test_the_command_names_a_part_and_a_seed_that_are_not_the_usual_ones() -> None:
    text = tables({"accuracy": live_rooms.figures(_tally(), "test", 3)}, "en")
    assert "live_rooms.py accuracy --hours 200 --violations 4 --part test --seed 3`" in text


def test_lines_are_told_when_a_recogniser_has_them_and_with_times_of_their_own() -> None:
    room = stage(1, "tune", minutes=5, violations=1)
    told = live_latency.schedule(room)
    assert [when for when, _ in told] == sorted(when for when, _ in told)
    for when, line in told:
        heard = heard_of(live_latency.moment(line, 1_000.0), "feed")
        assert heard.time == int((1_000.0 + line.at) * 1_000_000)
        if line.channel == "speech":
            assert when > line.end and heard.lasts == pytest.approx(line.end - line.at, abs=0.001)
        else:
            assert when == line.at


def test_the_line_meant_is_the_nearest_that_says_it() -> None:
    room = stage(1, "tune", minutes=5, violations=1, comments=5)
    line = next(one for one in reversed(room.lines) if one.channel == "comment")
    assert live_latency._line(room, "comment", line.text, line.end) is line
    assert live_latency._line(room, "comment", "没有人写过这句", 1.0) is None
