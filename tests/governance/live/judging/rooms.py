"""Small rooms, written line by line."""

from __future__ import annotations

import json
from collections.abc import Iterable

from mingjian.api import engine
from mingjian.core.live.model import About, Incident, Moment
from mingjian.governance.live.judging import RoomJudge

OPENED = 1_790_000_000_000_000  # 2026-09
Line = tuple[float, str, str | None, str]  # at, channel, speaker, text


def judge(title: str = "换季补水专场", platform: str | None = "douyin") -> RoomJudge:
    return RoomJudge(About("r1", platform, title), engine())


def moments(lines: Iterable[Line]) -> list[Moment]:
    made = []
    for number, (at, channel, speaker, text) in enumerate(lines, 1):
        end = at + (2.0 if channel == "speech" else 0.0)
        clock = OPENED + int(end * 1_000_000)
        ref = {"account": f"a{number}"} if speaker == "viewer" else {}
        made.append(Moment("r1", number, channel, at, end, text, clock, clock, speaker, "pushed", ref))
    return made


def run(lines: Iterable[Line], title: str = "换季补水专场", platform: str | None = "douyin") -> list[Incident]:
    return play(judge(title, platform), moments(lines))


def play(room: RoomJudge, told: Iterable[Moment]) -> list[Incident]:
    found: list[Incident] = []
    last = 0.0
    for moment in told:
        found += room.tick(moment.end)
        found += room.take(moment)
        last = max(last, moment.end)
    return found + room.tick(last + 5)


def again(room: RoomJudge) -> RoomJudge:
    """The room's judge after its process died: from its state, as it lies in a file."""
    return RoomJudge.resume(room.about, engine(), json.loads(json.dumps(room.state(), ensure_ascii=False)))
