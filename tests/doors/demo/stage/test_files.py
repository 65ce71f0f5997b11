"""Staged rooms as files: what the feeds read, what the stream shows and sounds like."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from mingjian.doors.cli import live_stage
from mingjian.doors.demo.stage.drawing import HEIGHT, WIDTH, Studio
from mingjian.doors.demo.stage.files import FPS, write
from mingjian.doors.demo.stage.model import Line
from mingjian.doors.demo.stage.rehearsal import Rehearsal
from mingjian.doors.demo.stage.script import stage
from mingjian.doors.demo.stage.sound import RATE, sound
from mingjian.doors.live.feeds import read_line
from mingjian.doors.live.heard import Heard
from mingjian.perception.lettering import NoFont, font
from mingjian.perception.live.loops import Loops

av = pytest.importorskip("av")
try:
    font(40)
except NoFont as error:
    pytest.skip(str(error), allow_module_level=True)


def _board(id: str, at: float, text: str) -> Line:
    return Line(id, at, at + 60, "screen", None, text, place="board")


def test_feeds_read_every_line_in_the_order_of_time(tmp_path: Path) -> None:
    room = stage(2, minutes=5, violations=1)
    write(room, tmp_path, video=False)
    told = 0
    for name in ("comments.jsonl", "transcript.jsonl"):
        before = 0.0
        for number, line in enumerate((tmp_path / name).read_bytes().splitlines(), 1):
            heard = read_line(line, name, number, "feed")
            assert isinstance(heard, Heard), heard
            assert heard.start is not None and heard.start >= before
            before, told = heard.start, told + 1
    assert told == sum(line.channel != "screen" for line in room.lines)
    truth = json.loads((tmp_path / "truth.json").read_text("utf-8"))
    assert [one["id"] for one in truth["planted"]] == ["p1"] and truth["planted"][0]["evidence"]


def test_a_video_runs_as_long_as_its_room_and_has_sound(tmp_path: Path) -> None:
    room = stage(5, minutes=0.2, comments=1)
    seen: list[float] = []
    write(room, tmp_path, seen.append)
    with av.open(str(tmp_path / "video.mp4")) as file:
        (video,), (audio,) = file.streams.video, file.streams.audio
        assert (video.width, video.height, audio.rate) == (WIDTH, HEIGHT, RATE)
        pictures = sum(1 for _ in file.decode(video))
    assert pictures == 12 * FPS and seen[-1] == 12


def test_boards_stand_beside_each_other() -> None:
    studio = Studio("room")
    empty = studio.picture([], 0).astype(int)
    one = studio.picture([_board("s1", 0, "水光肌")], 0).astype(int)
    both = studio.picture([_board("s1", 0, "水光肌"), _board("s2", 5, "补水")], 0).astype(int)
    rows = [np.flatnonzero(np.abs(some - empty).sum(axis=(1, 2)) > 0) for some in (one, both)]
    assert len(rows[1]) >= 1.8 * len(rows[0]) > 0
    assert (both[rows[0]] == one[rows[0]]).all()


def test_the_picture_never_goes_round() -> None:
    loops, studio = Loops(0.5), Studio("room")
    for step in range(120):
        assert not loops.sample(np.ascontiguousarray(studio.picture([], step * 3 // 2)[:, :, 1]), step * 0.5)


def test_the_room_sounds_while_the_host_speaks() -> None:
    speech = [Line("s1", 1.0, 2.0, "speech", "host", "说话")]
    quiet, loud, _ = (np.abs(block.astype(float)).mean() for block in sound(speech, 3, 1))
    assert loud > 20 * quiet


def test_a_rehearsal_says_everything_that_is_wrong_with_it() -> None:
    problems = Rehearsal(rooms=0, minutes=1, comments=-1, violating=3).problems()
    assert [one.split()[0] for one in problems] == ["--rooms", "--minutes", "--comments", "--violating"]


def test_the_command_writes_rooms_and_refuses_a_full_folder(tmp_path: Path) -> None:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(live_stage.run)
    folder = tmp_path / "演练"
    given = [str(folder), "--rooms", "2", "--minutes", "5", "--video", "no", "--lang", "zh"]
    done = CliRunner().invoke(app, given)
    assert done.exit_code == 0, done.output
    assert sorted(one.name for one in folder.iterdir()) == ["stage-test-1-h1", "stage-test-1-v0"]
    assert "诚实" in done.output
    again = CliRunner().invoke(app, given)
    assert "不是空文件夹" in str(again.exception)
