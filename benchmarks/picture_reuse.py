"""How many edited pictures are found again, by kind and strength of the edit, at one false match in a million pairs.

    python benchmarks/picture_reuse.py [--originals 30] [--others 500] [--processes 2] [--json FILE] [--write]

Two halves of different pictures. On the first the bounds of plain PDQ and of the perceptual hash (imagehash) are set
as wide as one false match in a million pairs allows, and it is shown which bounds of Mingjian would do; on the second
all three are counted. Every edited picture is looked up among the originals, the others and all edited pictures before
it, as a new note would be: whatever is found that goes back to another original is false. Found again counts what
is found among the originals and the others alone. ``--write`` puts the table into docs/reuse-pictures.md and its
Chinese page.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import picture_report as report
from media.reuse_edits import EDITS, film_grain, stickers, text_overlay
from media.reuse_pictures import picture
from numpy.typing import NDArray

from mingjian.perception.reuse import index as searching
from mingjian.perception.reuse.index import PictureIndex
from mingjian.perception.reuse.prints import PicturePrint, picture_print

APART = 100_000
"""Numbers of pictures between the halves, and between what plays which part."""
OPEN: Mapping[str, float] = {"INLIERS": 5, "SHARE": 0, "SUPPORTED": 4, "COVER": 0, "SURE": -1}
"""Bounds under which every candidate is a match, so that it can be seen where they must lie."""


@dataclass(frozen=True)
class Task:
    """What to make: an original (no edit), another picture of the archive, or an edited one."""

    number: int
    edit: str = ""
    strength: int = 0
    worn: bool = False


@dataclass(frozen=True)
class Taken:
    """One picture's three fingerprints."""

    task: Task
    data: bytes
    pdq: NDArray[np.uint8]
    phash: NDArray[np.uint8]


Found = tuple[str, int, int, int, Task, Task]
"""How, bits apart, places that agree, their share, of which picture, in which."""


@dataclass
class Half:
    """What was found of one half: for each edited picture whether it was found; what was found falsely."""

    hits: dict[tuple[str, int], list[bool]] = field(default_factory=lambda: defaultdict(list))
    hows: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    true: list[Found] = field(default_factory=list)
    false: list[Found] = field(default_factory=list)
    pairs: int = 0
    seconds: list[float] = field(default_factory=list)


def taken(task: Task) -> Taken:
    """Make a picture and take its fingerprints."""
    import cv2
    import imagehash
    from PIL import Image

    cv2.setNumThreads(1)
    view, _ = picture(task.number)
    rng = Random(f"{task.edit} {task.strength} {task.number}")
    if task.edit:
        other, _ = picture(task.number + 5 * APART)
        view = film_grain(rng, EDITS[task.edit](rng, np.ascontiguousarray(view), task.strength, other), 1.5)
    elif task.worn:  # as found in the wild: half of the others bear the stickers and words that edits put on
        view = rng.choice((stickers, text_overlay))(rng, view, rng.randint(0, 2), view)
    found = picture_print(np.ascontiguousarray(view))
    hashed = imagehash.phash(Image.fromarray(view)).hash.ravel()
    return Taken(task, found.to_bytes(), np.frombuffer(found.codes[0].bits, np.uint8), np.packbits(hashed))


def archive(half: int, others: int, originals: int) -> tuple[list[Task], list[Task]]:
    """What is known at first, and the edited pictures in the order in which they come."""
    base = half * 20 * APART
    known = [Task(base + number) for number in range(originals)]
    known += [Task(base + 2 * APART + number, worn=number % 2 == 0) for number in range(others)]
    edited = [
        Task(base + number, edit, strength)
        for number in range(originals) for edit in EDITS for strength in range(3)
    ]  # fmt: skip
    Random(half).shuffle(edited)
    return known, edited


