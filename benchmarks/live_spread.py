"""Rooms leased by several processes, one of them killed: how long until each of its rooms is watched again, and what
was lost. And what 100,000 rooms at once would take, worked out from the processor time of one (live_streams.py).

    python benchmarks/live_spread.py [--rooms 12] [--processes 3] [--lease 10] [--rate 5] [--json FILE]
        [--cpu-room 0.15] [--cpu-letters 0.05] [--cpu-comments 0.02] [--load 0.6] [--streams FILE]

Every process is `mingjian live work` over one store (SQLite in a temporary folder, or --database, empty). Words are
pushed into every room all the while, ``rate`` a second. One process is killed with signal 9. ``taken`` is from the kill
until a room has another holder, ``heard`` until a word pushed behind the kill is in the room's log. Lost: words pushed
that no log has at the end; twice: words that a log has more than once.

The cost: rooms x (processor seconds a second and room) / load = cores; ``load`` is the share of the processors one
plans with. ``--streams`` reads the first two of one room out of live_streams.py's --json (the row of most rooms).
"""

from __future__ import annotations

import argparse
import json
import math
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from mingjian.core.live.model import About
from mingjian.doors.live.log import entries
from mingjian.doors.live.settings import room_folder
from mingjian.governance.live import leases, rooms
from mingjian.records.storage import live_inbox
from mingjian.records.storage.database import Database
from mingjian.records.storage.migrate import build

ROOMS = 100_000
_WORK = "import sys; from mingjian.doors.cli.main import main; sys.exit(main(sys.argv[1:]))"


def spread(database: Database, data: Path, count: int, processes: int, lease: float, rate: float) -> dict[str, Any]:
    """One run; the processes are ended whatever happens."""
    ids = [f"room{number}" for number in range(count)]
    with database.write() as tx:
        build(tx, None)
    with database.write() as tx:
        for id in ids:
            rooms.open_room(tx, rooms.HOUSE, About(id, "douyin", "直播间"))
    each = math.ceil(count / max(1, processes - 1))  # the others can take what one leaves behind
    command = [sys.executable, "-c", _WORK, "live", "work", "--data", str(data), "--rooms", str(each),
               "--database", database.url.render_as_string(hide_password=False)]  # fmt: skip
    environment = {**os.environ, "MINGJIAN_LIVE_LEASE_SECONDS": str(lease)}
    running = [subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
               for _ in range(processes)]  # fmt: skip
    try:
        return _measured(database, data, ids, running, lease, rate)
    finally:
        for process in running:
            process.kill()
            process.wait()


def _measured(
    database: Database, data: Path, ids: list[str], running: list[subprocess.Popen[bytes]], lease: float, rate: float
) -> dict[str, Any]:
    began = time.monotonic()
    while len(held := _holders(database, ids)) < len(ids):
        assert time.monotonic() - began < 180, f"only {len(held)} of {len(ids)} rooms were taken"
        time.sleep(0.2)
    started = time.monotonic() - began
    pushed = 0
    for _ in range(10):
        pushed = _push(database, ids, pushed)
        time.sleep(1 / rate)
    held = _holders(database, ids)
    victim = Counter(held.values()).most_common(1)[0][0]
    process = next(one for one in running if f":{one.pid}:" in victim)
    theirs = {id for id, worker in held.items() if worker == victim}
    process.send_signal(signal.SIGKILL)
    killed, behind = time.monotonic(), pushed
    taken: dict[str, float] = {}
    heard: dict[str, float] = {}
    while len(heard) < len(theirs) and time.monotonic() - killed < lease + 120:
        pushed = _push(database, ids, pushed)
        now = time.monotonic() - killed
        for id, worker in _holders(database, ids).items():
            if id in theirs and worker != victim:
                taken.setdefault(id, now)
        for id in theirs - heard.keys():
            if id in taken and any(number >= behind for number in _logged(data, id)):
                heard[id] = now
        time.sleep(1 / rate)
    end = time.monotonic() + 30
    while time.monotonic() < end and any(len(set(_logged(data, id))) < pushed for id in ids):
        time.sleep(0.2)
    logs = {id: _logged(data, id) for id in ids}
    return {
        "rooms": len(ids), "processes": len(running), "lease": lease, "started": round(started, 2),
        "killed_with": len(theirs), "taken_again": len(taken), "taken": _spread(list(taken.values())),
        "heard": _spread(list(heard.values())), "pushed": pushed * len(ids),
        "lost": sum(pushed - len(set(log)) for log in logs.values()),
        "twice": sum(len(log) - len(set(log)) for log in logs.values()),
    }  # fmt: skip


def _holders(database: Database, ids: list[str]) -> dict[str, str]:
    with database.read() as tx:
        return dict(leases.holders(tx, ids))


def _push(database: Database, ids: list[str], number: int) -> int:
    with database.write() as tx:
        for id in ids:
            live_inbox.push(tx, id, "api:bench", [(str(number), {"channel": "comment", "text": f"第 {number} 条"})])
    return number + 1


def _logged(data: Path, id: str) -> list[int]:
    return [int(one["id"]) for one in entries(room_folder(data, id, 1) / "log") if one["k"] == "moment"]


def _spread(found: list[float]) -> dict[str, float]:
    return {"median": round(statistics.median(found), 2), "most": round(max(found), 2)} if found else {}


def cost(room: float, letters: float, comments: float, load: float) -> dict[str, Any]:
    """What all rooms take."""
    each = room + letters + comments
    cores = ROOMS * each / load
    return {"rooms": ROOMS, "cpu_each": round(each, 4), "load": load, "cores": round(cores),
            "machines_of_64": math.ceil(cores / 64), "rooms_a_core": round(load / each, 1)}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", type=int, default=12)
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--lease", type=float, default=10.0)
    parser.add_argument("--rate", type=float, default=5.0)
    parser.add_argument("--database")
    parser.add_argument("--cpu-room", type=float)
    parser.add_argument("--cpu-letters", type=float, default=0.0)
    parser.add_argument("--cpu-comments", type=float, default=0.0)
    parser.add_argument("--load", type=float, default=0.6)
    parser.add_argument("--streams", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mingjian-spread-") as folder:
        data = Path(folder)
        database = Database(options.database or f"sqlite:///{data / 'mingjian.db'}")
        found = {"spread": spread(database, data, options.rooms, options.processes, options.lease, options.rate)}
        database.close()
    room, letters = options.cpu_room, options.cpu_letters
    if options.streams is not None:
        rows = [row for row in json.loads(options.streams.read_text("utf-8"))["rows"] if row["way"] == "processes"]
        row = max(rows, key=lambda row: row["rooms"])
        room, letters = row["cpu_room"], 0.0  # letters are part of it there
    if room is not None:
        found["cost"] = cost(room, letters, options.cpu_comments, options.load)
    print(json.dumps(found, ensure_ascii=False, indent=1))
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
