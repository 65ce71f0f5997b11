"""Methods that find bought engagement, side by side on the same made logs: published ones and ours.

    python benchmarks/engagement.py [--acts 100000] [--skills 0.2 0.5 0.8] [--rounds 3] [--json FILE] [--archive DIR]

Each log holds honest people (tastes, followers of single publishers, viral posts) and campaigns of four kinds;
``skill`` is how well their sellers hide. An alarm is false when fewer than half of its accounts were paid; a campaign
is found when at least half of its accounts are in alarms. "All" takes every group a method reports, "held against
chance" only those that the baselines leave (governance/engagement/find.py). A log with nothing bought says how many
false alarms a method raises on honest people alone. ``--archive`` does the same for an archive of `mingjian simulate`.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from engagement_made import make

from mingjian.governance.engagement.find import find
from mingjian.governance.engagement.log import Log, LogMaker
from mingjian.governance.engagement.model import Alarm
from mingjian.governance.engagement.reading import gather
from mingjian.governance.engagement.settings import METHODS, SETTINGS, Settings
from mingjian.intake.archive.archive import open_archive

OURS = "ours"
_HALF = 0.5
DOCS = Path(__file__).resolve().parents[1] / "docs"
_BEGIN, _END = "<!-- engagement:begin -->", "<!-- engagement:end -->"
_PAGES = {
    "engagement.md": ("method", "{} ({} false) → {} ({})", "; P/R {}; found {} of {}"),
    "engagement.zh-CN.md": ("方法", "{} 条({} 误)→ {}({})", ";P/R {};找到 {}/{}"),
}
"""What alarms all groups make, and how many of them are false → those held against chance."""


@dataclass(frozen=True)
class Case:
    """A log with its truth: campaign → its accounts, and its kind."""

    name: str
    log: Log
    campaigns: Mapping[str, frozenset[str]]
    kinds: Mapping[str, str]


def made(acts: int, skill: float, campaigns: int, seed: int) -> Case:
    """A made log."""
    found = make(users=max(acts // 15, 500), items=max(acts // 100, 200), acts=acts, campaigns=campaigns, skill=skill,
                 seed=seed)  # fmt: skip
    actors, whose = found.log.actors, found.log.actor
    paid = {str(number): frozenset(actors[one] for one in np.unique(whose[found.campaign == number]))
            for number in range(len(found.kinds))}  # fmt: skip
    return Case(f"skill {skill}" if campaigns else "honest", found.log, paid,
                {str(number): kind for number, kind in enumerate(found.kinds)})  # fmt: skip


def simulated(folder: Path) -> Case:
    """An archive of the simulator."""
    archive, maker = open_archive(folder), LogMaker()
    gather(archive, maker)
    paid: dict[str, set[str]] = defaultdict(set)
    for row in archive.truth("engagement").to_pylist():
        paid[row["campaign"]].add(row["actor"])
    kinds = {row["campaign"]: row["kind"] for row in archive.truth("campaigns").to_pylist()}
    return Case(folder.name, maker.log(), {name: frozenset(some) for name, some in paid.items()}, kinds)


def scored(case: Case, alarms: Sequence[Alarm]) -> dict[str, Any]:
    """Figures of one method on one log."""
    paid = frozenset().union(*case.campaigns.values()) if case.campaigns else frozenset()
    named = {actor for alarm in alarms for actor in alarm.actors}
    false = sum(len(paid & set(alarm.actors)) < _HALF * len(alarm.actors) for alarm in alarms)
    found = {name for name, some in case.campaigns.items() if some and len(some & named) >= _HALF * len(some)}
    by_kind: dict[str, list[int]] = {}
    for name, kind in case.kinds.items():
        place = by_kind.setdefault(kind, [0, 0])
        place[0] += name in found
        place[1] += 1
    return {
        "alarms": len(alarms), "false": false, "precision": _share(len(paid & named), len(named)),
        "recall": _share(len(paid & named), len(paid)), "found": len(found), "campaigns": len(case.campaigns),
        "kinds": by_kind,
    }  # fmt: skip


def measured(case: Case, method: str, settings: Settings) -> dict[str, Any]:
    """A method with and without the baselines."""
    names = None if method == OURS else [method]
    began = time.perf_counter()
    everything = find(case.log, settings, names, all=True)
    seconds = time.perf_counter() - began
    held = [alarm for alarm in everything if alarm.chance <= settings.most_chance]
    return {"case": case.name, "method": method, "seconds": round(seconds, 1), "all": scored(case, everything),
            "held": scored(case, held)}  # fmt: skip


def told(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows as a table of Markdown."""
    lines = ["| log | method | alarms (false), all | accounts P / R, all | alarms (false), held against chance | "
             "accounts P / R | campaigns found | seconds |", "|---|---|---|---|---|---|---|---|"]  # fmt: skip
    for row in rows:
        every, held = row["all"], row["held"]
        lines.append(
            f"| {row['case']} | {row['method']} | {every['alarms']} ({every['false']}) | {_pair(every)} | "
            f"{held['alarms']} ({held['false']}) | {_pair(held)} | {held['found']} of {held['campaigns']} | "
            f"{row['seconds']} |"
        )
    return "\n".join(lines)


