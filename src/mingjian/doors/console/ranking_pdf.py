"""A published edition as a PDF: the list, the statistics, how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mingjian.doors.console.i18n import speaker
from mingjian.doors.console.rankings import SOURCES, TIES
from mingjian.governance.ranking.model import Ranking
from mingjian.governance.ranking.publishing import figure_lines, published_on
from mingjian.records.ranking.model import Edition


def ranking_pdf(told: Mapping[str, Any], plan: Ranking, edition: Edition, lang: str) -> bytes:
    """The document that was frozen, printed. The same document gives the same bytes."""
    from mingjian.doors.pdf.document import Pdf  # only who prints pays for loading it

    say = speaker(lang)
    title = str(told["title_en"] if lang == "en" else told["title"])
    made = Pdf(title, lang, created=int(told["published"]), header=plan.label(lang), footer=f"SHA-256 {edition.seal}")
    made.heading(title, 0, centred=True)
    made.paragraph(say("公布于 {d},评定日 {a},第 {v} 版", d=published_on(told), a=told["as_of"], v=told["version"]),
                   centred=True, faint=True)  # fmt: skip
    if told["reason"]:
        made.paragraph(say("本版更正前一版:{why}", why=told["reason"]))
    made.table([say("统计"), ""], [[say(what), count] for what, count in figure_lines(told)], widths=[1, 1])
    made.heading(say("榜单"), 1)
    fields = [one.label(lang) for one in plan.fields]
    rows = [
        [str(one["rank"]), one["name"], one["title"] or "—", one["institution"] or "—", _points(one["points"]),
         *(_points(one[field.key]) for field in plan.fields), f"{one['low']}–{one['high']}"]
        for one in told["list"]
    ]  # fmt: skip
    heads = [say("名次"), say("姓名"), say("职称"), say("机构"), say("总分"), *fields, say("名次区间")]
    made.table(heads, rows, widths=[1, 1.6, 2, 4, 1.4, *([1.4] * len(fields)), 1.8])
    made.heading(say("方法"), 1)
    for line in method_lines(told, plan, lang):
        made.paragraph(line)
    return made.bytes()


def method_lines(told: Mapping[str, Any], plan: Ranking, lang: str) -> list[str]:
    """How the list was made, in sentences."""
    say = speaker(lang)
    tried = told["sensitivity"]
    counts: dict[str, int] = {}
    for one in plan.dimensions:
        counts[one.source] = counts.get(one.source, 0) + 1
    sep = ", " if lang == "en" else "、"
    lines = [
        say("方案 {p}:三个领域、{n} 个维度,满分 100 分。{a}", p=plan.id, n=len(plan.dimensions), a=plan.author),
        say("数据来源:{s}。", s=sep.join(f"{say(SOURCES[name])} {count}" for name, count in counts.items())),
        say("每位参评医师由至少 {n} 名专家盲评,专家看不到姓名与机构,有利益关系的不评。", n=plan.raters),
        say("总分相同时依次比较:{t};仍相同则并列。", t=sep.join(say(TIES[tie]) for tie in plan.ties)),
        say("权重在 ±{s}% 内随机变动 {n} 次(种子 {seed}):入榜名单有变化的占 {c}%,平均替换 {m} 人。",
            s=f"{tried['spread'] * 100:g}", n=tried["draws"], seed=tried["seed"], c=f"{tried['changed'] * 100:.1f}",
            m=f"{tried['swapped']:.2f}"),
    ]  # fmt: skip
    for one in told["agreement"]["fields"]:
        title = next(field.label(lang) for field in plan.fields if field.key == one["key"])
        value = "—" if one["value"] is None else f"{one['value']:.2f}"
        low = one["value"] is None or one["value"] < plan.agreement
        warned = say(",低于 {a},不宜单独作为依据", a=f"{plan.agreement:.2f}") if low else ""
        lines.append(say("{f}的专家一致性(Krippendorff α):{v}{w}。", f=title, v=value, w=warned))
    return lines


def _points(points: int) -> str:
    return f"{points / 1e6:.2f}"
