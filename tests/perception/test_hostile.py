"""Files made to harm: each is an error in words, or read as far as it goes; in bounded memory and time."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from mingjian.perception.model import Limits, Perceived, PerceptionError
from mingjian.perception.options import Options
from mingjian.perception.read import Request, perceive
from mingjian.perception.sound.cues import Cue, joined
from mingjian.perception.sound.subtitles import read_subtitles, subtitles_beside
from mingjian.perception.worker import Worker
from tests.perception import hostile

LIMITS = Limits(max_wall_seconds=30.0, max_memory_bytes=1_500_000_000, max_media_seconds=600.0)
OURS = ("读取超过", "读取时占用", "读取时解码器崩溃", "文件无法解析")
"""What a worker says when nothing else saw the harm coming: no test here wants to hear it."""


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    made = Worker(perceive, LIMITS)
    yield made
    made.close()


Ask = Callable[..., "Perceived | PerceptionError"]


@pytest.fixture
def ask(worker: Worker, tmp_path: Path) -> Ask:
    """``ask(name, data)``: what was perceived, or the error; never one that only the worker's watch stopped."""

    def call(name: str, data: bytes, **more: object) -> Perceived | PerceptionError:
        path = tmp_path / name
        path.write_bytes(data)
        try:
            found = worker.run(path, replace(Request(Options(limits=LIMITS)), **more))  # type: ignore[arg-type]
        except PerceptionError as error:
            assert re.search(r"[\u4e00-\u9fff]", error.message) and not error.message.startswith(OURS), error.message
            assert str(tmp_path) not in error.message
            return error
        assert isinstance(found, Perceived)
        return found

    return call


def lost(found: Perceived | PerceptionError) -> str:
    """Why something was not read; empty when all was."""
    return found.message if isinstance(found, PerceptionError) else ";".join(found.unread)


@pytest.mark.parametrize("name", hostile.BOMBS)
def test_a_bomb_does_not_go_off(name: str, ask: Ask) -> None:
    assert lost(ask(name, hostile.BOMBS[name]()))


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("a.gif", lambda: hostile.gif(10_000, 10_000, 300), "动图过大:10000×10000 共 300 帧"),
        ("a.tif", lambda: hostile.tiff(64, 64, circle=True), "中途断了"),
        ("a.pdf", lambda: hostile.pdf(1, "0 0 1000000000 1000000000"), "第 1 页幅面过大"),
        ("b.pdf", lambda: hostile.pdf(1, "0 0 1000000000 0.001"), "第 1 页幅面过大"),
        ("c.pdf", lambda: hostile.pdf(20_000), "超过 200 页"),
        ("a.mkv", lambda: hostile.hours(10), "文件不完整"),
        ("b.mkv", hostile.unknown_codec, "编码不认得"),
        ("a.mp4", lambda: hostile.endless(2500), "超过 10:00 的上限"),
        ("a.srt", lambda: hostile.cues(120_000).encode(), "字幕有 120000 条"),
        ("b.srt", lambda: b"1\n00:00:00,000 --> 00:00:01,000\n" + b"<" * 300_000, "超过 10000 字"),
        ("c.srt", lambda: b"1\n00:99:99,999 -> soon\nx\n", "没有一行字幕"),
        ("a.ass", lambda: b"[Events]\nDialogue: " + b"{" * 300_000, "超过 50000 字"),
        ("pdf.png", lambda: hostile.document(".pdf"), "扩展名是 .png,内容是 PDF"),
        ("docx.mp4", lambda: hostile.document(".docx"), "内容是 压缩包或 Office 文档"),
        ("text.png", lambda: b"hello\n", "不是能识别的图片"),
        ("text.mp3", lambda: b"hello\n" * 99, "音视频打不开"),
        ("list.mp4", lambda: b"#EXTM3U\n#EXTINF:9,\nfile:///etc/passwd\n", "音视频打不开"),
        ("list.mkv", lambda: b"ffconcat version 1.0\nfile /etc/passwd\n", "音视频打不开"),
        *((f"empty{suffix}", bytes, "空") for suffix in (".png", ".mp4", ".mp3", ".srt", ".pdf", ".docx")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(name: str, make: Callable[[], bytes], said: str, ask: Ask) -> None:
    assert said in lost(ask(name, make()))


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.mp4", hostile.fast), ("b.mp4", hostile.still), ("a.gif", lambda: hostile.gif(8, 8, 3000)),
        ("thin.png", lambda: hostile.png(1, 200_000, 200_000)), ("wide.png", lambda: hostile.png(200_000, 2, 2)),
        ("long.png", lambda: hostile.png(40, 70_000, 70_000)), ("png.mp4", lambda: hostile.encoded("PNG")),
        ("mp4.png", hostile.clip), ("wav.png", lambda: hostile.sound(".wav")),
        ("mp3.mp4", lambda: hostile.sound(".mp3")), ("zero.pdf", lambda: hostile.pdf(1, "0 0 0 0")),
        ("late.srt", lambda: b"1\n99999999999:00:00,000 --> 99999999999:00:01,000\nx\n"),
    ],
)  # fmt: skip
def test_what_is_odd_but_whole_is_read(name: str, make: Callable[[], bytes], ask: Ask) -> None:
    assert lost(ask(name, make())) == ""


