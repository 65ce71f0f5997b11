"""The line of time of a room as a chart: what was noticed on which channel, incidents, acts and gaps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mingjian.core.report.media import clock
from mingjian.doors.console.charts import Chart

ROWS = ("act", "incident", "title", "product", "pinned", "comment", "screen", "speech", "gap")
_COLOURS = {"critical": "--f-critical", "high": "--f-high", "medium": "--f-medium", "low": "--f-low"}
_NOTICED, _ACT, _GAP = "--accent", "--f-ok", "--line-strong"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on the line: ``row`` is a word of ROWS, times are room time in seconds, ``words`` say what it is in the
    reader's language, ``severity`` colours it where it has one."""

    row: str
    start: float
    end: float
    words: str
    severity: str | None = None
    href: str | None = None


def timeline(marks: Sequence[Mark], now: float, title: str, word: Callable[[str], str], head: Sequence[str]) -> Chart:
    """From the first mark (at most the last hour) to now. ``word`` says a row in the reader's language; ``head`` names
    the four columns of the table that says the same."""
    shown = [mark for mark in marks if mark.end >= now - 3600]
    rows = [row for row in ROWS if any(mark.row == row for mark in shown)]
    first = min((mark.start for mark in shown), default=0.0)
    series: list[dict[str, object]] = []
    for mark in shown:
        colour = _COLOURS.get(mark.severity or "") or (_GAP if mark.row == "gap" else
                                                       _ACT if mark.row == "act" else _NOTICED)  # fmt: skip
        place = rows.index(mark.row)
        told = f"{clock(mark.start)} {mark.words}"
        point = {"name": told, "href": mark.href, "itemStyle": {"color": colour}}
        if mark.end - mark.start >= 1:
            line = {"coords": [[mark.start, place], [mark.end, place]], "name": told, "href": mark.href,
                    "lineStyle": {"color": colour}}  # fmt: skip
            series.append({"lines": line})
        series.append({"points": point | {"value": [mark.start, place]}})
    option = {
        "tooltip": {"trigger": "item", "formatter": "{b}"},
        "grid": {"left": 8, "right": 20, "top": 8, "bottom": 10, "containLabel": True},
        "xAxis": {"type": "value", "min": int(first), "max": max(int(now), int(first) + 10), "minInterval": 1},
        "yAxis": {"type": "category", "data": [word(row) for row in rows]},
        "dataZoom": [{"type": "inside", "xAxisIndex": 0}],
        "series": [
            {"type": "lines", "coordinateSystem": "cartesian2d", "lineStyle": {"width": 9, "opacity": 0.55},
             "data": [one["lines"] for one in series if "lines" in one]},
            {"type": "scatter", "symbolSize": 10, "data": [one["points"] for one in series if "points" in one]},
        ],
    }  # fmt: skip
    ordered = sorted(shown, key=lambda mark: (mark.start, ROWS.index(mark.row)))
    table = [[clock(mark.start), clock(mark.end), word(mark.row), mark.words] for mark in ordered[-200:]]
    links = [mark.href for mark in ordered[-200:]]
    return Chart("live-line", title, option, head, table, links, empty=not shown)
