"""A room's log: one JSON object a line, in segments, safe on disk in batches. What is in it is not lost by ``kill
-9``; what a torn last line held was told to nobody yet.

A segment is named by the number of the first moment that can be in it. Only one process writes: it holds the lock.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from mingjian.core.live.model import Gap, Incident, Moment, Signal

SEGMENT_BYTES = 8 << 20
_SUFFIX = ".jsonl"


class Held(Exception):
    """Another process writes this room's log."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the log: behind ``offset`` bytes of a segment."""

    segment: str = ""
    offset: int = 0


class RoomLog:
    """The log in a folder, for writing. Held is raised when somebody else writes. Not for use by two threads."""

    def __init__(self, folder: Path, *, segment_bytes: int = SEGMENT_BYTES) -> None:
        self.folder = folder
        self._segment_bytes = segment_bytes
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = (folder / "lock").open("ab")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            raise Held(str(folder)) from None
        self._file: IO[bytes] | None = None
        self._dirty = False
        found = segments(folder)
        if found:
            _mend(found[-1])
            self._file = found[-1].open("ab")

    @property
    def place(self) -> Place:
        """Where the next line goes."""
        if self._file is None:
            return Place()
        return Place(Path(self._file.name).name, self._file.tell())

    def write(self, entries: list[Mapping[str, Any]], next_number: int) -> None:
        """Add lines, handed to the system before this returns. ``next_number`` is that of the first moment among
        them, or of the next there will be: a new segment is named by it."""
        if not entries:
            return
        if self._file is None or self._file.tell() >= self._segment_bytes:
            self._begin(next_number)
        assert self._file is not None
        self._file.write(b"".join(_line(entry) for entry in entries))
        self._file.flush()
        self._dirty = True

    def sync(self) -> None:
        """Everything written is safe on disk from now on."""
        if self._file is not None and self._dirty:
            os.fdatasync(self._file.fileno())
            self._dirty = False

    def close(self) -> None:
        """Sync and let others write."""
        self.sync()
        if self._file is not None:
            self._file.close()
            self._file = None
        self._lock.close()

    def _begin(self, number: int) -> None:
        self.sync()
        if self._file is not None:
            self._file.close()
        path = self.folder / f"{number:010d}{_SUFFIX}"
        self._file = path.open("ab")
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def segments(folder: Path) -> list[Path]:
    """A log's segments in order; none where there is no log."""
    return sorted(folder.glob(f"*{_SUFFIX}")) if folder.is_dir() else []


def entries(folder: Path, since: Place | None = None) -> Iterator[dict[str, Any]]:
    """The log's lines behind a place, also while it is written; a line that is not whole ends the reading of its
    segment."""
    since = since or Place()
    for path in segments(folder):
        if path.name < since.segment:
            continue
        with path.open("rb") as file:
            if path.name == since.segment:
                file.seek(since.offset)
            for line in file:
                entry = _entry(line)
                if entry is None:
                    break
                yield entry


def last_moments(folder: Path, after: int = 0, limit: int = 1000) -> list[Moment]:
    """Up to ``limit`` moments numbered behind ``after``: the newest when ``after`` is 0, else the next ones."""
    names = segments(folder)
    first = 0
    if after:
        first = max((at for at, path in enumerate(names) if int(path.stem) <= after + 1), default=0)
    else:
        first = max(0, len(names) - 1)
        if first and names[first].stat().st_size < 64 * limit:
            first -= 1
    found: list[Moment] = []
    since = Place(names[first].name, 0) if names else Place()
    for entry in entries(folder, since):
        if entry["k"] == "moment" and entry["n"] > after:
            found.append(moment_of(entry))
            if after and len(found) == limit:
                return found
    return found[-limit:]


def moment_entry(moment: Moment, push: str | None = None) -> dict[str, Any]:
    """A moment as a line; ``push`` is what its source calls it."""
    entry: dict[str, Any] = {
        "k": "moment", "room": moment.room, "n": moment.number, "c": moment.channel, "s": round(moment.start, 3),
        "e": round(moment.end, 3), "t": moment.text, "at": moment.at, "in": moment.taken_at, "by": moment.speaker,
        "src": moment.source,
    }  # fmt: skip
    if moment.ref:
        entry["ref"] = dict(moment.ref)
    if push is not None:
        entry["id"] = push
    return entry


def moment_of(entry: Mapping[str, Any]) -> Moment:
    """The moment of a line."""
    return Moment(entry["room"], entry["n"], entry["c"], entry["s"], entry["e"], entry["t"], entry["at"], entry["in"],
                  entry["by"], entry["src"], entry.get("ref", {}))  # fmt: skip


def gap_entry(gap: Gap) -> dict[str, Any]:
    """A gap as a line; a line with an end closes the one that began at the same time in the channel."""
    return {"k": "gap", "room": gap.room, "c": gap.channel, "s": round(gap.start, 3),
            "e": None if gap.end is None else round(gap.end, 3), "why": gap.why, "detail": gap.detail}  # fmt: skip


def gap_of(entry: Mapping[str, Any]) -> Gap:
    """The gap of a line."""
    return Gap(entry["room"], entry["c"], entry["s"], entry["e"], entry["why"], entry["detail"])


def incident_entry(incident: Incident) -> dict[str, Any]:
    """An incident as a line, whole: it may be raised by another process later."""
    return {"k": "incident", "room": incident.room, "key": incident.key, "kind": incident.kind,
            "moments": list(incident.moments),
            "signals": [[one.moment, one.kind, one.start, one.end, one.quote, one.what, one.disguise]
                        for one in incident.signals],
            "from": incident.from_, "to": incident.to, "said_at": incident.said_at, "item": _plain(incident.item),
            "codes": list(incident.codes), "severity": incident.severity, "what": list(incident.what),
            "split": list(incident.split)}  # fmt: skip


def incident_of(entry: Mapping[str, Any]) -> Incident:
    """The incident of a line."""
    return Incident(entry["room"], entry["key"], entry["kind"], tuple(entry["moments"]),
                    tuple(Signal(*one) for one in entry["signals"]), entry["from"], entry["to"], entry["said_at"],
                    entry["item"], tuple(entry["codes"]), entry["severity"], tuple(entry["what"]),
                    tuple(entry["split"]))  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _line(entry: Mapping[str, Any]) -> bytes:
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


def _entry(line: bytes) -> dict[str, Any] | None:
    if not line.endswith(b"\n"):
        return None
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) and "k" in entry else None


def _mend(path: Path) -> None:
    """Cut off what a process did not finish writing: from the first line on that is none."""
    good = 0
    with path.open("rb") as file:
        for line in file:
            if _entry(line) is None:
                break
            good += len(line)
    if good < path.stat().st_size:
        os.truncate(path, good)
