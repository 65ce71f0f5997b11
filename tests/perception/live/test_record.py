"""What is recorded of a stream, and clips cut out of it."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import av
import pytest

from mingjian.perception.live.clips import covered, cut_clip, segments
from mingjian.perception.live.record import INDEX, Recorder
from mingjian.perception.live.settings import Recording
from mingjian.perception.model import PerceptionError
from tests.live_servers import make_stream


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same eight seconds as MP4, FLV and MPEG-TS, and some in another size."""
    folder = tmp_path_factory.mktemp("clips")
    for name in ("a.mp4", "a.flv", "a.ts"):
        make_stream(folder / name, 8.0, size=(320, 180))
    make_stream(folder / "other.flv", 4.0, size=(480, 270), seed=2)
    return folder


def record(recorder: Recorder, clip: Path, at: float, close: bool = True) -> None:
    """As a connection does that begins at this room time."""
    with av.open(str(clip)) as container:
        recorder.begin(container.streams.video[0], container.streams.audio[0])
        first: float | None = None
        for packet in container.demux():
            if packet.dts is not None:
                said = float(packet.dts * packet.time_base)
                first = said if first is None else first
                recorder.packet(packet, at + said - first)
    if close:
        recorder.close()


def length(path: Path) -> tuple[float, int, int]:
    """Seconds, frames and pieces of sound of a clip, all decoded."""
    with av.open(str(path)) as container:
        pictures = [float(frame.time or 0.0) for frame in container.decode(video=0)]
    with av.open(str(path)) as container:
        sounds = sum(1 for _ in container.decode(audio=0))
    return max(pictures), len(pictures), sounds


@pytest.mark.parametrize("name", ["a.mp4", "a.flv", "a.ts"])
def test_segments_can_be_played_alone_and_clips_run_over_them(clips: Path, tmp_path: Path, name: str) -> None:
    recorder = Recorder(tmp_path, Recording(segment=2.0))
    record(recorder, clips / name, 100.0)
    found = segments(tmp_path)
    assert [round(each.start) for each in found] == [100, 102, 104, 106]
    assert [each.width for each in found] == [320] * 4
    for each in found:
        _, frames, sounds = length(each.path)
        assert frames == 20 and 27 <= sounds <= 33
    clip = cut_clip(tmp_path, 102.5, 105.5, tmp_path / "clip.mp4")
    assert not clip.encoded_anew
    assert clip.start == pytest.approx(102.0, abs=0.1), "the picture at or before it that needs no other"
    seconds, frames, sounds = length(tmp_path / "clip.mp4")
    assert seconds == pytest.approx(3.5, abs=0.2)
    assert 34 <= frames <= 38 and 50 <= sounds <= 60
    assert clip.covered == ((clip.start, 105.5),)


def test_a_clip_over_a_restart_in_another_size_is_encoded_anew_and_says_so(clips: Path, tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, Recording(segment=3.0))
    record(recorder, clips / "a.flv", 10.0, close=False)
    record(recorder, clips / "other.flv", 21.0)
    clip = cut_clip(tmp_path, 16.3, 23.0, tmp_path / "clip.mp4")
    assert clip.encoded_anew
    assert [round(at) for stretch in clip.covered for at in stretch] == [16, 18, 21, 23]
    with av.open(str(tmp_path / "clip.mp4")) as container:
        times = [float(frame.time or 0.0) for frame in container.decode(video=0) if frame.width == 320]
    assert len(times) == pytest.approx(40, abs=3)
    assert max(later - before for before, later in pairwise(times)) == pytest.approx(3, abs=0.3)


def test_what_a_killed_process_left_is_there_up_to_its_last_second(clips: Path, tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, Recording(segment=30.0))
    record(recorder, clips / "a.flv", 50.0, close=False)
    # Never closed, as after kill -9; another process goes on.
    assert [(round(each.start), each.end > 56.5) for each in segments(tmp_path)] == [(50, True)]
    record(Recorder(tmp_path, Recording()), clips / "a.flv", 60.0)
    (first, last), (again, end) = covered(tmp_path, 0, 100)
    assert (first, again, end) == pytest.approx((50, 60, 68), abs=0.2)
    assert 56.5 < last <= 58
    clip = cut_clip(tmp_path, 55.3, 62.0, tmp_path / "clip.mp4")
    assert not clip.encoded_anew
    assert length(tmp_path / "clip.mp4")[0] == pytest.approx(7.0, abs=0.3), "it keeps the room's time over the hole"


@pytest.mark.parametrize(
    ("settings", "kept"),
    [(Recording(segment=1.0, minutes=4 / 60), 5), (Recording(segment=1.0, most_bytes=1), 1)],
    ids=["minutes", "bytes"],
)
def test_what_is_too_old_or_too_much_goes(clips: Path, tmp_path: Path, settings: Recording, kept: int) -> None:
    old = tmp_path / "segments" / "000000000500.mp4"
    old.parent.mkdir()
    old.write_bytes(b"torn")
    record(Recorder(tmp_path, settings), clips / "a.flv", 1000.0)
    names = sorted(path.name for path in old.parent.glob("*.mp4"))
    assert len(names) == pytest.approx(kept, abs=1)
    assert old.name not in names
    index = [json.loads(line)["name"] for line in (old.parent / INDEX).read_text().splitlines()]
    assert index == names


def test_a_clock_that_jumps_within_a_stream_leaves_no_hole(clips: Path, tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, Recording(segment=30.0))
    with av.open(str(clips / "a.flv")) as container:
        recorder.begin(container.streams.video[0], container.streams.audio[0])
        for packet in container.demux():
            if packet.dts is None:
                continue
            at = float(packet.dts * packet.time_base)
            if at > 4:
                packet.dts += 10_000_000
                packet.pts = packet.dts
            recorder.packet(packet, at)
    recorder.close()
    (found,) = segments(tmp_path)
    assert length(found.path)[0] == pytest.approx(7.9, abs=0.3)


def test_nothing_recorded_is_said(tmp_path: Path) -> None:
    with pytest.raises(PerceptionError, match="没有录像"):
        cut_clip(tmp_path, 0, 10, tmp_path / "clip.mp4")
    assert not list(tmp_path.iterdir())


def test_a_disk_that_is_full_ends_the_recording_not_the_room(clips: Path, tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, Recording())
    (tmp_path / "segments").rmdir()
    record(recorder, clips / "a.flv", 0.0)
    assert recorder.error and recorder.recorded is None
