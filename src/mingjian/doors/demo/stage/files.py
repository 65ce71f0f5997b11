"""A staged room as files to play: video.mp4, comments.jsonl, transcript.jsonl, room.json, truth.json."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from mingjian.doors.demo.stage.drawing import HEIGHT, WIDTH, Studio
from mingjian.doors.demo.stage.model import Line, Staged
from mingjian.doors.demo.stage.moments import about
from mingjian.doors.demo.stage.sound import RATE, sound

FPS = 12
STEP_S = 1 / 3
"""Seconds a host sits still."""


def write(room: Staged, folder: Path, progress: Callable[[float], None] | None = None, video: bool = True) -> None:
    """All files of a room. ``progress``: called with the seconds of video that are done; OSError when it cannot be
    written, NoFont without a Chinese font."""
    folder.mkdir(parents=True, exist_ok=True)
    spoken = [line for line in room.lines if line.channel == "speech"]
    told = [line for line in room.lines if line.channel not in ("speech", "screen")]
    _lines(folder / "transcript.jsonl", spoken)
    _lines(folder / "comments.jsonl", told)
    known = about(room)
    _json(folder / "room.json", {
        "id": known.id, "title": known.title, "platform": known.platform, "publisher": dict(known.publisher),
        "minutes": room.minutes, "seed": room.seed,
    })  # fmt: skip
    text = {line.id: line for line in room.lines}
    _json(folder / "truth.json", {
        "honest": room.honest, "trade": room.trade, "part": room.part, "scenes": dict(room.scenes),
        "planted": [{**one.shown(), "evidence": [_evidence(text[id]) for id in one.lines]} for one in room.planted],
    })  # fmt: skip
    if video:
        _video(room, folder / "video.mp4", progress)


def _evidence(line: Line) -> dict[str, Any]:
    return {"id": line.id, "at": round(line.at, 3), "channel": line.channel, "place": line.place, "text": line.text}


def _lines(path: Path, lines: Sequence[Line]) -> None:
    path.write_text("".join(json.dumps(line.shown(), ensure_ascii=False) + "\n" for line in lines), "utf-8")


def _json(path: Path, found: Any) -> None:
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")


def pictures(room: Staged) -> Iterator[tuple[int, Any]]:
    """(Number of a frame, the picture from there on) whenever something on the screen changes or the host moves."""
    studio = Studio(room.id)
    shown = [line for line in room.lines if line.channel == "screen"]
    moves = range(0, int(room.minutes * 60 * FPS), round(STEP_S * FPS))
    changes = {round(at * FPS) for line in shown for at in (line.at, line.end)}
    for number in sorted(changes.union(moves)):
        now = number / FPS + 1e-6
        up = [line for line in shown if line.at - 0.5 / FPS <= now < line.end - 0.5 / FPS]
        yield number, studio.picture(up, int(number / FPS / STEP_S))


def _video(room: Staged, path: Path, progress: Callable[[float], None] | None) -> None:
    from mingjian.perception.movie import Movie

    changes = pictures(room)
    following = next(changes, None)
    ready: Any = None
    with Movie(path, WIDTH, HEIGHT, FPS, RATE) as movie:
        for second, block in enumerate(sound(room.lines, int(room.minutes * 60), room.seed)):
            for number in range(second * FPS, (second + 1) * FPS):
                while following is not None and following[0] <= number:
                    ready = movie.ready(following[1])
                    following = next(changes, None)
                movie.show(ready)
            movie.sound(block)
            if progress is not None:
                progress(second + 1)
