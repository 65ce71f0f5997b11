from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from mingjian.perception.model import Limits, PerceptionError
from mingjian.perception.options import Options, SpeechSettings
from mingjian.perception.sound.decode import RATE, Samples
from mingjian.perception.sound.read import read_audio
from mingjian.perception.sound.recognisers import Segment
from tests.perception.sound.voices import silence, voice, wav


class Fixed:
    """Hears the same words in everything; fails when it is told to."""

    def __init__(self, text: str = "永不反弹", fails: bool = False) -> None:
        self.text, self.fails = text, fails
        self.given: list[tuple[int, int]] = []

    def transcribe(self, pcm: Samples, rate: int) -> list[Segment]:
        self.given.append((len(pcm), rate))
        if self.fails:
            raise PerceptionError("连不上语音识别接口 host")
        return [Segment(self.text, 0.2, 1.0)] if self.text else []


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "said.wav"
    return wav(path, silence(2), voice(3), silence(2), voice(3), silence(1.5))


def test_speech_that_nobody_recognises_is_unread_and_never_clean(spoken: Path) -> None:
    found = read_audio(spoken)
    assert (found.kind, found.readings) == ("audio", ())
    assert found.seconds == pytest.approx(11.5, abs=0.1)
    (said,) = found.unread
    assert said.startswith("有语音 ")
    assert "秒未识别(00:0" in said
    assert said.endswith("没有配置语音识别")


def test_a_recogniser_gives_words_with_their_time(spoken: Path) -> None:
    recogniser = Fixed()
    found = read_audio(spoken, recogniser=recogniser)
    (reading,) = found.readings
    assert found.unread == ()
    assert (reading.role, reading.text) == ("speech", "永不反弹\n永不反弹")
    first, second = (place.time for place in reading.places)
    assert first is not None
    assert second is not None
    assert first[0] == pytest.approx(2.2, abs=0.5)
    assert second[0] == pytest.approx(7.2, abs=0.5)
    assert {rate for _, rate in recogniser.given} == {RATE}


def test_the_recogniser_of_the_options_is_asked(spoken: Path, tmp_path: Path) -> None:
    with pytest.raises(PerceptionError, match="没有认得的语音模型"):
        read_audio(spoken, Options(speech=SpeechSettings(model_folder=str(tmp_path))))


def test_a_recogniser_that_fails_leaves_speech_unread(spoken: Path) -> None:
    found = read_audio(spoken, recogniser=Fixed(fails=True))
    assert found.readings == ()
    assert found.unread[0].endswith("连不上语音识别接口 host")


def test_a_recogniser_that_hears_nothing_leaves_speech_unread(spoken: Path) -> None:
    assert read_audio(spoken, recogniser=Fixed("")).unread[0].endswith("识别不出文字")


def test_no_speech_nothing_unread(tmp_path: Path) -> None:
    time = np.arange(3 * RATE) / RATE
    tone = (0.2 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)
    found = read_audio(wav(tmp_path / "tone.wav", tone))
    assert (found.readings, found.unread) == ((), ())


def test_subtitles_beside_the_file_are_the_speech(spoken: Path, tmp_path: Path) -> None:
    path = tmp_path / "said.wav"
    path.write_bytes(spoken.read_bytes())
    (tmp_path / "said.srt").write_text("1\n00:00:02,000 --> 00:00:10,000\n永不反弹\n", encoding="utf-8")
    found = read_audio(path)
    assert [reading.text for reading in found.readings] == ["永不反弹"]
    assert found.unread == ()
    assert "said.srt" in found.notes[0]


def test_speech_that_subtitles_do_not_cover_is_unread(spoken: Path, tmp_path: Path) -> None:
    srt = tmp_path / "given.srt"
    srt.write_text("1\n00:00:02,000 --> 00:00:05,000\n前半段\n", encoding="utf-8")
    (said,) = read_audio(spoken, subtitles=srt).unread
    assert said.endswith("字幕没有覆盖")
    assert "(00:06–00:1" in said


def test_broken_subtitles_beside_are_noted_but_named_ones_are_an_error(spoken: Path, tmp_path: Path) -> None:
    path = tmp_path / "said.wav"
    path.write_bytes(spoken.read_bytes())
    srt = tmp_path / "said.srt"
    srt.write_text("?", encoding="utf-8")
    found = read_audio(path)
    assert "没有用上" in found.notes[0]
    assert found.unread
    with pytest.raises(PerceptionError, match="没有一行"):
        read_audio(path, subtitles=srt)


def test_longer_than_the_limit_is_heard_up_to_it_and_said(spoken: Path) -> None:
    found = read_audio(spoken, Options(Limits(max_media_seconds=4.0)))
    assert any("只听到 00:04" in said for said in found.unread)


def test_any_format_and_rate(tmp_path: Path) -> None:
    path = tmp_path / "voice.m4a"
    sound = (np.concatenate([silence(1), voice(3), silence(1)]) * 32767).astype(np.int16)
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=RATE, layout="mono")
        for at in range(0, len(sound), 1024):
            frame = av.AudioFrame.from_ndarray(sound[None, at : at + 1024], format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE, at
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert "有语音" in read_audio(path).unread[0]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.mp3", b"", "空文件"),
        ("text.mp3", "不是声音".encode() * 50, "打不开"),
        ("list.mp3", b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n", "打不开"),
        ("list.wav", b"ffconcat version 1.0\nfile '/etc/passwd'\n", "打不开"),
    ],
)
def test_files_that_are_no_sound_are_said_so(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(PerceptionError, match=said):
        read_audio(path)


def test_a_folder_and_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(PerceptionError, match="不是普通文件"):
        read_audio(tmp_path)
    with pytest.raises(PerceptionError, match="读不到"):
        read_audio(tmp_path / "none.mp3")


def test_a_sound_that_breaks_off_gives_what_it_has(spoken: Path, tmp_path: Path) -> None:
    path = tmp_path / "torn.wav"
    data = spoken.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 11])
    found = read_audio(path)
    assert any("有语音" in said for said in found.unread)
