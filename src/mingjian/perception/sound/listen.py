"""Speech found, recognised where somebody can, and named where it was not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mingjian.perception.model import PerceptionError
from mingjian.perception.sound.container import clock
from mingjian.perception.sound.cues import Cue
from mingjian.perception.sound.decode import RATE, Samples
from mingjian.perception.sound.recognisers import Recogniser
from mingjian.perception.sound.vad import Judge, spans

LEAST = 0.5
"""Seconds of speech in all below which nothing was missed."""
TRIES = 3
"""Failures in a row after which the recogniser is left alone."""
_SHOWN = 6
Stretch = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said, where speech is, and what of it was not read, in words for people."""

    cues: tuple[Cue, ...] = ()
    speech: tuple[Stretch, ...] = ()
    unread: tuple[str, ...] = ()


def listen(
    sound: Iterable[tuple[float, Samples]],
    recogniser: Recogniser | None = None,
    known: Sequence[Cue] = (),
    judge: Judge | None = None,
) -> Heard:
    """Finds speech in blocks of sound; recognises it, unless ``known`` cues (subtitles that were given) stand for it.

    Speech that neither a cue nor the recogniser gave words for is ``unread``.
    """
    cues: list[Cue] = []
    speech: list[Stretch] = []
    missed: list[Stretch] = []
    failure, failures = "", 0
    for span in spans(sound, judge):
        stretch = (span.start, span.end)
        speech.append(stretch)
        if known or recogniser is None or failures >= TRIES:
            missed += _uncovered(stretch, known)
            continue
        try:
            found = recogniser.transcribe(span.samples, RATE)
            failures = 0
        except PerceptionError as error:
            failure, failures = error.message, failures + 1
            missed.append(stretch)
            continue
        cues += [Cue(each.text, span.start + each.start, span.start + each.end) for each in found if each.text.strip()]
        if not any(each.text.strip() for each in found):
            missed.append(stretch)
    why = failure or ("字幕没有覆盖" if known else "识别不出文字" if recogniser else "没有配置语音识别")
    return Heard(tuple(cues), tuple(speech), tuple(_said(missed, why)))


def _uncovered(stretch: Stretch, known: Sequence[Cue]) -> list[Stretch]:
    """The parts of a stretch, longer than two seconds or the whole of it, that no cue stands for."""
    if not known:
        return [stretch]
    left, at = [], stretch[0]
    for cue in sorted(known, key=lambda each: each.start):
        if cue.start - 1.0 > at:
            left.append((at, min(cue.start, stretch[1])))
        at = max(at, cue.end + 1.0)
        if at >= stretch[1]:
            break
    if at < stretch[1]:
        left.append((at, stretch[1]))
    return [(start, end) for start, end in left if end - start > 2.0]


def _said(missed: Sequence[Stretch], why: str) -> list[str]:
    total = sum(end - start for start, end in missed)
    if total < LEAST:
        return []
    near: list[Stretch] = []
    for start, end in missed:
        if near and start - near[-1][1] < 3.0:
            near[-1] = (near[-1][0], end)
        else:
            near.append((start, end))
    shown = "、".join(f"{clock(start)}–{clock(end + 0.999)}" for start, end in near[:_SHOWN])
    more = f" 等 {len(near)} 处" if len(near) > _SHOWN else ""
    return [f"有语音 {max(1, round(total))} 秒未识别({shown}{more}):{why}"]
