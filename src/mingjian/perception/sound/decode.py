"""Any sound as 16 kHz mono, block by block: an hour of it never stands in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mingjian.perception.sound.container import Loss, frames, origin

Samples = NDArray[np.float32]
"""Mono, -1..1."""
RATE = 16_000
_GAP, _JUMP = 0.2, 60.0
"""Seconds: a smaller hole in the time stamps is jitter, a larger one a broken clock; between them is silence."""


def blocks(container: Any, stream: Any, loss: Loss, most: float) -> Iterator[tuple[float, Samples]]:
    """(seconds from the beginning, samples) of a sound stream, up to ``most`` seconds."""
    import av

    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    start, made = 0.0, 0
    begun = False
    for frame in frames(container, stream, loss):
        at = float(frame.time) - origin(container) if frame.time is not None else start + made / RATE
        if not begun:
            # A negative start is the encoder's priming, which players cut off.
            start, begun = max(0.0, at), True
        hole = at - (start + made / RATE)
        if _GAP < hole < _JUMP:
            silence = np.zeros(round(hole * RATE), np.float32)
            yield start + made / RATE, silence
            made += len(silence)
        frame.pts = None  # the resampler would otherwise mend holes in its own way
        for part in _resampled(resampler, frame, loss):
            yield start + made / RATE, part
            made += len(part)
        if start + made / RATE >= most:
            return
    for part in _resampled(resampler, None, loss):
        yield start + made / RATE, part
        made += len(part)


def _resampled(resampler: Any, frame: Any, loss: Loss) -> Iterator[Samples]:
    import av

    try:
        for out in resampler.resample(frame):
            samples = np.nan_to_num(np.asarray(out.to_ndarray(), np.float32).reshape(-1))
            if len(samples):
                yield np.clip(samples, -1.0, 1.0)
    except (av.error.FFmpegError, ValueError):  # a stream that changes its format half way
        loss.bad += 1
