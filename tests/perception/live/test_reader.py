"""A room read in a process of its own, from servers that behave badly, and over the death of the process."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mingjian.perception.live import (
    Ended,
    Gap,
    Hearing,
    Listening,
    Looking,
    Patience,
    RoomReader,
    Said,
    StreamSettings,
    covered,
    segments,
)  # fmt: skip
from mingjian.perception.live.model import Heard
from mingjian.perception.sound.decode import RATE, Samples
from tests.live_servers import Feed, flv_server, hls_server, make_stream, rtmp_server
from tests.perception.live.rooms import Told, is_gap, reading

PATIENCE = Patience(connect=2.0, stall=0.6, again_from=0.1, again_to=0.2, lost=20.0, silent=1.0)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    make_stream(folder / "long.mp4", 16.0, size=(320, 180))
    make_stream(folder / "a.flv", 4.0, size=(320, 180))
    make_stream(folder / "other.flv", 3.0, size=(480, 270), seed=2)
    make_stream(folder / "mute.flv", 6.0, size=(320, 180), sound=False)
    return folder


class Loud:
    """A recogniser that says how many seconds it has heard, and whether there was a tone."""

    def __init__(self, word: str) -> None:
        self._word, self._heard = word, 0.0

    def feed(self, pcm: Samples) -> list[Heard]:
        before, self._heard = self._heard, self._heard + len(pcm) / RATE
        if int(before) == int(self._heard):
            return []
        tone = "响" if np.abs(pcm).max() > 0.1 else "静"
        return [Heard(f"{self._word}{int(self._heard)}{tone}", float(int(before)), self._heard)]

    def finish(self) -> list[Heard]:
        return [Heard(f"{self._word}完", self._heard, self._heard)]

    def close(self) -> None:
        """Nothing."""


def loud(word: str) -> Listening:
    return Loud(word)


def serving() -> set[int]:
    """Processes of ours that serve; those of tests before may still stand by."""
    children = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    found = {int(each) for path in children for each in path.read_text().split()}
    return {each for each in found if b"serve" in Path(f"/proc/{each}/cmdline").read_bytes()}


def pid(before: set[int]) -> int:
    """The process that reads: the one that came since."""
    (mine,) = serving() - before
    return mine


def test_a_file_is_played_at_its_own_pace_heard_recorded_and_then_over(clips: Path, tmp_path: Path) -> None:
    hearing = Hearing("made", make=partial(loud, "第"))
    settings = StreamSettings(folder=tmp_path, hearing=hearing, pace=8.0)
    with reading(str(clips / "long.mp4"), settings, at=1000.0) as (reader, told):
        ended = told.wait(lambda each: isinstance(each, Ended))
        assert reader.join(10)
    assert isinstance(ended, Ended) and ended.why == "ended"
    assert told.all[-1] is ended and reader.state().running == "ended"
    assert 1016 <= ended.time < 1150
    said = [each for each in told.all if isinstance(each, Said)]
    assert said[-1].text == "第完", "the rest is asked for"
    assert sum("响" in each.text for each in said) >= 12
    assert [each.start for each in said] == sorted(each.start for each in said)
    # What is heard is placed by the sound's own times, within the slack that room time allows a stream.
    assert min(each.start for each in said) >= 999 and max(each.start for each in said) <= ended.time + 3
    assert {gap[:2] for gap in told.gaps()} <= {("picture", "overload")}, "a rehearsal eight times as fast"
    (stretch,) = covered(tmp_path, 0, 2000)
    assert stretch[1] - stretch[0] == pytest.approx(16, abs=3)
    assert len(list((tmp_path / "frames").glob("*.jpg"))) >= 2


def test_kill_9_is_a_gap_and_the_room_goes_on_in_its_own_time(clips: Path, tmp_path: Path) -> None:
    before = serving()
    with rtmp_server(clips / "a.flv", 1.0) as url:  # noqa: SIM117
        with reading(url, StreamSettings(folder=tmp_path, patience=PATIENCE), at=50.0) as (reader, told):
            first = told.alive()
            os.kill(pid(before), signal.SIGKILL)
            begun = told.wait(is_gap("stream", "restarted"))
            over = told.wait(is_gap("stream", "restarted", ended=True))
            assert reader.state().restarts == 1
    assert isinstance(begun, Gap) and isinstance(over, Gap)
    assert 50.0 <= begun.start == over.start and first.time <= over.start
    assert over.end is not None and over.start < over.end < 90
    assert isinstance(told.all[-1], Ended) and told.all[-1].why == "left"


def test_a_stream_that_ends_changes_its_size_and_lies_about_time_goes_on(clips: Path, tmp_path: Path) -> None:
    first, other = (clips / "a.flv").read_bytes(), (clips / "other.flv").read_bytes()

    def choose(count: int, path: str) -> Feed | int:
        if count == 2:
            return 503
        return Feed(first + other[13:], pace=len(first) / 0.5)  # fast, and the time stamps begin anew half way

    with flv_server(choose) as (url, asked), reading(f"{url}/a.flv", StreamSettings(
        folder=tmp_path, patience=PATIENCE, looking=Looking(every=0.2)
    )) as (_, told):  # fmt: skip
        told.wait(is_gap("stream", "ended", ended=True))
        assert len(asked) >= 3
    assert {why for _, why, _ in told.gaps()} <= {"ended", "connecting_failed"}
    assert {each.width for each in segments(tmp_path)} == {320, 480}, "recorded in both sizes"


def test_a_stream_that_stalls_is_a_gap_until_it_is_back(clips: Path) -> None:
    data = (clips / "a.flv").read_bytes()
    stalls = Feed(data, stall_at=len(data) // 2)

    with flv_server(lambda count, path: stalls if count == 1 else Feed(data, pace=len(data) / 4)) as (url, _):  # noqa: SIM117
        with reading(f"{url}/a.flv", StreamSettings(patience=PATIENCE)) as (_, told):
            begun = told.wait(is_gap("stream", "stalled"))
            over = told.wait(is_gap("stream", "stalled", ended=True))
    assert isinstance(begun, Gap) and isinstance(over, Gap) and over.end is not None
    assert over.end - begun.start > 0.5, "it began with the last that came, not when patience ended"


def test_a_stream_that_stays_away_is_lost(clips: Path) -> None:
    patience = Patience(connect=1.0, stall=1.0, again_from=0.05, again_to=0.1, lost=0.5)
    with flv_server(lambda count, path: 404) as (url, _), reading(
        f"{url}/a.flv", StreamSettings(patience=patience, hearing=Hearing("none"))
    ) as (_, told):  # fmt: skip
        ended = told.wait(lambda each: isinstance(each, Ended))
    assert isinstance(ended, Ended) and (ended.why, "HTTP 404" in ended.detail) == ("lost", True)
    assert told.gaps() == [
        ("speech", "no_recogniser", False), ("stream", "connecting_failed", False),
        ("speech", "no_recogniser", True), ("stream", "connecting_failed", True),
    ]  # fmt: skip


def refuse(url: str) -> bool:
    return False


def test_an_address_that_is_not_allowed_is_never_opened() -> None:
    with flv_server(lambda count, path: 404) as (url, asked):
        with reading(f"{url}/a.flv", StreamSettings(allowed=refuse)) as (_, told):
            ended = told.wait(lambda each: isinstance(each, Ended))
        assert asked == []
    assert isinstance(ended, Ended) and "不允许" in ended.detail


def test_no_sound_is_a_gap(clips: Path) -> None:
    data = (clips / "mute.flv").read_bytes()
    settings = StreamSettings(patience=replace(PATIENCE, silent=0.3))
    with flv_server(lambda count, path: Feed(data, pace=len(data) / 6)) as (url, _):  # noqa: SIM117
        with reading(f"{url}/a.flv", settings) as (_, told):
            gap = told.wait(is_gap("sound", "no_sound"))
    assert isinstance(gap, Gap) and gap.end is None
    assert ("sound", "no_sound", True) in told.gaps(), "told to be over at the end"


def test_who_takes_what_is_told_and_raises_ends_it(clips: Path) -> None:
    def out(what: Any) -> None:
        raise RuntimeError("full")

    reader = RoomReader("r", str(clips / "long.mp4"), StreamSettings(), out)
    reader.start()
    assert reader.join(20)
    assert (reader.state().running, reader.state().error) == ("failed", "RuntimeError: full")


def test_nothing_is_raised_for_a_file_that_is_not_there() -> None:
    told = Told()
    reader = RoomReader("r", "/nowhere/at/all.mp4", StreamSettings(), told.take)
    reader.start()
    assert reader.join(20)
    assert isinstance(told.all[-1], Ended) and told.all[-1].why == "lost"


def test_a_playlist_comes_in_pieces_and_is_played_as_it_runs(tmp_path: Path) -> None:
    (tmp_path / "hls").mkdir()
    make_stream(tmp_path / "hls" / "a.m3u8", 8.0, size=(320, 180))
    settings = StreamSettings(folder=tmp_path / "room", pace=4.0)
    with hls_server(tmp_path / "hls") as url, reading(f"{url}/a.m3u8", settings) as (_, told):
        ended = told.wait(lambda each: isinstance(each, Ended))
    assert isinstance(ended, Ended) and ended.why == "ended", "the playlist said that it was complete"
    (stretch,) = covered(tmp_path / "room", 0, 1000)
    assert stretch[1] - stretch[0] == pytest.approx(8, abs=1.5)
