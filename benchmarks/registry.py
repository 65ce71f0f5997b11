"""How fast a register of a million institutions, physicians and devices comes in, and how fast it answers.

    python benchmarks/registry.py [--entities 1000000] [--store sqlite|postgres|both] [--folder DIR] [--json FILE]

Each kind's CSV file goes through the real import in a process of its own. The last is killed with SIGKILL at two
fifths and the same command given again: what is there in the end is counted. Then, from a store opened anew, point
look-ups by key, credentials with links, words of names, what stands around an institution, and scope answers.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from registry_made import SHARES, institution_number, write

from mingjian import api
from mingjian.desk.people.model import house
from mingjian.desk.registry.importing import Going, Options, Reading, begin, fingerprint
from mingjian.desk.registry.scope import Question, answer
from mingjian.desk.registry.service import neighbours, search
from mingjian.intake.source import Source
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.metadata import metadata
from mingjian.records.storage.registry import (
    count_awaited,
    count_entities,
    credentials_of,
    entity_by_key,
    links_from,
    links_to,
)
from mingjian.records.storage.registry_imports import list_imports
from mingjian.records.storage.tables import load_tables

AS_OF = date(2026, 3, 2)
ASKED = 400
KILL_AT = 0.4
WORDS = ("云杉", "晴岭", "医疗美容", "暖泽 门诊", "射频治疗仪", "科技", "澄野语")


def child(url: str, kind: str, path: str) -> None:
    """Import one file, telling the seconds spent and the rows that are safe after each stretch."""
    load_tables()
    database = Database(url)
    source = Source(Path(path).name, kind, Path(path))
    began, busy = time.perf_counter(), time.process_time()
    reading = Reading(source, Options(kind))
    with database.write() as tx:
        one = begin(tx, house("bench"), source.name, fingerprint(source), Options(kind))
    going = Going(database, house("bench"), one, reading)
    while going.step():
        sys.stdout.write(f"{going.one.rows} {time.perf_counter() - began:.4f} {time.process_time() - busy:.4f}\n")
        sys.stdout.flush()
    database.close()


def run(url: str, kind: str, path: Path, kill_at: int | None = None) -> tuple[int, float, float]:
    """One process that imports a file; the rows that were safe, the seconds and the processor's seconds it told
    last."""
    command = [sys.executable, __file__, "--child", url, kind, str(path)]
    made = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert made.stdout is not None
    rows, seconds, busy = 0, 0.0, 0.0
    for line in made.stdout:
        first, second, third = line.split()
        rows, seconds, busy = int(first), float(second), float(third)
        if kill_at is not None and rows >= kill_at:
            made.send_signal(signal.SIGKILL)
            break
    code = made.wait()
    assert code == 0 or kill_at is not None, f"the import ended with {code}"
    return rows, seconds, busy


def fill(url: str, files: dict[str, Path]) -> dict[str, Any]:
    """Import all files; rows a second by kind and in all."""
    found: dict[str, Any] = {}
    all_rows, all_seconds, all_busy = 0, 0.0, 0.0
    for kind, path in files.items():
        total = int(path.stem.rpartition("-")[2])
        before, first, used = (0, 0.0, 0.0) if kind != "device" else run(url, kind, path, round(total * KILL_AT))
        rows, second, busy = run(url, kind, path)
        seconds, busy = first + second, used + busy
        all_rows, all_seconds, all_busy = all_rows + rows, all_seconds + seconds, all_busy + busy
        found[kind] = speed(rows, seconds, busy) | ({"killed_at": before} if before else {})
        print(f"  {kind}: {found[kind]}", flush=True)
    return found | {"all": speed(all_rows, all_seconds, all_busy)}


def speed(rows: int, seconds: float, busy: float) -> dict[str, Any]:
    """Rows a second, by the clock and by what the importing process had of a processor (on a busy machine the clock
    tells of the others)."""
    return {"rows": rows, "seconds": round(seconds, 1), "rows_per_second": round(rows / seconds),
            "rows_per_processor_second": round(rows / busy)}  # fmt: skip


def counted(database: Database, entities: int) -> dict[str, Any]:
    """Whether everything is there once."""
    with database.read() as tx:
        counts, awaited = count_entities(tx), count_awaited(tx)
        imports = [(one.state, one.rows, one.rejected, one.malformed) for one in list_imports(tx)]
    whole = counts == {kind: round(entities * share) for kind, share in SHARES.items()}
    return {"counts": counts, "awaited": awaited, "imports": imports, "nothing_lost_or_doubled": whole and not awaited}


def timed(
    database: Database, name: str, ask: Callable[..., object], asked: Sequence[tuple[str, ...]]
) -> dict[str, float]:
    """Milliseconds of a question put with each of these, in a transaction of its own."""
    spent = []
    for words in asked:
        began = time.perf_counter()
        with database.read() as tx:
            ask(tx, *words)
        spent.append((time.perf_counter() - began) * 1000)
    cuts = statistics.quantiles(spent, n=20)
    told = {"p50_ms": round(statistics.median(spent), 2), "p95_ms": round(cuts[18], 2), "most_ms": round(max(spent), 2)}
    print(f"  {name}: {told}", flush=True)
    return told


def ask(database: Database, entities: int) -> dict[str, Any]:
    """The questions, over institutions and physicians chosen by chance."""
    chance = random.Random(7)
    institutions = round(entities * SHARES["institution"])
    keys = [institution_number(chance.randrange(institutions)) for _ in range(ASKED)]
    who = house("bench")
    compiled = api.engine().compiled
    places: list[tuple[str, str]] = []
    with database.read() as tx:
        for key in keys:
            clinic = entity_by_key(tx, "institution", key)
            assert clinic is not None
            own = links_to(tx, [clinic.id], ["practises_at"]).get(clinic.id)
            if own:
                places.append((clinic.id, own[0].source))

    def known(tx: Tx, key: str) -> None:
        assert entity_by_key(tx, "institution", key) is not None

    def everything(tx: Tx, clinic: str, _doctor: str) -> None:
        credentials_of(tx, [clinic], as_of=AS_OF)
        links_from(tx, [clinic], as_of=AS_OF)
        links_to(tx, [clinic], as_of=AS_OF)

    def words(tx: Tx, wanted: str) -> None:
        search(tx, who, wanted)

    def around(tx: Tx, clinic: str, _doctor: str) -> None:
        neighbours(tx, who, clinic, AS_OF, depth=2)

    def scope(tx: Tx, clinic: str, doctor: str) -> None:
        asked = Question("perform", AS_OF, procedure="双眼皮", institution=clinic, physician=doctor)
        assert answer(tx, who, compiled.catalogue, compiled.finder, asked).answer is not None

    return {
        "by_key": timed(database, "by key", known, [(key,) for key in keys]),
        "credentials_and_links": timed(database, "credentials and links", everything, places),
        "words": timed(database, "words", words, [(one,) for one in WORDS] * (ASKED // 40)),
        "around": timed(database, "around, 2 steps", around, places[: ASKED // 4]),
        "scope": timed(database, "scope answers", scope, places),
    }


@contextmanager
def store(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty store."""
    if kind == "postgres":
        sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
        from tests.stores import postgres_server

        with postgres_server() as url:
            yield url
    else:
        yield f"sqlite:///{folder / 'registry.db'}"


