"""Recognisers that hear sound as it comes: one that takes it pause by pause, and models made for streams."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from mingjian.perception.live.model import Heard, Listening
from mingjian.perception.live.settings import Hearing
from mingjian.perception.model import PerceptionError
from mingjian.perception.sound.decode import RATE, Samples
from mingjian.perception.sound.recognisers import Recogniser
from mingjian.perception.sound.recognisers import recogniser as from_settings
from mingjian.perception.sound.vad import FRAME, LEAST, MARGIN, SILENCE, SPEECH, Judge, silero

PAUSE = 14
"""Frames (0.45 s) of silence at which what was said is handed on: a live room cannot wait as long as a file."""


def listening(settings: Hearing) -> Listening | None:
    """Whoever the settings name; None when nobody is to listen. PerceptionError when it cannot be had."""
    if settings.source in ("pushed", "none"):
        return None
    if settings.source == "streaming":
        return SherpaOnline(Path(settings.folder or ""))
    if settings.source == "made":
        if settings.make is None:
            raise PerceptionError("没有给出语音识别的做法", "Hearing('made', make=…)")
        return settings.make()
    found = from_settings(settings.speech)
    if found is None:
        raise PerceptionError("没有配置语音识别", "给出模型文件夹或接口地址,或改用推送字幕")
    return Pieces(found, settings.longest)


class Pieces:
    """A recogniser of whole files, given what was said between two pauses; long speech is cut where it is quietest."""

    def __init__(self, recogniser: Recogniser, longest: float = 8.0, judge: Judge | None = None) -> None:
        self._recogniser, self._judge = recogniser, judge or silero()
        self._most = max(4 * PAUSE, round(longest * RATE / FRAME))
        self._rest = np.zeros(0, np.float32)
        self._frames: list[Samples] = []
        self._chances: list[float] = []
        self._open = False
        self._quiet = 0
        self._count = 0
        """Frames judged so far."""

    def feed(self, pcm: Samples) -> list[Heard]:
        """As of Listening; every piece is final."""
        found: list[Heard] = []
        sound = np.concatenate([self._rest, pcm])
        count = len(sound) // FRAME
        for index in range(count):
            found += self._frame(sound[index * FRAME : (index + 1) * FRAME])
        self._rest = sound[count * FRAME :]
        return found

    def finish(self) -> list[Heard]:
        """What was being said."""
        return self._hand_on(len(self._frames)) if self._open else []

    def close(self) -> None:
        """Nothing is held."""

    def _frame(self, frame: Samples) -> list[Heard]:
        chance = self._judge(frame)
        self._count += 1
        self._frames.append(frame)
        self._chances.append(chance)
        if not self._open:
            self._open = chance >= SPEECH
            self._quiet = 0
            if not self._open:
                del self._frames[:-MARGIN], self._chances[:-MARGIN]
            return []
        self._quiet = 0 if chance >= SILENCE else self._quiet + 1
        if self._quiet >= PAUSE:
            return self._hand_on(len(self._frames))
        if len(self._frames) >= self._most:
            tail = self._most // 2
            return self._hand_on(tail + int(np.argmin(self._chances[tail:])), going_on=True)
        return []

    def _hand_on(self, until: int, going_on: bool = False) -> list[Heard]:
        frames, chances = self._frames[:until], self._chances[:until]
        start = (self._count - len(self._frames)) * FRAME / RATE
        self._frames, self._chances = self._frames[until:], self._chances[until:]
        self._open = going_on
        if not going_on:
            self._frames, self._chances = frames[-MARGIN:], chances[-MARGIN:]
        if sum(chance >= SPEECH for chance in chances) < LEAST:
            return []
        found = self._recogniser.transcribe(np.concatenate(frames), RATE)
        return [Heard(each.text, start + each.start, start + each.end) for each in found if each.text.strip()]


class SherpaOnline:
    """A streaming model of sherpa-onnx (Zipformer transducer or Paraformer) in a folder the user has."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        files = _files(folder)
        try:
            import sherpa_onnx  # type: ignore[import-not-found,unused-ignore]
        except ImportError as error:
            raise PerceptionError("语音模型要用 sherpa-onnx,没有安装", "运行 pip install sherpa-onnx") from error
        make = sherpa_onnx.OnlineRecognizer
        build: Callable[..., Any] = make.from_transducer if "joiner" in files else make.from_paraformer
        try:
            self._model: Any = build(
                **files, num_threads=threads, enable_endpoint_detection=True, rule1_min_trailing_silence=2.4,
                rule2_min_trailing_silence=0.6, rule3_min_utterance_length=12.0,
            )  # fmt: skip
        except (RuntimeError, ValueError) as error:
            raise PerceptionError(f"语音模型打不开:{str(error)[:100]}", "重新下载模型") from error
        self._stream: Any = self._model.create_stream()
        self._fed = self._start = 0.0
        self._told = ""

    def feed(self, pcm: Samples) -> list[Heard]:
        """As of Listening: guesses while somebody speaks, the final words at a pause."""
        self._stream.accept_waveform(RATE, np.ascontiguousarray(pcm, np.float32))
        self._fed += len(pcm) / RATE
        while self._model.is_ready(self._stream):
            self._model.decode_stream(self._stream)
        return self._found(bool(self._model.is_endpoint(self._stream)))

    def finish(self) -> list[Heard]:
        """The rest: half a second of silence lets the model give its last words."""
        self._stream.accept_waveform(RATE, np.zeros(RATE // 2, np.float32))
        self._stream.input_finished()
        while self._model.is_ready(self._stream):
            self._model.decode_stream(self._stream)
        return self._found(True)

    def close(self) -> None:
        """Nothing is held beyond the model."""

    def _found(self, final: bool) -> list[Heard]:
        text = str(self._model.get_result(self._stream)).strip()
        if not text:
            self._start = self._fed
        new = bool(text) and (final or text != self._told)
        found = [Heard(text, self._start, self._fed, final)] if new else []
        self._told = text
        if final:
            self._model.reset(self._stream)
            self._start, self._told = self._fed, ""
        return found


def _files(folder: Path) -> dict[str, str]:
    """The arguments that name a streaming model's files; quantised ones where both are there."""
    tokens = next(iter(sorted(folder.glob("*tokens.txt"))), None) if folder.is_dir() else None
    found: dict[str, str] = {}
    for part in ("encoder", "decoder", "joiner"):
        names = sorted(folder.glob(f"*{part}*.onnx"), key=lambda path: (".int8." not in path.name, path.name))
        if names:
            found[part] = str(names[0])
    if tokens is None or "encoder" not in found or "decoder" not in found:
        raise PerceptionError(
            f"文件夹里没有认得的流式语音模型:{folder}",
            "sherpa-onnx 的流式模型:encoder、decoder(、joiner).onnx 和 tokens.txt",
        )
    return {"tokens": str(tokens), **found}
