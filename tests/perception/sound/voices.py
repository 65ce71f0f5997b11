"""A voice made of vowels, so that no recording is kept in the tests: the detector takes it for speech."""

from __future__ import annotations

import math
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mingjian.perception.sound.decode import RATE, Samples

_VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410))
_WIDTHS = (80, 100, 140)


def voice(seconds: float) -> Samples:
    """So many seconds of a man's voice saying vowels: pulses, filtered by the resonances of a mouth."""
    chance = np.random.default_rng(1)
    count = int(seconds * RATE)
    time = np.arange(count) / RATE
    pitch = 130 + 25 * np.sin(2 * np.pi * 0.7 * time) + 6 * np.sin(2 * np.pi * 5 * time)
    source = np.diff(np.floor(np.cumsum(pitch) / RATE), prepend=0) + 0.02 * chance.standard_normal(count)
    for at in range(1, count):
        source[at] += 0.9 * source[at - 1]
    out, at = np.zeros(count), 0
    while at < count:
        length = int(RATE * chance.uniform(0.14, 0.26))
        syllable = source[at : at + length]
        for frequency, width in zip(_VOWELS[chance.integers(5)], _WIDTHS, strict=True):
            syllable = _resonance(syllable, frequency, width)
        out[at : at + length] = syllable * np.hanning(len(syllable)) ** 0.5
        at += length + int(RATE * chance.uniform(0.02, 0.08))
    return np.asarray(0.3 * out / np.abs(out).max(), np.float32)


def silence(seconds: float) -> Samples:
    """Silence with the hiss of a microphone."""
    return np.asarray(1e-4 * np.random.default_rng(0).standard_normal(int(seconds * RATE)), np.float32)


def wav(path: Path, *parts: Samples, rate: int = RATE) -> Path:
    """A WAV file of the parts, one after the other."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.concatenate(parts) * 32767).astype("<i2").tobytes())
    return path


def _resonance(sound: NDArray[np.float64], frequency: int, width: int) -> NDArray[np.float64]:
    radius = math.exp(-math.pi * width / RATE)
    one, two = 2 * radius * math.cos(2 * math.pi * frequency / RATE), -radius * radius
    out = np.zeros(len(sound))
    before = earlier = 0.0
    for at, value in enumerate(sound.tolist()):
        now = value * (1 - radius) + one * before + two * earlier
        out[at], earlier, before = now, before, now
    return out
