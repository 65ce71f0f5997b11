"""The numbers behind the small charts of the page; the drawing is plain SVG in the template."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mingjian.core.report.labels import label
from mingjian.core.report.model import WORST_FIRST, Report, source_of
from mingjian.core.report.visible import visible

_RADIUS = 42.0
ROUND = 2 * math.pi * _RADIUS


@dataclass(frozen=True, slots=True)
class Slice:
    """A stretch of a bar (0–100) or of the ring (its length round the circle)."""

    key: str
    label: str
    count: int
    start: float
    length: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One kind of finding (or one file), split by severity, as long as its share of the most frequent one."""

    key: str
    label: str
    count: int
    slices: tuple[Slice, ...]


def bars(report: Report) -> list[Bar]:
    """A bar for each kind found, most frequent first."""
    lang = report.options.lang
    pairs = ((f.family, f.severity) for _, verdict in report.pairs for f in verdict.findings)
    return _bars(pairs, lambda family: label("family", family, lang), lang)


def file_bars(report: Report, most: int = 5) -> list[Bar]:
    """The files with most findings; none when all findings are in one file."""
    pairs = ((source_of(item), f.severity) for item, verdict in report.pairs for f in verdict.findings)
    made = _bars(pairs, visible, report.options.lang)
    return made[:most] if len(made) > 1 else []


def _bars(pairs: Iterable[tuple[str, str]], name: Callable[[str], str], lang: str) -> list[Bar]:
    split = Counter(pairs)
    totals: Counter[str] = Counter()
    for (key, _), n in split.items():
        totals[key] += n
    top = max(totals.values(), default=1)
    out = []
    for key, count in sorted(totals.items(), key=lambda kv: (-kv[1], kv[0])):
        slices, at = [], 0.0
        for severity in WORST_FIRST:
            n = split[key, severity]
            if n:
                length = round(100 * n / top, 3)
                slices.append(Slice(severity, label("severity", severity, lang), n, round(at, 3), length))
                at += length
        out.append(Bar(key, name(key), count, tuple(slices)))
    return out


def ring(report: Report) -> list[Slice]:
    """The ring of severities; a full circle is ``ROUND`` long. Zeros are kept for the legend."""
    lang = report.options.lang
    total = max(1, report.summary.findings)
    out, at = [], 0.0
    for severity, count in report.summary.severities.items():
        length = ROUND * count / total
        out.append(Slice(severity, label("severity", severity, lang), count, round(at, 2), round(length, 2)))
        at += length
    return out
