from __future__ import annotations

import numpy as np
import pytest

from mingjian.perception.sound.decode import RATE, Samples
from mingjian.perception.sound.vad import LONGEST, spans
from tests.perception.sound.voices import silence, voice


def in_blocks(sound: Samples, size: int = 1000) -> list[tuple[float, Samples]]:
    return [(at / RATE, sound[at : at + size]) for at in range(0, len(sound), size)]


def test_a_voice_between_silences_is_one_span() -> None:
    sound = np.concatenate([silence(2), voice(4), silence(2)])
    (span,) = spans(in_blocks(sound))
    assert span.start == pytest.approx(2.0, abs=0.4)
    assert span.end == pytest.approx(6.0, abs=0.6)
    assert len(span.samples) == pytest.approx((span.end - span.start) * RATE, abs=RATE / 50)
    assert np.abs(span.samples).max() > 0.2


def test_tones_noise_and_silence_are_no_speech() -> None:
    time = np.arange(3 * RATE) / RATE
    tone = (0.3 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)
    noise = (0.1 * np.random.default_rng(0).standard_normal(3 * RATE)).astype(np.float32)
    assert list(spans(in_blocks(np.concatenate([tone, noise, silence(2)])))) == []


def test_how_sound_is_cut_into_blocks_does_not_matter() -> None:
    sound = np.concatenate([silence(1), voice(2), silence(1)])
    (one,) = spans([(0.0, sound)])
    (other,) = spans(in_blocks(sound, 77))
    assert other.start == pytest.approx(one.start)
    assert np.array_equal(one.samples, other.samples)


def test_speech_without_a_pause_is_cut_at_its_quietest_frame() -> None:
    quiet = 700
    chances = iter([0.45 if index == quiet else 0.9 for index in range(2 * LONGEST)])
    sound = np.zeros(1500 * 512, np.float32)
    found = list(spans([(0.0, sound)], lambda frame: next(chances)))
    assert [round(span.start * RATE / 512) for span in found] == [0, quiet]
    assert found[0].end == pytest.approx(found[1].start)
    assert sum(len(span.samples) for span in found) == len(sound)


def test_a_click_is_no_speech() -> None:
    chances = iter([0.9] * 3 + [0.0] * 200)
    assert list(spans([(0.0, np.zeros(100 * 512, np.float32))], lambda frame: next(chances))) == []
