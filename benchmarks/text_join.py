"""The join of all likenesses among N texts: time, peak memory, disk, what it finds; at three sizes.

    python benchmarks/text_join.py 10000000 [--workers 2] [--folder /var/tmp/join]

Every size runs in a process of its own; the peak is that of the process and its workers together. Making the texts is
timed apart and taken off.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import psutil
from text_stream import Stream

from mingjian.governance.reuse.join_texts import Pairs, join_texts

EVERY = 0.5


class Watch(threading.Thread):
    """Samples memory of this process and its children, and the bytes in a folder, until stopped."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self.folder, self.memory, self.disk = folder, 0, 0
        self._stop_now = threading.Event()

    def run(self) -> None:
        own = psutil.Process()
        while not self._stop_now.wait(EVERY):
            used = 0
            for process in (own, *own.children(recursive=True)):
                try:
                    used += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            self.memory = max(self.memory, used)
            sizes = []
            for path in self.folder.iterdir():
                try:
                    sizes.append(path.stat().st_size)
                except FileNotFoundError:
                    continue
            self.disk = max(self.disk, sum(sizes))

    def stop(self) -> None:
        self._stop_now.set()
        self.join()


def measure(count: int, workers: int, root: str | None) -> dict[str, float]:
    stream = Stream(count)
    making = 0.0

    def batches() -> Iterator[Sequence[str]]:
        nonlocal making
        made = stream.batches()
        while True:
            start = time.perf_counter()
            batch = next(made, None)
            making += time.perf_counter() - start
            if batch is None:
                return
            yield batch

    folder = Path(tempfile.mkdtemp(dir=root))
    watch = Watch(folder)
    watch.start()
    stages: dict[str, float] = {}
    start = time.perf_counter()

    def progress(stage: str, done: int, total: int) -> None:
        stages[stage] = time.perf_counter() - start

    try:
        found = list(join_texts(batches(), folder, workers=workers, progress=progress))
        spent = time.perf_counter() - start - making
    finally:
        watch.stop()
        shutil.rmtree(folder)
    return {"texts": count, "seconds": spent, "making": making, "memory": watch.memory, "disk": watch.disk,
            **{f"until {stage}": at - making for stage, at in stages.items()}, **judged(stream, found)}  # fmt: skip


def judged(stream: Stream, found: Sequence[Pairs]) -> dict[str, float]:
    """``precision``: pairs of one ring; ``linked``: copies that are in a pair with a member of their ring."""
    ring = np.concatenate(stream.ring)
    later, earlier = (np.concatenate([getattr(part, name) for part in found]) for name in ("later", "earlier"))
    right = ring[later] == ring[earlier]
    copies = ring != np.arange(len(ring))
    linked = np.zeros(len(ring), dtype=bool)
    linked[later[right]] = True
    return {"pairs": len(later), "precision": float(right.mean()), "linked": float(linked[copies].mean())}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=int, help="of the largest archive")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", help="where there is room: 1.5 GB for each million texts")
    parser.add_argument("--one", action="store_true", help="this size alone, as JSON")
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(asked.texts, asked.workers, asked.folder)))
        return 0
    print(f"{'texts':>12}{'seconds':>10}{'a million':>11}{'peak MB':>10}{'disk MB':>10}{'pairs':>11}{'precision':>11}"
          f"{'linked':>9}   take, link, compare until (s)")  # fmt: skip
    peak = 0.0
    for count in (asked.texts // 4, asked.texts // 2, asked.texts):
        command = [sys.executable, __file__, str(count), "--one", "--workers", str(asked.workers)]
        command += ["--folder", asked.folder] if asked.folder else []
        ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        got = json.loads(ran.stdout)
        peak = max(peak, got["memory"])
        stages = ", ".join(f"{got[f'until {stage}']:,.0f}" for stage in ("take", "link", "compare"))
        print(f"{count:>12,}{got['seconds']:>10,.1f}{got['seconds'] / count * 1e6:>11,.1f}{got['memory'] / 1e6:>10,.0f}"
              f"{got['disk'] / 1e6:>10,.0f}{got['pairs']:>11,}{got['precision']:>11.2%}{got['linked']:>9.2%}"
              f"   {stages}", flush=True)  # fmt: skip
    return 0 if peak < 8 << 30 else 1


if __name__ == "__main__":
    raise SystemExit(main())