def written(rows: Sequence[Mapping[str, Any]], about: str) -> None:
    """The figures into the documentation, between its marks."""
    cases = list(dict.fromkeys(row["case"] for row in rows))
    methods = list(dict.fromkeys(row["method"] for row in rows))
    cells = {(row["case"], row["method"]): row for row in rows}
    for page, words in _PAGES.items():
        lines = [f"{about}\n", f"| {words[0]} | " + " | ".join(cases) + " |", "|---" * (len(cases) + 1) + "|"]
        for method in methods:
            shown = [_cell(cells[case, method], words) for case in cases]
            lines.append(f"| {method} | " + " | ".join(shown) + " |")
        path = DOCS / page
        text = path.read_text("utf-8")
        head, rest = text.split(_BEGIN)
        path.write_text(f"{head}{_BEGIN}\n" + "\n".join(lines) + f"\n{_END}{rest.split(_END)[1]}", "utf-8")


def _cell(row: Mapping[str, Any], words: Sequence[str]) -> str:
    every, held = row["all"], row["held"]
    told = words[1].format(every["alarms"], every["false"], held["alarms"], held["false"])
    if held["campaigns"]:
        told += words[2].format(_pair(held), held["found"], held["campaigns"])
    return told


def _pair(one: Mapping[str, Any]) -> str:
    return " / ".join("—" if one[name] is None else f"{one[name]:.2f}" for name in ("precision", "recall"))


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--acts", type=int, default=100_000)
    parser.add_argument("--skills", type=float, nargs="*", default=[0.2, 0.5, 0.8])
    parser.add_argument("--campaigns", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--methods", nargs="*", default=[*METHODS, OURS])
    parser.add_argument("--archive", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--again", type=Path, help="figures of an earlier --json, to be written")
    parser.add_argument("--write", action="store_true", help="into docs/engagement*.md")
    given = parser.parse_args()
    if given.again is not None:
        kept = json.loads(given.again.read_text("utf-8"))
        written(kept["rows"], f"`--acts {kept['acts']} --rounds {kept['rounds']} --seed {kept['seed']}`")
        return
    settings = replace(SETTINGS.current(), rounds=given.rounds)
    if given.archive is not None:
        cases = [simulated(given.archive)]
    else:
        cases = [made(given.acts, 0.5, 0, given.seed + 100)]
        cases += [made(given.acts, skill, given.campaigns, given.seed) for skill in given.skills]
    rows = []
    for case in cases:
        print(f"{case.name}: {len(case.log):,} events, {len(case.log.actors):,} accounts", flush=True)
        for method in given.methods:
            rows.append(measured(case, method, settings))
            print(told(rows[-1:]).splitlines()[-1], flush=True)
    print("\n" + told(rows))
    if given.write:
        written(rows, f"`--acts {given.acts} --rounds {given.rounds} --seed {given.seed}`")
    if given.json is not None:
        given.json.write_text(json.dumps({"acts": given.acts, "rounds": given.rounds, "seed": given.seed, "rows": rows},
                                         ensure_ascii=False, indent=1) + "\n", "utf-8")  # fmt: skip


if __name__ == "__main__":
    main()
