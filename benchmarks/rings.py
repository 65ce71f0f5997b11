"""How well rings are found, on simulated archives with the truth beside them: precision and recall by the agencies'
skill, with and without devices, payments and contact handles, and how often a ring of each confidence is a true one.

    python benchmarks/rings.py [--items 20000] [--agencies 10] [--seeds 3] [--json FILE]
    python benchmarks/rings.py --items 1000000 --agencies 200 --seeds 1 --skills 0.5 --workers 2

Words only (no pictures are drawn): what agencies hide by writing new stories over old pictures is not found here, which
is why recall falls with skill. Accounts: a found ring is held against the true ring most of its accounts belong to; an
account counts as right if it is of that ring, and each true ring is found by the largest part of it only. Pairs: of all
pairs of accounts that were put together the share that truly belong together, and the other way round.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mingjian.doors.demo.simulate.params import Params
from mingjian.doors.demo.simulate.world import simulate
from mingjian.governance.rings.archive_texts import text_pairs
from mingjian.governance.rings.find import find_rings
from mingjian.governance.rings.gather_archive import Pair, gather_archive
from mingjian.governance.rings.model import Evidence, Ring
from mingjian.governance.rings.settings import RINGS, Settings
from mingjian.intake.archive.archive import Archive, open_archive

SKILLS = (0.0, 0.25, 0.5, 0.65, 0.8, 0.9, 1.0)
DEFAULT = 0.5
BARS = {"precision": 0.95, "recall": 0.90}
BINS = (0.5, 0.7, 0.9, 0.97, 1.0)


@dataclass(frozen=True, slots=True)
class Counts:
    """Accounts and pairs that were right, found and true."""

    right: int = 0
    found: int = 0
    true: int = 0
    pairs_right: int = 0
    pairs_found: int = 0
    pairs_true: int = 0
    rings_found: int = 0
    rings_true: int = 0
    rings_right: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    def shown(self) -> dict[str, float]:
        """Precision and recall of accounts, pairs and rings."""
        return {
            "precision": _share(self.right, self.found), "recall": _share(self.right, self.true),
            "pair_precision": _share(self.pairs_right, self.pairs_found),
            "pair_recall": _share(self.pairs_right, self.pairs_true),
            "ring_precision": _share(self.rings_right, self.rings_found),
            "ring_recall": _share(self.rings_right, self.rings_true),
        }  # fmt: skip


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 1.0


def score(found: Sequence[Sequence[str]], true: Mapping[str, Sequence[str]]) -> Counts:
    """Found accounts against the true rings'. A ring is right when it and the true one share at least half of all
    the accounts in either."""
    home = {account: name for name, accounts in true.items() for account in accounts}
    best: Counter[str] = Counter()
    right_rings, pairs_right, pairs_found = set(), 0, 0
    for accounts in found:
        inside = Counter(home[account] for account in accounts if account in home)
        pairs_found += len(accounts) * (len(accounts) - 1) // 2
        pairs_right += sum(count * (count - 1) // 2 for count in inside.values())
        if inside:
            name, count = inside.most_common(1)[0]
            best[name] = max(best[name], count)
            if 2 * count >= len(set(accounts) | set(true[name])):
                right_rings.add(name)
    return Counts(
        sum(best.values()), sum(map(len, found)), len(home), pairs_right, pairs_found,
        sum(len(one) * (len(one) - 1) // 2 for one in true.values()), len(found), len(true), len(right_rings),
    )  # fmt: skip


def without_marks(known: Evidence) -> Evidence:
    """The same evidence, but nobody shares a device, a payment or a contact handle."""
    none = known.mark_account[:0]
    return replace(known, marks=(), mark_account=none, mark_value=none)


def surely(found: Sequence[Ring], true: Mapping[str, Sequence[str]]) -> list[tuple[float, bool]]:
    """Of each ring its confidence, and whether most of its accounts belong to one true ring."""
    home = {account: name for name, accounts in true.items() for account in accounts}
    told = []
    for ring in found:
        inside = Counter(home.get(account) for account in ring.accounts)
        inside.pop(None, None)
        most = inside.most_common(1)[0][1] if inside else 0
        told.append((ring.confidence, 2 * most > len(ring.accounts)))
    return told


def one(params: Params, settings: Settings, workers: int) -> dict[str, Any]:
    """One archive from simulating to the figures."""
    with tempfile.TemporaryDirectory(prefix="rings-") as folder:
        home = Path(folder)
        began = time.perf_counter()
        simulate(home / "archive", params, (), workers=workers)
        made = time.perf_counter()
        archive = open_archive(home / "archive")
        (home / "scratch").mkdir()
        pairs = list(text_pairs(archive, home / "scratch", workers=workers))
        compared = time.perf_counter()
        true = truth(archive)
        known = gather_archive(archive, pairs, settings)
        gathered = time.perf_counter()
        found = find_rings(known, replace(settings, confidence=0.0))
        done = time.perf_counter()
        kept = [ring for ring in found if ring.confidence >= settings.confidence]
        plain = find_rings(without_marks(known), settings)
        return {
            "counts": score([ring.accounts for ring in kept], true), "pairs": len(pairs),
            "without_marks": score([ring.accounts for ring in plain], true), "sure": surely(found, true),
            "noise": _noise(pairs, archive), "accounts": known.everybody,
            "seconds": {"simulate": round(made - began, 1), "compare": round(compared - made, 1),
                        "gather": round(gathered - compared, 1), "find": round(done - gathered, 1)},
        }  # fmt: skip


def truth(archive: Archive) -> dict[str, list[str]]:
    """The true rings' accounts."""
    return {row["ring"]: row["accounts"] for row in archive.truth("rings").to_pylist()}


