"""What live pages are made of: marks and events, the ends of logs, texts cut at signals, the line of time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from mingjian.core.live.model import Gap, Moment, Signal
from mingjian.doors.console import live_pulse
from mingjian.doors.console.live_pulse import Feed, Marks, Streams
from mingjian.doors.console.live_recorded import SPOKEN, Tails, frame_file, frames_of, segment_file, segments_of, stamp
from mingjian.doors.console.live_timeline import Mark, timeline
from mingjian.doors.console.live_views import cut, lines_of
from mingjian.doors.live.log import RoomLog, gap_entry, moment_entry
from mingjian.records.errors import Unavailable


def moment(number: int, text: str = "大家好", channel: str = "speech", at: float | None = None) -> Moment:
    start = float(number) if at is None else at
    return Moment("r", number, channel, start, start + 1, text, 0, 0, "host")


def test_many_who_listen_ask_once() -> None:
    asked: list[str] = []
    marks = Marks(lambda room: asked.append(room) or f"{room}{len(asked)}", every=60)  # type: ignore[func-returns-value]
    assert [marks.of("a"), marks.of("a"), marks.of("b"), marks.of("a")] == ["a1", "a1", "b2", "a1"]
    assert asked == ["a", "b"]


def test_while_the_store_is_away_nothing_new_is_heard() -> None:
    answers: Iterator[str | Unavailable] = iter(["one", Unavailable("away"), "two"])

    def look(_room: str) -> str:
        found = next(answers)
        if isinstance(found, Unavailable):
            raise found
        return found

    marks = Marks(look, every=0)
    assert [marks.of(""), marks.of(""), marks.of("")] == ["one", "one", "two"]


def test_streams_are_bounded_for_all_and_for_one_person() -> None:
    streams = Streams(most=3, each=2)
    with streams.listening("a"), streams.listening("a"):
        assert streams.full("a") and not streams.full("b")
        with streams.listening("b"):
            assert streams.full("b") and streams.full("c")
    assert not streams.full("a") and not streams.full("c")


def test_a_listener_hears_every_change_and_is_forgotten_when_it_leaves() -> None:
    marks = iter(["1", "1", "2", "2"])
    looked: list[tuple[str, str]] = []
    feed = Feed(lambda room: next(marks, "2"), lambda room, actor: looked.append((room, actor)))
    feed.marks = Marks(lambda room: next(marks, "2"), every=0)

    async def listen() -> list[str]:
        heard: list[str] = []
        events: AsyncIterator[str] = feed.events("r", "user:1", lasts=30)
        async for event in events:
            heard.append(event)
            assert not feed.streams.full("user:1")
            if "data" in event and '"2"' in event:
                break
        await events.aclose()  # type: ignore[attr-defined]
        return heard

    heard = asyncio.run(listen())
    assert [one for one in heard if one.startswith("event")] == [
        'event: changed\ndata: {"mark": "1"}\n\n', 'event: changed\ndata: {"mark": "2"}\n\n'
    ]  # fmt: skip
    assert heard[0] == f"retry: {live_pulse.RETRY_MS}\n\n" and looked == [("r", "user:1")]
    assert feed.streams._open.total() == 0


def test_the_end_of_a_log_is_read_on_from_where_it_was(tmp_path: Path) -> None:
    tails = Tails()
    assert not tails.read(tmp_path).here and stamp(tmp_path) == 0
    log = RoomLog(tmp_path / "log", segment_bytes=400)
    log.write([moment_entry(moment(1)), gap_entry(Gap("r", "sound", 1.0, None, "no_sound"))], 1)
    first, mark = tails.read(tmp_path), stamp(tmp_path)
    assert [one.number for one in first.spoken] == [1] and first.gaps[0].end is None and first.now == 2.0
    log.write([moment_entry(moment(2, channel="comment")), gap_entry(Gap("r", "sound", 1.0, 3.0, "no_sound"))], 2)
    for number in range(3, 3 + SPOKEN + 5):
        log.write([moment_entry(moment(number))], number)
    with sorted((tmp_path / "log").glob("*.jsonl"))[-1].open("ab") as torn:
        torn.write(b'{"k":"moment","n":9')
    found = tails.read(tmp_path)
    assert len(found.spoken) == SPOKEN and found.spoken[-1].number == SPOKEN + 7, "old ones are let go, across segments"
    assert [one.number for one in found.comments] == [2] and [gap.end for gap in found.gaps] == [3.0]
    assert stamp(tmp_path) > mark
    log.close()


def test_a_long_log_is_begun_near_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mingjian.doors.console import live_recorded

    log = RoomLog(tmp_path / "log")
    log.write([moment_entry(moment(number)) for number in range(1, 201)], 1)
    log.close()
    monkeypatch.setattr(live_recorded, "_FIRST", 1000)
    found = Tails().read(tmp_path)
    assert found.spoken[-1].number == 200 and found.spoken[0].number > 1


def test_frames_and_recordings_by_room_time(tmp_path: Path) -> None:
    assert frames_of(tmp_path, 0, 100, 5) == [] and segments_of(tmp_path, 0, 100) == []
    (tmp_path / "frames").mkdir()
    for at in range(0, 20_000, 1000):
        (tmp_path / "frames" / f"{at:012d}.jpg").write_bytes(b"x")
    (tmp_path / "frames" / ".000000001000.jpg.new").write_bytes(b"x")
    assert [one.at for one in frames_of(tmp_path, 3, 5, 9)] == [3.0, 4.0, 5.0]
    spread = [one.at for one in frames_of(tmp_path, 0, 99, 4)]
    assert spread[0] == 0.0 and spread[-1] == 19.0 and len(spread) == 4
    (tmp_path / "segments").mkdir()
    rows = ('{"name": "000000000000.mp4", "start": 0, "end": 6, "bytes": 9}',
            '{"name": "000000006000.mkv", "start": 6, "end": 12, "bytes": 9}', "torn")  # fmt: skip
    (tmp_path / "segments" / "index.jsonl").write_text("\n".join(rows))
    assert [one.name for one in segments_of(tmp_path, 5, 9)] == ["000000000000.mp4"], "browsers play no Matroska"
    assert frame_file(tmp_path, "../x.jpg") is None and segment_file(tmp_path, "../../000000000000.mp4") is None


def test_a_text_is_cut_where_signals_begin_and_the_gravest_counts() -> None:
    signals = [Signal(1, "steer", 0, 6, ""), Signal(1, "name", 2, 5, "", "水光针"), Signal(1, "ask", 90, 99, "")]
    pieces = cut("想做水光针的扣1", signals, {"name": "点名", "steer": "引导"})
    assert [(one.text, one.kind, one.title) for one in pieces] == [
        ("想做", "steer", "引导"), ("水光针", "name", "点名:水光针"), ("的", "steer", "引导"), ("扣1", "", "")
    ]  # fmt: skip
    assert cut("", [], {}) == ()


def test_moments_and_gaps_stand_in_order_of_time() -> None:
    gap = Gap("r", "sound", 1.5, None, "no_sound")
    lines = lines_of([moment(2), moment(1)], [gap], {2: [Signal(2, "name", 0, 1, "")]}, {})
    assert [(line.at, line.hit, line.gap is not None) for line in lines] == [
        (1.0, False, False), (1.5, False, True), (2.0, True, False)
    ]  # fmt: skip


def test_the_line_of_time_says_the_same_as_its_table() -> None:
    marks = [Mark("incident", 10, 20, "水光针", "high", "/live/incidents/lvi_1"), Mark("gap", 4000, 4010, "声音"),
             Mark("speech", 4100, 4100, "点名")]  # fmt: skip
    chart = timeline(marks, 4200, "时间线", lambda row: row.upper(), ("起", "止", "通道", "内容"))
    assert [row[2:] for row in chart.rows] == [["GAP", "声音"], ["SPEECH", "点名"]], "an hour back, no further"
    assert chart.option["yAxis"]["data"] == ["SPEECH", "GAP"] and len(chart.option["series"][0]["data"]) == 1
    near = timeline(marks, 60, "时间线", str, ("起", "止", "通道", "内容"))
    assert near.links[0] == "/live/incidents/lvi_1" and not near.empty
    assert timeline([], 60, "时间线", str, ()).empty
