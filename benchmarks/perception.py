"""How well words in pictures and clips are read, and whether what they promise is found: on generated media.

    python benchmarks/perception.py [--styles STYLE …] [--per-style N] [--seed N] [--write] [--out DIR]

Every style has as many media with a planted sentence that breaks the law as without. The planted sentences are
chosen so that the engine finds them when they are typed, the clean ones so that it finds nothing: the loss that is
measured is perception's. What the engine loses on the same words typed stands beside it. ``--out`` keeps the media
and what was read of them. ``--write`` puts the tables into docs/perception.md.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

from media.build import samples
from media.measure import Outcome, measured
from media.styles import CLEAN, STYLES

from mingjian.core.accuracy import Share
from mingjian.doors import cache

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/perception.md"
BARS = (("clean posters and subtitles", 0.95), ("all styles", 0.85))
MOST_FLAGGED = 0.02


def share(part: Share) -> str:
    """12/34 (35.3 %, 21.5 %–52.1 %)."""
    if part.interval is None or part.value is None:
        return "–"
    low, high = part.interval
    return f"{part.hits}/{part.total} ({part.value:.1%}, {low:.1%}–{high:.1%})".replace("%", " %")


def counted(outcomes: Iterable[bool]) -> Share:
    listed = list(outcomes)
    return Share(sum(listed), len(listed))


def error_rate(outcomes: Sequence[Outcome]) -> float:
    """Wrong characters as a share of those written."""
    return sum(o.wrong for o in outcomes) / max(1, sum(o.characters for o in outcomes))


def bars_table(outcomes: Sequence[Outcome]) -> tuple[list[str], bool]:
    """The bars of the project, and whether all are met."""
    planted = [o for o in outcomes if o.planted]
    clean = [o for o in outcomes if not o.planted]
    lines = ["| measure | share (Wilson 95 %) | same words typed | bar | met |", "|---|---|---|---|---|"]
    met = True
    for (title, bar), chosen in zip(BARS, ([o for o in planted if o.style in CLEAN], planted), strict=True):
        found = counted(o.found for o in chosen)
        good = found.value is None or found.value >= bar
        met &= good
        typed = share(counted(o.found_typed for o in chosen))
        lines.append(f"| planted sentences found, {title} | {share(found)} | {typed} | ≥ {bar:.0%} | {_yes(good)} |")
    flagged = counted(o.found for o in clean)
    good = flagged.value is None or flagged.value <= MOST_FLAGGED
    typed = share(counted(o.found_typed for o in clean))
    lines.append(f"| clean media flagged | {share(flagged)} | {typed} | ≤ {MOST_FLAGGED:.0%} | {_yes(good)} |")
    return lines, met and good


def styles_table(outcomes: Sequence[Outcome]) -> list[str]:
    """One row a style: errors, recall, false alarms, time."""
    lines = [
        "| style | what it is | wrong characters | surplus | planted found | typed | clean flagged | median s |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, style in STYLES.items():
        if not (own := [o for o in outcomes if o.style == name]):
            continue
        planted, clean = ([o for o in own if o.planted is wanted] for wanted in (True, False))
        surplus = sum(o.extra for o in own) / max(1, sum(o.characters for o in own))
        errors = f"{error_rate(own):.1%} | {surplus:.1%}".replace("%", " %")
        lines.append(
            f"| `{name}` | {style.about} | {errors} | {share(counted(o.found for o in planted))} "
            f"| {_brief(o.found_typed for o in planted)} | {_brief(o.found for o in clean)} "
            f"| {statistics.median(o.seconds for o in own):.2f} |"
        )
    pictures = [o.seconds for o in outcomes if o.media_seconds is None]
    if pictures:
        lines += ["", f"Seconds for a picture: median {statistics.median(pictures):.2f}, longest {max(pictures):.2f}."]
    if clips := [o for o in outcomes if o.media_seconds]:
        pace = sum(o.media_seconds or 0 for o in clips) / sum(o.seconds for o in clips)
        lines.append(f"Clips: {pace:.1f} seconds of film in one second.")
    return lines


def _yes(good: bool) -> str:
    return "yes" if good else "**no**"


def _brief(outcomes: Iterable[bool]) -> str:
    part = counted(outcomes)
    return f"{part.hits}/{part.total}"


def run(arguments: argparse.Namespace) -> list[Outcome]:
    """Make, perceive and judge the media one after another."""
    engine, outcomes = cache.engine(), []
    kept = nullcontext(str(arguments.out)) if arguments.out else tempfile.TemporaryDirectory()
    with kept as folder:
        for sample in samples(arguments.styles, arguments.per_style, arguments.seed):
            path = sample.write(Path(folder) / sample.style)
            outcome = measured(sample, path, engine)
            outcomes.append(outcome)
            if outcome.found is not outcome.planted:
                kind = "MISS" if outcome.planted else f"FALSE ALARM {outcome.codes}"
                print(f"{kind} {outcome.name}: {outcome.sentence}")
                print(f"     read: {outcome.read or outcome.unread}", flush=True)
            if not arguments.out:
                path.unlink()
        if arguments.out:
            rows = (json.dumps(asdict(o), ensure_ascii=False) + "\n" for o in outcomes)
            (arguments.out / "outcomes.jsonl").write_text("".join(rows), "utf-8")
    return outcomes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--styles", nargs="*", default=[], choices=list(STYLES), metavar="STYLE")
    parser.add_argument("--per-style", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    outcomes = run(arguments)
    bars, met = bars_table(outcomes)
    by_style = styles_table(outcomes)
    print("\n".join(["", *bars, "", *by_style]))
    if arguments.write:
        from accuracy import put

        put(PAGE, "perception-bars", bars)
        put(PAGE, "perception-styles", by_style)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
