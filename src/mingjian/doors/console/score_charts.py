"""Charts of scores: what makes one up, how it went, what other weights would do, whether a card is stable."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mingjian.doors.console.charts import Chart, heat
from mingjian.governance.scorecards.explain import Explained
from mingjian.governance.scorecards.model import BASE, HELD, MICRO, Scorecard
from mingjian.governance.scorecards.reports import Calibration, Shift, Stability
from mingjian.governance.scorecards.whatif import WhatIf
from mingjian.records.clock import moment

Say = Callable[..., str]
_GRID = {"left": 8, "right": 48, "top": 6, "bottom": 8, "containLabel": True}
BANDS = ("--f-ok", "--f-low", "--f-medium", "--f-high", "--f-critical")


def titles_of(card: Scorecard, lang: str) -> Mapping[str | None, str]:
    """The bands' names for people; None and "" are undetermined."""
    said: dict[str | None, str] = {band.name: band.title_en if lang == "en" else band.title for band in card.bands}
    unknown = "Undetermined" if lang == "en" else "未定"
    return {**said, None: unknown, "": unknown}


def colour(card: Scorecard, band: str | None) -> str:
    """The colour of a band: from calm to grave, by the card's own sense of better."""
    names = [one.name for one in card.bands]
    if band not in names:
        return "--soft"
    at = names.index(band) if card.good == "low" else len(names) - 1 - names.index(band)
    return BANDS[min(len(BANDS) - 1, at * (len(BANDS) - 1) // max(1, len(names) - 1))]


def contributions(found: Explained, lang: str, say: Say) -> Chart:
    """What each feature gave, the most first; what is nobody's last."""
    parts = sorted(found.score.contributions, key=lambda one: (one.feature in (BASE, HELD), -abs(one.points)))
    rows = [(_title(found.card, part.feature, lang, say), part.points / MICRO) for part in parts if part.points]
    option = {
        "tooltip": {"trigger": "item"},
        "grid": _GRID,
        "xAxis": {"type": "value", "splitNumber": 4},
        "yAxis": {"type": "category", "data": [word for word, _ in reversed(rows)],
                  "axisLabel": {"width": 170, "overflow": "truncate"}},
        "series": [{
            "type": "bar", "barMaxWidth": 18,
            "data": [{"value": round(value, 3), "itemStyle": {"color": "--f-high" if value > 0 else "--f-ok"}}
                     for _, value in reversed(rows)],
            "label": {"show": True, "position": "right", "color": "--soft"},
        }],
    }  # fmt: skip
    return Chart("contributions", say("各特征贡献"), option, [say("特征"), say("分")],
                 [[word, round(value, 6)] for word, value in rows], tall=len(rows) > 8, empty=not rows)  # fmt: skip


def _title(card: Scorecard, name: str, lang: str, say: Say) -> str:
    feature = card.feature(name)
    if feature is not None:
        return feature.title_en if lang == "en" else feature.title
    return say("起始分") if name == BASE else say("超出范围不计")


def history(found: Explained, say: Say) -> Chart:
    """The score over time, with the bands' edges."""
    days = [f"{moment(one.at):%Y-%m-%d %H:%M}" for one in found.history]
    points = [one.points / MICRO for one in found.history]
    lines = [{"yAxis": band.since / MICRO, "label": {"formatter": band.title}} for band in found.card.bands[1:]]
    option = {
        "tooltip": {"trigger": "axis"},
        "grid": _GRID | {"top": 16, "right": 64},
        "xAxis": {"type": "category", "data": days},
        "yAxis": {"type": "value", "min": found.card.low / MICRO, "max": found.card.high / MICRO},
        "series": [{"type": "line", "step": "end", "data": [round(one, 3) for one in points],
                    "markLine": {"symbol": "none", "silent": True, "data": lines}}],
    }  # fmt: skip
    rows = [[day, round(value, 6)] for day, value in zip(days, points, strict=True)]
    return Chart("history", say("经过"), option, [say("时间"), say("分")], rows, empty=not rows)


def distribution(found: WhatIf, say: Say) -> Chart:
    """How many score how much, now and with the other card."""
    edges = [f"{edge:g}" for edge in found.edges]
    names = (say("现在"), say("换成这一版"))
    option = {
        "tooltip": {"trigger": "axis"},
        "legend": {"top": 0},
        "grid": _GRID | {"top": 36, "right": 16},
        "xAxis": {"type": "category", "data": edges},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [{"name": name, "type": "bar", "data": list(counts)}
                   for name, counts in zip(names, (found.before, found.after), strict=True)],
    }  # fmt: skip
    rows = [[edge, one, other] for edge, one, other in zip(edges, found.before, found.after, strict=True)]
    return Chart("distribution", say("分数分布"), option, [say("不低于"), *names], rows, empty=not found.seen)


def migration(
    name: str, title: str, moves: Sequence[tuple[str, str, int]], card: Scorecard, lang: str, say: Say
) -> Chart:
    """Who goes from which band (down) to which (across)."""
    titles = titles_of(card, lang)
    order = [band.name for band in card.bands] + [""]
    used = [one for one in order if any(one in (a, b) for a, b, _ in moves)]
    extra = sorted({one for a, b, _ in moves for one in (a, b)} - set(used))
    names = [*used, *extra]
    cells = {(names.index(after), names.index(before)): many for before, after, many in moves}
    words = [titles.get(one, one) for one in names]
    made = heat(name, title, [say("原等级 ↓ 新等级 →")], words, words, cells, {})
    for one in made.option["series"]:
        one["label"] = {"show": True}
    return made


def shifts(found: Stability, say: Say) -> Chart:
    """The population stability index of the score and of each feature."""
    rows = [(one.title, round(one.index, 4)) for one in (found.score, *found.features)]
    tones = {"stable": "--f-ok", "shifted": "--f-medium", "far": "--f-critical"}
    option = {
        "tooltip": {"trigger": "item"},
        "grid": _GRID,
        "xAxis": {"type": "value"},
        "yAxis": {"type": "category", "data": [word for word, _ in reversed(rows)],
                  "axisLabel": {"width": 170, "overflow": "truncate"}},
        "series": [{
            "type": "bar", "barMaxWidth": 18,
            "data": [{"value": one.index and round(one.index, 4), "itemStyle": {"color": tones[one.word]}}
                     for one in reversed((found.score, *found.features))],
            "markLine": {"symbol": "none", "silent": True, "data": [{"xAxis": 0.1}, {"xAxis": 0.25}]},
            "label": {"show": True, "position": "right", "color": "--soft"},
        }],
    }  # fmt: skip
    return Chart("psi", say("群体稳定性指数(PSI)"), option, [say("分布"), "PSI"], rows, tall=len(rows) > 8)


def shift_parts(found: Shift, say: Say) -> Chart:
    """One distribution on both days."""
    names = (say("较早"), say("较晚"))
    sides = [round(100 * one, 2) for _, one, _ in found.parts], [round(100 * one, 2) for _, _, one in found.parts]
    option = {
        "tooltip": {"trigger": "axis"},
        "legend": {"top": 0},
        "grid": _GRID | {"top": 36, "right": 16},
        "xAxis": {"type": "category", "data": [word for word, _, _ in found.parts]},
        "yAxis": {"type": "value"},
        "series": [{"name": name, "type": "bar", "data": shares}
                   for name, shares in zip(names, sides, strict=True)],
    }  # fmt: skip
    rows = [[word, round(100 * before, 2), round(100 * after, 2)] for word, before, after in found.parts]
    return Chart(f"shift-{found.name}", found.title, option, [say("分段"), *(f"{name} %" for name in names)], rows)


def rates(found: Calibration, card: Scorecard, lang: str, say: Say) -> Chart:
    """The share of each band decided against later, with its interval."""
    titles = titles_of(card, lang)
    shown = [one for one in found.rates if one.actors]
    words = [titles.get(one.band, one.title) for one in shown]
    option = {
        "tooltip": {"trigger": "axis"},
        "legend": {"top": 0},
        "grid": _GRID | {"top": 36, "right": 16},
        "xAxis": {"type": "category", "data": words},
        "yAxis": {"type": "value", "axisLabel": {"formatter": "{value}%"}},
        "series": [
            {"name": say("之后被处置的比例"), "type": "bar", "barMaxWidth": 48,
             "data": [{"value": round(100 * one.share, 2), "itemStyle": {"color": colour(card, one.band)}}
                      for one in shown]},
            {"name": say("95% 下限"), "type": "scatter", "symbol": "triangle", "symbolSize": 9, "color": "--soft",
             "data": [round(100 * one.low, 2) for one in shown]},
            {"name": say("95% 上限"), "type": "scatter", "symbol": "diamond", "symbolSize": 9, "color": "--soft",
             "data": [round(100 * one.high, 2) for one in shown]},
        ],
    }  # fmt: skip
    rows = [[word, one.actors, one.hits, round(100 * one.share, 2), round(100 * one.low, 2), round(100 * one.high, 2)]
            for word, one in zip(words, shown, strict=True)]  # fmt: skip
    head = [say("等级"), say("主体"), say("之后被处置"), "%", say("95% 下限"), say("95% 上限")]
    return Chart("calibration", say("校准:各等级之后被处置的比例"), option, head, rows, empty=not shown)


def bands(card: Scorecard, counts: Mapping[str | None, int], lang: str, say: Say) -> Chart:
    """How many stand in each band, with the way to their list."""
    titles = titles_of(card, lang)
    names: list[str | None] = [*(band.name for band in card.bands), None]
    links = [f"/scores/bands/{card.name}/{name or 'undetermined'}" for name in names]
    data = [{"value": counts.get(name, 0), "href": link, "itemStyle": {"color": colour(card, name)}}
            for name, link in zip(names, links, strict=True)]  # fmt: skip
    option = {
        "tooltip": {"trigger": "item"},
        "grid": _GRID | {"right": 16, "top": 24},
        "xAxis": {"type": "category", "data": [titles[name] for name in names]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [{"type": "bar", "barMaxWidth": 56, "data": data,
                    "label": {"show": True, "position": "top", "color": "--soft"}}],
    }  # fmt: skip
    rows = [[titles[name], counts.get(name, 0)] for name in names]
    title = card.title_en if lang == "en" else card.title
    return Chart(f"bands-{card.name}", title, option, [say("等级"), say("主体数")], rows, links,
                 empty=not sum(counts.values()))  # fmt: skip
