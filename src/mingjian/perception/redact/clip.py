"""A clip as it is decoded: upright frames in planes, with their times; sound packets; what else the file carries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from mingjian.perception.faces.boxes import Array
from mingjian.perception.model import Limits, PerceptionError
from mingjian.perception.sound.container import opened as media
from mingjian.perception.sound.container import streams


class Clip:
    """An opened clip. Use ``opened``."""

    def __init__(self, container: Any, stream: Any, limits: Limits) -> None:
        self.container = container
        self.stream = stream
        self.limits = limits
        self.fps = float(stream.average_rate or stream.guessed_rate or 25) or 25.0
        self.sound = list(container.streams.audio)
        self.others = [each.type for each in container.streams if each.type not in ("video", "audio")]

    def frames(self) -> Iterator[Any]:
        """All frames, as decoded."""
        for kind, each in self.packets(with_sound=False):
            if kind == "frame":
                yield each

    def packets(self, with_sound: bool = True) -> Iterator[tuple[str, Any]]:
        """("frame", frame) and ("sound", packet) in the order of the file."""
        import av

        count = 0
        try:
            for packet in self.container.demux(self.stream, *(self.sound if with_sound else ())):
                if packet.stream is not self.stream:
                    if packet.dts is not None:
                        yield "sound", packet
                    continue
                for frame in packet.decode():
                    count += 1
                    if count > self.limits.max_media_seconds * max(self.fps, 1.0) * 1.05 + 100:
                        raise PerceptionError(f"视频超过 {self.limits.max_media_seconds:.0f} 秒的上限", "剪短后再处理")
                    yield "frame", frame
        except (av.error.FFmpegError, IndexError) as error:  # IndexError: a stream that appears half way
            at = count / self.fps
            raise PerceptionError(f"视频在第 {at:.1f} 秒处解不开:{error}", "文件可能已损坏;转码后再试") from None
        if not count:
            raise PerceptionError("视频里没有一帧画面", "文件可能已损坏")


@contextmanager
def opened(source: Path, limits: Limits) -> Iterator[Clip]:
    """A clip, closed afterwards. Raises PerceptionError for what is no clip or asks for too much."""
    with media(source, limits) as container:
        found = streams(container, "video")
        if not found:
            raise PerceptionError("文件里没有画面", "只有声音的文件不用遮挡人脸")
        stream, context = found[0], found[0].codec_context
        if context is None:
            raise PerceptionError("视频的编码不认得", "转成 MP4(H.264)后再处理")
        stream.thread_type = "AUTO"
        context.options = {**context.options, "max_pixels": str(limits.max_pixels)}
        if context.width * context.height > limits.max_pixels:
            raise PerceptionError("视频画面过大", f"上限 {limits.max_pixels} 像素")
        if container.duration and container.duration / 1e6 > limits.max_media_seconds:
            raise PerceptionError(f"视频超过 {limits.max_media_seconds:.0f} 秒的上限", "剪短后再处理")
        yield Clip(container, stream, limits)


def size_of(frame: Any) -> tuple[int, int]:
    """Width and height of a frame as it is to be seen: turned upright, even."""
    wide, high = frame.width - frame.width % 2, frame.height - frame.height % 2
    return (high, wide) if _turns(frame) % 2 else (wide, high)


def planes(frame: Any) -> list[Array]:
    """Brightness and two colour planes (half as wide and high), upright, writable."""
    wide, high = frame.width - frame.width % 2, frame.height - frame.height % 2
    whole = frame.reformat(width=wide, height=high, format="yuv420p").to_ndarray()
    y, rest = whole[:high], whole[high:].reshape(-1)
    half = (high // 2) * (wide // 2)
    u, v = rest[:half].reshape(high // 2, wide // 2), rest[half : 2 * half].reshape(high // 2, wide // 2)
    return [np.array(np.rot90(plane, _turns(frame))) for plane in (y, u, v)]


def joined(parts: list[Array], like: Any) -> Any:
    """A frame of planes, with the time and the colours of another."""
    import av

    y, u, v = parts
    flat = np.concatenate([part.reshape(-1) for part in (y, u, v)]).reshape(-1, y.shape[1])
    out = av.VideoFrame.from_ndarray(np.ascontiguousarray(flat), format="yuv420p")
    out.pts, out.time_base, out.duration = like.pts, like.time_base, like.duration
    for name in ("color_range", "colorspace", "color_primaries", "color_trc"):
        setattr(out, name, getattr(like, name))
    return out


def rgb(frame: Any, longest: int | None = None) -> Array:
    """The frame as a picture, upright: height × width × 3, shrunk to ``longest`` on its longer side if larger."""
    scale = min(1.0, longest / max(frame.width, frame.height)) if longest else 1.0
    wide, high = max(2, round(frame.width * scale)), max(2, round(frame.height * scale))
    picture = frame.reformat(width=wide, height=high, format="rgb24").to_ndarray()
    return np.ascontiguousarray(np.rot90(picture, _turns(frame)))


def time_of(frame: Any, index: int, fps: float) -> float:
    """Seconds from the beginning."""
    return float(frame.pts * frame.time_base) if frame.pts is not None and frame.time_base else index / fps


def rate_of(clip: Clip) -> Fraction:
    """Frames a second as a fraction that every encoder takes."""
    return Fraction(clip.fps).limit_denominator(1001)


def _turns(frame: Any) -> int:
    """Quarter turns, counter-clockwise, that bring the frame upright."""
    return round(int(getattr(frame, "rotation", 0) or 0) / 90) % 4
