"""How fast one picture is looked up among millions, and what joining as many codes takes.

    python benchmarks/picture_lookup.py [--pictures 5000000] [--asked 200] [--join 5000000] [--radius 31]
        [--threads 1] [--json FILE] [--write]

The index holds that many pictures: 100 real prints of drawn pictures, and the rest codes by chance and words drawn as
the real prints have them (a tenth of them words that were seen, the rest put together from halves that were seen).
Looked up are edited pictures, half of which go back to one of the 100. The join is of codes by chance with 1,000 near
copies planted; it must find them all. Peak memory is that of the whole process; the processor's time stands beside the
clock's, since other work on the machine lengthens only that.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import picture_report as report
from media.reuse_edits import EDITS
from media.reuse_pictures import picture

from mingjian.core.reuse.hamming import join
from mingjian.perception.reuse import vocabulary
from mingjian.perception.reuse.index import INDEXED, RADIUS, PictureIndex
from mingjian.perception.reuse.prints import PicturePrint, picture_print

REAL = 100
AT_ONCE = 340_000
PLANTED = 1000
TOGETHER = 0.1
"""Share of the words that were seen as they are: the others are a first and a second half of two of them."""


def main() -> int:
    """Measure, print, write; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=5_000_000)
    parser.add_argument("--asked", type=int, default=200)
    parser.add_argument("--join", type=int, default=5_000_000)
    parser.add_argument("--radius", type=int, default=RADIUS)
    parser.add_argument("--threads", type=int, default=1, help="threads of the join")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    figures: dict[str, Any] = {}
    if chosen.pictures:
        figures |= looked_up(chosen.pictures, chosen.asked)
    if chosen.join:
        figures |= joined(chosen.join, chosen.radius, chosen.threads)
    figures["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
    print("\n".join(report.lookup(figures, english=True)))
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    if chosen.write:
        report.write(figures, "lookup")
    slow = figures.get("whole_p95", 0.0) >= 10
    return 1 if slow or figures["peak_mb"] > 8000 else 0


def looked_up(pictures: int, asked: int) -> dict[str, Any]:
    """Build the index and look up edited pictures in it."""
    real = [picture_print(picture(number)[0]) for number in range(REAL)]
    queries = [(number if number < REAL else None, edited(number)) for number in _numbers(asked)]
    index, seconds = filled(pictures, real)
    figures: dict[str, Any] = {"pictures": len(index), "build_s": seconds, "memory_mb": index.nbytes / 1e6}
    whole, spent, codes, found = [], [], [], 0
    for _, taken in queries[:20]:
        index.search(taken)
    for number, taken in queries:
        begun, used = time.perf_counter(), time.process_time()
        matches = index.search(taken)
        whole.append(1000 * (time.perf_counter() - begun))
        spent.append(1000 * (time.process_time() - used))
        begun = time.perf_counter()
        index._by_codes(taken)
        codes.append(1000 * (time.perf_counter() - begun))
        found += number is not None and any(match.key == number for match in matches)
    for name, times in (("whole", whole), ("spent", spent), ("codes", codes)):
        figures[f"{name}_p50"], figures[f"{name}_p95"] = (float(each) for each in np.percentile(times, (50, 95)))
    figures["found"] = f"{found} / {sum(number is not None for number, _ in queries)}"
    return figures


def _numbers(asked: int) -> list[int]:
    return [each // 2 % REAL if each % 2 == 0 else REAL + each for each in range(asked)]


def edited(number: int) -> PicturePrint:
    """The print of the picture of that number after one of the edits."""
    rng = Random(f"asked {number}")
    edit = EDITS[rng.choice(list(EDITS))]
    view = edit(rng, picture(number)[0], rng.randint(0, 2), picture(number + 900)[0])
    return picture_print(np.ascontiguousarray(view))


def filled(pictures: int, real: list[PicturePrint]) -> tuple[PictureIndex, float]:
    """The index, and the seconds that adding took: making up the pictures is not counted."""
    dice = np.random.default_rng(11)
    index = PictureIndex(lambda key: real[key % len(real)])
    for key, taken in enumerate(real):
        index.add(key, taken)
    means = int(vocabulary.size() ** 0.5)
    seen = np.concatenate([taken.places.words[:INDEXED, 0] for taken in real])
    seconds, at = 0.0, len(real)
    while at < pictures:
        count = min(AT_ONCE, pictures - at)
        bits = dice.integers(0, 256, (count, 32), np.uint8)
        one, other = (dice.choice(seen, count * INDEXED) for _ in range(2))
        words = np.where(dice.random(len(one)) < TOGETHER, one, one // means * means + other % means).astype(np.uint32)
        begun = time.perf_counter()
        index.add_columns(
            np.arange(at, at + count), bits, np.full(count, 90, np.uint8), words, np.full(count, INDEXED)
        )  # fmt: skip
        seconds += time.perf_counter() - begun
        at += count
    return index, seconds


def joined(count: int, radius: int, threads: int) -> dict[str, Any]:
    """All pairs of codes within the radius; SystemExit where a planted one is missing."""
    dice = np.random.default_rng(12)
    codes = dice.integers(0, 256, (count, 32), np.uint8)
    one, other = dice.choice(count, (2, PLANTED), replace=False)
    flips = np.zeros((PLANTED, 256), np.uint8)
    for row in flips:
        row[dice.choice(256, dice.integers(0, radius + 1), replace=False)] = 1
    codes[other] = codes[one] ^ np.packbits(flips, axis=1)
    begun = time.perf_counter()
    found: set[tuple[int, int]] = set()
    for first, second, _ in join(codes, radius, threads=threads):
        found |= set(zip(first.tolist(), second.tolist(), strict=True))
    seconds = time.perf_counter() - begun
    lacking = {tuple(sorted(pair)) for pair in zip(one.tolist(), other.tolist(), strict=True)} - found
    if lacking:
        raise SystemExit(f"{len(lacking)} planted pairs were not found")
    return {"join_codes": count, "join_radius": radius, "join_s": seconds, "join_pairs": len(found)}


if __name__ == "__main__":
    sys.exit(main())
