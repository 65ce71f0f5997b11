"""The numbers behind the two small charts of the page; the drawing is plain SVG in the template."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from mingjian.core.report.labels import label
from mingjian.core.report.model import WORST_FIRST, Report

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
    """One kind of finding, split by severity, as long as its share of the most frequent kind."""

    key: str
    label: str
    count: int
    slices: tuple[Slice, ...]


def bars(report: Report) -> list[Bar]:
    """A bar for each kind found, most frequent first."""
    lang = report.options.lang
    split: Counter[tuple[str, str]] = Counter(
        (f.family, f.severity) for _, verdict in report.pairs for f in verdict.findings
    )
    families = report.summary.families
    top = max(families.values(), default=1)
    out = []
    for family, count in families.items():
        slices, at = [], 0.0
        for severity in WORST_FIRST:
            n = split[family, severity]
            if n:
                length = round(100 * n / top, 3)
                slices.append(Slice(severity, label("severity", severity, lang), n, round(at, 3), length))
                at += length
        out.append(Bar(family, label("family", family, lang), count, tuple(slices)))
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
