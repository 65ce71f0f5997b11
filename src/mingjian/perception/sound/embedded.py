"""Subtitle streams inside a container: mov_text of MP4, SRT and ASS of Matroska, WebVTT."""

from __future__ import annotations

import re
from typing import Any

from mingjian.perception.sound.container import origin
from mingjian.perception.sound.cues import Cue

MAX_CUES = 50_000
_TAGS = re.compile(r"\{[^{}]*\}|<[^<>]+>")  # each character is looked at once, whatever stands open
_LAST = 5.0
"""Seconds a line is shown whose length the file does not tell."""


def embedded(container: Any) -> tuple[list[list[Cue]], list[str]]:
    """The cues of each text stream, and what of the subtitle streams was not read. Reads the container to its end."""
    import av

    found: list[list[Cue]] = []
    unread: list[str] = []
    for stream in container.streams.subtitles:
        cues: list[Cue] = []
        pictures = 0
        try:
            container.seek(0)
            for packet in container.demux(stream):
                if packet.pts is None or len(cues) >= MAX_CUES:
                    continue
                start = float(packet.pts * packet.time_base) - origin(container)
                seconds = float(packet.duration * packet.time_base) if packet.duration else _LAST
                for subtitle in packet.decode():
                    text = _words(subtitle)
                    pictures += text is None
                    if text:
                        cues.append(Cue(text, max(0.0, start), max(0.0, start) + seconds))
        except (av.error.FFmpegError, ValueError, IndexError, NotImplementedError) as error:
            unread.append(f"内嵌字幕没有读完:{str(error)[:60]}")
        if pictures:
            unread.append(f"内嵌字幕是图形({stream.codec_context.name if stream.codec_context else '未知'}),没有识别")
        if len(cues) >= MAX_CUES:
            unread.append(f"内嵌字幕超过 {MAX_CUES} 条,之后的没有读")
        if cues:
            found.append(cues)
    return found, unread


def _words(subtitle: Any) -> str | None:
    """The words of a decoded subtitle without mark-up; None when it is a picture."""
    if subtitle.type == b"bitmap":
        return None
    raw = subtitle.dialogue if hasattr(subtitle, "dialogue") else subtitle.text
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw or "")
    return _TAGS.sub("", text).replace("\\N", "\n").replace("\\n", "\n").replace("\\h", " ").strip()
