"""How fast scores are counted: 1,000,000 actors × 100 features, everybody anew, and one actor after something happened.

    python benchmarks/scores.py [--actors 1000000] [--database URL] [--folder DIR] [--json FILE]

What is measured is the desk's own way, from stored rows to stored scores: reading what the store holds (four reports of
outside sources for each actor, each a row of 23 numbers on a day of its own; and judged items and decisions), decay and
sums in whole millionths, points, bands, and writing every score that changed with its event and its history. Not
measured: making the rows (they are put straight into the tables, which the journal's folding otherwise does).

Rows: 4 × actors reports, actors / 5 items, actors / 10 decisions. Features: 92 of the reports, 8 of what the desk did.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from mingjian.governance.scorecards import service
from mingjian.governance.scorecards.engine import score_exact
from mingjian.governance.scorecards.explain import values_of
from mingjian.governance.scorecards.model import Scorecard
from mingjian.governance.scorecards.parse import load_scorecard
from mingjian.governance.scorecards.sources import Source, check, use_sources
from mingjian.records.canonical import canonical, digest
from mingjian.records.clock import SystemClock
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.scores.model import Run, number_at, start_of
from mingjian.records.storage import contents, scores
from mingjian.records.storage.actions import DECISIONS
from mingjian.records.storage.bulk import insert_rows
from mingjian.records.storage.database import Database
from mingjian.records.storage.items import ITEMS
from mingjian.records.storage.metadata import metadata
from mingjian.records.storage.score_observations import OBSERVATIONS, SHAPES, shape_of
from mingjian.records.storage.tables import load_tables

SOURCES, MEASURES, BATCH = 4, 23, 50_000
NAMES = [f"m{number:02}" for number in range(MEASURES)]
WINDOW = 120
CARD = "bench"


def card_text() -> str:
    """A card of 100 features: sums, means, ratios, latest and largest values, with and without decay."""
    ways = (
        "aggregation: sum, half_life_days: 45, bins: [[0, 0], [40, 0.3], [120, 0.6], [400, 0.9]]",
        "aggregation: last, straight: {from: 0, to: 500, points: 0.9}",
        "aggregation: mean, half_life_days: 30, straight: {from: 0, to: 500, points: 0.8}",
        "aggregation: max, direction: down, bins: [[0, 0.7], [100, 0.3], [300, 0]]",
    )
    lines = []
    for source in range(SOURCES):
        for at, name in enumerate(NAMES):
            lines.append(f"{{name: s{source}{name}, source: s{source}, measure: {name}, {ways[at % 4]}, "
                         f"missing: {'skip' if at % 5 else 'neutral, neutral: 0'}")  # fmt: skip
    house_made = "source: decisions, measure: made, aggregation: count, missing: skip"
    for number, half_life in enumerate((15, 30, 60, 120)):
        lines.append(f"{{name: d{number}, {house_made}, half_life_days: {half_life}, bins: [[0, 0], [1, 2], [3, 4]]")
    item = "source: items, aggregation: ratio, of: judged, missing: skip, straight: {from: 0, to: 1, points: 2}"
    for number, least in enumerate((1, 2)):
        lines.append(f"{{name: r{number}, measure: violations, least: {least}, {item}")
        lines.append(f"{{name: q{number}, measure: doubtful, least: {least}, {item}")
    features = "\n".join(f"  - {line}, window_days: {WINDOW}, title: t, title_en: t, why: w}}" for line in lines)
    bands = "".join(f"  - {{name: b{at}, title: b, title_en: b, from: {edge}}}\n"
                    for at, edge in enumerate((0, 20, 30, 40)))  # fmt: skip
    return (f"name: {CARD}\nversion: 1\ntitle: 基准\ntitle_en: Benchmark\ngood: low\nkinds: [person]\n"
            f"undetermined_above: 0.9\nfeatures:\n{features}\nbands:\n{bands}")  # fmt: skip


def actor(number: int) -> str:
    """An actor's name."""
    return f"a{number:07d}"


