"""What a stream tells as it runs: words shown, words said, gaps, that it is alive, that it ended.

Times are room time: seconds since the room was opened, on our own clock, whatever time stamps the stream carries.
``at`` is the wall clock at ``start``, in microseconds since 1970-01-01 UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

from mingjian.core.live.model import Gap as Gap
from mingjian.perception.model import Box
from mingjian.perception.sound.decode import Samples

How = Literal["new", "changed", "still", "gone"]
Running = Literal["starting", "connecting", "running", "waiting", "restarting", "ended", "left", "lost", "failed"]
"""``waiting``: the stream is away, and tried again after a pause; ``restarting``: its reading process died."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Words on the picture: lines that stand together and came together, one text in reading order.

    ``key`` names them within the room, for as long as they stand. ``how``: ``new``, once; ``changed``, when they were
    read better or typed on (``text`` takes the place of the one before); ``still``, now and then while they stand, so
    that a window that has moved on knows them; ``gone``, once, ``end`` being when they were last seen. ``role`` as in
    clips: ``subtitle``, ``background`` (a board that stands), ``card`` (of a product) or ``ocr``: as far as it is known
    by then. ``box`` in pixels of a picture of ``size``; ``frame`` names the kept JPEG they can be seen on, in the
    room's folder.
    """

    room: str
    key: int
    how: How
    text: str
    start: float
    end: float
    at: int
    box: Box
    size: tuple[int, int]
    score: float
    role: str = "ocr"
    frame: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """Words heard. ``key`` names an utterance within the room: pieces that are not ``final`` are followed by the same
    utterance, longer or corrected; the final one is told once."""

    room: str
    key: int
    text: str
    start: float
    end: float
    at: int
    final: bool = True


@dataclass(frozen=True, slots=True)
class Ended:
    """Nothing comes after it. ``why``: ``ended`` by the stream, ``left`` by us, or ``lost``: away for too long."""

    room: str
    time: float
    why: Literal["ended", "left", "lost"]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Alive:
    """About once a second while a reading process runs. ``picture`` and ``sound`` are when the last of each came in;
    ``behind`` how many seconds decoding lies behind; ``frame`` the newest kept JPEG; ``recorded`` until when segments
    on disk reach, and ``trouble`` why nothing is recorded though it should be. The counters run since the process
    began; ``processor`` is its own seconds."""

    room: str
    time: float
    state: Running
    picture: float | None = None
    sound: float | None = None
    size: tuple[int, int] = (0, 0)
    behind: float = 0.0
    frame: str | None = None
    recorded: float | None = None
    samples: int = 0
    dropped: int = 0
    looks: int = 0
    jumps: int = 0
    connections: int = 0
    processor: float = 0.0
    trouble: str = ""


Observed = Shown | Said | Gap | Ended | Alive
"""A Gap is told when it begins, with ``end`` None, and again with its end, the rest of it being the same."""


@dataclass(frozen=True, slots=True)
class State:
    """How a reader is: ``restarts`` of its process, the last ``alive`` sign, gaps that last, why it failed."""

    running: Running
    restarts: int = 0
    alive: Alive | None = None
    gaps: tuple[Gap, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """Words of a recogniser, in seconds of all the sound it was fed. The same ``start`` is the same utterance."""

    text: str
    start: float
    end: float
    final: bool = True


class Listening(Protocol):
    """Turns sound into words as it comes. PerceptionError when it cannot; it is fed again later, or made anew."""

    def feed(self, pcm: Samples) -> list[Heard]:
        """Takes the next piece of sound (16 kHz mono, -1..1, any length) and gives what it knows by now. Must not wait
        for long: sound that piles up meanwhile is a gap."""
        ...

    def finish(self) -> list[Heard]:
        """The rest, when no more sound comes."""
        ...

    def close(self) -> None:
        """Lets go of whatever it holds."""
        ...


@dataclass(frozen=True, slots=True)
class Clip:
    """A recorded stretch cut out: room times it really begins and ends at (it begins at a picture that needs no other),
    the stretches of it that were recorded, and whether pictures had to be encoded anew because their size or codec
    changes within it."""

    start: float
    end: float
    covered: tuple[tuple[float, float], ...] = field(default=())
    encoded_anew: bool = False
