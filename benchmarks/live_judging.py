"""How many moments a second one core judges in live rooms, room by room, with comments at 200 a second each.

    python benchmarks/live_judging.py [--rooms 8] [--minutes 5] [--comments 200] [--json FILE]

Rooms are staged (part ``tune``): half of them sell restricted items, half are honest. Moments are made beforehand; only
``take`` and ``tick`` are timed, the engine's calls included. ``rooms_a_core`` is how many such rooms one core keeps up
with in real time.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from mingjian.api import engine
from mingjian.doors.demo.stage.moments import about, moments
from mingjian.doors.demo.stage.script import stage
from mingjian.governance.live.judging import RoomJudge

TICK = 0.2  # seconds of room time between two ticks, as the runner has them


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", type=int, default=8)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--comments", type=float, default=200.0)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    engine()  # compiled before the clock runs
    rows = [_room(number, args.minutes, args.comments) for number in range(args.rooms)]
    told, spent = sum(row["moments"] for row in rows), sum(row["cpu"] for row in rows)
    found = {
        "rooms": rows,
        "moments_a_second": round(told / spent),
        "cpu_a_room": round(spent / (args.rooms * args.minutes * 60), 5),
        "rooms_a_core": round(args.rooms * args.minutes * 60 / spent),
        "slowest_moment_ms": max(row["slowest_ms"] for row in rows),
    }
    print(json.dumps({name: value for name, value in found.items() if name != "rooms"}, indent=1))
    if args.json:
        args.json.write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf-8")
    return 0


def _room(number: int, minutes: float, comments: float) -> dict[str, Any]:
    sold = 0 if number % 2 else max(1, int(minutes // 5))
    room = stage(number, "tune", minutes=minutes, violations=sold, comments=comments)
    told = [moment for moment, _ in moments(room)]
    judge = RoomJudge(about(room), engine())
    incidents, ticked, slowest = 0, 0.0, 0.0
    began = time.process_time()
    for moment in told:
        while ticked + TICK < moment.end:
            ticked += TICK
            incidents += len(judge.tick(ticked))
        before = time.perf_counter()
        incidents += len(judge.take(moment))
        slowest = max(slowest, time.perf_counter() - before)
    spent = time.process_time() - began
    return {"room": room.id, "trade": room.trade, "moments": len(told), "cpu": round(spent, 3), "incidents": incidents,
            "slowest_ms": round(slowest * 1000, 1)}  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