def fill(database: Database, actors: int, today: int) -> float:
    """Rows for everybody; seconds."""
    began = time.perf_counter()
    rng = np.random.default_rng(20260302)
    shape, size = shape_of(NAMES), MEASURES * 8
    with database.write() as tx:
        insert_rows(tx, SHAPES, ("shape", "names"), [(shape, canonical(NAMES).decode())])
    columns = ("actor", "source", "day", "kind", "shape", "packed", "seq")
    for first in range(0, actors, BATCH):
        many = min(BATCH, actors - first)
        rows: list[tuple[Any, ...]] = []
        packed, days = [], []
        for _ in range(SOURCES):
            packed.append((rng.integers(0, 500_000, (many, MEASURES)) * 1000).astype("<i8").tobytes())
            days.append((today - rng.integers(0, WINDOW - 20, many)).tolist())
        for at in range(many):
            name = actor(first + at)
            for source in range(SOURCES):
                values = packed[source][at * size : (at + 1) * size]
                rows.append((name, f"s{source}", days[source][at], "person", shape, values, 1))
        with database.write() as tx:
            insert_rows(tx, OBSERVATIONS, columns, rows)
    _desk(database, actors, today, rng)
    return time.perf_counter() - began


def _desk(database: Database, actors: int, today: int, rng: np.random.Generator) -> None:
    named = ("id", "seq", "source", "external", "version", "digest", "state", "publisher", "publisher_kind",
             "submitted_at", "submitted_by", "judged_at", "value", "findings")  # fmt: skip
    items, decisions = actors // 5, actors // 10
    whose, days = rng.integers(0, actors, items).tolist(), rng.integers(0, WINDOW - 20, items).tolist()
    rows = [
        (f"itm_{at:020d}", at + 1, "b", str(at), 1, "0", "judged", actor(whose[at]), "person", 0, "b",
         start_of(today - days[at]) + 1, ("violation", "clean", "needs_evidence")[at % 3], 0)
        for at in range(items)
    ]  # fmt: skip
    made = ("id", "seq", "publisher", "measure", "origin", "policy", "made_by", "at", "as_of", "law", "cites", "codes",
            "reasons", "facts", "replaces", "state")  # fmt: skip
    whom, when = rng.integers(0, actors, decisions).tolist(), rng.integers(0, WINDOW - 20, decisions).tolist()
    facts = '{"families":["other"],"severity":"high"}'
    taken = [
        (f"dec_{at:020d}", at + 1, actor(whom[at]), "take_down", "review", "p", "u", start_of(today - when[at]) + 1,
         "2026-01-01", "0", "[]", "[]", "[]", facts, "[]", "in_force")
        for at in range(decisions)
    ]  # fmt: skip
    for first in range(0, items, BATCH):
        with database.write() as tx:
            insert_rows(tx, ITEMS, named, rows[first : first + BATCH])
            insert_rows(tx, DECISIONS, made, taken[first : first + BATCH])


def install(database: Database) -> Scorecard:
    """The card in force."""
    text = card_text()
    measures = {name: (name, name, "") for name in NAMES}
    use_sources({f"s{at}": Source(f"s{at}", "s", "s", measures, complete=False, observed=True)
                 for at in range(SOURCES)})  # fmt: skip
    card = load_scorecard(text, check=check)
    with database.write() as tx:
        (name,) = contents.put(tx, [text.encode()])
        body = {"name": CARD, "version": 1, "title": "b", "title_en": "b", "digest": name}
        append(tx, Event("scorecard.drafted", card.id, body, "release"))
        append(tx, Event("scorecard.deployed", card.id, {"reason": "benchmark", "digest": name}, "duty:setup"))
        service.count_touched(tx)
    return card


