"""What comparing costs a check: processor time with nothing known, and with so many notes known.

    python benchmarks/reuse_online.py [--known 10000 50000] [--checks 300] [--json FILE]

Ordinary notes of several procedures (text_notes.py) are kept in a store of its own as if they had been judged; then
others are checked. Times are of the processor, so that what else runs on the machine does not count. ``check`` is the
engine alone, ``told`` what POST /checks adds, ``kept`` all of a submission that is judged and kept, with and without
comparing. ``copies``: the notes that are checked are known ones under other names, every one of them alike.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from text_notes import blanks, grammar, joined, written

from mingjian import api
from mingjian.core.engine.options import Options
from mingjian.core.model import Item, Publisher
from mingjian.core.reuse.texts import text_prints
from mingjian.governance.reuse.model import Asked
from mingjian.governance.reuse.service import Reuse
from mingjian.governance.screening.service import Screening
from mingjian.records.items.model import Submission
from mingjian.records.items.submit import submit
from mingjian.records.reuse.model import NewPrint
from mingjian.records.storage import reuse_prints
from mingjian.records.storage.database import Database
from mingjian.records.storage.metadata import metadata
from mingjian.records.storage.tables import load_tables

BATCH = 1000


@contextmanager
def store() -> Iterator[Database]:
    """An empty store of its own."""
    load_tables()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'reuse.db'}")
        metadata.create_all(database.engine)
        try:
            yield database
        finally:
            database.close()


def notes(seed: int, count: int) -> list[list[str]]:
    """Notes as lists of sentences."""
    rng = random.Random(seed)
    procedures = sorted(grammar()["procedures"])
    return [written(rng, rng.choice(procedures)) for _ in range(count)]


def submission(number: str, text: str) -> Submission:
    """As a platform hands it in."""
    publisher = {"id": f"p{number}", "kind": "creator"}
    return Submission({"id": number, "text": text, "platform": "xiaohongshu", "channel": "public",
                       "publisher": publisher})  # fmt: skip


def fill(database: Database, first: int, texts: Sequence[str]) -> None:
    """Keep notes as known: the item and its print, without judging it."""
    for begin in range(0, len(texts), BATCH):
        some = texts[begin : begin + BATCH]
        with database.write() as tx:
            taken = submit(tx, [submission(f"k{first + begin + at}", text) for at, text in enumerate(some)], "user:1")
            rows = [
                NewPrint(one.item.id, "text", "written", None, value.to_bytes())
                for one, value in zip(taken, text_prints(some), strict=True)
            ]
            reuse_prints.put_prints(tx, rows)


def cost(work: Callable[[int], Any], count: int) -> dict[str, float]:
    """Processor milliseconds of each: middle and 95th of a hundred."""
    taken: list[float] = []
    for number in range(count):
        began = time.process_time()
        work(number)
        taken.append((time.process_time() - began) * 1000)
    taken.sort()
    return {"mean": round(sum(taken) / count, 2), "p50": round(taken[count // 2], 2),
            "p95": round(taken[int(count * 0.95)], 2)}  # fmt: skip


def measured(known: Sequence[int], checks: int) -> list[dict[str, Any]]:
    """A row for each size."""
    rng = random.Random(5)
    fresh = [joined(rng, note) for note in notes(1, checks)]
    items = _items("f", fresh)
    engine = api.engine()
    rows: list[dict[str, Any]] = []
    with store() as database:
        engine.check(items[:20], Options(as_of=date(2026, 1, 1)))
        alone = cost(lambda at: engine.check([items[at]], Options(as_of=date(2026, 1, 1))), checks)
        filled: list[list[str]] = []
        for size in (0, *known):
            more = notes(100 + size, size - len(filled))
            fill(database, len(filled), [joined(rng, note) for note in more])
            filled += more
            began = time.process_time()
            reuse = Reuse(database)
            reuse.catch_up()
            loaded = time.process_time() - began
            row: dict[str, Any] = {"known": size, "load_s": round(loaded, 2), "check": alone,
                                   "told": cost(_told(reuse, items), checks)}  # fmt: skip
            if filled:
                copied = [joined(rng, blanks(rng, filled[rng.randrange(len(filled))], 0.3)) for _ in range(checks)]
                copies = _items("c", copied)
                row["told_copies"] = cost(_told(reuse, copies), checks)
                row["copies_found"] = sum(bool(each) for each in reuse.told([Asked(one) for one in copies]))
            rows.append(row)
        for name, screening in (("without", Screening(database, engine)),
                                ("with", Screening(database, engine, reuse=reuse))):  # fmt: skip
            rows[-1][f"kept_{name}"] = cost(_kept(screening, name, fresh), checks)
    return rows


def _items(name: str, texts: Sequence[str]) -> list[Item]:
    return [Item.of(text, id=f"{name}{at}", publisher=Publisher(id=f"q{at}")) for at, text in enumerate(texts)]


def _told(reuse: Reuse, items: Sequence[Item]) -> Callable[[int], Any]:
    return lambda at: reuse.told([Asked(items[at], source="api")])


def _kept(screening: Screening, name: str, texts: Sequence[str]) -> Callable[[int], Any]:
    # What was kept without comparing has no prints: the second round finds no copies of the first.
    return lambda at: screening.check_now([submission(f"{name}{at}", texts[at])], "user:1")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--known", type=int, nargs="+", default=[10_000, 50_000])
    parser.add_argument("--checks", type=int, default=300)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    rows = measured(sorted(given.known), given.checks)
    print("| 已知 known | 载入 load s | 检测 check ms | 比对 told ms (p95) | 复制件 copies ms (p95) | 找到 found |")
    print("|---:|---:|---:|---:|---:|---:|")
    for row in rows:
        copies = row.get("told_copies", {"mean": "-", "p95": "-"})
        print(f"| {row['known']:,} | {row['load_s']} | {row['check']['mean']} | {row['told']['mean']} "
              f"({row['told']['p95']}) | {copies['mean']} ({copies['p95']}) | "
              f"{row.get('copies_found', '-')} / {given.checks} |")  # fmt: skip
    last = rows[-1]
    print(f"\n保存一条 kept: {last['kept_without']['mean']} ms → {last['kept_with']['mean']} ms "
          f"(p95 {last['kept_without']['p95']} → {last['kept_with']['p95']})")  # fmt: skip
    if given.json:
        given.json.write_text(json.dumps(rows, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
