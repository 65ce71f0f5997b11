"""The charts of an alarm: when it happened against everything else on the same items, and where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from mingjian.doors.console.charts import Chart
from mingjian.records.clock import CHINA

_SHOWN = 40
_COLUMNS = 60
Speak = Callable[..., str]
Label = Callable[[str, str], str]


def charts_of(content: Mapping[str, Any], label: Label, say: Speak) -> tuple[Chart, ...]:
    """The timeline and the map."""
    return _timeline(content, say), _map(content, say)


def _timeline(content: Mapping[str, Any], say: Speak) -> Chart:
    long = content["step"] >= 86_400
    times = [_time(at, long) for at, _, _ in content["timeline"]]
    mine = [count for _, count, _ in content["timeline"]]
    rest = [count for _, _, count in content["timeline"]]
    names = say("线索中的互动"), say("同样内容的其他互动")
    option = {
        "tooltip": {"trigger": "axis"}, "legend": {"top": 0},
        "grid": {"left": 8, "right": 16, "bottom": 8, "top": 36, "containLabel": True},
        "xAxis": {"type": "category", "data": times},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [
            {"name": names[0], "type": "bar", "stack": "all", "data": mine, "itemStyle": {"color": "--f-critical"},
             "barCategoryGap": "10%"},
            {"name": names[1], "type": "bar", "stack": "all", "data": rest, "itemStyle": {"color": "--f-low"}},
        ],
    }  # fmt: skip
    rows = [[time, a, b] for time, a, b in zip(times, mine, rest, strict=True) if a or b]
    return Chart("when", say("什么时候"), option, [say("时间"), *names], rows)


def _map(content: Mapping[str, Any], say: Speak) -> Chart:
    items = [_short(one) for one in content["items"][:_SHOWN]]
    start, end = content["since"] // 1_000_000, content["until"] // 1_000_000 + 1
    times = [_time(start + (end - start) * place // _COLUMNS, False) for place in range(_COLUMNS)]
    cells = [[column, row, count] for row, column, count in content["heat"]]
    option = {
        "tooltip": {"position": "top"},
        "grid": {"left": 8, "right": 16, "top": 6, "bottom": 64, "containLabel": True},
        "xAxis": {"type": "category", "data": times, "axisLabel": {"hideOverlap": True}},
        "yAxis": {"type": "category", "data": items, "inverse": True,
                  "axisLabel": {"width": 130, "overflow": "truncate"}},
        "visualMap": {"min": 0, "max": max((count for _, _, count in cells), default=1), "orient": "horizontal",
                      "left": "center", "bottom": 0, "itemHeight": 90, "itemWidth": 12,
                      "inRange": {"color": ["--t-low", "--f-low", "--f-high", "--f-critical"]}},
        "series": [{"type": "heatmap", "data": cells}],
    }  # fmt: skip
    rows = [[f"{items[row]} · {times[column]}", count] for column, row, count in cells]
    return Chart("where", say("在哪些内容上"), option, [say("内容与时间"), say("次数")], rows, tall=len(items) > 8,
                 empty=not cells)  # fmt: skip


def _time(at: int, day: bool) -> str:
    return datetime.fromtimestamp(at, CHINA).strftime("%m-%d" if day else "%m-%d %H:%M")


def _short(id: str) -> str:
    return id if len(id) <= 22 else id[:10] + "…" + id[-10:]
