"""Recognisers that run here, from a folder the user has: sherpa-onnx and faster-whisper, told apart by their files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from mingjian.perception.model import PerceptionError
from mingjian.perception.sound.decode import Samples
from mingjian.perception.sound.recognisers import Recogniser, Segment

_EXPECTED = (
    "sherpa-onnx:model.onnx + tokens.txt(SenseVoice、Paraformer),encoder/decoder/joiner.onnx + tokens.txt(Transducer),"
    "encoder/decoder.onnx + tokens.txt(Whisper);faster-whisper:model.bin + config.json"
)


def from_folder(folder: Path, language: str = "zh", threads: int = 2) -> Recogniser:
    """The recogniser whose files lie in the folder. PerceptionError when none fits."""
    if not folder.is_dir():
        raise PerceptionError(f"没有这个语音模型文件夹:{folder}", "检查路径")
    if (folder / "model.bin").is_file():
        return FasterWhisper(folder, language, threads)
    return SherpaOnnx(folder, language, threads)


class SherpaOnnx:
    """Models of sherpa-onnx: SenseVoice, Paraformer, Transducer (Zipformer) or Whisper."""

    def __init__(self, folder: Path, language: str = "zh", threads: int = 2) -> None:
        self.kind, files = _sherpa_files(folder)
        try:
            import sherpa_onnx  # type: ignore[import-not-found,unused-ignore]
        except ImportError as error:
            raise PerceptionError("语音模型要用 sherpa-onnx,没有安装", "运行 pip install sherpa-onnx") from error
        make = sherpa_onnx.OfflineRecognizer
        options: dict[str, Any] = {**files, "num_threads": threads}
        if self.kind == "sense-voice":
            build = make.from_sense_voice
            options |= {"language": language, "use_itn": True}
        elif self.kind == "paraformer":
            build = make.from_paraformer
        elif self.kind == "transducer":
            build = make.from_transducer
        else:
            build = make.from_whisper
            options |= {"language": language}
        try:
            self._recogniser: Any = build(**options)
        except (RuntimeError, ValueError) as error:
            raise PerceptionError(f"语音模型打不开:{str(error)[:100]}", "重新下载模型") from error

    def transcribe(self, pcm: Samples, rate: int) -> list[Segment]:
        """One segment from the first word to the last, split where the model's time stamps show a pause."""
        stream = self._recogniser.create_stream()
        stream.accept_waveform(rate, np.ascontiguousarray(pcm, np.float32))
        self._recogniser.decode_stream(stream)
        result = stream.result
        text = str(result.text).strip()
        return _timed(text, list(result.tokens), [float(time) for time in result.timestamps], len(pcm) / rate)


class FasterWhisper:
    """Whisper converted for CTranslate2. The folder is read as it is; nothing is downloaded."""

    def __init__(self, folder: Path, language: str = "zh", threads: int = 2) -> None:
        try:
            from faster_whisper import WhisperModel  # type: ignore[import-not-found,unused-ignore]
        except ImportError as error:
            raise PerceptionError("语音模型要用 faster-whisper,没有安装", "运行 pip install faster-whisper") from error
        self._language = language
        try:
            self._model: Any = WhisperModel(
                str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise PerceptionError(f"语音模型打不开:{str(error)[:100]}", "重新下载模型") from error

    def transcribe(self, pcm: Samples, rate: int) -> list[Segment]:
        """Whisper's own segments. ``rate`` must be 16000, which is what the room decodes to."""
        if rate != 16_000:
            raise PerceptionError(f"faster-whisper 只接受 16000 Hz,给的是 {rate}", "先重采样")
        found, _ = self._model.transcribe(
            np.ascontiguousarray(pcm, np.float32), language=self._language, condition_on_previous_text=False
        )
        segments = [Segment(str(each.text).strip(), float(each.start), float(each.end)) for each in found]
        return [segment for segment in segments if segment.text]


def _sherpa_files(folder: Path) -> tuple[str, dict[str, str]]:
    """The kind of model and the arguments that name its files."""
    tokens = next(iter(sorted(folder.glob("*tokens.txt"))), None)
    parts = {name: _onnx(folder, f"*{name}*.onnx") for name in ("encoder", "decoder", "joiner")}
    model = _onnx(folder, "model*.onnx")
    if tokens is None or (model is None and (parts["encoder"] is None or parts["decoder"] is None)):
        raise PerceptionError(f"文件夹里没有认得的语音模型:{folder}", _EXPECTED)
    named = {"tokens": str(tokens)}
    if parts["encoder"] is not None and parts["decoder"] is not None:
        kind = "transducer" if parts["joiner"] is not None else "whisper"
        return kind, named | {name: str(path) for name, path in parts.items() if path is not None}
    # Only SenseVoice marks languages in its tokens.
    with tokens.open(encoding="utf-8", errors="replace") as lines:
        sense = any(line.startswith(("<|zh|>", "<|nospeech|>")) for line in lines)
    kind, argument = ("sense-voice", "model") if sense else ("paraformer", "paraformer")
    return kind, named | {argument: str(model)}


def _onnx(folder: Path, pattern: str) -> Path | None:
    """The file of a network; the quantised one where both are there, which is what a CPU wants."""
    found = sorted(folder.glob(pattern), key=lambda path: (".int8." not in path.name, path.name))
    return found[0] if found else None


def _timed(text: str, tokens: list[str], times: list[float], seconds: float) -> list[Segment]:
    """The text in segments that end at pauses of its tokens; in one when tokens and text do not agree."""
    if not text:
        return []
    if len(times) != len(tokens) or not times or "".join(tokens).replace("▁", " ").strip() != text:
        return [Segment(text, times[0] if times else 0.0, seconds)]
    segments: list[Segment] = []
    begin = 0
    for index in range(1, len(tokens) + 1):
        if index == len(tokens) or times[index] - times[index - 1] > 1.0:
            words = "".join(tokens[begin:index]).replace("▁", " ").strip()
            end = seconds if index == len(tokens) else times[index - 1] + 0.3
            if words:
                segments.append(Segment(words, times[begin], min(end, seconds)))
            begin = index
    return segments
