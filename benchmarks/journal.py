"""How fast the journal is written and verified, at a year of 新氧's volume (1,043,313 decisions).

    python benchmarks/journal.py [--events 1043313] [--database URL] [--json FILE]

Side by side in one run: the verification; a bare loop of SHA-256 over as many bytes (what no chain can beat); and the
plain way, an event object and a call of the chain's formula for each row.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
import time
from pathlib import Path

from mingjian.records.clock import SystemClock
from mingjian.records.journal.append import append_all
from mingjian.records.journal.model import GENESIS, Event, link
from mingjian.records.journal.verify import verify
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import all_events
from mingjian.records.storage.metadata import metadata
from mingjian.records.storage.tables import load_tables

YEAR = 1_043_313
BATCH = 2_000


def body(number: int) -> dict[str, object]:
    """A decision as the desk writes it."""
    return {
        "item": f"itm_{number:020d}",
        "case": f"cas_{number:020d}",
        "measure": ("pass", "return", "take_down")[number % 3],
        "codes": ["AD-16-1-effect", "AD-9-3-absolute"],
        "reasons": ["断言疗效"],
        "policy": "content@3",
        "cites": ["cn.advertising-law/16.1.1"],
    }


def write(database: Database, events: int) -> float:
    """Fill the journal; seconds."""
    began = time.perf_counter()
    for first in range(0, events, BATCH):
        with database.write() as tx:
            numbers = range(first, min(first + BATCH, events))
            append_all(tx, [Event("benchmark.decided", f"dec_{n:020d}", body(n), "user:usr_1") for n in numbers])
    return time.perf_counter() - began


def plain(database: Database) -> float:
    """Verify with an object and a call for each event; seconds."""
    began = time.perf_counter()
    before = GENESIS
    with database.read() as tx:
        for batch in all_events(tx):
            for event in batch:
                assert link(before, *event.row()[:-1]) == event.hash
                before = event.hash
    return time.perf_counter() - began


def bare(events: int, size: int) -> float:
    """Hash as many bytes with nothing around it; seconds."""
    content = b"x" * size
    began = time.perf_counter()
    before = GENESIS
    for _ in range(events):
        before = hashlib.sha256(before + content).digest()
    return time.perf_counter() - began


def main() -> None:
    """Write, verify, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=YEAR)
    parser.add_argument("--database", help="an empty store; SQLite in a temporary folder when it is not given")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(given.database or f"sqlite:///{folder}/journal.db", clock=SystemClock())
        load_tables()
        metadata.create_all(database.engine)
        writing = write(database, given.events)
        began = time.perf_counter()
        found = verify(database)
        verifying = time.perf_counter() - began
        assert found.whole, found.problems
        assert found.events == given.events
        size = len(json.dumps(body(1), ensure_ascii=False).encode()) + 70
        results = {
            "store": database.dialect,
            "events": given.events,
            "write_per_second": round(given.events / writing),
            "verify_seconds": round(verifying, 2),
            "verify_per_second": round(given.events / verifying),
            "plain_per_second": round(given.events / plain(database)),
            "bare_hash_per_second": round(given.events / bare(given.events, size)),
        }
        if database.path is not None:
            results["megabytes"] = round(database.path.stat().st_size / 1e6)
        database.close()
    for name, value in results.items():
        print(f"{name:24} {value:>12}")
    if given.json:
        given.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
