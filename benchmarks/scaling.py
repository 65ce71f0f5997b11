"""Time and memory against the length of one text: a long line, and a file of many megabytes.

    python benchmarks/scaling.py [--line 100000] [--file 50]

Linear means that the last column of each table stays flat. tests/test_robustness.py counts the same work in
calls, so that it can be asserted on any machine. The file goes through the command line in a process of its own.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from corpus import notes

from mingjian import check

DAY = date(2026, 11, 1)
BREACH = "热玛吉术后永不反弹"
NOTE = "热玛吉五代到店体验,术后皮肤紧致提升,效果因人而异,请以医师面诊为准。想了解的姐妹可以先看科普\n"
SHAPES = {
    "no stops": "很",
    "notes": NOTE,
    "commas": "皮肤紧致,",
    "exceptions": "最好先",
    "pinyin": "boniaosuan",
    "separators": "水*光*针",
    "breaches": BREACH,
    "breaches in sentences": f"{BREACH}。",
}
RUN = """
import resource, sys
from mingjian.doors.cli.main import main
code = main(sys.argv[1:])
print(code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def line_table(longest: int) -> None:
    """One text of each shape, at four lengths."""
    print(f"{'shape':24}{'characters':>12}{'seconds':>10}{'ns a character':>16}")
    for name, unit in SHAPES.items():
        for size in (longest // 8, longest // 4, longest // 2, longest):
            text = (unit * (size // len(unit) + 1))[:size]
            judge = partial(check, text, as_of=DAY, nature="advertisement")
            spent = min(seconds(judge) for _ in range(2))
            print(f"{name:24}{size:>12,}{spent:>10.3f}{spent / size * 1e9:>16,.0f}")


def file_table(largest: int) -> None:
    """A text file of ordinary notes, at three sizes, through `mingjian check`."""
    ordinary = "".join(f"{note}\n" for note in notes(200))
    print(f"\n{'megabytes':>10}{'seconds':>10}{'peak MB':>10}{'seconds a MB':>14}{'exit':>6}")
    with tempfile.TemporaryDirectory() as folder:
        for size in sorted({max(largest // 10, 1), max(largest // 4, 1), largest}):
            path = Path(folder) / "notes.txt"
            path.write_text(ordinary * (size * 1_000_000 // len(ordinary.encode())), "utf-8")
            command = [sys.executable, "-c", RUN, "check", str(path), "--format", "jsonl", "--output", os.devnull]
            start = time.perf_counter()
            ran = subprocess.run(command, capture_output=True, text=True, check=False)
            spent = time.perf_counter() - start
            code, peak = ran.stderr.split()[-2:]
            print(f"{size:>10}{spent:>10.1f}{int(peak) / 1024:>10,.0f}{spent / size:>14.2f}{code:>6}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--line", type=int, default=100_000, help="characters of the longest line")
    parser.add_argument("--file", type=int, default=50, help="megabytes of the largest file; 0 for none")
    asked = parser.parse_args()
    check(BREACH, as_of=DAY)
    line_table(asked.line)
    if asked.file:
        file_table(asked.file)


if __name__ == "__main__":
    main()
