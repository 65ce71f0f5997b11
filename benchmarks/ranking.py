"""How long an edition of a ranking takes, at the size of a real one: 3,278 entrants, 101 dimensions, 1,000 draws.

    python benchmarks/ranking.py [--entrants 3278] [--experts 60] [--json FILE]

The whole way over a store of its own (SQLite in a temporary folder): registering in the registry is not timed; the
gate, collecting, bringing values in, assignment, marks, computing (points, agreement, sensitivity), reviewing (computed
anew) and publishing are, each by itself. The pure sums and the analysis are timed once more alone.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from stdnum.cn import ric

from mingjian.desk.people import service as people
from mingjian.desk.people.model import Principal, house
from mingjian.desk.registry.model import Record
from mingjian.desk.registry.service import record
from mingjian.governance.ranking import computing, editions, entering, publishing, rating, valuing
from mingjian.governance.ranking.editions import Wish
from mingjian.governance.ranking.entering import Nomination
from mingjian.governance.ranking.load import shipped
from mingjian.governance.ranking.ranks import compute
from mingjian.governance.ranking.scope import catalogue
from mingjian.governance.ranking.sensitivity import sensitivity
from mingjian.governance.ranking.valuing import ValueRow
from mingjian.governance.scorecards.model import MICRO
from mingjian.records.journal.append import append_all
from mingjian.records.journal.model import Event
from mingjian.records.storage import ranking_forms
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.metadata import metadata
from mingjian.records.storage.tables import load_tables

ENTRANTS, EXPERTS, PLACES = 3_278, 60, 200
AS_OF = date(2026, 3, 2)
SETUP = house("setup")
_AT_ONCE = 1000


class Watch:
    """Seconds by step, told as they come."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def __call__(self, step: str, work: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        found = work()
        self.seconds[step] = round(time.perf_counter() - began, 3)
        print(f"{step:<36}{self.seconds[step]:>9.3f} s")
        return found


def key(number: int) -> str:
    """The 执业证书编码 of a doctor."""
    return f"110110105{number:06d}"


def doctors(rng: random.Random, entrants: int) -> list[Record]:
    """Institutions and doctors, invented."""
    made = [
        Record({"kind": "institution", "key": f"bench-{at}", "name": f"示例机构{at}"},
               [{"kind": "practice_licence", "number": f"PDY{at:05d}011010517D1512", "scope": ["14", "14.01"],
                 "valid_from": "2012-01-01", "valid_to": "2036-01-01"}])
        for at in range(PLACES)
    ]  # fmt: skip
    for number in range(entrants):
        since = date(rng.randint(2000, 2019), rng.randint(1, 12), 1).isoformat()
        person = f"1101051975{1 + number % 12:02d}{1 + number // 12 % 28:02d}{number // 336:03d}"
        identity = person + ric.calc_check_digit(person + "0")
        made.append(Record(
            {"kind": "physician", "key": key(number), "name": f"示例医师{number}",
             "attributes": {"level": rng.choice(("主治医师", "副主任医师", "主任医师"))}},
            [{"kind": "physician_qualification", "number": f"{since[:4]}11110{identity}", "valid_from": since},
             {"kind": "physician_practice", "number": key(number), "valid_from": since, "scope": ["外科"]},
             {"kind": "aesthetic_lead", "number": f"B-{number}", "valid_from": "2016-01-01", "scope": ["14.01"]},
             *({"kind": "training", "number": f"T-{number}-{at}", "valid_from": f"2025-0{at + 1}-01"}
               for at in range(rng.randint(0, 4)))],
            [{"kind": "practises_at", "target": {"kind": "institution", "key": f"bench-{number % PLACES}"},
              "valid_from": "2017-01-01"}],
        ))  # fmt: skip
    return made


def fill(database: Database, rng: random.Random, entrants: int, experts: int) -> tuple[list[Principal], Principal]:
    """Accounts and the registry; (the jury, who manages)."""
    found = doctors(rng, entrants)
    for first in range(0, len(found), _AT_ONCE):
        with database.write() as tx:
            record(tx, SETUP, found[first : first + _AT_ONCE], "benchmark")
    with database.write() as tx:
        jury = [people.create_user(tx, SETUP, f"e{n}", f"专家{n}", ("expert",)).principal() for n in range(experts)]
        return jury, people.create_user(tx, SETUP, "lead", "组长", ("desk_lead",)).principal()


