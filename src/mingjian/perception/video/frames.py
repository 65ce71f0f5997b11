"""The frames of a clip worth a look: all are decoded, two a second are turned into pixels, few into colours."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mingjian.perception.model import Limits, PerceptionError
from mingjian.perception.sound.container import Loss, clock, frames, length, opened, origin, own_length, streams

Pixels = NDArray[np.uint8]
STEP = 0.5
"""Seconds between samples: a subtitle that is shown for less may be passed over."""
LUMA = 640
"""Longer side of the thumbnail the gate works on."""
SPARE = 10.0
"""Frames a second from which those that no other frame needs are not decoded at all."""
_PLAIN = ("yuv420p", "yuvj420p", "nv12", "nv21", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "gray", "yuva420p")
"""Layouts whose first plane is 8-bit brightness."""


@dataclass(slots=True)
class Sample:
    """One sampled frame. ``luma`` is its upright brightness, at most LUMA pixels long."""

    time: float
    luma: Pixels
    width: int
    height: int
    _frame: Any = field(repr=False)
    _turns: int = 0
    _rgb: Pixels | None = field(default=None, repr=False)

    def rgb(self) -> Pixels:
        """The whole frame upright, height × width × 3; made at the first call."""
        if self._rgb is None:
            self._rgb = np.ascontiguousarray(np.rot90(self._frame.to_ndarray(format="rgb24"), self._turns))
        return self._rgb


@dataclass
class Film:
    """A clip being sampled: what is known of it, and in ``unread`` what was not seen, complete after ``samples``."""

    path: Path
    limits: Limits
    seconds: float | None = None
    size: tuple[int, int] = (0, 0)
    unread: list[str] = field(default_factory=list)
    decoding: float = 0.0
    """Seconds the processor spent on decoding, for the benchmark."""

    def samples(self) -> Iterator[Sample]:
        """Samples in time, the first and the last frame among them.

        PerceptionError when there is no picture, it is too large, or nothing can be decoded. A file that breaks off,
        or runs longer than the limits, gives what it has; the rest is named in ``unread``.
        """
        with opened(self.path, self.limits) as container:
            found = streams(container, "video")
            if not found:
                raise PerceptionError("文件里没有画面", "只有声音的文件按音频检查")
            stream = found[0]
            if len(found) > 1:
                self.unread.append(f"另有 {len(found) - 1} 条视频轨没有读")
            self._prepare(container, stream)
            yield from self._sampled(container, stream)

    def _prepare(self, container: Any, stream: Any) -> None:
        self.seconds = length(container, stream)
        context = stream.codec_context
        if context is None:
            raise PerceptionError("视频的编码不认得", "转成 MP4(H.264)后再检查")
        _check(context.width, context.height, self.limits)
        stream.thread_type = "AUTO"
        context.options = {**context.options, "max_pixels": str(self.limits.max_pixels)}  # before it takes the memory
        if float(stream.average_rate or 0) >= SPARE:
            context.skip_frame = "NONREF"

    def _sampled(self, container: Any, stream: Any) -> Iterator[Sample]:
        loss, due, at, count = Loss(), 0.0, 0.0, 0
        rate = float(stream.average_rate or 25) or 25.0
        last: Any = None
        until = time.monotonic() + 0.9 * self.limits.max_wall_seconds
        began = time.perf_counter()
        for frame in frames(container, stream, loss):
            at = float(frame.time) - origin(container) if frame.time is not None else count / rate
            count += 1
            if at > self.limits.max_media_seconds:
                self.unread.append(f"画面只看到 {clock(at)}:超过 {clock(self.limits.max_media_seconds)} 的上限")
                return
            last = frame
            # A clock that jumps back must not stop the sampling.
            if at >= due or due - at >= 10 * STEP:
                due, last = at + STEP, None
                sample = self._sample(frame, at)
                self.decoding += time.perf_counter() - began
                yield sample
                began = time.perf_counter()
            if time.monotonic() > until:
                self.unread.append(f"画面只看到 {clock(at)}:读取超过 {self.limits.max_wall_seconds:.0f} 秒的上限")
                return
        self.decoding += time.perf_counter() - began
        if last is not None:
            yield self._sample(last, at)
        self._account(loss, at, count, own_length(container, stream))

    def _sample(self, frame: Any, at: float) -> Sample:
        _check(frame.width, frame.height, self.limits)  # a stream may change its size half way
        turns = round(int(frame.rotation or 0) / 90) % 4
        luma = np.ascontiguousarray(np.rot90(thumbnail(frame), turns))
        wide, high = (frame.height, frame.width) if turns % 2 else (frame.width, frame.height)
        if self.size == (0, 0):
            self.size = (wide, high)
        return Sample(max(0.0, at), luma, wide, high, frame, turns)

    def _account(self, loss: Loss, at: float, count: int, said: float | None) -> None:
        if not count:
            raise PerceptionError("视频里没有一帧能解开", "文件可能已损坏;转成 MP4(H.264)后再检查")
        if loss.broke or (said is not None and said - at > 2.0):
            why = loss.broke or "文件不完整"
            self.unread.append(f"画面在 {clock(at)} 处中断,之后没有读:{why}")
        elif loss.bad > 3:
            self.unread.append(f"画面有 {loss.bad} 处损坏,没有读")


def thumbnail(frame: Any) -> Pixels:
    """The brightness of a frame, shrunk, as it lies in the file (not turned)."""
    import cv2

    scale = min(1.0, LUMA / max(frame.width, frame.height))
    size = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
    if frame.format.name not in _PLAIN:
        return np.asarray(frame.reformat(width=size[0], height=size[1], format="gray").to_ndarray(), np.uint8)
    plane = frame.planes[0]
    rows = np.frombuffer(plane, np.uint8)[: plane.line_size * frame.height].reshape(frame.height, plane.line_size)
    return np.asarray(cv2.resize(rows[:, : frame.width], size, interpolation=cv2.INTER_AREA), np.uint8)


def _check(width: int, height: int, limits: Limits) -> None:
    if width * height > limits.max_pixels:
        most = f"上限 {limits.max_pixels / 1e6:.0f} 百万像素"
        raise PerceptionError(f"视频画面过大:{width}×{height},{most}", "转成较小的画面后再检查")
