"""How well wrong numbers are noticed, and how fast numbers are verified, kind by kind.

    python benchmarks/credential_numbers.py [--count 200000] [--speed 1000000] [--cpu] [--json FILE]

Valid numbers are made up and must hold; then one digit of each is miswritten, or two neighbours change places. Where
the published structure has a check digit nearly all are noticed; where it has none, only what becomes impossible is.
Speed: all in one call, on one thread; one by one with the reasons; and python-stdnum in the same run where it knows the
kind.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from number_making import DAY, MAKERS, has_check_digit, swapped, wrong_digit
from stdnum.cn import ric
from stdnum.cn import uscc as stdnum_uscc

from mingjian.core.credentials import CODES, verify, verify_many

RIVALS: dict[str, Callable[[str], bool]] = {"uscc": stdnum_uscc.is_valid, "id_card": ric.is_valid}
ONE_BY_ONE = 20_000
BAR = 1_000_000
DOUBT = CODES.index("doubt")
clock = time.perf_counter


def per_second(work: Callable[[], object], count: int, runs: int = 3) -> int:
    """The best of a few runs."""
    best = min(_timed(work) for _ in range(runs))
    return round(count / best)


def _timed(work: Callable[[], object]) -> float:
    began = clock()
    work()
    return clock() - began


def noticed(kind: str, numbers: Sequence[str]) -> tuple[float, float]:
    """Shares that fail, and that fail or are doubted."""
    codes = verify_many(kind, numbers, DAY)
    failing = float(((codes != 0) & (codes != DOUBT)).mean())
    return round(failing, 5), round(float((codes != 0).mean()), 5)


def measured(kind: str, count: int, speed: int) -> dict[str, Any]:
    """Everything about one kind."""
    chance = random.Random(f"numbers/{kind}")
    valid = [MAKERS[kind](chance) for _ in range(count)]
    held = verify_many(kind, valid, DAY)
    assert not held.any(), (kind, [(valid[i], CODES[held[i]]) for i in held.nonzero()[0][:3]])
    single = [wrong_digit(number, chance) for number in valid]
    turned = [other for number in valid if (other := swapped(number, chance)) is not None]
    many = (valid * (speed // count + 1))[:speed]
    mixed = [wrong if i % 2 else number for i, (number, wrong) in enumerate(zip(valid, single, strict=True))]
    mixed = (mixed * (speed // count + 1))[:speed]
    row: dict[str, Any] = {
        "kind": kind,
        "check_digit": has_check_digit(kind),
        "single_digit": noticed(kind, single),
        "transposed": noticed(kind, turned),
        "bulk_per_second": per_second(lambda: verify_many(kind, many, DAY), speed),
        "bulk_half_wrong_per_second": per_second(lambda: verify_many(kind, mixed, DAY), speed, 1),
        "with_reasons_per_second": per_second(
            lambda: [verify(kind, number, DAY) for number in valid[:ONE_BY_ONE]], min(count, ONE_BY_ONE), 1
        ),
    }
    if kind in RIVALS:
        rival = RIVALS[kind]
        row["stdnum_per_second"] = per_second(lambda: [rival(n) for n in valid[:ONE_BY_ONE]], min(count, ONE_BY_ONE), 1)
        row["stdnum_refuses_valid"] = sum(not rival(number) for number in valid[:ONE_BY_ONE])
        row["stdnum_single_digit"] = round(sum(not rival(n) for n in single[:ONE_BY_ONE]) / min(count, ONE_BY_ONE), 5)
    return row


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200_000, help="numbers made of each kind")
    parser.add_argument("--speed", type=int, default=1_000_000, help="numbers in one timed call")
    parser.add_argument("--cpu", action="store_true", help="count the thread's processor time: on a busy machine")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if given.cpu:
        global clock
        clock = time.thread_time
    rows = [measured(kind, given.count, given.speed) for kind in MAKERS]
    print(f"{'kind':24}{'check':>7}{'one digit':>12}{'(+doubt)':>10}{'swapped':>10}{'(+doubt)':>10}"
          f"{'bulk/s':>13}{'half wrong/s':>14}{'reasons/s':>11}{'stdnum/s':>10}")  # fmt: skip
    for row in rows:
        (one, one_doubt), (two, two_doubt) = row["single_digit"], row["transposed"]
        print(f"{row['kind']:24}{'yes' if row['check_digit'] else 'no':>7}{one:>12.3%}{one_doubt:>10.2%}{two:>10.2%}"
              f"{two_doubt:>10.2%}{row['bulk_per_second']:>13,}{row['bulk_half_wrong_per_second']:>14,}"
              f"{row['with_reasons_per_second']:>11,}{row.get('stdnum_per_second', 0) or '-':>10}")  # fmt: skip
    slowest = min(row["bulk_per_second"] for row in rows)
    print(f"slowest in bulk: {slowest:,} a second (bar {BAR:,}): {'met' if slowest >= BAR else 'NOT MET'}")
    if given.json:
        given.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