def recounted(database: Database, what: str, **more: Any) -> dict[str, Any]:
    """A full count, timed by phase."""
    marks: dict[str, float] = {}
    began = last = time.perf_counter()

    def progress(run: Run) -> None:
        nonlocal last
        now = time.perf_counter()
        marks[run.phase] = marks.get(run.phase, 0.0) + now - last
        last = now

    run = service.recount(database, CARD, progress=progress, **more)
    assert run is not None
    found = {"what": what, "seconds": round(time.perf_counter() - began, 1), "changed": run.changed,
             "checked": run.checked, "differing": run.differing,
             "phases": {name: round(value, 1) for name, value in marks.items()}}  # fmt: skip
    print(json.dumps(found), flush=True)
    return found


def updates(database: Database, actors: int, many: int = 200) -> dict[str, float]:
    """One actor's update: from the event that is waiting to the score that is kept, in one transaction each."""
    took = []
    rng = np.random.default_rng(7)
    with database.write() as tx:  # what the full counts wrote is none of it
        while service.count_touched(tx):
            pass
    for number in rng.integers(0, actors, many).tolist():
        with database.write() as tx:
            today = number_at(tx.now)
            rows = [[actor(number), "person", today, {name: 1_000_000 * (at + 1) for at, name in enumerate(NAMES)}]]
            (name,) = contents.put(tx, [canonical(rows)])
            append(tx, Event("score.observed", "s0", {"source": "s0", "rows": name, "count": 1}, "benchmark"))
        began = time.perf_counter()
        with database.write() as tx:
            service.count_touched(tx)
        took.append(1000 * (time.perf_counter() - began))
    took.sort()
    found = {"p50_ms": round(statistics.median(took), 2), "p95_ms": round(took[int(len(took) * 0.95)], 2),
             "max_ms": round(took[-1], 2)}  # fmt: skip
    print(json.dumps({"what": "one actor"} | found), flush=True)
    return found


def exact(database: Database, card: Scorecard, actors: int, many: int = 300) -> int:
    """Kept scores against counting each alone with the plain engine; contributions must add up. How many agreed."""
    rng, agreed = np.random.default_rng(11), 0
    with database.read() as tx:
        for number in rng.integers(0, actors, many).tolist():
            (kept,) = scores.scores_of(tx, actor(number))
            alone = score_exact(card, values_of(tx, card, kept.actor, kept.day))
            same = alone.points == kept.points == sum(one.points for one in alone.contributions)
            agreed += same and alone.band == kept.band
    print(json.dumps({"what": "exact", "agreed": agreed, "of": many}), flush=True)
    return agreed


def main() -> None:
    """Fill, count everybody, count again a day later with the proof, update single actors, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--actors", type=int, default=1_000_000)
    parser.add_argument("--database", help="an empty store; SQLite in --folder when it is not given")
    parser.add_argument("--folder", type=Path, help="where the SQLite store goes; else a temporary folder")
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        database = Database(given.database or f"sqlite:///{folder}/bench.db", clock=SystemClock())
        load_tables()
        metadata.create_all(database.engine)
        today = number_at(database.clock.now())
        filled = fill(database, given.actors, today)
        print(json.dumps({"what": "filled", "seconds": round(filled, 1)}), flush=True)
        card = install(database)
        assert len(card.features) == 100
        if database.dialect == "postgresql":
            with database.engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT").execute(sa.text("ANALYZE"))
        figures: dict[str, Any] = {
            "actors": given.actors, "features": len(card.features), "dialect": database.dialect,
            "card": digest(card_text().encode())[:12], "fill_seconds": round(filled, 1),
            "first": recounted(database, "first count, everything is written", day=today - 1, check=False),
            "night": recounted(database, "a night: proof of what is kept, then everybody anew", day=today),
            "one": updates(database, given.actors), "exact": exact(database, card, given.actors),
        }  # fmt: skip
        if database.path is not None:
            figures["store_mb"] = round(database.path.stat().st_size / 1e6)
        figures["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        database.close()
    print(json.dumps(figures, indent=2))
    if given.json is not None:
        given.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
