from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mingjian.perception.model import PerceptionError
from mingjian.perception.options import SpeechSettings
from mingjian.perception.sound.recognisers import recogniser

SOUND = np.zeros(48_000, np.float32)


class StubSherpa(ModuleType):
    """Has the names and arguments of sherpa_onnx 2.0; hears the same words in every sound."""

    def __init__(self) -> None:
        super().__init__("sherpa_onnx")
        self.made: list[tuple[str, dict[str, Any]]] = []
        kinds = ("from_sense_voice", "from_paraformer", "from_transducer", "from_whisper")
        self.OfflineRecognizer = SimpleNamespace(**{kind: self._maker(kind) for kind in kinds})

    def _maker(self, kind: str) -> Any:
        def make(**arguments: Any) -> Any:
            self.made.append((kind, arguments))
            return SimpleNamespace(create_stream=self._stream, decode_stream=lambda stream: None)

        return make

    def _stream(self) -> Any:
        tokens, times = list("效果永不反弹"), [0.1, 0.3, 0.5, 2.0, 2.2, 2.4]
        result = SimpleNamespace(text="效果永不反弹", tokens=tokens, timestamps=times)
        return SimpleNamespace(accept_waveform=lambda rate, samples: None, result=result)


@pytest.fixture
def sherpa(monkeypatch: pytest.MonkeyPatch) -> StubSherpa:
    stub = StubSherpa()
    monkeypatch.setitem(sys.modules, "sherpa_onnx", stub)
    return stub


@pytest.mark.parametrize(
    ("files", "tokens", "kind", "named"),
    [
        (("model.int8.onnx", "model.onnx"), "<unk> 0\n<|zh|> 1\n", "from_sense_voice", {"model": "model.int8.onnx"}),
        (("model.onnx",), "<blank> 0\n热 1\n", "from_paraformer", {"paraformer": "model.onnx"}),
        (
            ("encoder-epoch-99.onnx", "decoder-epoch-99.onnx", "joiner-epoch-99.onnx"), "<blk> 0\n", "from_transducer",
            {"encoder": "encoder-epoch-99.onnx", "joiner": "joiner-epoch-99.onnx"},
        ),
        (
            ("small-encoder.int8.onnx", "small-decoder.onnx"), "5Lmf 0\n", "from_whisper",
            {"encoder": "small-encoder.int8.onnx"},
        ),
    ],
)  # fmt: skip
def test_the_kind_of_model_is_known_by_its_files_with_a_stub_model(
    sherpa: StubSherpa, tmp_path: Path, files: tuple[str, ...], tokens: str, kind: str, named: dict[str, str]
) -> None:
    for name in files:
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "tokens.txt").write_text(tokens, encoding="utf-8")
    made = recogniser(SpeechSettings(str(tmp_path)))
    assert made is not None
    ((called, arguments),) = sherpa.made
    assert called == kind
    assert arguments["tokens"] == str(tmp_path / "tokens.txt")
    assert {name: Path(arguments[name]).name for name in named} == named
    # A pause within the tokens parts the segments.
    found = made.transcribe(SOUND, 16_000)
    assert [(each.text, each.start, each.end) for each in found] == [("效果永", 0.1, 0.8), ("不反弹", 2.0, 3.0)]


def test_a_folder_of_faster_whisper_with_a_stub_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: dict[str, Any] = {}

    class WhisperModel:
        def __init__(self, folder: str, **options: Any) -> None:
            asked.update(options, folder=folder)

        def transcribe(self, audio: Any, **options: Any) -> Any:
            asked.update(options)
            return iter([SimpleNamespace(text=" 永不反弹", start=0.5, end=2.0)]), SimpleNamespace(language="zh")

    stub = ModuleType("faster_whisper")
    monkeypatch.setattr(stub, "WhisperModel", WhisperModel, raising=False)
    monkeypatch.setitem(sys.modules, "faster_whisper", stub)
    (tmp_path / "model.bin").write_bytes(b"")
    made = recogniser(SpeechSettings(str(tmp_path)))
    assert made is not None
    (found,) = made.transcribe(SOUND, 16_000)
    assert (found.text, found.start, found.end) == ("永不反弹", 0.5, 2.0)
    assert (asked["folder"], asked["local_files_only"], asked["language"]) == (str(tmp_path), True, "zh")


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(PerceptionError, match="没有认得的语音模型") as caught:
        recogniser(SpeechSettings(str(tmp_path)))
    assert "tokens.txt" in (caught.value.hint or "")
    with pytest.raises(PerceptionError, match="没有这个语音模型文件夹"):
        recogniser(SpeechSettings(str(tmp_path / "none")))


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "sherpa_onnx", None)
    (tmp_path / "model.onnx").write_bytes(b"")
    (tmp_path / "tokens.txt").write_text("<blank> 0\n", encoding="utf-8")
    with pytest.raises(PerceptionError, match="sherpa-onnx") as caught:
        recogniser(SpeechSettings(str(tmp_path)))
    assert caught.value.hint == "运行 pip install sherpa-onnx"


def test_no_settings_no_recogniser() -> None:
    assert recogniser(SpeechSettings()) is None
