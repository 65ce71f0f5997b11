"""How fast clips are read beside the naive way, where the time goes, how much memory, and what two processes bring.

    python benchmarks/clips.py [--seconds 60] [--naive-seconds 20] [--only NAME …] [--json FILE]

The clips are made on the spot (tests/perception/video/makers.py): 720p at 25 frames a second with subtitles, a board
that sways, a product card, cuts, a voice, on grounds from a still one to one on which every pixel moves. The naive way
reads the whole of one frame a second in full size. Each measurement runs in a process of its own with the models
loaded; ``times`` is how many times faster than it plays, ``two_processes`` how many times faster two clips are read by
two processes than by one; ``cpu`` is the processor time of all its threads, which other work on the machine changes
less. Seconds of ``decode`` to ``recognise`` are those of the pictures alone.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.perception.sound.voices import silence, voice, wav
from tests.perception.video.makers import Script, full, make

from mingjian.perception.model import Limits, Reading
from mingjian.perception.ocr import ocr
from mingjian.perception.sound.read import hear
from mingjian.perception.video.frames import Film
from mingjian.perception.video.read import read_video, watch

Row = dict[str, Any]


def scripts(seconds: float) -> dict[str, Script]:
    """The clips by name."""
    cutting = [2.0 * index for index in range(1, int(seconds / 2))]
    return {
        "still": full(seconds, "plain"),
        "person": full(seconds, "person"),
        "portrait": full(seconds, "person", (720, 1280)),
        "cuts": replace(full(seconds, "person"), cuts=cutting),
        "texture": full(seconds, "texture"),
    }


def ours(path: Path) -> Row:
    """A clip as the room reads it, and the parts one by one."""
    row = measured(lambda: read_video(path))
    readings: tuple[Reading, ...] = row.pop("result").readings
    seen = watch(path, Limits())
    spent = {name: round(value, 2) for name, value in asdict(seen.spent).items()}
    sound = measured(lambda: hear(path, Limits(), None, ()))
    row |= {"decode": round(seen.decoding, 2), **spent, "sound": sound["wall"]}
    return row | {"readings": [(each.role, each.text) for each in readings]}


def whole(path: Path) -> Row:
    """A clip as the room reads it, and no more."""
    return {"readings": len(read_video(path).readings)}


def naive(path: Path) -> Row:
    """One frame a second, whole and in full size."""
    def read() -> set[str]:
        found: set[str] = set()
        due = 0.0
        for sample in Film(path, Limits()).samples():
            if sample.time >= due:
                due += 1.0
                found |= {line.text for line in ocr().lines(sample.rgb())}
        return found

    row = measured(read)
    return row | {"readings": [("ocr", text) for text in row.pop("result")]}


def warm() -> None:
    """Loads the models and lets them run once."""
    with tempfile.TemporaryDirectory() as folder:
        path = make(Path(folder) / "warm.mp4", full(2.0, "plain"))
        read_video(path)


def measured(work: Callable[[], Any]) -> Row:
    """Wall and processor seconds of a piece of work, and the largest memory of the process so far in MB."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"wall": round(wall, 2), "cpu": round(cpu, 2), "peak_mb": peak, "result": result}


def apart(work: Callable[[Path], Row], paths: list[Path], processes: int = 1) -> tuple[list[Row], float]:
    """The rows of work done in fresh processes, and the wall seconds from first to last."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context) as pool:
        list(pool.map(_ready, range(processes)))
        began = time.perf_counter()
        rows = list(pool.map(work, paths))
        return rows, time.perf_counter() - began


def _ready(_: int) -> None:
    warm()


def recall(script: Script, readings: list[tuple[str, str]]) -> tuple[int, int, int]:
    """How many of the words shown were read, how many in the right role, and how many there were."""
    wanted = {(words.kind, words.text.replace(" ", "").replace("¥", "¥")) for words in script.words}
    texts = {role: "\n".join(text for each, text in readings if each == role) for role, _ in readings}
    texts = {role: text.replace(" ", "").replace("¥", "¥") for role, text in texts.items()}
    right = sum(text in texts.get(kind, "") for kind, text in wanted)
    return sum(any(text in each for each in texts.values()) for _, text in wanted), right, len(wanted)


def main() -> None:
    """Makes the clips, measures, prints a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--naive-seconds", type=float, default=20.0, help="length of the clips read the naive way")
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        sound = wav(Path(folder) / "voice.wav", silence(2), *[voice(6)] * int(options.seconds / 8), silence(1))
        for name in options.only or scripts(1):
            script = scripts(options.seconds)[name]
            path = make(Path(folder) / f"{name}.mp4", script, sound)
            (row,), _ = apart(ours, [path])
            _, both = apart(whole, [path, path], 2)
            _, one = apart(whole, [path, path])
            rows.append(told(name, "ours", script, row | {"two_processes": round(one / both, 2)}))
            short = scripts(options.naive_seconds)[name]
            (row,), _ = apart(naive, [make(Path(folder) / f"{name}-short.mp4", short)])
            rows.append(told(name, "naive", short, row))
    if options.json:
        options.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")


def told(name: str, way: str, script: Script, row: Row) -> Row:
    """Prints a row, and gives it back with its measures."""
    read, right, wanted = recall(script, row.pop("readings"))
    seconds = script.seconds
    speed = {"times": round(seconds / row["wall"], 1), "cpu_times": round(seconds / row["cpu"], 1)}
    row = {"clip": name, "way": way, **speed, "read": f"{read}/{wanted}", "role": f"{right}/{wanted}", **row}
    print("  ".join(f"{key} {value}" for key, value in row.items()), flush=True)
    return row


if __name__ == "__main__":
    main()
