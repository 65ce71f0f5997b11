"""What a room still owes the desk: incidents found, raised, sealed; and the snapshot that an other process goes on
from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mingjian.core.live.model import Gap, Incident
from mingjian.doors.live.log import Place, gap_entry, gap_of, incident_entry, incident_of

SNAPSHOT, ALIVE = "snapshot.json", "alive"


@dataclass(slots=True)
class Owed:
    """An incident: ``id`` once the desk has it; ``tries`` how often that failed."""

    incident: Incident
    id: str | None = None
    tries: int = 0


@dataclass(slots=True)
class Snapshot:
    """A room as a process wrote it down: the place in the log behind which lines count anew, the judge's state, what
    is owed, keys that are settled, gaps that last, and the last line of each followed file."""

    place: Place = field(default_factory=Place)
    number: int = 0
    time: float = 0.0
    judge: Mapping[str, Any] | None = None
    owed: dict[str, Owed] = field(default_factory=dict)
    settled: list[str] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    lines: dict[str, tuple[int, int]] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=dict)


def save(folder: Path, made: Snapshot) -> None:
    """Whole or not at all."""
    told = {
        "place": [made.place.segment, made.place.offset], "number": made.number, "time": made.time,
        "judge": made.judge,
        "owed": [{"incident": incident_entry(one.incident), "id": one.id} for one in made.owed.values()],
        "settled": made.settled, "gaps": [gap_entry(one) for one in made.gaps], "lines": made.lines,
        "words": made.words,
    }  # fmt: skip
    _replace(folder / SNAPSHOT, json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))


def load(folder: Path) -> Snapshot:
    """What was written down; an empty one where there is none, or what is there is none (the log has it all)."""
    try:
        told = json.loads((folder / SNAPSHOT).read_bytes())
        owed = [Owed(incident_of(one["incident"]), one["id"]) for one in told["owed"]]
        return Snapshot(
            Place(*told["place"]), told["number"], told["time"], told["judge"],
            {one.incident.key: one for one in owed}, list(told["settled"]), [gap_of(one) for one in told["gaps"]],
            {name: (int(one[0]), int(one[1])) for name, one in told["lines"].items()}, dict(told["words"]),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        return Snapshot()


def beat(folder: Path, now: float) -> None:
    """The room is watched at this room time."""
    _replace(folder / ALIVE, f"{now:.3f}".encode())


def last_beat(folder: Path) -> float:
    """The last room time at which the room was watched; 0 when it never was."""
    try:
        return float((folder / ALIVE).read_text())
    except (OSError, ValueError):
        return 0.0


def _replace(path: Path, content: bytes) -> None:
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(content)
    fresh.replace(path)
