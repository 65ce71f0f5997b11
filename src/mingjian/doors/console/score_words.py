"""Scores and cards in words for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mingjian.doors.console.i18n import speaker
from mingjian.doors.console.words import word
from mingjian.governance.decisions.law import book_in_force
from mingjian.governance.scorecards.explain import Explained
from mingjian.governance.scorecards.model import BASE, HELD, MICRO, Band, Feature, Scorecard
from mingjian.governance.scorecards.sources import sources

_WHERE = {
    "measures": ("measure", "处置"), "origins": ("decision_origin", "来自"), "severities": ("severity", "严重程度"),
    "families": ("family", "类别"), "natures": ("nature", "性质"), "kinds": ("item_kind", "内容类型"),
    "values": ("verdict", "结论"), "statuses": ("status", "状态"), "rights": ("right", "权限"),
}  # fmt: skip
"""What narrows a feature down: the group of its words, and its name."""


@dataclass(frozen=True, slots=True)
class Line:
    """One contribution: ``value`` with its unit, or empty where nobody knows."""

    name: str
    title: str
    group: str
    value: str
    points: float
    missing: bool
    why: str
    basis: str
    source: str


@dataclass(frozen=True, slots=True)
class Said:
    """A feature in words: where it comes from, what counts, how many points it gives."""

    name: str
    title: str
    group: str
    source: str
    counted: str
    points: str
    missing: str
    why: str
    basis: str
    confidence: str


def lines_of(found: Explained, lang: str) -> list[Line]:
    """The contributions, the greatest first; what is nobody's last."""
    said, made = speaker(lang), []
    parts = sorted(found.score.contributions, key=lambda one: (one.feature in (BASE, HELD), -abs(one.points)))
    own = {BASE: said("起始分"), HELD: said("超出范围不计")}
    for part in parts:
        feature = found.card.feature(part.feature)
        if feature is None:
            made.append(Line(part.feature, own.get(part.feature, part.feature), "", "", part.points / MICRO, False,
                             said(part.why), "", ""))  # fmt: skip
            continue
        made.append(
            Line(
                part.feature, feature.title_en if lang == "en" else feature.title, feature.group,
                "" if part.value is None else f"{_number(part.value, feature)}{feature.unit}", part.points / MICRO,
                part.missing, said(part.why), feature.basis, _source(feature, lang),
            )
        )  # fmt: skip
    return made


def said_levers(found: Explained, lang: str) -> list[tuple[str, str, bool]]:
    """(what would have to change, into which band, whether that is better), at most eight."""
    said, made = speaker(lang), []
    for one in found.levers[:8]:
        feature, band = found.card.feature(one.feature), found.card.band(one.band)
        if feature is None or band is None:
            continue
        title = feature.title_en if lang == "en" else feature.title
        to = f"{_number(one.to / MICRO, feature)}{feature.unit}"
        if one.now is None:
            change = said("“{t}”有了数据,且为 {v}", t=title, v=to)
        else:
            now = f"{_number(one.now / MICRO, feature)}{feature.unit}"
            words = {"below": said("“{t}”由 {n} 降到 {v} 以下", t=title, n=now, v=to),
                     "at_least": said("“{t}”由 {n} 升到 {v} 以上", t=title, n=now, v=to)}  # fmt: skip
            change = words[one.bound]
        made.append((change, band.title_en if lang == "en" else band.title, one.better))
    return made


def features_of(card: Scorecard, lang: str) -> list[Said]:
    """The card's features in words."""
    said = speaker(lang)
    rules = {"skip": said("不计,权重由其余分担"), "neutral": said("中性分"), "worst": said("按最不利计")}
    made = []
    for one in card.features:
        missing = rules[one.missing] + (f" {one.neutral / MICRO:g}" if one.missing == "neutral" else "")
        made.append(
            Said(
                one.name, one.title_en if lang == "en" else one.title, one.group, _source(one, lang),
                _counted(one, lang), _points(one, lang), missing, one.why, one.basis, word("confidence", one.confidence,
                                                                                           lang),
            )
        )  # fmt: skip
    return made


def does_of(band: Band, lang: str) -> list[str]:
    """What a band does, in words; empty of one that does nothing."""
    said, does = speaker(lang), band.does
    found = []
    if does.suspend:
        rights = "、".join(book_in_force().right(right, lang) for right in does.suspend)
        found.append(said("立即暂停:{r}({n} 天内,由人复核)", r=rights, n=does.suspend_days))
    if does.label_days is not None:
        found.append(said("其内容展示时加风险提示({n} 天)", n=does.label_days))
    if does.case:
        queue = word("queue", does.queue, lang) if does.queue else said("按路线")
        found.append(said("开案复核({q})", q=queue))
    return found


def wrong_by_line(problems: Sequence[Any]) -> dict[int, list[str]]:
    """What is wrong, by the line it stands in; 0 for the whole."""
    found: dict[int, list[str]] = {}
    for one in problems:
        where = " · ".join(part for part in (one.feature, one.field) if part)
        found.setdefault(one.line or 0, []).append(f"{where}:{one.message}" if where else one.message)
    return found


def _source(feature: Feature, lang: str) -> str:
    source = sources().get(feature.source)
    if source is None:
        return feature.source
    at = 1 if lang == "en" else 0
    measure = source.measures.get(feature.measure, (feature.measure, feature.measure, ""))[at]
    told = f"{source.title_en if lang == 'en' else source.title} · {measure}"
    if feature.of:
        told += f" ÷ {source.measures.get(feature.of, (feature.of, feature.of, ''))[at]}"
    return told


def _counted(feature: Feature, lang: str) -> str:
    said = speaker(lang)
    names = {"count": said("计数"), "sum": said("合计"), "mean": said("平均"), "max": said("最大"), "min": said("最小"),
             "last": said("最近"), "ratio": said("比例")}  # fmt: skip
    told = [names[feature.aggregation]]
    if feature.window_days is not None:
        told.append(said("近 {n} 天", n=feature.window_days))
    if feature.half_life_days is not None:
        told.append(said("{n} 天减半", n=feature.half_life_days))
    if feature.least:
        told.append(said("不足 {n} 不计", n=feature.least))
    for name, value in feature.where.items():
        group, title = _WHERE.get(name, (name, name))
        words = [word(group, str(one), lang) for one in (value if isinstance(value, list) else [value])]
        told.append(f"{said(title)}:{'、'.join(words)}")
    return ";".join(told)


def _points(feature: Feature, lang: str) -> str:
    said = speaker(lang)
    if feature.bins:
        return ";".join(f"≥{since / MICRO:g} → {points / MICRO:g}" for since, points in feature.bins)
    ends = f"{feature.low / MICRO:g}–{feature.high / MICRO:g}"
    return said("{e} 直线 0 → {p}", e=ends, p=f"{feature.points / MICRO:g}")


def _number(value: float, feature: Feature) -> str:
    if feature.aggregation == "ratio":
        return f"{100 * value:.1f}%"
    return f"{value:.2f}".rstrip("0").rstrip(".")
