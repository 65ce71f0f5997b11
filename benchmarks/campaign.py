"""A campaign at the size of a real first batch: how long its figures take, by the tables and from the journal; and how
often the intervals of prevalence hold the truth.

    python benchmarks/campaign.py [--notes 279000] [--accounts 168000] [--draws 2000] [--json FILE]

The store is filled with a sweep that took ``--notes`` items down and banned ``--accounts`` accounts. Prevalence is
drawn anew ``--draws`` times from populations that are known: stratified samples labelled without error, and the engine
corrected by sensitivity and specificity that are themselves measured each time.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np

from mingjian.desk.people.model import house
from mingjian.governance.campaigns import announcing, service
from mingjian.governance.campaigns.corrected import Measured, rogan_gladen
from mingjian.governance.campaigns.figures import figures, recount
from mingjian.governance.campaigns.intervals import clopper_pearson, difference, wilson
from mingjian.governance.campaigns.stratified import Stratum, estimate
from mingjian.records.journal.append import append_all
from mingjian.records.journal.model import Event
from mingjian.records.storage.database import Database
from mingjian.records.storage.metadata import metadata
from mingjian.records.storage.tables import load_tables

WHO, SWEEP, PIECE = house("benchmark"), "swp_benchmark", 2_000
BLANK = "0" * 64


def dealt(notes: int, accounts: int) -> Iterator[Event]:
    """Items with their decisions, then accounts with theirs."""
    for n in range(notes + accounts):
        item, publisher = (f"itm_{n:020d}" if n < notes else None), f"acc-{n % max(accounts, 1)}"
        if item is not None:
            yield Event("item.submitted", item, {
                "source": "archive", "external": str(n), "version": 1, "digest": BLANK, "kind": "note",
                "platform": "xiaohongshu", "channel": "public", "publisher": publisher, "publisher_kind": "person",
                "published_on": "2026-02-01"})  # fmt: skip
        measure = "take_down" if item is not None else "ban"
        yield Event("decision.made", f"dec_{n:020d}", {
            "item": item, "publisher": publisher, "measure": measure, "origin": "policy", "case": None, "policy": "p@1",
            "as_of": "2026-03-02", "verdict": None, "rulebook": None, "law": BLANK, "cites": [], "codes": [],
            "reasons": ["引流"], "facts": {"platform": "xiaohongshu", "families": ["diversion"]}, "replaces": [],
            "request": None, "appeal_until": None})  # fmt: skip
        yield Event("action.taken", f"act_{n:020d}", {
            "decision": f"dec_{n:020d}", "item": item, "publisher": publisher, "measure": measure, "right": None,
            "step": None, "policy": "p@1", "law": BLANK, "until": None})  # fmt: skip


def fill(database: Database, notes: int, accounts: int) -> str:
    """The store of the benchmark; the campaign's id."""
    waiting: list[Event] = []
    for event in dealt(notes, accounts):
        waiting.append(event)
        if len(waiting) >= 3 * PIECE:
            write(database, waiting)
            waiting = []
    write(database, waiting)
    plan = {"name": "x", "policy": "p@1", "rulebook": BLANK, "as_of": "2026-03-02", "plan": BLANK, "manifest": BLANK,
            "source_kind": "archive", "source": "x", "rows": notes * 40, "chunks": 1, "stages": ["100%"],
            "reason": "x"}  # fmt: skip
    told = {"result": BLANK, "judged": notes * 40, "bad": 0, "empty": 0, "acting": notes, "counts": {}}
    listed = {"first": 0, "pieces": [["a", 0, 1, None]]}
    write(database, [Event("sweep.planned", SWEEP, plan), Event("sweep.listed", SWEEP, listed),
                     Event("sweep.judged", SWEEP, {"place": 0, **told})])  # fmt: skip
    every = notes + accounts
    for first in range(0, every, PIECE):
        items = [
            [n, f"itm_{n:020d}", "x", "acted", f"dec_{n:020d}", None] for n in range(first, min(first + PIECE, every))
        ]
        write(database, [Event("sweep.took", SWEEP, {"place": 0, "stage": 0, "row": first, "items": items})])
    with database.write() as tx:
        made = service.open_campaign(tx, WHO, "benchmark", date(2026, 3, 1), "benchmark")
        service.link(tx, WHO, made.id, [("sweep", SWEEP)], "benchmark")
        service.close_batch(tx, WHO, made.id)
    return made.id


