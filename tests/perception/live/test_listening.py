"""Recognisers that hear sound as it comes, and what happens when one fails."""

from __future__ import annotations

import sys
import threading
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mingjian.perception.live import ears
from mingjian.perception.live.clock import RoomTime
from mingjian.perception.live.ears import Ears, Sound
from mingjian.perception.live.listening import Pieces, SherpaOnline, listening
from mingjian.perception.live.marks import Marks
from mingjian.perception.live.model import Gap, Heard, Listening, Observed, Said
from mingjian.perception.live.settings import Hearing
from mingjian.perception.model import PerceptionError
from mingjian.perception.sound.decode import RATE, Samples
from mingjian.perception.sound.recognisers import Segment


def loud(frame: Samples) -> float:
    """A judge: speech is what is loud."""
    return float(np.abs(frame).max() > 0.1)


def sound(*parts: tuple[float, float]) -> Samples:
    """(seconds, level) one after the other."""
    return np.concatenate([np.full(round(seconds * RATE), level, np.float32) for seconds, level in parts])


class Counting:
    """A batch recogniser that says how long what it was given is."""

    def __init__(self) -> None:
        self.given: list[float] = []

    def transcribe(self, pcm: Samples, rate: int) -> list[Segment]:
        self.given.append(len(pcm) / rate)
        return [Segment(f"第{len(self.given)}句", 0.0, len(pcm) / rate)]


def fed(one: Listening, pcm: Samples, piece: int = 3200) -> list[Heard]:
    return [each for at in range(0, len(pcm), piece) for each in one.feed(pcm[at : at + piece])]


def test_pieces_hands_on_what_was_said_between_two_pauses() -> None:
    recogniser = Counting()
    one = Pieces(recogniser, judge=loud)
    heard = fed(one, sound((1, 0), (2, 0.5), (1, 0), (1.5, 0.5), (1, 0)))
    assert [each.text for each in heard] == ["第1句", "第2句"]
    assert [each.start for each in heard] == pytest.approx([0.8, 3.8], abs=0.15)
    assert recogniser.given == pytest.approx([2.65, 2.15], abs=0.2)
    assert one.finish() == []


def test_pieces_does_not_wait_for_the_end_of_long_speech() -> None:
    recogniser = Counting()
    one = Pieces(recogniser, longest=4.0, judge=loud)
    heard = fed(one, sound((10, 0.5)))
    assert len(heard) >= 2
    heard += one.finish()
    assert sum(recogniser.given) == pytest.approx(10, abs=0.1), "nothing is lost or heard twice"
    assert [each.start for each in heard] == sorted(each.start for each in heard)


def test_pieces_of_a_click_is_nothing() -> None:
    assert fed(Pieces(Counting(), judge=loud), sound((1, 0), (0.1, 0.5), (2, 0))) == []


