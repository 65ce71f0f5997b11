"""What a sweep costs: whole archives of notes through all rules and a policy, in three sizes, by `mingjian sweep`'s own
code with the engine of the settings.

    python benchmarks/sweep.py [--size 1000000] [--rows 8192] [--engine native] [--write]

Writes an archive of ordinary notes (one in twenty with a claim put in front), plans, judges everything, and reports
for each size wall time and processor time (of this process and its workers; on a busy machine the second is the one
that tells), rows a second and seconds a million. ``--write`` puts the table into docs/sweep-speed.md. Sizes are a
tenth, three tenths and all of ``--size``.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from corpus import ROOT, notes

from mingjian.desk.people.model import house
from mingjian.doors.desk.opening import install, open_desk
from mingjian.doors.desk.settings import DeskSettings
from mingjian.doors.sweeps import chosen_engine, driver_of
from mingjian.governance.sweeps import service
from mingjian.governance.sweeps.figures import recount
from mingjian.governance.sweeps.service import Wish
from mingjian.governance.sweeps.sources import archive_source, open_source
from mingjian.intake.archive import ArchiveWriter
from mingjian.records.storage.database import Database
from mingjian.records.storage.metadata import metadata
from mingjian.records.storage.tables import load_tables

PAGE = ROOT / "docs/sweep-speed.md"
BEGIN, END = "<!-- sweep:begin -->", "<!-- sweep:end -->"
CLAIMS = ("热玛吉术后永不反弹,保证有效。", "注射肉毒素瘦脸,无副作用,立减1000。", "全网最低价水光针,百分百有效。")
ME = house("benchmark")
WHOLE = 300_000_000  # notes of a platform


@dataclass(frozen=True, slots=True)
class Run:
    """One size: seconds on the wall and of processors, the archive's bytes, the results' bytes."""

    notes: int
    acting: int
    wall: float
    processor: float
    archive: int
    results: int


def archive(folder: Path, size: int) -> Path:
    """Notes of 350 characters by a third as many people. The texts are cut from 20,000 different ones, each with its
    number: no two are the same."""
    texts, random = notes(min(size, 20_000)), Random(3)
    begin = datetime(2025, 1, 1, tzinfo=UTC)

    def rows(first: int, last: int) -> list[dict[str, object]]:
        return [
            {"id": f"n{one}", "platform": "xiaohongshu" if one % 2 else "douyin", "kind": "note", "channel": "public",
             "published_at": begin + timedelta(minutes=one % 500_000), "publisher_id": f"p{one % max(1, size // 3)}",
             "publisher_kind": "person",
             "body": f"{random.choice(CLAIMS) if one % 20 == 0 else ''}{texts[one % len(texts)]}{one}"}
            for one in range(first, last)
        ]  # fmt: skip

    with ArchiveWriter(folder, f"{size}", 3) as writer:
        for first in range(0, size, 8192):
            writer.items(rows(first, min(size, first + 8192)))
    return folder


def measured(folder: Path, size: int, rows: int, engine: str) -> Run:
    """One size, from the plan to the last piece's samples."""
    source = archive_source(archive(folder / "archive", size))
    settings = DeskSettings(data=folder / "desk")
    settings.data.mkdir()
    load_tables()
    database = Database(settings.database_url)
    metadata.create_all(database.engine)
    database.close()
    desk = open_desk(settings)
    install(desk)
    began, used = time.perf_counter(), _processor()
    manifest = open_source(source).manifest(rows)
    with desk.database.write() as tx:
        sweep = service.plan(tx, ME, Wish("content", source, "benchmark", "benchmark", rows=rows), manifest,
                             desk.engine.rulebook)  # fmt: skip
        service.begin(tx, ME, sweep.id)
    driver = replace(driver_of(desk, chosen_engine(engine)))
    done = driver.finish(sweep.id)
    wall, processor = time.perf_counter() - began, _processor() - used
    assert (done.state, done.judged, done.bad) == ("tried", size, 0), done
    assert not recount(desk.database, done, driver.folder).differing
    desk.close()
    results = sum(path.stat().st_size for path in (driver.folder / sweep.id).iterdir())
    stored = sum(path.stat().st_size for path in Path(source["address"]).rglob("*.parquet"))
    return Run(size, done.acting, wall, processor, stored, results)


def _processor() -> float:
    """Processor seconds of this process and of those of its children that have ended."""
    found = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in found)


def table(runs: list[Run], rows: int, engine: str) -> str:
    """The report as Markdown."""
    lines = [
        f"Machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}. Engine "
        f"`{engine}`, pieces of {rows:,} notes of 350 characters, all rules, policy `content`; from the plan (digests "
        "of all files) to the samples.",
        "",
        "| notes | with an outcome | wall, s | processor, s | notes/s | wall s per million | processor s per million "
        "| archive, MB | results, MB |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for run in runs:
        million = run.notes / 1e6
        lines.append(
            f"| {run.notes:,} | {run.acting:,} | {run.wall:.0f} | {run.processor:.0f} | {run.notes / run.wall:,.0f} | "
            f"{run.wall / million:.0f} | {run.processor / million:.0f} | {run.archive / 1e6:.1f} | "
            f"{run.results / 1e6:.1f} |"
        )
    largest = runs[-1]
    each = largest.processor / largest.notes
    hours = WHOLE * each / 3600
    size = largest.results / largest.notes * WHOLE / 1e9
    lines += [
        "",
        f"Extrapolated from the largest size, {each * 1e6:.0f} microseconds of a core a note: {WHOLE:,} notes ask "
        f"for {hours:,.0f} core-hours: {hours / 16:.1f} hours on 16 cores, {hours / 64:.1f} on 64 (eight machines of "
        f"8). The ledger then has {WHOLE // rows:,} pieces, the results take {size:.0f} GB. A cluster of that size "
        "and its network were not measured.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Run all sizes."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--size", type=int, default=1_000_000)
    asked.add_argument("--rows", type=int, default=8192)
    asked.add_argument("--engine", default="native")
    asked.add_argument("--write", action="store_true")
    given = asked.parse_args()
    runs = []
    for part in (0.1, 0.3, 1.0):
        folder = Path(tempfile.mkdtemp(prefix="mingjian-sweep-"))
        try:
            runs.append(measured(folder, max(1, round(given.size * part)), given.rows, given.engine))
            print(runs[-1], flush=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    told = table(runs, given.rows, given.engine)
    print(told)
    if given.write:
        page = PAGE.read_text("utf-8")
        head, tail = page.split(BEGIN)[0], page.split(END)[1]
        PAGE.write_text(f"{head}{BEGIN}\n{told}{END}{tail}", "utf-8")


if __name__ == "__main__":
    main()