def write(database: Database, events: list[Event]) -> None:
    with database.write() as tx:
        append_all(tx, events)


def counted(notes: int, accounts: int) -> dict[str, object]:
    """Seconds of each way of counting, over a store of its own."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'store.db'}")
        load_tables()
        metadata.create_all(database.engine)
        id = fill(database, notes, accounts)
        took: dict[str, float] = {}
        with database.read() as tx:
            began = time.perf_counter()
            by_tables = figures(tx, WHO, id, 1)
            took["tables"] = time.perf_counter() - began
            began = time.perf_counter()
            by_journal = recount(tx, WHO, id, 1)
            took["journal"] = time.perf_counter() - began
            began = time.perf_counter()
            content, lists = announcing.prepare(tx, WHO, id, 1)
            took["announcement"] = time.perf_counter() - began
        with database.write() as tx:
            made = announcing.draft(tx, WHO, content, lists)
        with database.read() as tx:
            began = time.perf_counter()
            wrong = announcing.verify(tx, WHO, made.id)
            took["verify"] = time.perf_counter() - began
        database.close()
    same = [(one.number, one.list) for one in by_tables] == [(one.number, one.list) for one in by_journal]
    told = {one.figure.name: one.number for one in by_journal if one.number}
    return {"figures": told, "same": same, "verified": not wrong,
            "seconds": {name: round(value, 2) for name, value in took.items()},
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}  # fmt: skip


def covered(draws: int) -> dict[str, float]:
    """The share of intervals at 95 % that hold the truth, for each estimator."""
    chance = np.random.default_rng(20220511)
    rates, sizes, tries = (0.01, 0.06, 0.25), (200_000, 60_000, 19_000), (300, 200, 100)
    after = tuple(rate / 3 for rate in rates)
    se, sp, asked = 0.88, 0.985, (150, 1500)

    def share(of: tuple[float, ...]) -> float:
        return float(sum(rate * size for rate, size in zip(of, sizes, strict=True)) / sum(sizes))

    def sample(of: tuple[float, ...]) -> list[Stratum]:
        return [Stratum(str(at), size, n, int(chance.binomial(n, rate)))
                for at, (rate, size, n) in enumerate(zip(of, sizes, tries, strict=True))]  # fmt: skip

    truth, later = share(rates), share(after)
    held = dict.fromkeys(("wilson", "clopper_pearson", "simple_wilson", "simple_exact", "fall", "rogan_gladen"), 0)
    for _ in range(draws):
        drawn, again = sample(rates), sample(after)
        one, exact = estimate(drawn).interval, estimate(drawn, method="clopper_pearson").interval
        fall = difference(one, estimate(again).interval)
        hits = int(chance.binomial(600, truth))
        told = float(chance.binomial(sum(sizes), truth * se + (1 - truth) * (1 - sp))) / sum(sizes)
        mended = rogan_gladen(Measured(told, sum(sizes)), Measured(chance.binomial(asked[0], se) / asked[0], asked[0]),
                              Measured(chance.binomial(asked[1], sp) / asked[1], asked[1]))  # fmt: skip
        held["wilson"] += one.low <= truth <= one.high
        held["clopper_pearson"] += exact.low <= truth <= exact.high
        held["simple_wilson"] += wilson(hits, 600).low <= truth <= wilson(hits, 600).high
        held["simple_exact"] += clopper_pearson(hits, 600).low <= truth <= clopper_pearson(hits, 600).high
        held["fall"] += fall.low <= truth - later <= fall.high
        held["rogan_gladen"] += mended.low <= truth <= mended.high
    return {name: round(number / draws, 4) for name, number in held.items()}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--notes", type=int, default=279_000)
    options.add_argument("--accounts", type=int, default=168_000)
    options.add_argument("--draws", type=int, default=2_000)
    options.add_argument("--json", type=Path)
    given = options.parse_args()
    told = {"notes": given.notes, "accounts": given.accounts, "coverage": covered(given.draws), "draws": given.draws,
            **counted(given.notes, given.accounts)}  # fmt: skip
    text = json.dumps(told, ensure_ascii=False, indent=2)
    print(text)
    if given.json is not None:
        given.json.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