def mark_all(tx: Tx, edition: str, rng: random.Random) -> int:
    """Every form filled in and handed in, as two events each; how many."""
    plan = shipped("physicians")
    waiting = ranking_forms.forms_of_edition(tx, edition, "assigned")
    skill = {one.entrant: rng.uniform(2, 4.6) for one in waiting}
    for first in range(0, len(waiting), _AT_ONCE):
        some = waiting[first : first + _AT_ONCE]
        marked = [
            Event("form.marked", one.id, {"marks": {
                each.key: max(1, min(5, round(rng.gauss(skill[one.entrant], 0.7)))) for each in plan.rated}}, one.rater)
            for one in some
        ]  # fmt: skip
        append_all(tx, [*marked, *(Event("form.submitted", one.id, {}, one.rater) for one in some)])
    return len(waiting)


def brought(rng: random.Random, entrants: int) -> list[ValueRow]:
    """Values of all dimensions that are brought in, for nine of ten entrants."""
    plan = shipped("physicians")
    rows = []
    for one in plan.dimensions:
        if one.source in ("reviews", "cases", "complaints", "stated"):
            low, high = one.line or (one.bins[0][0], one.bins[-1][0])
            rows += [ValueRow(key(number), one.key, round(rng.uniform(low, high), 2), "2026-02-28", "示例汇总")
                     for number in range(entrants) if rng.random() < 0.9]  # fmt: skip
    return rows


def run(entrants: int, experts: int, folder: Path) -> dict[str, Any]:
    """One edition from draft to page; what it took."""
    load_tables()
    database = Database(f"sqlite:///{folder / 'desk.db'}")
    metadata.create_all(database.engine)
    rng, watch = random.Random(7), Watch()
    jury, lead = fill(database, rng, entrants, experts)
    wish = Wish("physicians", "榜", "List", date(2020, 1, 1), date(2099, 1, 1), AS_OF,
                [{"user": one.id, "entity": None} for one in jury])  # fmt: skip
    with database.write() as tx:
        edition = editions.open_edition(tx, SETUP, editions.draft(tx, SETUP, wish).id).id

    def written(work: Callable[[Tx], Any]) -> Callable[[], Any]:
        def once() -> Any:
            with database.write() as tx:
                return work(tx)

        return once

    watch("load the catalogue of procedures", catalogue)
    names = [Nomination(key(number)) for number in range(entrants)]
    watch("register", written(lambda tx: entering.register(tx, SETUP, edition, names)))
    states = watch("gate", written(lambda tx: entering.examine_entrants(tx, SETUP, edition)))
    watch("collect from the registry", written(lambda tx: valuing.collect(tx, SETUP, edition)))
    rows = brought(rng, entrants)
    watch(f"bring in {len(rows):,} values", written(lambda tx: valuing.bring(tx, SETUP, edition, rows)))
    made = watch("assign forms", written(lambda tx: rating.give_out(tx, SETUP, edition, 7)))
    watch(f"{made.made:,} forms of 30 marks", written(lambda tx: mark_all(tx, edition, rng)))
    watch("compute, agreement, sensitivity", written(lambda tx: computing.compute_edition(tx, SETUP, edition, 7)))
    watch("review (computed anew)", written(lambda tx: publishing.review_edition(tx, lead, edition, "核对")))
    watch("publish (frozen, sealed)", written(lambda tx: publishing.publish(tx, lead, edition)))
    with database.read() as tx:
        found, told = publishing.public(tx, edition)
        kept = computing.result(tx, found)
    database.close()
    pure(entrants, watch)
    return {"entrants": entrants, "experts": experts, "states": states, "listed": len(told["list"]),
            "figures": told["figures"], "sensitivity": kept["sensitivity"],
            "alpha": kept["agreement"]["whole"]["value"], "seconds": watch.seconds}  # fmt: skip


def pure(entrants: int, watch: Watch) -> None:
    """The sums and the analysis alone, over made-up columns."""
    plan, rng = shipped("physicians"), np.random.default_rng(1)
    columns = {}
    for one in plan.dimensions:
        low, high = one.line or (one.bins[0][0], one.bins[-1][0])
        columns[one.key] = np.rint(rng.uniform(low, high, entrants) * MICRO).astype(np.int64)
    made = watch(f"points alone, {entrants:,} x 101", lambda: compute(plan, columns, entrants))
    watch(f"analysis alone, {plan.draws:,} draws", lambda: sensitivity(plan, made, 7))


def main() -> None:
    """Run and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entrants", type=int, default=ENTRANTS)
    parser.add_argument("--experts", type=int, default=EXPERTS)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = run(given.entrants, given.experts, Path(folder))
    print(json.dumps({name: value for name, value in found.items() if name != "seconds"}, ensure_ascii=False))
    if given.json:
        given.json.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
