"""Subtitle files and platform transcripts as the words of a clip: SRT, VTT, ASS, and JSON lists."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mingjian.perception.model import PerceptionError, Reading
from mingjian.perception.sound.cues import Cue, joined

SUFFIXES = (".srt", ".vtt", ".ass", ".ssa", ".json")
"""What may lie beside a clip under the same name; JSON only as ``.transcript.json``."""
MAX_BYTES = 20_000_000
MAX_CUES = 100_000
MAX_LENGTH, MAX_STYLED = 10_000, 50_000
"""Characters of one cue; of one in ASS, where a drawing is one as well."""
_MOST_SECONDS = 100 * 3600.0
_ON_SCREEN = re.compile(r"\\(?:pos|move|org|clip)\s*\(")
# start, end, text, and how many of the units make a second
_KEYS = (
    ("start", "end", "text", 1.0),
    ("from", "to", "content", 1.0),  # Bilibili
    ("start_time", "end_time", "text", 1000.0),  # Volcano Engine, Feishu
    ("begin_time", "end_time", "text", 1000.0),  # Aliyun, Tencent meeting
    ("BeginTime", "EndTime", "Text", 1000.0),  # Aliyun file transcription
)
_LIKE_THIS = '应如 [{"start": 0.0, "end": 2.5, "text": "…"}]'
_LISTS = ("segments", "utterances", "body", "sentences", "Sentences", "result", "transcript")


def subtitles_beside(clip: Path) -> Path | None:
    """The subtitle file with the name of the clip, or None: clip.srt, clip.zh.vtt, clip.transcript.json."""
    endings = [*SUFFIXES[:-1], ".transcript.json"]
    endings += [f".{lang}{suffix}" for lang in ("zh", "zh-CN", "zh-Hans", "chs", "cn") for suffix in SUFFIXES[:-1]]
    return next((path for ending in endings if _lies_there(path := clip.with_name(clip.stem + ending))), None)


def _lies_there(path: Path) -> bool:
    """Whether it is a file of this folder: a link may lead to what nobody wanted read."""
    try:
        return path.is_file() and path.resolve().is_relative_to(path.parent.resolve())
    except (OSError, RuntimeError, ValueError):  # the name has become too long; links in a circle
        return False


def read_subtitles(source: Path | str, format: str | None = None) -> tuple[Reading, ...]:
    """What is said (role ``speech``) and, of ASS files, what is set on the picture (role ``subtitle``).

    ``source`` is a path or the text itself; ``format`` (srt, vtt, ass, json) overrides the suffix. Places carry the
    time. PerceptionError when it is too large, cannot be parsed or holds no line.
    """
    said, signs = cues_of(source, format)
    return (*joined(said, "speech"), *joined(signs, "subtitle"))


def cues_of(source: Path | str, format: str | None = None) -> tuple[list[Cue], list[Cue]]:
    """What is said, and what is set on the picture. Errors as of read_subtitles."""
    text = _text(source) if isinstance(source, Path) else source
    kind = format or (source.suffix.lower().lstrip(".") if isinstance(source, Path) else _kind(text))
    said, signs = (list(_transcript(text)), []) if kind == "json" else _subtitles(text, kind)
    if not said and not signs:
        raise PerceptionError("字幕文件里没有一行字幕", "检查格式:支持 SRT、VTT、ASS,或 [{start, end, text}] 的 JSON")
    return said, signs


def _subtitles(text: str, kind: str) -> tuple[list[Cue], list[Cue]]:
    try:
        import pysubs2
    except ImportError as error:
        raise PerceptionError("没有安装读取字幕的组件(pysubs2)", "运行 pip install 'mingjian[media]'") from error
    _check_cues(text, kind)
    try:
        events = pysubs2.SSAFile.from_string(text, format_=kind)
    except Exception as error:  # parsers of foreign text fail in any way
        reason = str(error)[:80] or type(error).__name__
        raise PerceptionError(f"字幕解析不了:{reason}", "检查文件内容与扩展名是否相符") from error
    said: list[Cue] = []
    signs: list[Cue] = []
    for event in events:
        if event.is_comment or event.is_drawing:
            continue
        words = html.unescape(event.plaintext) if kind in ("vtt", "srt") else event.plaintext
        sign = kind in ("ass", "ssa") and _ON_SCREEN.search(event.text)
        cue = _cue(words, event.start / 1000.0, event.end / 1000.0)
        if cue is not None:
            (signs if sign else said).append(cue)
    return said, signs


def _check_cues(text: str, kind: str) -> None:
    """PerceptionError for what no player shows: patterns that look for mark-up take the square of a cue's length."""
    styled = kind in ("ass", "ssa")
    count, size, most = 0, 0, MAX_STYLED if styled else MAX_LENGTH
    for number, line in enumerate(text.splitlines(), start=1):
        new = styled or "-->" in line
        count += new
        size = len(line) if new else size + len(line) + 1
        if count and size > most:
            raise PerceptionError(f"字幕解析不了:第 {number} 行处的一条超过 {most} 字", "检查文件内容与扩展名是否相符")
    _check_count(count)


def _check_count(count: int) -> None:
    if count > MAX_CUES:
        raise PerceptionError(f"字幕有 {count} 条,上限 {MAX_CUES} 条", "拆分后再检查")


def _transcript(text: str) -> Iterator[Cue]:
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PerceptionError("转写文件不是合法的 JSON", _LIKE_THIS) from error
    for _ in range(3):
        if isinstance(data, dict):
            data = next((data[name] for name in _LISTS if isinstance(data.get(name), (list, dict))), None)
    if not isinstance(data, list):
        raise PerceptionError("转写文件里没有字幕列表", _LIKE_THIS)
    _check_count(len(data))
    for each in data:
        if not isinstance(each, dict):
            continue
        for start, end, words, unit in _KEYS:
            if start in each and words in each:
                last: Any = each.get(end, each[start])
                try:
                    cue = _cue(str(each[words] or ""), float(each[start]) / unit, float(last) / unit)
                except (TypeError, ValueError, OverflowError):
                    raise PerceptionError(f"转写文件的时间不是数字:{str(each.get(start))[:30]}", "以秒计") from None
                if cue is not None:
                    yield cue
                break


def _cue(text: str, start: float, end: float) -> Cue | None:
    words = "\n".join(line.strip() for line in text.splitlines() if line.strip())
    if not words or not 0 <= start < _MOST_SECONDS:  # also when start is not a number
        return None
    return Cue(words, start, end if start < end < _MOST_SECONDS else start + 0.1)


def _text(path: Path) -> str:
    """The file's text: UTF-8, UTF-16 by its mark, or what Chinese tools write."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise PerceptionError("字幕文件过大", f"上限 {MAX_BYTES // 1_000_000} MB")
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise PerceptionError(f"字幕读不到:{getattr(error, 'strerror', None) or error}", "检查路径和权限") from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030", "big5"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


def _kind(text: str) -> str:
    """The format of a text without a name."""
    head = text.lstrip("\ufeff \t\r\n")[:200]
    if head.startswith("WEBVTT"):
        return "vtt"
    if head.startswith(("[Script Info]", "[V4")):
        return "ass"
    return "json" if head.startswith(("[", "{")) else "srt"