def searched(known: list[Taken], edited: list[Taken], bounds: Mapping[str, float], growing: bool) -> Half:
    """Look up every edited picture among what is known and, where the index is ``growing``, all edited pictures before
    it; with other bounds than the usual where they are given."""
    usual = {name: getattr(searching, name) for name in bounds}
    for name, value in bounds.items():
        setattr(searching, name, value)
    index, out = PictureIndex(), Half()
    everything = [*known, *edited]
    place = {each.task: number for number, each in enumerate(known)}
    for number, each in enumerate(everything):
        mine = PicturePrint.from_bytes(each.data)
        if each.task.edit:
            begun = time.perf_counter()
            found = index.search(mine, most=200)
            out.seconds.append(time.perf_counter() - begun)
            original = place[Task(each.task.number)]
            for match in found:
                row = match.how, match.distance, match.inliers, match.share
                if everything[match.key].task.number != each.task.number:
                    out.false.append((*row, each.task, everything[match.key].task))
                elif match.key == original:
                    out.true.append((*row, each.task, everything[match.key].task))
                    out.hows[each.task.edit][match.how] += 1
            out.hits[each.task.edit, each.task.strength].append(any(match.key == original for match in found))
            before = everything[:number] if growing else known
            out.pairs += sum(1 for other in before if other.task.number != each.task.number)
        if growing or not each.task.edit:
            index.add(number, mine)
    for name, value in usual.items():
        setattr(searching, name, value)
    return out


def distances(known: list[Taken], edited: list[Taken], kind: str) -> tuple[Any, Any, int]:
    """Of each edited picture: the distance to its original; the histogram of distances to what it is not."""
    table = np.asarray([getattr(each, kind) for each in [*known, *edited]])
    owner = np.asarray([each.task.number for each in [*known, *edited]])
    true, false = [], np.zeros(257, np.int64)
    for place, each in enumerate(edited):
        before = len(known) + place
        apart = np.bitwise_count(table[:before] ^ getattr(each, kind)).sum(axis=1)
        original = next(n for n, other in enumerate(known) if other.task.number == each.task.number)
        true.append(int(apart[original]))
        false += np.bincount(apart[owner[:before] != each.task.number], minlength=257)
    return true, false, int(false.sum())


def widest(false: NDArray[np.int64], pairs: int) -> int:
    """The largest distance at which at most one pair in a million is false."""
    return int(np.searchsorted(np.cumsum(false), pairs / 1e6, "right")) - 1


def all_taken(tasks: list[Task], processes: int, keep: Path | None) -> dict[Task, Taken]:
    """The fingerprints of all tasks, some of them from an earlier run."""
    made: dict[Task, Taken] = {}
    if keep is not None and keep.is_file():
        made = pickle.loads(keep.read_bytes())
    begun = time.perf_counter()
    lacking = [task for task in tasks if task not in made]
    with get_context("spawn").Pool(processes) as pool:
        made |= {each.task: each for each in pool.imap_unordered(taken, lacking, chunksize=16)}
    print(f"{len(lacking)} pictures made and printed in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
    if keep is not None:
        keep.write_bytes(pickle.dumps(made))
    return made


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--originals", type=int, default=30)
    parser.add_argument("--others", type=int, default=500)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path, help="fingerprints are kept in this file and taken from it the next time")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    lists = [archive(half, chosen.others, chosen.originals) for half in range(2)]
    tasks = [task for known, edited in lists for task in (*known, *edited)]
    made = all_taken(tasks, chosen.processes, chosen.keep)
    halves = [([made[task] for task in known], [made[task] for task in edited]) for known, edited in lists]
    opened = searched(*halves[0], OPEN, growing=True)
    grown = searched(*halves[1], {}, growing=True)
    shown = searched(*halves[1], {}, growing=False)
    plain: dict[str, Any] = {}
    for kind in ("pdq", "phash"):
        _, false, pairs = distances(*halves[0], kind)
        bound = widest(false, pairs)
        true, false, pairs = distances(*halves[1], kind)
        hits: dict[tuple[str, int], list[bool]] = defaultdict(list)
        for each, apart in zip(halves[1][1], true, strict=True):
            hits[each.task.edit, each.task.strength].append(apart <= bound)
        plain[kind] = {"bound": bound, "hits": hits, "false": int(false[: bound + 1].sum()), "pairs": pairs}
    figures = report.figures(opened, grown, shown, plain, chosen.originals, chosen.others)
    lines, met = report.table(figures, english=True)
    print("\n".join(lines))
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if chosen.write:
        report.write(figures, "pictures")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