class FakeOnline:
    """sherpa_onnx's streaming recogniser, as far as it is used: a word for each second of loud sound, an end after half
    a second of silence."""

    made: list[dict[str, Any]]

    @classmethod
    def from_transducer(cls, **options: Any) -> FakeOnline:
        found = cls()
        found.made = [options]
        return found

    def create_stream(self) -> Any:
        stream = types.SimpleNamespace(pcm=np.zeros(0, np.float32), decoded=0)
        stream.accept_waveform = lambda rate, pcm: setattr(stream, "pcm", np.concatenate([stream.pcm, pcm]))
        stream.input_finished = lambda: None
        return stream

    def is_ready(self, stream: Any) -> bool:
        return bool(stream.decoded < len(stream.pcm))

    def decode_stream(self, stream: Any) -> None:
        stream.decoded = len(stream.pcm)

    def get_result(self, stream: Any) -> str:
        return "嗯" * int((np.abs(stream.pcm) > 0.1).sum() / RATE)

    def is_endpoint(self, stream: Any) -> bool:
        tail = stream.pcm[-RATE // 2 :]
        return bool(len(stream.pcm) > RATE and np.abs(tail).max() < 0.1)

    def reset(self, stream: Any) -> None:
        stream.pcm, stream.decoded = np.zeros(0, np.float32), 0


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(sys.modules, "sherpa_onnx", types.SimpleNamespace(OnlineRecognizer=FakeOnline))
    for name in ("tokens.txt", "encoder.onnx", "encoder.int8.onnx", "decoder.onnx", "joiner.onnx"):
        (tmp_path / name).touch()
    return tmp_path


def test_a_streaming_model_guesses_and_then_says(model: Path) -> None:
    one = listening(Hearing("streaming", folder=str(model)))
    assert isinstance(one, SherpaOnline)
    heard = fed(one, sound((2.5, 0.5), (0.7, 0), (1.2, 0.5)))
    assert [each.text for each in heard] == ["嗯", "嗯嗯", "嗯嗯", "嗯"]
    assert [each.final for each in heard] == [False, False, True, False]
    assert len({each.start for each in heard[:3]}) == 1, "one utterance"
    assert heard[2].end <= 3.2 <= heard[3].end
    assert [each.final for each in one.finish()] == [True]


def test_a_folder_without_a_streaming_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(PerceptionError, match="流式语音模型"):
        listening(Hearing("streaming", folder=str(tmp_path)))


@pytest.mark.parametrize("hearing", [Hearing("pieces"), Hearing("made")])
def test_nobody_to_listen_is_an_error_when_somebody_should(hearing: Hearing) -> None:
    with pytest.raises(PerceptionError):
        listening(hearing)


class Failing:
    """Fails at the third piece of sound, once."""

    failures = 0

    def __init__(self) -> None:
        self.count = 0

    def feed(self, pcm: Samples) -> list[Heard]:
        self.count += 1
        if self.count == 3 and not Failing.failures:
            Failing.failures += 1
            raise RuntimeError("dead")
        return [Heard(f"{self.count}", self.count - 1.0, float(self.count))]

    def finish(self) -> list[Heard]:
        return []

    def close(self) -> None:
        """Nothing."""


def observed(marks: Marks) -> list[Observed]:
    return [marks.out.get() for _ in range(marks.out.qsize())]


def test_a_recogniser_that_dies_is_a_gap_and_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ears, "PAUSES", (0.0,))
    Failing.failures = 0
    marks, queue = Marks("r", RoomTime.starting(1000.0)), Sound()
    for second in range(6):
        queue.put(500.0 + second, sound((1, 0.5)))
    queue.close()
    Ears(marks, Hearing("made", make=Failing)).run(queue)
    found = observed(marks)
    said = [each for each in found if isinstance(each, Said)]
    gaps = [each for each in found if isinstance(each, Gap)]
    assert [each.start for each in said] == pytest.approx([500, 501, 503, 504, 505])
    assert [(each.channel, each.why, each.start, each.end) for each in gaps] == [
        ("speech", "recogniser_failed", 502.0, None), ("speech", "recogniser_failed", 502.0, 503.0)
    ]  # fmt: skip
    assert len({each.key for each in said}) == 5


class Slow(Failing):
    """Waits until it is let go."""

    go = threading.Event()

    def feed(self, pcm: Samples) -> list[Heard]:
        Slow.go.wait(10)
        return []


def test_sound_that_piles_up_is_a_gap_and_takes_no_memory() -> None:
    Slow.go.clear()
    marks, queue = Marks("r", RoomTime.starting(1000.0)), Sound()
    for second in range(40):
        queue.put(float(second), sound((1, 0.5)))
    Slow.go.set()
    queue.close()
    Ears(marks, Hearing("made", make=Slow)).run(queue)
    gaps = [each for each in observed(marks) if isinstance(each, Gap)]
    assert (gaps[0].channel, gaps[0].why, gaps[0].start) == ("speech", "overload", 0.0)
    assert gaps[-1].end == pytest.approx(11.0)
