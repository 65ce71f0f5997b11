"""A sound file → what is said in it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from mingjian.perception.model import Limits, Perceived, PerceptionError, Reading
from mingjian.perception.options import Options
from mingjian.perception.sound.container import Loss, clock, length, opened, own_length, streams
from mingjian.perception.sound.cues import Cue, joined
from mingjian.perception.sound.decode import RATE, Samples, blocks
from mingjian.perception.sound.embedded import embedded
from mingjian.perception.sound.listen import Heard, listen
from mingjian.perception.sound.recognisers import Recogniser
from mingjian.perception.sound.recognisers import recogniser as from_settings
from mingjian.perception.sound.subtitles import cues_of, subtitles_beside

_SHORT = 2.0
"""Seconds by which a file may be shorter than it says."""


def read_audio(
    path: Path, options: Options | None = None, recogniser: Recogniser | None = None, subtitles: Path | None = None
) -> Perceived:
    """The speech of a sound file as a Perceived of kind ``audio``.

    ``subtitles``, or a subtitle file beside it under the same name, is taken for the speech. Without them and
    without a recogniser (that of the options, unless one is given), speech is found but stays ``unread``.
    PerceptionError when there is no sound in the file.
    """
    options = options or Options()
    limits = options.limits
    recogniser = recogniser or from_settings(options.speech)
    given, readings, notes = given_subtitles(path, subtitles)
    with opened(path, limits) as container:
        if not streams(container, "audio"):
            raise PerceptionError("文件里没有声音", "检查文件是否为音频")
        seconds = length(container, *streams(container, "audio"))
    heard, unread = hear(path, limits, recogniser, given)
    return Perceived(
        "audio", (*readings, *joined(heard.cues, "speech")), (*heard.unread, *unread), notes, seconds=seconds
    )


def given_subtitles(path: Path, subtitles: Path | None) -> tuple[list[Cue], tuple[Reading, ...], tuple[str, ...]]:
    """The cues, readings and notes of the subtitle file named, or lying beside ``path``; empty without one.

    An error in a file that was named is raised; one that merely lies there is noted and passed over.
    """
    source = subtitles or subtitles_beside(path)
    if source is None:
        return [], (), ()
    try:
        said, signs = cues_of(source)
    except PerceptionError as error:
        if subtitles is not None:
            raise
        return [], (), (f"旁边的字幕 {source.name} 没有用上:{error.message}",)
    readings = (*joined(said, "speech"), *joined(signs, "subtitle"))
    return said, readings, (f"语音以字幕文件 {source.name} 为准",) if said else ()


def hear(
    path: Path, limits: Limits, recogniser: Recogniser | None, known: Sequence[Cue]
) -> tuple[Heard, tuple[str, ...]]:
    """The speech of all sound streams of a file, and what could not be decoded. Nothing when it has no sound."""
    heard: list[Heard] = []
    unread: list[str] = []
    with opened(path, limits) as container:
        count = len(streams(container, "audio"))
    for index in range(count):
        # One stream may hide behind another: a second language, a commentary. Each is heard.
        with opened(path, limits) as container:
            one, lost = _stream(container, index, limits, recogniser, known)
        which = f"第 {index + 1} 条音轨:" if count > 1 else ""
        heard.append(Heard(one.cues, one.speech, tuple(which + each for each in one.unread)))
        unread += [which + each for each in lost]
    return Heard(
        tuple(cue for one in heard for cue in one.cues),
        tuple(stretch for one in heard for stretch in one.speech),
        tuple(each for one in heard for each in one.unread),
    ), tuple(unread)


def inside(path: Path, limits: Limits) -> tuple[list[list[Cue]], list[str]]:
    """The cues of the subtitle streams inside a file, and what of them was not read."""
    with opened(path, limits) as container:
        return embedded(container) if container.streams.subtitles else ([], [])


def _stream(
    container: Any, index: int, limits: Limits, recogniser: Recogniser | None, known: Sequence[Cue]
) -> tuple[Heard, list[str]]:
    stream = streams(container, "audio")[index]
    loss, at = Loss(), [0.0]
    until = time.monotonic() + 0.9 * limits.max_wall_seconds

    def watched() -> Iterator[tuple[float, Samples]]:
        for start, samples in blocks(container, stream, loss, limits.max_media_seconds):
            at[0] = start + len(samples) / RATE
            yield start, samples
            if time.monotonic() > until:
                loss.broke = f"超过 {limits.max_wall_seconds:.0f} 秒的上限"
                return

    heard = listen(watched(), recogniser, known)
    said = own_length(container, stream) or 0.0
    lost: list[str] = []
    if at[0] >= limits.max_media_seconds:
        lost.append(f"声音只听到 {clock(at[0])}:超过 {clock(limits.max_media_seconds)} 的上限")
    elif loss.broke or said - at[0] > _SHORT:
        lost.append(f"声音在 {clock(at[0])} 处中断,之后没有听到:{loss.broke or '文件不完整'}")
    elif loss.bad > 3:
        lost.append(f"声音有 {loss.bad} 处损坏,没有听到")
    return heard, lost
