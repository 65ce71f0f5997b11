"""How the desk does: what came in, what was found, how long it takes, how often it is overturned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from mingjian.core.model import NATURES, VERDICT_VALUES
from mingjian.desk.people.permissions import allowed
from mingjian.desk.quality.kappa import wilson
from mingjian.desk.quality.scorecards import agreement
from mingjian.doors.console.charts import Chart, bars, heat, stacked
from mingjian.doors.console.context import desk, page, permitted
from mingjian.doors.console.filters import address, chosen
from mingjian.doors.console.formats import platform_names
from mingjian.doors.console.i18n import language, speaker
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.ranges import FACTS, PRESETS, Range, csv_response, range_of
from mingjian.doors.console.words import word
from mingjian.records.clock import MICROSECONDS
from mingjian.records.errors import NotFound
from mingjian.records.storage import statistics
from mingjian.records.storage.database import Tx
from mingjian.records.storage.statistics import Stretch

router = APIRouter()
NAV = (Nav("统计", "统计看板", "/dashboard", ("statistics.read",), icon="chart", order=10, keys="g t"),)
FILTERS = ("since", "until", "platform", "nature", "publisher")
_HOUR = 3600 * MICROSECONDS
AGES = (4 * _HOUR, 24 * _HOUR, 72 * _HOUR)
_TOP, MOST_HEAT = 12, 31


class Charts:
    """The charts of a range, each made when it is asked for."""

    def __init__(self, tx: Tx, days: Range, values: dict[str, str], lang: str) -> None:
        self.tx, self.days, self.values, self.lang = tx, days, values, lang
        self.stretch: Stretch = days.stretch(values)
        self._ = speaker(lang)
        self.made: dict[str, Callable[[], Chart]] = {
            "items": self.items,
            "families": partial(self.findings, "family"),
            "rules": partial(self.findings, "code"),
            "heat": self.heat,
            "queues": self.queues,
            "handling": self.handling,
            "actions": self.actions,
            "appeals": self.appeals,
        }

    def items(self) -> Chart:
        """Items by day and verdict."""
        counts = statistics.items_by_day(self.tx, self.stretch)
        order = [value for value in reversed(VERDICT_VALUES) if any(key == value for _, key in counts)]
        keys: list[str | None] = [*order, *([None] if any(key is None for _, key in counts) else [])]
        series = {str(key): [counts.get((one, key), 0) for one in self.stretch.days] for key in keys}
        words = {str(key): word("verdict", key, self.lang) if key else self._("待判定") for key in keys}
        links = [self.items_link(since=one.isoformat(), until=one.isoformat()) for one in self.stretch.days]
        days = [one.isoformat() for one in self.stretch.days]
        return stacked("items", self._("每日内容与结论"), days, series, words, self._("日期"), links)

    def findings(self, by: str) -> Chart:
        """The commonest families or rules."""
        found = statistics.findings_by(self.tx, self.stretch, by, _TOP)
        family = by == "family"
        rows = [(word("family", name, self.lang) if family else name, count) for name, count in found]
        links = [self.probe_link(**{by: name}) for name, _ in found]
        title = self._("发现最多的类别") if family else self._("命中最多的规则")
        return bars(
            "families" if family else "rules",
            title,
            [self._("类别") if family else self._("规则"), self._("发现")],
            rows,
            links,
        )

    def heat(self) -> Chart:
        """Findings by platform and family."""
        # Platforms are known to items, families to findings: joining a year of both takes seconds.
        days = min(self.days.days, MOST_HEAT)
        last = Range(self.days.until - timedelta(days=days - 1), self.days.until)
        counts = statistics.families_by_platform(self.tx, last.stretch(self.values))
        platforms = _commonest(counts, 0, 10)
        families = _commonest(counts, 1, 14)
        cells = {
            (platforms.index(one), families.index(kind)): count
            for (one, kind), count in counts.items()
            if one in platforms and kind in families
        }
        links = {(x, y): self.probe_link(platform=platforms[x], family=families[y]) for x, y in cells if platforms[x]}
        names = platform_names()
        across = [names.get(str(one), str(one)) if one else self._("平台不明") for one in platforms]
        down = [word("family", str(one), self.lang) for one in families]
        return heat("heat", self._("平台与类别(最后 {n} 天)", n=days), [self._("类别")], across, down, cells, links)

    def queues(self) -> Chart:
        """What waits in the queues now, by how long it has waited."""
        ages = statistics.live_ages(self.tx, AGES)
        steps = [self._("4 小时内"), self._("4–24 小时"), self._("1–3 天"), self._("3 天以上")]
        names = sorted(ages)
        option: dict[str, Any] = {
            "tooltip": {"trigger": "axis"},
            "legend": {"top": 0},
            "grid": {"left": 8, "right": 16, "top": 36, "bottom": 8, "containLabel": True},
            "xAxis": {"type": "category", "data": [word("queue", name, self.lang) for name in names]},
            "yAxis": {"type": "value", "minInterval": 1},
            "series": [
                {
                    "name": step,
                    "type": "bar",
                    "stack": "all",
                    "itemStyle": {"color": colour},
                    "barMaxWidth": 48,
                    "data": [{"value": ages[name][at], "href": f"/queues/{name}"} for name in names],
                }
                for at, (step, colour) in enumerate(
                    zip(steps, ("--f-ok", "--f-low", "--f-medium", "--f-critical"), strict=True)
                )
            ],
        }
        rows = [[word("queue", name, self.lang), *ages[name]] for name in names]
        links = [f"/queues/{name}" for name in names]
        return Chart(
            "queues", self._("队列积压与等待时间(现在)"), option, [self._("队列"), *steps], rows, links, empty=not rows
        )

    def handling(self) -> Chart:
        """The median time an answer took, by queue."""
        found = statistics.handling(self.tx, self.stretch)
        rows = [
            (f"{word('queue', name, self.lang)}({self._('{n} 次', n=count)})", round(seconds, 1))
            for name, (count, seconds) in sorted(found.items(), key=lambda one: -one[1][1])
        ]
        return bars("handling", self._("审核用时中位数"), [self._("队列"), self._("秒")], rows, unit=" s")

    def actions(self) -> Chart:
        """Measures taken."""
        found = statistics.actions_by_measure(self.tx, self.stretch)
        rows = [(word("measure", name, self.lang), count) for name, count in found]
        days = {"since": self.days.since.isoformat(), "until": self.days.until.isoformat()}
        links = [address("/decisions", {"measure": name, **days}) for name, _ in found]
        return bars("actions", self._("采取的措施"), [self._("措施"), self._("次数")], rows, links)

    def appeals(self) -> Chart:
        """How appeals were answered."""
        found = statistics.appeals_by_outcome(self.tx, self.stretch)
        rows = [
            (word("answer", name, self.lang), found[name])
            for name in ("upheld", "varied", "overturned")
            if name in found
        ]
        return bars(
            "appeals",
            self._("申诉裁决"),
            [self._("裁决"), self._("件数")],
            rows,
            ["/appeals?state=decided"] * len(rows),
        )

    def items_link(self, **changed: str) -> str:
        """The list of items behind a bar."""
        kept = {name: value for name, value in self.values.items() if name in ("platform", "publisher")}
        return address("/search", kept, **changed)

    def probe_link(self, **changed: str | None) -> str:
        """The investigation behind a bar."""
        return address("/investigate", self.values, **changed)


@router.get("/dashboard")
def dashboard(request: Request) -> Response:
    """All charts of a range."""
    asks = permitted(request, "statistics.read")
    values, lang = chosen(request.query_params, FILTERS), language(request)
    with desk(request).database.read() as tx:
        days = range_of(values, tx.now)
        charts = Charts(tx, days, values, lang)
        made = {name: make() for name, make in charts.made.items()}
        stretch = charts.stretch
        count = statistics.count_items(tx, stretch)
        decisions = statistics.decisions_by_measure(tx, stretch)
        appeals = statistics.appeals_by_outcome(tx, stretch)
        agreed = agreement(tx, asks, stretch.since, stretch.until) if allowed(asks, "quality.read") else None
    answered, changed = sum(appeals.values()), sum(appeals.get(name, 0) for name in ("overturned", "varied"))
    verdicts = made["items"]
    return page(
        request,
        "dashboard/index.html",
        title="统计看板",
        values=values,
        days=days,
        presets=PRESETS,
        charts=made,
        natures=NATURES,
        facts=FACTS,
        count=count,
        decided=sum(each for _, each in decisions),
        answered=answered,
        overturned=changed / answered if answered else None,
        overturned_between=wilson(changed, answered) if answered else None,
        agreed=agreed,
        verdicts=verdicts,
        preset=lambda n: address(
            "/dashboard",
            {k: v for k, v in values.items() if k not in ("since", "until")},
            since=_ago(days, n),
            until=days.until.isoformat(),
        ),
        file=lambda name: address(f"/dashboard/{name}.csv", values),
    )


@router.get("/dashboard/{name}.csv")
def download(request: Request, name: str) -> Response:
    """The table behind a chart."""
    permitted(request, "statistics.read")
    values = chosen(request.query_params, FILTERS)
    with desk(request).database.read() as tx:
        days = range_of(values, tx.now)
        charts = Charts(tx, days, values, language(request))
        if name not in charts.made:
            raise NotFound("没有这张图表。")
        made = charts.made[name]()
    return csv_response(f"mingjian-{name}-{days.since}-{days.until}", made.head, made.rows)


def _ago(days: Range, count: int) -> str:
    return (days.until - timedelta(days=count - 1)).isoformat()


def _commonest(counts: dict[tuple[str | None, str], int], at: int, limit: int) -> Sequence[str | None]:
    totals: dict[str | None, int] = {}
    for key, count in counts.items():
        totals[key[at]] = totals.get(key[at], 0) + count
    return sorted(totals, key=lambda name: (-totals[name], str(name)))[:limit]
