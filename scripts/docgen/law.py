"""docs/law/: an index and a page an instrument: provisions, dates, penalties, how sure we are of each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from docgen.common import LEVELS, anchor, by_level, day, home, page, plain, table
from mingjian.core.model import Instrument, Rule
from mingjian.core.rulebook.load import Sources

SURE = {"high": "高", "medium": "中", "low": "低"}
CAUTION = (
    "条款内容是本项目的概括,不是法条原文;引用、处罚以最新公布的正式文本为准。“把握”说的是条文内容、日期与条号核对到哪一步:"
    "高,对照过条文全文的公开转载件(不是公报原件);中,依官方发布与公开报道,条号或数额还须逐字核对;"
    "低,未能核实,只作提示,不得直接引用为依据。"
)


def pages(sources: Sources) -> Iterator[tuple[str, str]]:
    """(path below docs/, text) of every law page."""
    citing: dict[str, list[Rule]] = defaultdict(list)
    for rule in sorted(sources.rules, key=lambda rule: rule.code):
        for ref in dict.fromkeys(rule.cites):
            citing[ref].append(rule)
    yield "law/README.md", _index(sources, citing)
    for instrument in sources.instruments:
        yield f"law/{instrument.slug}.md", _instrument(instrument, citing)


def _index(sources: Sources, citing: dict[str, list[Rule]]) -> str:
    total = sum(len(each.provisions) for each in sources.instruments)
    sure = Counter(p.confidence for each in sources.instruments for p in each.provisions)
    counted = f"把握高 {sure['high']}、中 {sure['medium']}、低 {sure['low']}"
    return page(
        "# 法规",
        "",
        f"{len(sources.instruments)} 部文件,{total} 条款;{counted}。{CAUTION}",
        "",
        "法条带施行与废止日期,判断以内容发布之日的法为准:`mingjian check --as-of 2021-06-01` 用的是那一天的法。",
        "",
        table(
            ["文件", "层级", "施行", "废止", "条款", "被引用", "把握"],
            (
                [
                    f"[{plain(each.name)}]({each.slug}.md)",
                    LEVELS[each.level],
                    day(each.effective),
                    day(each.repealed),
                    len(each.provisions),
                    sum(f"{each.slug}/{p.id}" in citing for p in each.provisions),
                    SURE.get(each.confidence, each.confidence),
                ]
                for each in by_level(sources.instruments)
            ),
            right=[4, 5],
        ),
    )


def _instrument(book: Instrument, citing: dict[str, list[Rule]]) -> str:
    lines: list[str] = []
    for provision in book.provisions:
        lines += ["", f'<a id="{anchor(provision.id)}"></a>', "", f"## {plain(book.short)}{provision.id}", ""]
        lines += [plain(provision.summary), "", f"- 条文:{plain(provision.article)}"]
        dates = f"- 施行:{day(provision.effective)}"
        lines.append(dates + (f";废止:{day(provision.repealed)}" if provision.repealed else ""))
        if provision.penalty:
            lines.append(f"- 罚则:{plain(provision.penalty)}")
        lines.append(f"- 把握:{SURE.get(provision.confidence, provision.confidence)}")
        if provision.note:
            lines.append(f"- 说明:{plain(provision.note)}")
        rules = citing.get(f"{book.slug}/{provision.id}", [])
        if rules:
            links = (f"[{rule.code}](../rules/{home(rule)}.md#{anchor(rule.code)})" for rule in rules)
            lines.append(f"- 规则:{'、'.join(links)}")
    return page(
        f"# {plain(book.name)}",
        "",
        "[全部法规](README.md)",
        "",
        f"- 简称:{plain(book.short)};引用写作 `{book.slug}/条款`",
        f"- 层级:{LEVELS[book.level]};发布:{plain(book.issuer) or '—'}"
        + (f";文号:{plain(book.document_no)}" if book.document_no else ""),
        f"- 施行:{day(book.effective)}" + (f";废止:{day(book.repealed)}" if book.repealed else ""),
        f"- 状态:{plain(book.status) or '—'}",
        f"- 把握:{SURE.get(book.confidence, book.confidence)}",
        "",
        f"> {CAUTION}",
        lines,
    )
