"""Files of items: found by digest, looked at again before they are sent, and sent so that a browser only shows them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from starlette.responses import FileResponse, Response

from mingjian.records.blobs import Blobs
from mingjian.records.errors import NotFound, Unavailable
from mingjian.records.items.model import Media

_BLOCK = 1 << 20
# Told by the first bytes: what somebody called the file counts for nothing.
_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF8", "image/gif"), (b"BM", "image/bmp"),
    (b"\x1aE\xdf\xa3", "video/webm"), (b"ID3", "audio/mpeg"), (b"\xff\xfb", "audio/mpeg"), (b"\xff\xf3", "audio/mpeg"),
    (b"fLaC", "audio/flac"), (b"OggS", "audio/ogg"), (b"%PDF-", "application/pdf"),
)  # fmt: skip
_SHOWN = ("image/", "video/", "audio/")
_POLICY = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
)


def content_type(head: bytes) -> str:
    """What the first bytes say a file is; anything unknown is a download."""
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return "image/avif" if brand == b"avif" else "image/heic" if brand in (b"heic", b"heix", b"mif1") else (
            "audio/mp4" if brand == b"M4A " else "video/quicktime" if brand == b"qt  " else "video/mp4")  # fmt: skip
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12], "application/octet-stream")
    return next((kind for start, kind in _STARTS if head.startswith(start)), "application/octet-stream")


def send(folder: Path, media: Media, verified: set[tuple[str, int, int]]) -> Response:
    """The file with its type. ``verified`` remembers files (digest, size, time of change) whose bytes were compared
    with their digest, so that seeking in a clip does not read it whole each time. Unavailable for a damaged one."""
    path = Blobs(folder).path(media.digest)
    try:
        seen = path.stat()
        with path.open("rb") as file:
            head = file.read(16)
            mark = (media.digest, seen.st_size, seen.st_mtime_ns)
            if mark not in verified:
                file.seek(0)
                state = hashlib.sha256()
                while block := file.read(_BLOCK):
                    state.update(block)
                if state.hexdigest() != media.digest:
                    raise Unavailable("文件已损坏,与登记的摘要不符。请联系管理员从备份恢复。")
                verified.add(mark)
    except FileNotFoundError as error:
        raise NotFound("这个文件不在数据文件夹里。") from error
    kind = content_type(head)
    shown = kind.startswith(_SHOWN)
    return FileResponse(
        path, media_type=kind, filename=media.name, content_disposition_type="inline" if shown else "attachment",
        headers={"Content-Security-Policy": _POLICY, "Cache-Control": "private, max-age=600"},
    )  # fmt: skip
