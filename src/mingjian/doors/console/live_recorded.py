"""What lies on disk of a room that is watched on this machine: newest moments, gaps, frames; read as it grows."""

from __future__ import annotations

import json
import re
import threading
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mingjian.core.live.model import Gap, Moment
from mingjian.doors.live.log import gap_of, moment_of, segments
from mingjian.perception.live.record import Entry, entries

SPOKEN, COMMENTS, GAPS = 400, 160, 60
"""How many are kept in memory of what is said and shown, of comments, and of gaps."""
_FIRST = 4 << 20  # bytes of the log that are read when a room is first looked at
_ROOMS = 64
_FRAME = re.compile(r"(\d{8,14})\.jpg")
_SEGMENT = re.compile(r"\d{8,14}\.mp4")


@dataclass(frozen=True, slots=True)
class Recorded:
    """``here``: there is a log on this machine. ``spoken`` holds all channels but comments, ``gaps`` the newest ones,
    those that last without an end; all in order of time. ``now`` is the newest room time known, in seconds."""

    here: bool
    spoken: Sequence[Moment] = ()
    comments: Sequence[Moment] = ()
    gaps: Sequence[Gap] = ()
    now: float = 0.0


class Tails:
    """The ends of rooms' logs, each read on from where it was read to. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tails: OrderedDict[Path, _Tail] = OrderedDict()

    def read(self, folder: Path) -> Recorded:
        """What is known of a session of a room; empty where it is watched elsewhere."""
        with self._lock:
            tail = self._tails.pop(folder, None) or _Tail(folder / "log")
            self._tails[folder] = tail
            while len(self._tails) > _ROOMS:
                self._tails.popitem(last=False)
        with tail.lock:
            tail.read()
            return Recorded(tail.here, tuple(tail.spoken), tuple(tail.comments), tuple(tail.gaps.values()), tail.now)


class _Tail:
    """One log."""

    def __init__(self, folder: Path) -> None:
        self.lock = threading.Lock()
        self.spoken: deque[Moment] = deque(maxlen=SPOKEN)
        self.comments: deque[Moment] = deque(maxlen=COMMENTS)
        self.gaps: OrderedDict[tuple[str, float], Gap] = OrderedDict()
        self.now, self.here = 0.0, False
        self._folder, self._segment, self._offset = folder, "", 0

    def read(self) -> None:
        """What was added since."""
        found = segments(self._folder)
        self.here = bool(found)
        if not found:
            return
        if not self._segment:
            self._begin(found)
        for path in found:
            if path.name < self._segment:
                continue
            if path.name > self._segment:
                self._segment, self._offset = path.name, 0
            with path.open("rb") as file:
                file.seek(self._offset)
                data = file.read()
            whole = data.rfind(b"\n") + 1
            self._offset += whole
            for line in data[:whole].splitlines():
                self._take(line)

    def _begin(self, found: Sequence[Path]) -> None:
        """Far enough back to fill a page, not at the beginning of hours."""
        sizes = [path.stat().st_size for path in found]
        last = len(found) - 1
        if last and sizes[last] < _FIRST // 4:
            last -= 1
        self._segment, self._offset = found[last].name, 0
        if sizes[last] > _FIRST:
            with found[last].open("rb") as file:
                file.seek(sizes[last] - _FIRST)
                file.readline()
                self._offset = file.tell()

    def _take(self, line: bytes) -> None:
        try:
            entry = json.loads(line)
            kind = entry["k"]
            if kind == "moment":
                moment = moment_of(entry)
                (self.comments if moment.channel == "comment" else self.spoken).append(moment)
                self.now = max(self.now, moment.end)
            elif kind == "gap":
                gap = gap_of(entry)
                self.gaps[gap.channel, gap.start] = gap
                while len(self.gaps) > GAPS:
                    self.gaps.popitem(last=False)
        except (ValueError, KeyError, TypeError):
            return  # a line that is none is the watching process's affair


def stamp(folder: Path) -> int:
    """How much was written of a room: changes whenever its log grows; 0 when nothing is here."""
    found = segments(folder / "log")
    try:
        return len(found) * (1 << 40) + found[-1].stat().st_size if found else 0
    except OSError:
        return 0


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame kept for a while: its file's name and its room time in seconds."""

    name: str
    at: float


def frames_of(folder: Path, first: float, last: float, most: int) -> list[Frame]:
    """Frames within a stretch of room time, in order, spread evenly when there are more than ``most``."""
    try:
        names = sorted(one.name for one in (folder / "frames").iterdir() if _FRAME.fullmatch(one.name))
    except OSError:
        return []
    found = [frame for name in names if first <= (frame := Frame(name, int(name[:-4]) / 1000)).at <= last]
    if len(found) <= most:
        return found
    step = (len(found) - 1) / (most - 1)
    return [found[round(place * step)] for place in range(most)]


def frame_file(folder: Path, name: str) -> Path | None:
    """Where a frame lies; None for what is no name of one."""
    return folder / "frames" / name if _FRAME.fullmatch(name) else None


def segment_file(folder: Path, name: str) -> Path | None:
    """Where a stretch of the recording that browsers may play lies; None for what is no name of one."""
    return folder / "segments" / name if _SEGMENT.fullmatch(name) else None


def segments_of(folder: Path, first: float, last: float) -> list[Entry]:
    """The finished stretches of the recording that hold a part of this one and that browsers may play, in order."""
    return [one for one in entries(folder) if one.end >= first and one.start <= last and _SEGMENT.fullmatch(one.name)]
