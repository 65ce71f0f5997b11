"""What a file is."""

from __future__ import annotations

import pytest

from mingjian.perception.kinds import by_suffix, kind_of, sniff


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.PNG", b"", "picture"),
        ("a.txt", b"\x89PNG\r\n\x1a\n", "picture"),
        ("a", b"RIFF\0\0\0\0WEBPVP8 ", "picture"),
        ("a", b"RIFF\0\0\0\0WAVEfmt ", "audio"),
        ("a", b"RIFF\0\0\0\0AVI LIST", "video"),
        ("a.mp4", b"\0\0\0\x20ftypisom", "video"),
        ("a.m4a", b"\0\0\0\x20ftypisom", "audio"),
        ("a.m4a", b"\0\0\0\x20ftypM4A ", "audio"),
        ("a.heic", b"\0\0\0\x20ftypheic", "picture"),
        ("a.png", b"\x1aE\xdf\xa3", "video"),
        ("a.mp3", b"ID3\x04", "audio"),
        ("a.srt", b"1\n00:00:01", "subtitles"),
        ("a.docx", b"PK\x03\x04", None),
        ("a.txt", "永不反弹".encode(), None),
    ],
)
def test_bytes_decide_where_they_speak(name: str, head: bytes, kind: str | None) -> None:
    assert kind_of(name, head) == kind


def test_no_text_is_taken_for_media() -> None:
    assert sniff("BBC的新闻".encode()) is None
    assert by_suffix("笔记.md") is None
