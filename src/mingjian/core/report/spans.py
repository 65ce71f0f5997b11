"""Cut a text into runs so that overlapping and nested findings can all be marked on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mingjian.core.report.visible import hidden_at, name

# A part longer than WHOLE is shown only round its findings, NEAR characters either side.
WHOLE = 3000
NEAR = 160


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text under the same findings (indexes into the list given). ``hidden`` names a character
    that does not show; ``skipped`` counts characters left out here."""

    text: str
    findings: tuple[int, ...] = ()
    hidden: bool = False
    skipped: int = 0


def runs(text: str, spans: Sequence[tuple[int, int]]) -> list[Run]:
    """``text`` cut at every span's edge, in order, narrowest span first within a run."""
    windows = [(0, len(text))] if len(text) <= WHOLE else _windows(len(text), spans)
    edges = sorted({edge for span in spans for edge in span})
    starts = sorted(range(len(spans)), key=lambda i: spans[i])
    out: list[Run] = []
    at, edge, begun = 0, 0, 0
    live: list[int] = []
    for first, last in windows:
        if first > at:
            out.append(Run("", skipped=first - at))
        at = first
        while at < last:
            while begun < len(starts) and spans[starts[begun]][0] <= at:
                live.append(starts[begun])
                begun += 1
            live = [i for i in live if spans[i][1] > at]
            while edge < len(edges) and edges[edge] <= at:
                edge += 1
            stop = min(last, edges[edge]) if edge < len(edges) else last
            under = tuple(sorted(live, key=lambda i: (spans[i][1] - spans[i][0], i)))
            out += _shown(text, at, stop, under)
            at = stop
    if at < len(text):
        out.append(Run("", skipped=len(text) - at))
    return out


def _windows(size: int, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The stretches to show of a long text: round each span, joined where they meet; at least the start."""
    wanted = [(max(0, a - NEAR), min(size, b + NEAR)) for a, b in sorted(spans)] or [(0, NEAR)]
    joined = [wanted[0]]
    for first, last in wanted[1:]:
        if first <= joined[-1][1] + NEAR // 4:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def _shown(text: str, start: int, end: int, under: tuple[int, ...]) -> list[Run]:
    out = []
    for at in hidden_at(text, start, end):
        if text[at] == "\r":
            continue
        if at > start:
            out.append(Run(text[start:at], under))
        out.append(Run(name(text[at]), under, hidden=True))
        start = at + 1
    if end > start:
        out.append(Run(text[start:end], under))
    return out
