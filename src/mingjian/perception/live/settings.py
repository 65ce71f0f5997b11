"""How a stream is read. All of it goes to another process: it must be picklable, so functions must be importable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from mingjian.perception.live.model import Listening
from mingjian.perception.options import SpeechSettings

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Looking:
    """``every`` seconds a frame is looked at. Where frames that need no other come at most ``keys_within`` seconds
    apart, only those are decoded; so they are when decoding falls behind. Words that stand are told again every
    ``still_every`` seconds. ``kept_every``: seconds between JPEGs kept for people, beside those with new words;
    ``kept_minutes`` how long they lie, ``kept_side`` the longer side in pixels."""

    every: float = 0.5
    keys_within: float = 1.2
    still_every: float = 60.0
    kept_every: float = 5.0
    kept_minutes: float = 15.0
    kept_side: int = 1280


@dataclass(frozen=True, slots=True)
class Hearing:
    """``source``: ``pushed`` (transcripts come another way: nothing is recognised, and that is no gap), ``none``
    (nobody listens: a gap ``no_recogniser``), ``pieces`` (the recogniser of ``speech`` takes what was said pause by
    pause), ``streaming`` (a sherpa-onnx online model in ``folder``), or ``made`` by calling ``make``, which is how a
    door brings its own. Speech is handed to ``pieces`` at a pause, after ``longest`` seconds at the latest."""

    source: Literal["pushed", "none", "pieces", "streaming", "made"] = "pushed"
    speech: SpeechSettings = field(default_factory=SpeechSettings)
    folder: str | None = None
    make: Callable[[], Listening] | None = None
    longest: float = 8.0


@dataclass(frozen=True, slots=True)
class Recording:
    """The stream's packets as they came, in segments of about ``segment`` seconds, the last ``minutes`` and at most
    ``most_bytes`` of them. Nothing is recorded without a folder (StreamSettings.folder)."""

    on: bool = True
    segment: float = 6.0
    minutes: float = 15.0
    most_bytes: int = 2048 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: for connecting; without a byte until the stream has stalled; between two attempts, growing from the
    first to the last; away until it is lost for good. ``silent``: without any sound packet until that is a gap."""

    connect: float = 10.0
    stall: float = 6.0
    again_from: float = 0.5
    again_to: float = 15.0
    lost: float = 600.0
    silent: float = 5.0


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """``folder``: the room's own, for recordings (``segments/``) and JPEGs (``frames/``); nothing is kept without one.
    ``allowed`` is asked about every address before it is opened: the first, each redirect, each piece of a playlist;
    None allows all. ``pace``: a file's seconds per second of ours (rehearsals may run faster; room time runs with it).
    ``memory`` in bytes, ``hang`` in seconds without a sign: above them a reading process is killed and begun anew."""

    folder: Path | None = None
    looking: Looking = field(default_factory=Looking)
    hearing: Hearing = field(default_factory=Hearing)
    recording: Recording = field(default_factory=Recording)
    patience: Patience = field(default_factory=Patience)
    allowed: Callable[[str], bool] | None = None
    pace: float = 1.0
    memory: int = 1500 * MEGABYTE
    hang: float = 30.0
