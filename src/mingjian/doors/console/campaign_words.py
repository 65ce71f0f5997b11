"""Campaigns on pages: words, where subjects lead, charts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from mingjian.doors.console.charts import Chart
from mingjian.governance.campaigns.figures import Line
from mingjian.governance.campaigns.prevalence import Prevalence

LINK_WORDS = {"sweep": "回查", "ring": "团伙", "alarm": "异动线索", "case": "案件", "certification_batch": "认证批次",
              "decision": "决定", "live": "直播线索"}  # fmt: skip
STATES = {"open": "进行中", "closed": "已结束"}
ANNOUNCED = {"drafted": "草稿", "published": "已公布", "withdrawn": "已撤回"}
SIDE_WORDS = {"before": "治理前", "after": "治理后"}
SAMPLE_WORDS = {"drawn": "已抽取", "asked": "标注中", "dropped": "已作废"}
SCOPE_WORDS = {"platforms": "平台", "kinds": "内容种类", "channels": "渠道", "publisher_kinds": "发布主体",
               "domains": "领域"}  # fmt: skip
BY_WORDS = {"platform": "平台", "kind": "内容种类", "channel": "渠道", "publisher_kind": "发布主体",
            "value": "机器结论", "nature": "性质", "domain": "领域", "month": "月份"}  # fmt: skip
_PATHS = {
    "swept": "/sweeps/", "sweep": "/sweeps/", "ring": "/rings/", "alarm": "/engagement/alarms/", "case": "/review/",
    "certification_batch": "/certification/batches/", "decision": "/decisions/", "ruling": "/decisions/",
    "appeal": "/appeals/", "holder": "/registry/entity/", "live": "/live/incidents/", "room": "/live/rooms/",
}  # fmt: skip


def path_to(of: str, ref: str) -> str | None:
    """Where something a campaign holds or counts is looked at; None for a publisher, who has a page by query."""
    if of == "act":
        return f"/items/{ref}" if ref.startswith("itm_") else None
    return f"{_PATHS[of]}{ref}" if of in _PATHS else None


def scope_of(text: Mapping[str, str]) -> dict[str, list[str]]:
    """A scope from the fields of a form: words between commas, spaces or lines."""
    found = {name: text[name].replace("、", " ").replace(",", " ").split() for name in SCOPE_WORDS if text.get(name)}
    return {name: words for name, words in found.items() if words}


def links_of(text: str) -> list[str]:
    """Ids from a field: one a line, or between commas or spaces."""
    return text.replace("、", " ").replace(",", " ").split()


def figures_chart(title: str, heads: Sequence[str], lines: Sequence[Line], lang: str, base: str) -> Chart:
    """The figures that are not zero, in their order; how many items sweeps looked at would dwarf the others."""
    shown = [one for one in lines if one.number and one.figure.of != "swept"]
    rows = [(one.figure.label(lang), one.number) for one in shown]
    data = [{"value": one.number, "href": f"{base}/figures/{one.figure.name}"} for one in reversed(shown)]
    option = {
        "tooltip": {"trigger": "item"}, "grid": {"left": 8, "right": 56, "top": 6, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "value", "minInterval": 1, "splitNumber": 4},
        "yAxis": {"type": "category", "data": [name for name, _ in reversed(rows)],
                  "axisLabel": {"width": 150, "overflow": "truncate"}},
        "series": [{"type": "bar", "data": data, "barMaxWidth": 18,
                    "label": {"show": True, "position": "right", "color": "--soft"}}],
    }  # fmt: skip
    links = [f"{base}/figures/{one.figure.name}" for one in shown]
    return Chart("figures", title, option, heads, rows, links, tall=len(rows) > 8, empty=not rows)


def prevalence_chart(title: str, heads: Sequence[str], found: Prevalence, words: Mapping[str, str]) -> Chart:
    """Each side as a box from the lower to the upper bound with the estimate as the line in it."""
    shown = [(side, one) for side, one in found.sides.items() if one.labelled]
    boxes = [[round(100 * value, 3) for value in
              (one.by_people.interval.low, one.by_people.interval.low, one.by_people.interval.value,
               one.by_people.interval.high, one.by_people.interval.high)] for _, one in shown]  # fmt: skip
    top = max((box[-1] for box in boxes), default=1.0)
    option = {
        "grid": {"left": 8, "right": 24, "top": 12, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "value", "min": 0, "max": max(1, math.ceil(top * 1.15)),
                  "axisLabel": {"formatter": "{value}%"}},
        "yAxis": {"type": "category", "data": [words[side] for side, _ in shown], "inverse": True},
        "series": [{"type": "boxplot", "data": boxes, "boxWidth": [14, 28],
                    "itemStyle": {"color": "--t-low", "borderColor": "--accent", "borderWidth": 2}}],
    }  # fmt: skip
    rows = [[words[side], box[2], box[0], box[4]] for (side, _), box in zip(shown, boxes, strict=True)]
    return Chart("prevalence", title, option, heads, rows, empty=not rows)
