"""How many changed clips are found again, by kind and strength of the change, and how many are found falsely.

    python benchmarks/clip_reuse.py [--originals 6] [--others 20] [--processes 2] [--json FILE] [--write]

Clips are made on the spot: eight scenes of generated pictures, slowly zoomed and panned, cut hard, some twenty seconds.
Each original is changed, written as H.264 and read again as any file is (``clip_print``), then looked up among the
originals and the other clips. What is found of another clip is false. Beside it the plain way: the cover (the first
frame) by PDQ within the same 31 bits. ``--write`` puts the table into docs/reuse-pictures.md and its Chinese page.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

import clip_report as report
import cv2
import numpy as np
from media.reuse_edits import EDITS
from media.reuse_pictures import picture
from numpy.typing import NDArray

from mingjian.perception.reuse.index import RADIUS
from mingjian.perception.reuse.video import VideoIndex, VideoPrint, clip_print

Pixels = NDArray[np.uint8]
Frames = Iterator[tuple[float, Pixels]]
WIDTH, HEIGHT, RATE, SCENES = 270, 360, 6, 8
DRAWN = ("filter", "mirror", "text overlay", "stickers", "borders", "crop")
"""Changes that picture_reuse.py makes to pictures: here the same one to every frame."""
CHANGES = ("re-encode", "resize", *DRAWN, "segment", "sped up")
KEPT = (12.0, 8.0, 6.0)  # seconds of a segment
SPEED = (1.1, 1.25, 1.5)
CODED = (30, 38, 46)  # x264's crf: the higher, the worse
_APART = 100_000  # numbers of pictures between what plays which part


@dataclass(frozen=True)
class Task:
    """A clip to make: an original or other one, or (``change``) a changed original."""

    number: int
    change: str = ""
    strength: int = 0


@dataclass
class Counted:
    """For each change and strength whether it was found: by segments, by its cover; false finds and pairs asked."""

    hits: dict[tuple[str, int], list[bool]] = field(default_factory=lambda: defaultdict(list))
    covers: dict[tuple[str, int], list[bool]] = field(default_factory=lambda: defaultdict(list))
    false: int = 0
    cover_false: int = 0
    pairs: int = 0


def length(number: int) -> float:
    """Seconds of a clip."""
    return _cuts(number)[-1]


def frame(number: int, at: float) -> Pixels:
    """What a clip shows at a second."""
    cuts = _cuts(number)
    place = min(int(np.searchsorted(cuts, at, "right")), SCENES - 1)
    begun = cuts[place - 1] if place else 0.0
    return _view(number * SCENES + place, (at - begun) / (cuts[place] - begun))


def _cuts(number: int) -> list[float]:
    rng = Random(f"cuts {number}")
    return list(accumulate(rng.uniform(1.8, 3.4) for _ in range(SCENES)))


_SEEN: dict[int, Pixels] = {}


def _view(shown: int, share: float) -> Pixels:
    """A part of a picture that grows smaller and wanders as its scene goes on."""
    if shown not in _SEEN:
        if len(_SEEN) > 2 * SCENES:
            _SEEN.clear()
        _SEEN[shown] = np.ascontiguousarray(picture(shown)[0])
    whole = _SEEN[shown]
    rng = Random(f"camera {shown}")
    high, wide = whole.shape[:2]
    kept = 0.95 - 0.1 * share
    left = int(wide * (1 - kept) * abs(rng.random() - 0.4 * share))
    top = int(high * (1 - kept) * abs(rng.random() - 0.4 * share))
    part = whole[top : top + int(high * kept), left : left + int(wide * kept)]
    return np.asarray(cv2.resize(part, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)


def frames(task: Task) -> Frames:
    """The frames of a clip, changed where it is."""
    number, strength, seconds = task.number, task.strength, length(task.number)
    if task.change == "segment":
        yield from _inserted(number, KEPT[strength])
        return
    speed = SPEED[strength] if task.change == "sped up" else 1.0
    edit = _edit(task)
    for place in range(int(seconds / speed * RATE)):
        at = place / RATE
        yield at, edit(frame(number, min(at * speed, seconds - 0.01)))


def _inserted(number: int, kept: float) -> Frames:
    """Some seconds of the clip between scenes of a clip that nobody knows."""
    rng = Random(f"segment {number} {kept}")
    begin = rng.uniform(0.5, length(number) - kept - 0.5)
    host = number + 5 * _APART
    for place in range(int((kept + 10) * RATE)):
        at = place / RATE
        if 5 <= at < 5 + kept:
            yield at, frame(number, begin + at - 5)
        else:
            yield at, frame(host, at if at < 5 else at - kept)


def _edit(task: Task) -> Callable[[Pixels], Pixels]:
    """What is done to each frame: the same to all."""
    if task.change == "resize":
        share = (0.6, 0.35, 0.2)[task.strength]
        return lambda view: np.asarray(cv2.resize(view, None, fx=share, fy=share, interpolation=cv2.INTER_AREA))
    if task.change in DRAWN:
        drawn = EDITS[task.change]
        return lambda view: drawn(Random(f"{task}"), np.ascontiguousarray(view), task.strength, view)
    return lambda view: view


def written(path: Path, task: Task) -> Path:
    """The clip as a file."""
    import av

    crf = CODED[task.strength] if task.change == "re-encode" else 26
    with av.open(str(path), "w") as container:
        stream: Any = None
        for _, view in frames(task):
            view = np.ascontiguousarray(view[: view.shape[0] // 2 * 2, : view.shape[1] // 2 * 2])
            if stream is None:
                stream = container.add_stream("libx264", rate=RATE, options={"preset": "veryfast", "crf": str(crf)})
                stream.height, stream.width = view.shape[:2]
                stream.pix_fmt = "yuv420p"
            for packet in stream.encode(av.VideoFrame.from_ndarray(view, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path


def taken(task: Task) -> tuple[Task, bytes]:
    """A clip's print, of the file."""
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder:
        return task, clip_print(written(Path(folder) / "clip.mp4", task)).to_bytes()


