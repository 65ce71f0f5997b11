"""Opening media of strangers: only files, only formats we mean, and every failure said in words."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mingjian.perception.model import Limits, PerceptionError

# A playlist named clip.mp4 makes FFmpeg open whatever it lists, the network included; none of these formats
# refers to another file.
FORMATS = (
    "mov", "mp4", "matroska", "webm", "avi", "flv", "mpegts", "mpeg", "asf", "ogg", "rm", "gif", "h264", "hevc", "m4v",
    "wav", "w64", "aiff", "mp3", "aac", "flac", "amr", "amrnb", "amrwb", "ac3", "eac3", "caf", "au", "ape", "wv", "tta",
)  # fmt: skip
_ATTACHED = 0x400  # AV_DISPOSITION_ATTACHED_PIC: the cover of a song, not a film
MAX_BAD_PACKETS = 2000
"""Broken packets that are passed over before a stream is given up."""


@dataclass
class Loss:
    """What was not decoded of a stream: ``bad`` packets passed over, and why decoding ended early, if it did."""

    bad: int = 0
    broke: str | None = None


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[Any]:
    """The container of a media file, closed afterwards.

    PerceptionError when it is missing, empty, too large, no media, or the library is not installed.
    """
    try:
        import av
    except ImportError as error:
        raise PerceptionError("没有安装读取音视频的组件(PyAV)", "运行 pip install 'mingjian[media]'") from error
    _check_file(path, limits)
    options = {"protocol_whitelist": "file", "format_whitelist": ",".join(FORMATS)}
    try:
        container = av.open(f"file:{path.absolute()}", options=options, metadata_errors="ignore")
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise PerceptionError(
            f"音视频打不开:{_reason(error)}", "文件可能没有传完、已损坏,或不是音视频;重新导出或下载后再检查"
        ) from error
    with container:
        yield container


def streams(container: Any, kind: str) -> list[Any]:
    """The streams of a kind (video, audio, subtitle) that hold more than a cover."""
    return [each for each in getattr(container.streams, kind) if not int(each.disposition) & _ATTACHED]


def length(container: Any, *streams: Any) -> float | None:
    """Seconds the file says it runs, or None when it does not say."""
    if container.duration:
        return float(container.duration) / 1e6
    said = [float(each.duration * each.time_base) for each in streams if each.duration and each.time_base]
    return max(said, default=None)


def own_length(container: Any, stream: Any) -> float | None:
    """Seconds one stream should run: what it says itself; what the file says where it has no pictures beside it."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return length(container, stream) if stream.type == "video" or not streams(container, "video") else None


def origin(container: Any) -> float:
    """The time stamp at which a player shows 00:00."""
    return float(container.start_time or 0) / 1e6


def frames(container: Any, stream: Any, loss: Loss, wanted: Callable[[], bool] | None = None) -> Iterator[Any]:
    """The decoded frames of a stream; what cannot be decoded is passed over and counted in ``loss``.

    Stops when ``wanted`` says no.
    """
    import av

    packets = container.demux(stream)
    while wanted is None or wanted():
        try:
            packet = next(packets)
        except StopIteration:
            return
        except (av.error.FFmpegError, OSError) as error:
            loss.broke = _reason(error)
            return
        except IndexError:  # PyAV knows only the streams that were there at the beginning
            loss.broke = "中途冒出新的音视频轨"
            return
        try:
            yield from packet.decode()
        except av.error.EOFError:
            return
        except (av.error.FFmpegError, ValueError) as error:
            loss.bad += 1
            if loss.bad > MAX_BAD_PACKETS:
                loss.broke = _reason(error)
                return


def clock(seconds: float) -> str:
    """Seconds as people read them: 03:07, 1:02:03."""
    whole = max(0, int(seconds))
    minutes = f"{whole // 60 % 60:02d}:{whole % 60:02d}"
    return f"{whole // 3600}:{minutes}" if whole >= 3600 else minutes


def _check_file(path: Path, limits: Limits) -> None:
    try:
        status = path.stat()
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        raise PerceptionError(f"读不到:{getattr(error, 'strerror', None) or error}", "检查路径和权限") from error
    if not stat.S_ISREG(status.st_mode):
        raise PerceptionError("不是普通文件", "给出音视频文件的路径")
    if not status.st_size:
        raise PerceptionError("音视频是空文件", "重新导出或下载")
    if status.st_size > limits.max_bytes:
        raise PerceptionError(
            f"音视频文件过大:{status.st_size / 1e6:.0f} MB,上限 {limits.max_bytes / 1e6:.0f} MB", "压缩或剪短后再检查"
        )


def _reason(error: Exception) -> str:
    """What FFmpeg said, without the path it repeats."""
    return str(getattr(error, "strerror", None) or error)[:100] or type(error).__name__
