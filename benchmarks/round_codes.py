"""How many round mini-program codes are found, and what else is called one: on generated pictures.

    python benchmarks/round_codes.py [--per-size N] [--seed N] [--write] [--out DIR]

Codes of three versions, in colours and proportions drawn by lot, lie on plain grounds and photographs, half of them
turned, a third blurred, a fifth in white on the ground itself, all kept as JPEG. The other pictures show round things
that are none, and photographs. Seeds 1 and 2 were looked at while the thresholds were set.
``--out`` keeps the pictures that were judged wrongly. ``--write`` puts the table into docs/perception.md.
"""

from __future__ import annotations

import argparse
import io
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from media import scenery
from media.model import Picture
from media.round_codes import code, placed, shape
from media.round_things import THINGS, thing
from numpy.typing import NDArray
from PIL import Image

from mingjian.perception.round_codes import round_codes
from perception import counted, share

PAGE = Path(__file__).parents[1] / "docs/perception.md"
SIZES = (100, 140, 200, 320)
SCREEN = (1080, 1440)
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Outcome:
    """One picture. ``kind`` is the row of the table; ``box`` is where the code lies, None where there is none."""

    kind: str
    box: Box | None
    found: tuple[Box, ...]
    seconds: float

    @property
    def hit(self) -> bool:
        """Whether a code was found where it lies."""
        return self.box is not None and any(near(self.box, each) for each in self.found)

    @property
    def alarm(self) -> bool:
        """Whether anything was found where no code is."""
        return any(self.box is None or not near(self.box, each) for each in self.found)


def near(box: Box, other: Box) -> bool:
    """Shared area of at least half of both together."""
    width = min(box[0] + box[2], other[0] + other[2]) - max(box[0], other[0])
    height = min(box[1] + box[3], other[1] + other[3]) - max(box[1], other[1])
    shared = max(0, width) * max(0, height)
    return shared >= 0.5 * (box[2] * box[3] + other[2] * other[3] - shared)


def pictures(per_size: int, seed: int) -> Iterator[tuple[str, Box | None, NDArray[np.uint8]]]:
    """Kind, place of the code, pixels."""
    for side in SIZES:
        rng = Random(f"{seed} {side}")
        for _ in range(per_size):
            bare = rng.random() < 0.2
            ground = scenery.busy(rng, SCREEN) if rng.random() < 0.5 else scenery.plain(rng, SCREEN, dark=bare)
            yield f"{side} pixels", placed(rng, ground, code(rng, side, shape(rng, bare))), kept(rng, ground)
    for name in THINGS:
        rng = Random(f"{seed} {name}")
        for _ in range(per_size):
            ground = scenery.busy(rng, SCREEN) if rng.random() < 0.5 else scenery.plain(rng, SCREEN)
            placed(rng, ground, thing(rng, name, rng.randint(120, 500)))
            yield name, None, kept(rng, ground)
    rng = Random(f"{seed} photographs")
    for name in scenery.PHOTOS:
        for _ in range(max(1, per_size // 4)):
            yield "photograph", None, kept(rng, scenery.photo(rng, SCREEN, (name,)))


def kept(rng: Random, picture: Picture) -> NDArray[np.uint8]:
    """The picture as it comes out of a JPEG file."""
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=rng.randint(60, 92))
    return np.array(Image.open(stream).convert("RGB"), np.uint8)


def table(outcomes: Sequence[Outcome]) -> list[str]:
    """One row a kind."""
    lines = ["| picture | code found (Wilson 95 %) | something else called a code | median s |", "|---|---|---|---|"]
    groups = {kind: [o for o in outcomes if o.kind == kind] for kind in dict.fromkeys(o.kind for o in outcomes)}
    coded, others = [o for o in outcomes if o.box], [o for o in outcomes if o.box is None]
    for name, own in {**groups, "**all codes**": coded, "**all others**": others}.items():
        found = share(counted(o.hit for o in own)) if own[0].box else "–"
        seconds = statistics.median(o.seconds for o in own)
        lines.append(f"| {name} | {found} | {share(counted(o.alarm for o in own))} | {seconds:.2f} |")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--per-size", type=int, default=40)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    outcomes = []
    for number, (kind, box, rgb) in enumerate(pictures(arguments.per_size, arguments.seed)):
        begin = time.perf_counter()
        found = tuple(each.box for each in round_codes(rgb))
        outcomes.append(Outcome(kind, box, found, time.perf_counter() - begin))
        wrong = outcomes[-1].alarm or (box is not None and not outcomes[-1].hit)
        if wrong:
            print(f"{number} {kind}: lies at {box}, found {found}", flush=True)
        if wrong and arguments.out:
            arguments.out.mkdir(parents=True, exist_ok=True)
            Image.fromarray(rgb).save(arguments.out / f"{number:04d} {kind}.png")
    rows = table(outcomes)
    print("\n".join(rows))
    if arguments.write:
        from accuracy import put

        put(PAGE, "round-codes", rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