def tasks(originals: int, others: int) -> tuple[list[Task], list[Task]]:
    """What is known, and what is looked up."""
    known = [Task(number) for number in range(originals)] + [Task(_APART + number) for number in range(others)]
    changed = [Task(number, change, strength) for number in range(originals)
               for change in CHANGES for strength in range(3)]  # fmt: skip
    return known, changed


def counted(known: list[tuple[Task, bytes]], changed: list[tuple[Task, bytes]]) -> Counted:
    """Look up every changed clip among those known."""
    index, covers, out = VideoIndex(), list[tuple[int, NDArray[np.uint8]]](), Counted()
    for task, body in known:
        print_ = VideoPrint.from_bytes(body)
        index.add(task.number, print_)
        covers.append((task.number, print_.bits[0]))
    for task, body in changed:
        print_ = VideoPrint.from_bytes(body)
        place = task.change, task.strength
        found = {match.key for match in index.search(print_)}
        near = {number for number, bits in covers
                if int(np.bitwise_count(bits ^ print_.bits[0]).sum()) <= RADIUS}  # fmt: skip
        out.hits[place].append(task.number in found)
        out.covers[place].append(task.number in near)
        out.false += len(found - {task.number})
        out.cover_false += len(near - {task.number})
        out.pairs += len(known) - 1
    return out


def figures(out: Counted, originals: int, others: int) -> dict[str, Any]:
    """What was counted, as plain data."""
    rows = {
        change: {name: [[sum(hits[change, strength]), len(hits[change, strength])] for strength in range(3)]
                 for name, hits in (("mingjian", out.hits), ("cover", out.covers))}
        for change in CHANGES
    }  # fmt: skip
    return {"originals": originals, "others": others, "rows": rows, "false": out.false,
            "cover_false": out.cover_false, "pairs": out.pairs}  # fmt: skip


def main(arguments: list[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--originals", type=int, default=6)
    parser.add_argument("--others", type=int, default=20)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args(arguments)
    known, changed = tasks(given.originals, given.others)
    with get_context("spawn").Pool(given.processes) as pool:
        prints = pool.map(taken, [*known, *changed], chunksize=4)
    found = figures(counted(prints[: len(known)], prints[len(known) :]), given.originals, given.others)
    print("\n".join(report.table(found, english=False)))
    if given.json is not None:
        given.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    if given.write:
        report.write(found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