def test_a_document_is_read_as_what_its_caller_found_it_to_be(ask: Ask) -> None:
    for suffix in (".pdf", ".docx", ".pptx"):
        found = ask("stdin", hostile.document(suffix), document=True)
        assert isinstance(found, Perceived) and not found.unread


WHOLE: dict[str, Callable[[], bytes]] = {
    **{f"a.{kind.lower()}": partial(hostile.encoded, kind) for kind in ("PNG", "JPEG", "GIF", "WEBP", "TIFF")},
    **{f"a{suffix}": partial(hostile.clip, suffix) for suffix in (".mp4", ".mkv", ".ts")},
    **{f"a{suffix}": partial(hostile.sound, suffix) for suffix in (".mp3", ".wav")},
    **{f"a{suffix}": partial(hostile.document, suffix) for suffix in (".pptx", ".docx", ".pdf")},
}
FORGIVING = (".ts", ".mp3", ".mkv", ".wav")
"""Less than two seconds are missing, or the format has no end that could be."""


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_that_breaks_off_anywhere(name: str, ask: Ask) -> None:
    data = WHOLE[name]()
    for share in (0.001, 0.01, 0.1, 0.3, 0.5, 0.9):
        found = ask(name, data[: max(1, round(len(data) * share))])
        assert lost(found) or name.endswith(FORGIVING), share
    assert lost(ask(name, data)) == ""


FLIPS = st.tuples(st.floats(0, 1), st.integers(0, 255))


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(WHOLE)), st.lists(FLIPS, min_size=1, max_size=8))
def test_flipped_bytes(ask: Ask, name: str, flips: list[tuple[float, int]]) -> None:
    data = bytearray(WHOLE[name]())
    for place, value in flips:
        data[min(int(place**3 * len(data)), len(data) - 1)] = value  # most of them in the head
    found = ask(name, bytes(data))
    assert isinstance(found, Perceived) or found.message, "read, or refused in words; never hung, crashed or swollen"


def test_a_frame_larger_than_allowed_is_not_unpacked(tmp_path: Path) -> None:
    """The size in the frame counts, whatever the container says."""
    path = tmp_path / "a.mp4"
    path.write_bytes(hostile.endless(3, hostile.encoded("JPEG")))
    assert lost(perceive(path, Request(Options(limits=LIMITS)))) == ""
    with pytest.raises(PerceptionError):
        perceive(path, Request(Options(limits=replace(LIMITS, max_pixels=1000))))


def test_pages_that_take_too_long_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    stream = io.BytesIO()
    pages = [Image.fromarray(np.full((60, 80), grey, np.uint8)) for grey in (10, 90)]
    pages[0].save(stream, "TIFF", save_all=True, append_images=pages[1:])
    path.write_bytes(stream.getvalue())
    found = perceive(path, Request(Options(limits=replace(LIMITS, max_wall_seconds=0.0))))
    assert found.unread == ("第1页(帧)起未读取:超过 0 秒的上限",)


def test_subtitles_of_a_million_lines_take_their_time_once() -> None:
    """Work in proportion: looking for each line's translation among all others would take hours."""
    cues = [Cue(f"话{n}" if n % 2 else f"word {n}", n % 60, n % 60 + 0.9) for n in range(60_000)]
    assert sum(len(reading.places) for reading in joined(cues, "speech")) > 1000


def test_a_transcript_of_lists_in_lists() -> None:
    with pytest.raises(PerceptionError, match="JSON"):
        read_subtitles(hostile.nested(100_000), "json")


def test_what_lies_beside_a_clip_may_not_lead_away(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.srt").write_text(hostile.cues(1))
    clip = tmp_path / "in" / "a.mp4"
    clip.with_suffix(".srt").symlink_to(tmp_path / "secret.srt")
    clip.with_suffix(".vtt").symlink_to("a.vtt")
    assert subtitles_beside(clip) is None
    clip.with_suffix(".ass").write_text("")
    assert subtitles_beside(clip) == clip.with_suffix(".ass")
    assert subtitles_beside(tmp_path / ("x" * 251 + ".mp4")) is None


@pytest.mark.parametrize(
    ("text", "seen"), [("\x1b[31mred\x07\x00", "[31mred"), ("加" * 900, "加" * 900), ("A" * 4000, "AAAA")]
)
def test_a_code_with_anything_in_it(text: str, seen: str, ask: Ask) -> None:
    import zxingcpp

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    picture = np.pad(np.asarray(code.to_image(scale=6), np.uint8), 40, constant_values=255)
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "PNG")
    found = ask("a.png", stream.getvalue())
    assert isinstance(found, Perceived)
    (said,) = [reading.text for reading in found.readings if reading.role == "code"]
    assert seen in said and said.isprintable()
