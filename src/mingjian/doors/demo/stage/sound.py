"""The sound of a staged room: a made voice while the host speaks, the hiss of a room otherwise. No words are in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from mingjian.doors.demo.stage.model import Line

RATE = 44_100
_LENGTH = 12
_VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410))
_WIDTHS = (80, 100, 140)


@lru_cache(maxsize=8)
def voice(seed: int) -> Any:
    """Twelve seconds of vowels (float32 from -1 to 1): pulses of a voice through the resonances of a mouth."""
    rng = np.random.default_rng(seed)
    count = RATE * _LENGTH
    time = np.arange(count) / RATE
    pitch = rng.uniform(150, 230) + 25 * np.sin(2 * np.pi * 0.7 * time) + 6 * np.sin(2 * np.pi * 5 * time)
    pulses = np.diff(np.floor(np.cumsum(pitch) / RATE), prepend=0) + 0.02 * rng.standard_normal(count)
    made = np.zeros(count, dtype=np.float32)
    at = 0
    while at < count - RATE // 4:
        length = int(RATE * rng.uniform(0.14, 0.26))
        spectrum = np.fft.rfft(pulses[at : at + length])
        heard = np.fft.rfftfreq(length, 1 / RATE)
        mouth = sum(1 / (1 + ((heard - f) / w) ** 2) for f, w in zip(_VOWELS[rng.integers(5)], _WIDTHS, strict=True))
        tilt = 1 / (1 + heard / 400)
        syllable = np.fft.irfft(spectrum * mouth * tilt, length)
        made[at : at + length] = syllable * np.hanning(length) ** 0.5
        at += length + int(RATE * rng.uniform(0.02, 0.08))
    return 0.3 * made / np.abs(made).max()


def sound(lines: Sequence[Line], seconds: int, seed: int) -> Iterator[Any]:
    """A second of sound (int16) after another."""
    rng = np.random.default_rng(seed)
    spoken = [(line.at, line.end) for line in lines if line.channel == "speech"]
    own, first = voice(seed % 7), 0
    for second in range(seconds):
        block = 4e-4 * rng.standard_normal(RATE).astype(np.float32)
        while first < len(spoken) and spoken[first][1] < second - 20:
            first += 1
        for start, end in spoken[first:]:
            if start >= second + 1:
                break
            low, high = max(int((start - second) * RATE), 0), min(int((end - second) * RATE), RATE)
            if high > low:
                since = int(second * RATE + low - start * RATE) % (len(own) - RATE)
                block[low:high] += own[since : since + high - low]
        yield (np.clip(block, -1, 1) * 32767).astype(np.int16)