def measure(kind: str, entities: int, folder: Path, files: dict[str, Path]) -> dict[str, Any]:
    """All figures of one kind of store."""
    print(kind, flush=True)
    with store(kind, folder) as url:
        database = Database(url)
        load_tables()
        metadata.create_all(database.engine)
        database.close()
        found: dict[str, Any] = {"import": fill(url, files)}
        opened = Database(url)
        found |= counted(opened, entities)
        found["questions"] = ask(opened, entities)
        if kind == "sqlite":
            found["megabytes"] = round((folder / "registry.db").stat().st_size / 1e6)
        opened.close()
    print(f"  {json.dumps(found['import']['all'])} nothing lost or doubled: {found['nothing_lost_or_doubled']}")
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entities", type=int, default=1_000_000)
    parser.add_argument("--store", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--child", nargs=3)
    given = parser.parse_args()
    if given.child:
        child(*given.child)
        return
    if given.folder is not None:
        Path(given.folder).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="mingjian-registry-", dir=given.folder) as name:
        folder = Path(name)
        files = write(folder / "files", given.entities)
        kinds = ["sqlite", "postgres"] if given.store == "both" else [given.store]
        found = {kind: measure(kind, given.entities, folder, files) for kind in kinds}
    told = {"entities": given.entities, "cores": os.cpu_count(), **found}
    if given.json:
        given.json.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
