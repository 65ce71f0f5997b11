"""Which packets of a stream are decoded, and which frames are handed on: no more than a look every so often needs.

Where pictures that need no other come often enough, only those are decoded: a tenth of the work. Else all are; when
that falls behind, those alone once more.
"""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np

from mingjian.perception.live.settings import Looking
from mingjian.perception.model import PerceptionError
from mingjian.perception.video.frames import SPARE, Sample, thumbnail

BEHIND, CAUGHT_UP = 1.2, 0.3
"""Seconds behind from which decoding falls back on pictures that need no other, and below which it does all again."""
REST = 10.0
"""Seconds at the least until it does all again."""
RARE = 0.7
"""Share of the time between two looks by which a key picture may come early, where the next is long in coming."""
MOST_PIXELS = 3840 * 2160 * 2
INTERVALS = 4
BAD = 2000
"""Packets in a row that cannot be decoded, at which the connection is given up."""


class Pictures:
    """Decodes one connection's video."""

    def __init__(self, stream: Any, settings: Looking) -> None:
        context = stream.codec_context
        if context is None:
            raise PerceptionError("视频的编码不认得", "改推 H.264 或 H.265")
        _check(context.width, context.height)
        # One thread, no frames held back: many rooms share the cores, and a frame is wanted when it comes.
        context.thread_count = 1
        context.options = {**context.options, "max_pixels": str(MOST_PIXELS), "flags": "+low_delay"}
        if float(stream.average_rate or 0) >= SPARE:
            context.skip_frame = "NONREF"
        self._context, self._every, self._within = context, settings.every, settings.keys_within
        self._keys: deque[float] = deque(maxlen=INTERVALS + 1)
        self._due = 0.0
        self._bad = 0
        self._fallen_at: float | None = None
        self._wait_for_key = False
        self.only_keys = False
        self.size: tuple[int, int] = (0, 0)
        self.resized = False
        """Whether the last packet's picture was of another size than those before."""

    def take(self, packet: Any, said: float, at: float, behind: float) -> Sample | None:
        """A sample, when the packet, ``said`` to be of a time and come in ``at`` another, has one that is due."""
        import av

        self.resized = False
        key = bool(packet.is_keyframe)
        if key:
            self._choose(said, at, behind)
        if not key and (self.only_keys or self._wait_for_key):
            return None
        if key and self._wait_for_key:
            self._wait_for_key = False
        if self.only_keys and at < self._due - RARE * self._every:
            return None
        try:
            frames = packet.decode()
            if self.only_keys:  # nothing follows that would push it out of the decoder
                frames += self._context.decode(None)
                self._context.flush_buffers()
            self._bad = 0
        except (av.error.FFmpegError, ValueError) as error:
            self._bad += 1
            if self._bad > BAD:
                raise PerceptionError(f"画面解不开:{str(error)[:80]}", "检查推流的编码") from error
            return None
        if not frames:
            return None
        frame = frames[-1]
        if (frame.width, frame.height) != self.size:
            _check(frame.width, frame.height)
            self.resized, self.size = self.size != (0, 0), (frame.width, frame.height)
            self._due = 0.0
        if at < self._due - (RARE * self._every if self.only_keys else 0.0):
            return None
        # On a grid, so that 25 frames a second do not make it two looks in 1.04 seconds.
        self._due = max(self._due + self._every, at + 0.5 * self._every)
        turns = round(int(frame.rotation or 0) / 90) % 4
        luma = np.ascontiguousarray(np.rot90(thumbnail(frame), turns))
        wide, high = (frame.height, frame.width) if turns % 2 else (frame.width, frame.height)
        return Sample(at, luma, wide, high, frame, turns)

    def _choose(self, said: float, at: float, behind: float) -> None:
        """What is decoded from this key picture on."""
        self._keys.append(said)
        apart = [abs(later - before) for before, later in zip(self._keys, list(self._keys)[1:], strict=False)]
        often = len(apart) >= 2 and max(apart) <= self._within
        if behind > BEHIND:
            self._fallen_at = at
        elif self._fallen_at is not None and behind < CAUGHT_UP and at - self._fallen_at > REST:
            self._fallen_at = None
        before, self.only_keys = self.only_keys, often or self._fallen_at is not None
        if before != self.only_keys:
            self._context.flush_buffers()

    def fall_behind(self, at: float) -> None:
        """Decoding lies behind: the rest up to the next key picture is passed over."""
        if not self.only_keys:
            self._fallen_at, self._wait_for_key = at, True


def _check(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise PerceptionError(f"直播画面过大:{width}×{height}", "降低推流的分辨率")
