from __future__ import annotations

from pathlib import Path

import av
import pytest

from mingjian.perception.model import Perceived, Reading
from mingjian.perception.options import Options
from mingjian.perception.sound.decode import Samples
from mingjian.perception.sound.recognisers import Segment
from mingjian.perception.video.read import read_video
from tests.perception.sound.voices import silence, voice, wav
from tests.perception.video.makers import Script, Words, make

FAST = {"preset": "ultrafast", "crf": "20"}
WORDS = (
    Words("术后效果永不", 0, 3), Words("反弹大家放心", 3, 6), Words("恢复期三天", 6, 9),
    Words("星光医疗美容", 0, 9, "background"),
    Words("水光精华液", 3, 8, "card", 0), Words("到手价 ¥199", 3, 8, "card", 1),
)  # fmt: skip


class Fixed:
    """Hears the same words in everything."""

    def transcribe(self, pcm: Samples, rate: int) -> list[Segment]:
        return [Segment("听到的话", 0.0, 1.0)]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clip")
    sound = wav(folder / "sound.wav", silence(2), voice(3), silence(4))
    script = Script(9.0, (960, 540), 10, "person", WORDS, cuts=(6.0,), options=FAST)
    return make(folder / "介绍.mp4", script, sound)


@pytest.fixture(scope="module")
def seen(clip: Path) -> Perceived:
    return read_video(clip)


def of(found: Perceived, role: str) -> Reading:
    (reading,) = (each for each in found.readings if each.role == role)
    return reading


def test_subtitles_board_and_card_are_read_once_each_with_place_and_time(seen: Perceived) -> None:
    assert seen.kind == "video"
    subtitle, board, card = of(seen, "subtitle"), of(seen, "background"), of(seen, "card")
    assert subtitle.text == "术后效果永不反弹大家放心恢复期三天"
    assert board.text == "星光医疗美容"
    assert "水光精华液" in card.text
    assert "199" in card.text
    times = [place.time for place in subtitle.places]
    assert [time and (round(time[0]), round(time[1])) for time in times] == [(0, 3), (3, 6), (6, 9)]
    for place in subtitle.places:
        assert place.box is not None
        left, top, width, _ = place.box
        assert 440 < top < 540
        assert abs(left + width / 2 - 480) < 20
    (shown,) = (place.time for place in board.places)
    assert shown is not None
    assert shown[0] == 0.0
    assert shown[1] > 8.5
    assert all(reading.role in ("subtitle", "background", "card") for reading in seen.readings)


def test_scenes_key_frames_sheet_and_fingerprints(seen: Perceived) -> None:
    assert [round(second) for second in seen.scenes] == [0, 6]
    assert seen.size == (960, 540)
    assert seen.seconds == pytest.approx(9.0, abs=0.2)
    assert {round(frame.time or 0) for frame in seen.shown} >= {0, 3, 6}
    assert seen.sheet is not None
    assert {mark.kind for mark in seen.prints} == {"pdq", "pdq_mirror"}


def test_speech_that_nobody_recognises_is_unread(seen: Perceived) -> None:
    (said,) = seen.unread
    assert said.startswith("有语音 ")
    assert said.endswith("没有配置语音识别")


def test_speech_a_recogniser_heard_stands_beside_what_was_seen(tmp_path: Path) -> None:
    sound = wav(tmp_path / "sound.wav", silence(0.5), voice(2.5), silence(1))
    path = make(tmp_path / "clip.mp4", Script(4.0, (320, 180), 10, "plain", options=FAST), sound)
    found = read_video(path, Options(shown=False), recogniser=Fixed())
    assert [(reading.role, reading.text) for reading in found.readings] == [("speech", "听到的话")]
    assert (found.unread, found.shown, found.sheet) == ((), (), None)


def test_subtitles_inside_the_file_are_the_speech(tmp_path: Path) -> None:
    srt = tmp_path / "words.srt"
    lines = ("1\n00:00:00,500 --> 00:00:02,500\n效果永不\n", "2\n00:00:02,500 --> 00:00:04,000\n<b>反弹</b>\n")
    srt.write_text("\n".join(lines), "utf-8")
    sound = wav(tmp_path / "sound.wav", silence(0.5), voice(2.5), silence(1))
    bare = make(tmp_path / "bare.mp4", Script(4.0, (320, 180), 10, "plain", options=FAST), sound)
    path = tmp_path / "full.mkv"
    with av.open(str(bare)) as film, av.open(str(srt)) as words, av.open(str(path), "w") as out:
        streams = {each.index: out.add_stream_from_template(each) for each in film.streams}
        line = out.add_stream_from_template(words.streams.subtitles[0])
        for packet in words.demux():
            if packet.dts is not None:
                packet.stream = line
                out.mux(packet)
        for packet in film.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                out.mux(packet)
    found = read_video(path)
    (reading,) = found.readings
    assert (reading.role, reading.text) == ("speech", "效果永不反弹")
    for place, time in zip(reading.places, ((0.5, 2.5), (2.5, 4.0)), strict=True):
        assert place.time == pytest.approx(time, abs=0.1)
    assert found.unread == ()


def test_a_clip_without_sound_or_words_is_silent(tmp_path: Path) -> None:
    path = make(tmp_path / "mute.mp4", Script(2.0, (320, 180), 10, "plain", options=FAST))
    found = read_video(path)
    assert (found.readings, found.unread, found.notes) == ((), (), ())