def _noise(pairs: Sequence[Pair], archive: Archive) -> float:
    """The share of the likenesses that lie in no ring: what finding has to see through."""
    home = {row["id"]: row["ring"] for row in archive.truth("items").select(["id", "ring"]).to_pylist()}
    outside = sum(1 for pair in pairs if home[pair.one] is None or home[pair.one] != home[pair.other])
    return _share(outside, len(pairs))


def calibration(told: Sequence[tuple[float, bool]]) -> list[dict[str, Any]]:
    """By confidence: how many rings there were, and how many of them true."""
    rows = []
    for low, high in zip((0.0, *BINS[:-1]), BINS, strict=True):
        inside = [true for sure, true in told if low <= sure < high or (high == 1.0 and sure == 1.0)]
        if inside:
            rows.append({"from": low, "to": high, "rings": len(inside), "true": _share(sum(inside), len(inside))})
    return rows


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--agencies", type=int, default=10)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--skills", type=float, nargs="*", default=SKILLS)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    settings = RINGS.current()
    rows, sure = [], []
    print("skill  precision recall  pairs P/R      rings P/R      without marks P/R   noise   seconds compare/find")
    for skill in given.skills:
        total, plain, noise, seconds = Counts(), Counts(), [], Counter[str]()
        for seed in range(1, given.seeds + 1):
            params = Params(items=given.items, agencies=given.agencies, skill=skill, engagement=False, seed=seed)
            told = one(params, settings, given.workers)
            total, plain = total + told["counts"], plain + told["without_marks"]
            noise.append(told["noise"])
            seconds.update(told["seconds"])
            sure += told["sure"]
        row = {"skill": skill, **total.shown(), "noise": round(sum(noise) / len(noise), 4),
               "without_marks": plain.shown(), "seconds": dict(seconds)}  # fmt: skip
        rows.append(row)
        print(f"{skill:5.2f}  {row['precision']:8.1%} {row['recall']:7.1%}  {row['pair_precision']:6.1%} "
              f"{row['pair_recall']:6.1%}  {row['ring_precision']:6.1%} {row['ring_recall']:6.1%}  "
              f"{row['without_marks']['precision']:8.1%} {row['without_marks']['recall']:8.1%}  {row['noise']:8.1%}  "
              f"{seconds['compare']:.1f} / {seconds['find']:.1f}")  # fmt: skip
    bins = calibration(sure)
    print("confidence   rings   true")
    for each in bins:
        print(f"{each['from']:.2f}–{each['to']:.2f}  {each['rings']:6d}  {each['true']:6.1%}")
    usual = next((row for row in rows if row["skill"] == DEFAULT), None)
    if usual is not None:
        met = all(usual[name] >= bar for name, bar in BARS.items())
        print(f"bars at skill {DEFAULT}: precision ≥ 95 %, recall ≥ 90 %: {'met' if met else 'NOT met'}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{given.items} items, {given.agencies} agencies, {given.seeds} seeds; peak {peak} MiB")
    if given.json:
        given.json.write_text(json.dumps({"items": given.items, "agencies": given.agencies, "seeds": given.seeds,
                                          "rows": rows, "calibration": bins, "peak_mib": peak}, indent=2))  # fmt: skip


if __name__ == "__main__":
    main()
