"""How well live rooms are judged, on staged rooms with the truth beside them: violations found by kind and by the way
the name was hidden, false alarms in honest rooms of the same trade, and how long a warning takes from end to end.

    python benchmarks/live_rooms.py accuracy [--hours 300] [--violations 600] [--part held] [--workers 2] [--show 20]
    python benchmarks/live_rooms.py latency [--how watch|push] [--rooms 8] [--minutes 4] [--comments 5]
    python benchmarks/live_rooms.py write ACCURACY.json LATENCY.json …      # figures into docs/live*.md

Phrases, spellings and code words come in three parts that share none: judges are tuned on ``tune``, tried on ``test``
while they are worked on, and figures are taken on ``held``, written without sight of the judge. A violation is found
when an incident holds a line of it and was raised at most 30 s after it was complete; an alarm is false when it holds
no line of any. Alarms are moments-level: the judge is given what would have been taken in, at the times at which it
would have been.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from mingjian.core.live.model import Incident
from mingjian.doors import cache
from mingjian.doors.demo.stage.matching import match
from mingjian.doors.demo.stage.model import PARTS, Part, Staged
from mingjian.doors.demo.stage.moments import OPENED, about, numbered
from mingjian.doors.demo.stage.script import stage
from mingjian.governance.live.judging import RoomJudge

BARS = {"found": 0.95, "false_per_100_hours": 1.0, "median_s": 3.0, "p95_s": 6.0}
MINUTES = 30.0
PER_ROOM = 6
TICK = 1.0
DOCS = Path(__file__).resolve().parents[1] / "docs"
_BEGIN, _END = "<!-- live-rooms:begin -->", "<!-- live-rooms:end -->"


@dataclass
class Tally:
    """What was counted so far. ``kinds``, ``ways``, ``items``: name → [found, planted]."""

    kinds: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    ways: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    items: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    trades: dict[str, list[float]] = field(default_factory=lambda: defaultdict(lambda: [0.0, 0.0]))
    """Honest rooms: alarms, hours."""
    named: int = 0
    again: int = 0
    beside: int = 0
    """False incidents in rooms with violations."""
    after: list[float] = field(default_factory=list)
    moments: int = 0
    seconds: float = 0.0
    proposed: int = 0
    shown: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Both together."""
        for name in ("kinds", "ways", "items", "trades"):
            mine = getattr(self, name)
            for key, (one, two) in getattr(other, name).items():
                mine[key][0] += one
                mine[key][1] += two
        for name in ("named", "again", "beside", "moments", "seconds", "proposed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.after += other.after
        self.shown += other.shown


def judged(room: Staged) -> tuple[list[tuple[Incident, float]], dict[str, Sequence[int]], float, int, int]:
    """Incidents with the room time at which they were raised, the numbers of lines, seconds, moments, proposals."""
    made, numbers = numbered(room)
    judge = RoomJudge(about(room), cache.engine())
    raised: list[tuple[Incident, float]] = []
    began, ticked = time.perf_counter(), 0.0
    for moment in made:
        now = (moment.taken_at - OPENED) / 1_000_000
        while ticked + TICK < now:
            ticked += TICK
            raised += ((one, ticked) for one in judge.tick(ticked))
        raised += ((one, now) for one in judge.take(moment))
    raised += ((one, room.minutes * 60) for one in judge.tick(room.minutes * 60 + 60))
    return raised, numbers, time.perf_counter() - began, len(made), len(judge.proposals())


def violating(part: Part, seed: int, number: int) -> Tally:
    """One room with violations."""
    room = stage(number, part, minutes=MINUTES, violations=PER_ROOM, seed=seed)
    raised, numbers, seconds, many, proposed = judged(room)
    outcome = match(room.planted, numbers, raised)
    tally = Tally(moments=many, seconds=seconds, again=outcome.again, beside=len(outcome.false), proposed=proposed)
    got = {one.planted.id for one in outcome.found}
    for one in room.planted:
        for table, key in ((tally.kinds, one.kind), (tally.ways, one.way), (tally.items, one.item)):
            table[key][0] += one.id in got
            table[key][1] += 1
    tally.named = sum(one.named for one in outcome.found)
    tally.after = [round(one.after, 2) for one in outcome.found]
    text = {line.id: line.text for line in room.lines}
    for missed in outcome.missed:
        tally.shown[f"missed {missed.kind}/{missed.way}: " + " ‖ ".join(text[id] for id in missed.lines)] += 1
    for false in outcome.false:
        tally.shown["beside " + _told(room, numbers, false)] += 1
    return tally


def honest(part: Part, seed: int, number: int) -> Tally:
    """One honest room."""
    room = stage(number, part, minutes=MINUTES, seed=seed)
    raised, numbers, seconds, many, proposed = judged(room)
    tally = Tally(moments=many, seconds=seconds, proposed=proposed)
    tally.trades[room.trade][0] += len(raised)
    tally.trades[room.trade][1] += MINUTES / 60
    for incident, _ in raised:
        tally.shown[f"false ({room.trade}) " + _told(room, numbers, incident)] += 1
    return tally


def _told(room: Staged, numbers: Mapping[str, Sequence[int]], incident: Incident) -> str:
    line = {number: one for one in room.lines for number in numbers.get(one.id, ())}
    said = (f"[{line[one].channel}] {line[one].text}" for one in incident.moments if one in line)
    return f"{incident.kind} {'/'.join(incident.codes)} {'/'.join(incident.what)}: " + " ‖ ".join(said)


def measured(part: Part, seed: int, hours: float, violations: int, workers: int) -> Tally:
    """All rooms of a run."""
    work = [partial(honest, part, seed, number) for number in range(round(hours * 60 / MINUTES))]
    work += [partial(violating, part, seed, number) for number in range(-(-violations // PER_ROOM))]
    total = Tally()
    if workers <= 1:
        for one in work:
            total.add(one())
        return total
    with ProcessPoolExecutor(workers) as pool:
        for got in pool.map(_run, work, chunksize=8):
            total.add(got)
    return total


def _run(work: partial[Tally]) -> Tally:
    tally = work()
    for name in ("kinds", "ways", "items", "trades"):
        setattr(tally, name, dict(getattr(tally, name)))
    return tally


def figures(tally: Tally, part: Part, seed: int) -> dict[str, Any]:
    """For --json and the documentation."""
    alarms, hours = (sum(one[place] for one in tally.trades.values()) for place in (0, 1))
    found, planted = (sum(one[place] for one in tally.kinds.values()) for place in (0, 1))
    after = sorted(tally.after)
    return {
        "part": part, "seed": seed, "hours": hours, "alarms": int(alarms),
        "false_per_100_hours": round(100 * alarms / hours, 2) if hours else None,
        "found": found, "planted": planted, "share": round(found / planted, 4) if planted else None,
        "named": tally.named, "again": tally.again, "beside": tally.beside, "proposed": tally.proposed,
        "median_after_s": after[len(after) // 2] if after else None,
        "p95_after_s": after[int(len(after) * 0.95)] if after else None,
        "kinds": {name: tally.kinds[name] for name in sorted(tally.kinds)},
        "ways": {name: tally.ways[name] for name in sorted(tally.ways)},
        "items": {name: tally.items[name] for name in sorted(tally.items)},
        "trades": {name: [int(one[0]), one[1]] for name, one in sorted(tally.trades.items())},
        "moments": tally.moments, "moments_per_second": round(tally.moments / tally.seconds) if tally.seconds else None,
    }  # fmt: skip


def told(given: Mapping[str, Any]) -> str:
    """The figures for a terminal."""
    lines = []
    if given["planted"]:
        lines.append(f"found {given['found']} of {given['planted']} ({given['share']:.1%}), item named right "
                     f"{given['named']}; raised again {given['again']}, beside {given['beside']}; "
                     f"after completion median {given['median_after_s']} s, p95 {given['p95_after_s']} s")  # fmt: skip
        for name in ("kinds", "ways", "items"):
            lines.append(f"{name}: " + ", ".join(f"{key} {one}/{all}" for key, (one, all) in given[name].items()))
    if given["hours"]:
        lines.append(f"{given['alarms']} false alarms in {given['hours']:g} honest hours: "
                     f"{given['false_per_100_hours']} per 100 hours; "
                     + ", ".join(f"{key} {one} in {hours:g} h" for key, (one, hours) in given["trades"].items())
                     )  # fmt: skip
    lines.append(f"{given['moments']:,} moments, {given['moments_per_second']:,} a second and core")
    return "\n".join(lines)


def written(rows: Mapping[str, Any]) -> None:
    """The figures into docs/live.md and docs/live.zh-CN.md, between their marks."""
    from live_report import tables

    for page, lang in (("live.md", "en"), ("live.zh-CN.md", "zh")):
        path = DOCS / page
        text = path.read_text("utf-8")
        head, rest = text.split(_BEGIN)
        path.write_text(f"{head}{_BEGIN}\n{tables(rows, lang)}\n{_END}{rest.split(_END)[1]}", "utf-8")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    accuracy = commands.add_parser("accuracy")
    accuracy.add_argument("--hours", type=float, default=300)
    accuracy.add_argument("--violations", type=int, default=600)
    accuracy.add_argument("--part", choices=PARTS, default="held")
    accuracy.add_argument("--seed", type=int, default=1)
    accuracy.add_argument("--workers", type=int, default=2)
    accuracy.add_argument("--show", type=int, default=0, help="so many kinds of mistakes")
    latency = commands.add_parser("latency")
    latency.add_argument("--rooms", type=int, default=8)
    latency.add_argument("--minutes", type=float, default=4)
    latency.add_argument("--part", choices=PARTS, default="test")
    latency.add_argument("--seed", type=int, default=1)
    latency.add_argument("--comments", type=float, default=5.0, help="a second and room")
    latency.add_argument("--how", choices=("watch", "push"), default="watch")
    write = commands.add_parser("write")
    write.add_argument("files", type=Path, nargs="+")
    for one in (accuracy, latency):
        one.add_argument("--json", type=Path)
    given = parser.parse_args()
    if given.command == "write":
        rows: dict[str, Any] = {}
        for file in given.files:
            rows |= json.loads(file.read_text("utf-8"))
        written(rows)
        return
    if given.command == "latency":
        import live_latency

        got = live_latency.measured(given.part, given.seed, given.rooms, given.minutes, given.comments, given.how)
        print(live_latency.told(got))
        result = {f"latency_{given.how}": got}
    else:
        tally = measured(given.part, given.seed, given.hours, given.violations, given.workers)
        for line, times in tally.shown.most_common(given.show):
            print(f"{times}× {line}")
        result = {"accuracy": figures(tally, given.part, given.seed)}
        print(told(result["accuracy"]))
    if given.json is not None:
        given.json.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
