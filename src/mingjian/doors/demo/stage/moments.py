"""A staged room as moments: what a judge is given, in the order in which it would be taken in."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mingjian.core.live.model import About, Moment
from mingjian.doors.demo.stage.model import Line, Staged

OPENED = 1_750_000_000_000_000
"""When staged rooms open, in microseconds since 1970 (2025-06-15): any moment would do."""
STILL = 60.0
"""Seconds after which words that stand on the picture are told again, as the reader of streams does."""
_SOURCE = {"speech": "pushed", "screen": "ocr", "comment": "feed", "pinned": "feed", "product": "api", "title": "api"}
_BOXES = {"board": (60, 180, 420, 90), "sticker": (30, 40, 300, 60), "sign": (200, 560, 320, 120),
          "subtitle": (60, 1080, 600, 60)}  # fmt: skip
_SECOND = 1_000_000


def about(room: Staged, platform: str = "douyin") -> About:
    """What is known of the room from outside."""
    return About(room.id, platform, room.title, publisher={**room.publisher, "id": f"pub-{room.id}"})


def moments(room: Staged, opened: int = OPENED) -> Iterator[tuple[Moment, Line]]:
    """Each moment with the line it is of: speech when its piece has ended, the picture at the next sample and again
    while it stands, comments at once."""
    rng = random.Random(f"{room.id}:taken")
    told = [one for line in room.lines for one in _told(rng, line)]
    told.sort(key=lambda one: (one[0], one[2].id))
    for number, (when, start, line) in enumerate(told, 1):
        end = line.end if line.channel == "speech" else start
        yield (
            Moment(room.id, number, line.channel, start, end, line.text, opened + int(end * _SECOND),
                   opened + int(when * _SECOND), line.speaker, _SOURCE[line.channel], _ref(rng, line, start)),
            line,
        )  # fmt: skip


def numbered(room: Staged, opened: int = OPENED) -> tuple[list[Moment], dict[str, Sequence[int]]]:
    """All moments, and the numbers of those that each line is told in."""
    found: list[Moment] = []
    numbers: dict[str, list[int]] = defaultdict(list)
    for moment, line in moments(room, opened):
        found.append(moment)
        numbers[line.id].append(moment.number)
    return found, dict(numbers)


def _told(rng: random.Random, line: Line) -> Iterator[tuple[float, float, Line]]:
    """(When it was taken in, start, line)."""
    if line.channel == "speech":
        yield line.end + rng.uniform(0.2, 0.9), line.at, line
    elif line.channel == "screen":
        at = line.at
        while True:
            yield at + rng.uniform(0.2, 1.2), at, line
            at += STILL
            if at >= line.end:
                return
    else:
        yield line.at + rng.uniform(0.02, 0.3), line.at, line


def _ref(rng: random.Random, line: Line, start: float) -> Mapping[str, Any]:
    if line.channel == "screen":
        role = "ocr"
        if line.place == "board" and start > line.at:
            role = "background"
        elif line.place == "subtitle" and rng.random() < 0.7:
            role = "subtitle"
        return {"box": list(_BOXES[line.place or "board"]), "key": int(line.id[1:]), "role": role}
    found = dict(line.ref)
    if line.channel in ("comment", "pinned"):
        found["comment"] = line.id
    if line.account is not None:
        found["account"] = line.account
    return found
