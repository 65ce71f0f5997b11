"""Looking into what happened: over time, by what, compared with before, down to the items. All of it is the address."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from mingjian.core.model import FAMILIES, NATURES, VERDICT_VALUES
from mingjian.doors.console.charts import Chart, bars, stacked
from mingjian.doors.console.context import desk, page, permitted
from mingjian.doors.console.filters import address, chosen
from mingjian.doors.console.formats import platform_names
from mingjian.doors.console.i18n import language, speaker
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.ranges import PRESETS, Range, csv_response, range_of
from mingjian.doors.console.subjects import titles_of
from mingjian.doors.console.words import word
from mingjian.records.errors import Invalid
from mingjian.records.search.model import SearchFilter
from mingjian.records.search.service import find
from mingjian.records.storage import probe, statistics
from mingjian.records.storage.database import Tx
from mingjian.records.storage.statistics import FindingFilter, Stretch

router = APIRouter()
NAV = (Nav("统计", "调查", "/investigate", ("statistics.read",), icon="probe", order=20, keys="g i"),)
FILTERS = ("since", "until", "platform", "publisher", "nature", "value", "code", "family", "term", "by", "compare")
BY = ("publisher", "platform", "code", "family", "nature", "value")
_GROUPS = {"family": "family", "nature": "nature", "value": "verdict"}
_TOP, _PAGE = 15, 25


@router.get("/investigate")
def investigate(request: Request, before: int | None = None) -> Response:
    """Days, the commonest of something, and the items behind; with ``compare`` the same of as many days before."""
    asks = permitted(request, "statistics.read")
    values, lang = chosen(request.query_params, FILTERS), language(request)
    by = values.get("by", "publisher")
    if by not in BY:
        raise Invalid(f"不能按“{by[:40]}”分组。", field="by")
    about = FindingFilter(values.get("code"), values.get("family"))
    with desk(request).database.read() as tx:
        days = range_of(values, tx.now)
        other = days.before() if values.get("compare") else None
        stretch = days.stretch(values)
        line = _line(tx, days, other, values, about, lang)
        top, former = _top(tx, stretch, by, about), {}
        if other is not None:
            former = probe.counts_of(tx, other.stretch(values), by, [name for name, _ in top], about)
        count = statistics.count_items(tx, stretch, about)
        count_before = statistics.count_items(tx, other.stretch(values), about) if other is not None else None
        shown, onward = _items(tx, values, stretch, about, before)
        titles = titles_of(tx, [one.id for one in shown])
    rows = [(_said(by, name, lang), each) for name, each in top]
    links = [address("/investigate", values, **{by: name}) if name is not None else None for name, _ in top]
    say = speaker(lang)
    ranking = bars(
        "top",
        say("最多的前 {n} 个", n=_TOP),
        [say("名称"), say("发现") if by in ("code", "family") else say("内容")],
        rows,
        links,
    )
    return page(
        request,
        "investigate/index.html",
        title="调查",
        values=values,
        by=by,
        choices=BY,
        days=days,
        other=other,
        line=line,
        ranking=ranking,
        top=list(zip(rows, links, [former.get(name, 0) for name, _ in top], strict=True)),
        count=count,
        count_before=count_before,
        items=shown,
        titles=titles,
        presets=PRESETS,
        families=FAMILIES,
        natures=NATURES,
        verdicts=VERDICT_VALUES,
        asks=asks,
        link=lambda **changed: address("/investigate", values, **changed),
        file=address("/investigate.csv", values),
        said=lambda name, value: _said(name, value, lang),
        next=address("/investigate", values, before=onward) if onward else None,
        later=before is not None,
    )


@router.get("/investigate.csv")
def download(request: Request) -> Response:
    """The ranking as a table."""
    permitted(request, "statistics.read")
    values, lang = chosen(request.query_params, FILTERS), language(request)
    by = values.get("by", "publisher")
    if by not in BY:
        raise Invalid(f"不能按“{by[:40]}”分组。", field="by")
    with desk(request).database.read() as tx:
        days = range_of(values, tx.now)
        top = _top(tx, days.stretch(values), by, FindingFilter(values.get("code"), values.get("family")), 1000)
    rows = [(name or "", _said(by, name, lang), count) for name, count in top]
    return csv_response(f"mingjian-{by}-{days.since}-{days.until}", (by, "name", "count"), rows)


def _line(tx: Tx, days: Range, other: Range | None, values: dict[str, str], about: FindingFilter, lang: str) -> Chart:
    say = speaker(lang)
    now = _by_day(tx, days, values, about)
    series, words = {"now": [now.get(one, 0) for one in days.stretch(values).days]}, {"now": say("这段时间")}
    if other is not None:
        before = _by_day(tx, other, values, about)
        series["before"] = [before.get(one, 0) for one in other.stretch(values).days]
        words["before"] = say("之前同样长")
    dates = [one.isoformat() for one in days.stretch(values).days]
    links = [address("/investigate", values, since=one, until=one, compare=None) for one in dates]
    return stacked("line", say("每日内容"), dates, series, words, say("日期"), links, lines=True)


def _by_day(tx: Tx, days: Range, values: dict[str, str], about: FindingFilter) -> dict[date, int]:
    found: dict[date, int] = {}
    for (one, _), count in statistics.items_by_day(tx, days.stretch(values), "value", about).items():
        found[one] = found.get(one, 0) + count
    return found


def _top(tx: Tx, stretch: Stretch, by: str, about: FindingFilter, limit: int = _TOP) -> list[tuple[str | None, int]]:
    if by in statistics.OF_FINDINGS:
        return list(statistics.findings_by(tx, stretch, by, limit, about))
    return statistics.items_by(tx, stretch, by, limit, about)


def _items(
    tx: Tx, values: dict[str, str], stretch: Stretch, about: FindingFilter, before: int | None
) -> tuple[list[probe.Stored], int | None]:
    """The items behind, newest first; with a term those whose words hold it."""
    if "term" not in values:
        return probe.items_behind(tx, stretch, about, before, _PAGE)
    wanted = SearchFilter(
        values["term"],
        values.get("platform"),
        values.get("value"),
        None,
        values.get("publisher"),
        stretch.since,
        stretch.until,
    )
    found = find(tx, wanted, below=before, limit=_PAGE)
    return [one.item for one in found.items], found.next


def _said(by: str, name: str | None, lang: str) -> str:
    if name is None:
        return "—"
    if by == "platform":
        return platform_names().get(name, name)
    return word(_GROUPS[by], name, lang) if by in _GROUPS else name
