"""Charts as data: an option for ECharts and the table that says the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

COLOURS = {
    "violation": "--f-critical",
    "needs_evidence": "--f-medium",
    "undetermined": "--f-low",
    "advice": "--f-info",
    "clean": "--f-ok",
}


@dataclass(frozen=True, slots=True)
class Chart:
    """``name`` is its id and the name of its file; ``head`` and ``rows`` are the table; ``links`` are where rows
    lead, None where nowhere."""

    name: str
    title: str
    option: Mapping[str, Any]
    head: Sequence[str]
    rows: Sequence[Sequence[object]]
    links: Sequence[str | None] = ()
    tall: bool = False
    empty: bool = False


def stacked(
    name: str,
    title: str,
    days: Sequence[str],
    series: Mapping[str, Sequence[int]],
    words: Mapping[str, str],
    first: str,
    links: Sequence[str] = (),
    lines: bool = False,
) -> Chart:
    """Days along the bottom, one band (or line) a series."""
    drawn = [
        {
            "name": words[key],
            "type": "line" if lines else "bar",
            **({} if lines else {"stack": "all"}),
            "data": [{"value": count, "href": links[at]} if links else count for at, count in enumerate(counts)],
            "showSymbol": len(days) < 40,
            **({"itemStyle": {"color": COLOURS[key]}} if key in COLOURS else {}),
        }
        for key, counts in series.items()
    ]
    option = {
        "tooltip": {"trigger": "axis"},
        "legend": {"top": 0},
        "grid": _GRID | {"top": 36},
        "xAxis": {"type": "category", "data": list(days)},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": drawn,
    }
    rows = [[one, *(counts[at] for counts in series.values())] for at, one in enumerate(days)]
    total = sum(sum(counts) for counts in series.values())
    return Chart(name, title, option, [first, *(words[key] for key in series)], rows, links, empty=not total)


def bars(
    name: str,
    title: str,
    head: Sequence[str],
    rows: Sequence[tuple[str, float]],
    links: Sequence[str | None] = (),
    unit: str = "",
) -> Chart:
    """Values side by side, the greatest at the top."""
    listed = list(zip(rows, links or [None] * len(rows), strict=True))
    data = [{"value": value, **({"href": link} if link else {})} for (_, value), link in reversed(listed)]
    option = {
        "tooltip": {"trigger": "item"},
        "grid": _GRID | {"top": 6, "right": 48},
        "xAxis": {"type": "value", "splitNumber": 4},
        "yAxis": {
            "type": "category",
            "data": [word for word, _ in reversed(rows)],
            "axisLabel": {"width": 150, "overflow": "truncate"},
        },
        "series": [
            {
                "type": "bar",
                "data": data,
                "barMaxWidth": 18,
                "label": {"show": True, "position": "right", "formatter": "{c}" + unit, "color": "--soft"},
            }
        ],
    }
    return Chart(name, title, option, head, rows, links, tall=len(rows) > 10, empty=not rows)


def heat(
    name: str,
    title: str,
    head: Sequence[str],
    across: Sequence[str],
    down: Sequence[str],
    cells: Mapping[tuple[int, int], int],
    links: Mapping[tuple[int, int], str],
) -> Chart:
    """Counts by two words: (column, row) → count."""
    most = max(cells.values(), default=1)
    data = [{"value": [x, y, count], "href": links.get((x, y))} for (x, y), count in cells.items()]
    option = {
        "tooltip": {"position": "top"},
        "grid": _GRID | {"top": 6, "bottom": 80},
        "xAxis": {"type": "category", "data": list(across), "axisLabel": {"interval": 0, "rotate": 30}},
        "yAxis": {"type": "category", "data": list(down), "inverse": True},
        "visualMap": {
            "min": 0,
            "max": most,
            "orient": "horizontal",
            "left": "center",
            "bottom": 0,
            "itemHeight": 90,
            "itemWidth": 12,
            "inRange": {"color": ["--t-low", "--f-low", "--f-high", "--f-critical"]},
        },
        "series": [{"type": "heatmap", "data": data}],
    }
    rows = [[word, *(cells.get((x, y), 0) for x in range(len(across)))] for y, word in enumerate(down)]
    return Chart(name, title, option, [head[0], *across], rows, tall=True, empty=not cells)


_GRID = {"left": 8, "right": 16, "bottom": 8, "containLabel": True}
