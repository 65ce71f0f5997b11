from __future__ import annotations

import json
from pathlib import Path

import pytest

from mingjian.perception.model import PerceptionError
from mingjian.perception.sound.subtitles import read_subtitles, subtitles_beside

SRT = "1\n00:00:01,000 --> 00:00:02,500\n<i>术后效果永不</i>\n\n2\n00:00:02,600 --> 00:00:04,000\n反弹 &amp; 放心\n"
VTT = "WEBVTT\n\n00:01.000 --> 00:02.500 line:0\n<v 医生>祛斑<b>专家</b>\n"
ASS = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,20

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,{\\b1}说出来的话
Dialogue: 0,0:00:01.00,0:00:09.00,Default,,0,0,0,,{\\pos(10,20)}画面上的字
Dialogue: 0,0:00:01.00,0:00:09.00,Default,,0,0,0,,{\\p1}m 0 0 l 1 1
Comment: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,备注
"""


def test_srt() -> None:
    (reading,) = read_subtitles(SRT)
    assert (reading.role, reading.text) == ("speech", "术后效果永不反弹 & 放心")
    assert [place.time for place in reading.places] == [(1.0, 2.5), (2.6, 4.0)]


def test_vtt() -> None:
    assert read_subtitles(VTT)[0].text == "祛斑专家"


def test_ass_tells_speech_from_what_is_set_on_the_picture() -> None:
    found = read_subtitles(ASS)
    assert [(reading.role, reading.text) for reading in found] == [("speech", "说出来的话"), ("subtitle", "画面上的字")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_files_as_chinese_tools_write_them(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "clip.srt"
    path.write_bytes(SRT.encode(encoding))
    assert read_subtitles(path)[0].text.startswith("术后效果永不反弹")


@pytest.mark.parametrize(
    "data",
    [
        [{"start": 1, "end": 2.5, "text": "永不反弹"}],
        {"segments": [{"start": 1, "end": 2.5, "text": "永不反弹"}]},
        {"body": [{"from": 1, "to": 2.5, "content": "永不反弹"}]},
        {"result": {"utterances": [{"start_time": 1000, "end_time": 2500, "text": "永不反弹"}]}},
        {"Result": 0, "Sentences": [{"BeginTime": 1000, "EndTime": 2500, "Text": "永不反弹"}]},
    ],
)
def test_transcripts_of_platforms(data: object) -> None:
    (reading,) = read_subtitles(json.dumps(data), "json")
    assert reading.text == "永不反弹"
    assert reading.places[0].time == (1.0, 2.5)


@pytest.mark.parametrize(
    ("text", "format", "said"),
    [
        ("", "srt", "没有一行"),
        ("不是字幕", "srt", "没有一行"),
        ("{", "json", "不是合法的 JSON"),
        ('{"a": 1}', "json", "没有字幕列表"),
        ('[{"start": "早上", "text": "永不反弹"}]', "json", "时间不是数字"),
        ("[" * 100_000, "json", "不是合法的 JSON"),
        ('[{"start": NaN, "text": "永不反弹"}]', "json", "没有一行"),
    ],
)
def test_what_is_no_subtitle_file_is_said_so(text: str, format: str, said: str) -> None:
    with pytest.raises(PerceptionError, match=said):
        read_subtitles(text, format)


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(PerceptionError, match="读不到"):
        read_subtitles(tmp_path / "none.srt")


def test_which_file_belongs_to_a_clip(tmp_path: Path) -> None:
    clip = tmp_path / "介绍.mp4"
    assert subtitles_beside(clip) is None
    (tmp_path / "介绍.zh.vtt").write_text(VTT, encoding="utf-8")
    assert subtitles_beside(clip) == tmp_path / "介绍.zh.vtt"
    (tmp_path / "介绍.json").write_text("{}", encoding="utf-8")  # may be anything
    (tmp_path / "介绍.srt").write_text(SRT, encoding="utf-8")
    assert subtitles_beside(clip) == tmp_path / "介绍.srt"
