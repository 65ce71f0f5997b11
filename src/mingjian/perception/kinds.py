"""What a file is, by its first bytes and its name."""

from __future__ import annotations

from pathlib import PurePath

PICTURES = frozenset((
    ".png", ".jpg", ".jpeg", ".jpe", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".avif",
))  # fmt: skip
VIDEOS = frozenset((".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".flv", ".ts", ".mpg", ".mpeg", ".3gp", ".wmv"))
SOUNDS = frozenset((".mp3", ".m4a", ".aac", ".wav", ".flac", ".ogg", ".oga", ".opus", ".amr", ".wma"))
SPOKEN = frozenset((".srt", ".vtt", ".ass", ".ssa"))
"""Subtitle files: speech somebody has written down already."""


def by_suffix(name: str) -> str | None:
    """``picture``, ``video``, ``audio``, ``subtitles`` or None, by the name."""
    suffix = PurePath(name).suffix.lower()
    for kind, suffixes in (("picture", PICTURES), ("video", VIDEOS), ("audio", SOUNDS), ("subtitles", SPOKEN)):
        if suffix in suffixes:
            return kind
    return None


def sniff(head: bytes) -> str | None:
    """The kind by the first bytes (a few dozen are enough), or None."""
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")):
        return "picture"
    if head[:4] == b"RIFF":
        return {b"WEBP": "picture", b"WAVE": "audio", b"AVI ": "video"}.get(head[8:12])
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand[:3] in (b"hei", b"hev", b"mif", b"avi"):
            return "picture"
        return "audio" if brand[:3] == b"M4A" else "video"
    if head.startswith((b"\x1aE\xdf\xa3", b"FLV\x01", b"\0\0\x01\xba", b"\0\0\x01\xb3")):
        return "video"
    if head.startswith((b"ID3", b"fLaC", b"OggS", b"#!AMR", b"\xff\xfb", b"\xff\xf3", b"\xff\xf1", b"\xff\xf9")):
        return "audio"
    return None


def kind_of(name: str, head: bytes = b"") -> str | None:
    """The kind of a file: its bytes decide where they speak, its name otherwise."""
    seen = sniff(head)
    named = by_suffix(name)
    if seen == "video" and named == "audio":  # the container is the same
        return named
    if seen is not None:
        return seen
    return named
