"""A folder of staged rooms: some honest, some not, in turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mingjian.doors.demo.stage.files import write
from mingjian.doors.demo.stage.model import PARTS, Part, Staged
from mingjian.doors.demo.stage.script import SLOT, stage


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """``violating`` of the ``rooms`` have violations, one for every five minutes begun; ``comments`` a second."""

    rooms: int = 2
    minutes: float = 5.0
    seed: int = 1
    part: Part = "test"
    violating: int | None = None
    comments: float = 1.0

    def problems(self) -> list[str]:
        """What is wrong with these, all at once."""
        found = []
        if not 1 <= self.rooms <= 1000:
            found.append(f"--rooms 应为 1 至 1000:{self.rooms}")
        if not SLOT / 60 <= self.minutes <= 600:
            found.append(f"--minutes 应为 {SLOT / 60:g} 至 600:{self.minutes:g}")
        if not 0 <= self.comments <= 1000:
            found.append(f"--comments 应为 0 至 1000:{self.comments:g}")
        if self.part not in PARTS:
            found.append(f"--part 应为 {'、'.join(PARTS)} 之一:{self.part}")
        if not 0 <= self.staged <= self.rooms:
            found.append(f"--violating 应为 0 至 {self.rooms}:{self.violating}")
        return found

    @property
    def staged(self) -> int:
        """How many rooms have violations: half of them when nothing is said."""
        return (self.rooms + 1) // 2 if self.violating is None else self.violating

    def made(self) -> list[Staged]:
        """The rooms' scripts."""
        many = int(self.minutes * 60 // SLOT)
        return [stage(number, self.part, minutes=self.minutes, violations=many if number < self.staged else 0,
                      seed=self.seed, comments=self.comments) for number in range(self.rooms)]  # fmt: skip


def rehearse(asked: Rehearsal, folder: Path, video: bool = True,
             progress: Callable[[float], None] | None = None) -> list[Staged]:  # fmt: skip
    """Write all rooms, each to a folder of its own. ``progress``: called with the seconds written so far."""
    rooms = asked.made()
    for number, room in enumerate(rooms):
        before = number * asked.minutes * 60
        at = None if progress is None else lambda seconds, before=before: progress(before + seconds)
        write(room, folder / room.id, at, video)
    return rooms
