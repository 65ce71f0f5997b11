"""docs/rules/: an index, a page an instrument, and the register of every code there ever was."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from docgen.common import (
    LEVELS,
    RULE_STATUS,
    SILENCERS,
    anchor,
    by_level,
    gates,
    home,
    page,
    plain,
    table,
)
from mingjian.core.model import FAMILIES, Example, Instrument, Rule
from mingjian.core.model.rule import STATUSES
from mingjian.core.report.labels import label
from mingjian.core.rulebook.load import Sources

REGISTER_HEAD = """\
# Every rule code there ever was, in the order they came. Codes are for ever: never reused and never taken
# off this list. A rule that goes stays as a file with the status `retired`, or names its successor in
# `redirect`. scripts/build_docs.py appends new codes; tests/test_project.py keeps the promise.
"""


def pages(sources: Sources) -> Iterator[tuple[str, str]]:
    """(path below docs/, text) of every rules page."""
    books = {each.slug: each for each in sources.instruments}
    grouped: dict[str, list[Rule]] = defaultdict(list)
    for rule in sorted(sources.rules, key=lambda rule: rule.code):
        grouped[home(rule)].append(rule)
    yield "rules/README.md", _index(sources, books, grouped)
    for slug, rules in grouped.items():
        yield f"rules/{slug}.md", _instrument(books.get(slug), slug, rules, sources, books)


def register(sources: Sources, present: str) -> str:
    """The register with codes it lacks appended."""
    known = {line.strip() for line in present.splitlines()}
    fresh = sorted({rule.code for rule in sources.rules} - known)
    return (present or REGISTER_HEAD) + "".join(f"{code}\n" for code in fresh)


def _index(sources: Sources, books: Mapping[str, Instrument], grouped: Mapping[str, list[Rule]]) -> str:
    rules = [rule for group in grouped.values() for rule in group]
    statuses = Counter(rule.status for rule in rules)
    counted = "、".join(f"{RULE_STATUS[s]} {statuses[s]} 条" for s in STATUSES if statuses[s])
    order = [each.slug for each in by_level(books.values()) if each.slug in grouped]
    order += sorted(set(grouped) - set(order))
    family: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        family[rule.family].append(rule)
    lines: list[str] = []
    for name in FAMILIES:
        if not family[name]:
            continue
        lines += ["", f"### {label('family', name)} `{name}`", ""]
        lines += table(
            ["代码", "名称", "轻重", "依据"],
            (
                [
                    _link(rule),
                    plain(rule.title),
                    label("severity", rule.severity),
                    "、".join(_cite(ref, books, "../law/") for ref in rule.cites),
                ]
                for rule in sorted(family[name], key=lambda rule: rule.code)
            ),
        )
    return page(
        "# 规则",
        "",
        f"共 {len(rules)} 条规则({counted}),主要依据 {len(grouped)} 部文件。"
        "代码永不改变、永不复用;历来的代码都在 [codes.txt](codes.txt)。",
        "",
        "规则先按其主要依据的文件分页,再按违法种类列出。一条规则写成一个文件,写法见"
        "[CONTRIBUTING.md](../../CONTRIBUTING.md)。",
        "",
        "## 按文件",
        "",
        table(
            ["文件", "层级", "规则"],
            (
                [
                    f"[{plain(books[slug].name if slug in books else slug)}]({slug}.md)",
                    LEVELS[books[slug].level] if slug in books else "",
                    len(grouped[slug]),
                ]
                for slug in order
            ),
            right=[2],
        ),
        "",
        "## 按种类",
        lines,
        "",
        '<a id="facts"></a>',
        "",
        "## 按需要的事实",
        "",
        "事实写在条目里(见[格式](../schema/README.md))。不知道时规则只说待证,有就不作声,明知没有才是违规。",
        "",
        table(["事实", "规则"], _facts(rules)),
    )


def _facts(rules: list[Rule]) -> Iterator[list[str]]:
    needing: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        for name in rule.needs:
            needing[name].append(rule)
    for name in sorted(needing):
        yield [f"`{name}`", "、".join(f"{_link(rule)} {plain(rule.title)}" for rule in needing[name])]


def _link(rule: Rule) -> str:
    return f"[{rule.code}]({home(rule)}.md#{anchor(rule.code)})"


def _cite(ref: str, books: Mapping[str, Instrument], law: str) -> str:
    slug, _, provision = ref.partition("/")
    book = books.get(slug)
    if book is None:
        return f"`{ref}`"
    return f"[{plain(book.short)}{provision}]({law}{slug}.md#{anchor(provision)})"


def _instrument(
    book: Instrument | None, slug: str, rules: list[Rule], sources: Sources, books: Mapping[str, Instrument]
) -> str:
    name = book.name if book else slug
    lines: list[str] = []
    for rule in rules:
        lines += _rule(rule, sources, books)
    return page(
        f"# 规则:{plain(name)}",
        "",
        f"[全部规则](README.md) · [本文件的条款](../law/{slug}.md) · {len(rules)} 条",
        "",
        table(
            ["代码", "名称", "种类", "轻重"],
            (
                [
                    f"[{rule.code}](#{anchor(rule.code)})",
                    plain(rule.title),
                    label("family", rule.family),
                    label("severity", rule.severity),
                ]
                for rule in rules
            ),
        ),
        lines,
    )


def _rule(rule: Rule, sources: Sources, books: Mapping[str, Instrument]) -> Iterator[str]:
    yield from ("", f'<a id="{anchor(rule.code)}"></a>', "", f"## {rule.code} {plain(rule.title)}", "")
    facts = [
        f"`{rule.name}`",
        label("family", rule.family),
        f"轻重:{label('severity', rule.severity)}",
        label("confidence", rule.confidence),
        f"结论:{label('status', rule.outcome)}",
        RULE_STATUS[rule.status],
    ]
    yield " · ".join(facts)
    if rule.redirect:
        yield from ("", f"已改由 `{rule.redirect}` 处理。")
    yield ""
    yield f"- 依据:{';'.join(_grounds(ref, books) for ref in rule.cites)}"
    if rule.monitoring:
        yield f"- 监测代码:{_monitoring(rule, sources)}"
    where = gates(rule.applies)
    yield f"- 适用:{where}" if where else "- 适用:不限"
    if rule.needs:
        yield f"- 需要的事实:{'、'.join(f'`{name}`' for name in rule.needs)}(不知道时只说待证)"
    if rule.silent_when:
        yield f"- 不作声:{'、'.join(SILENCERS.get(name, name) for name in rule.silent_when)}"
    if rule.match["kind"] == "classifier":
        yield "- 由分类器判断,报告中列出起作用的词;见[准确度](../accuracy.md)"
    yield f"- 为什么:{plain(rule.why)}"
    if rule.suggest:
        yield f"- 改法:{';'.join(plain(line) for line in rule.suggest)}"
    if rule.false_positives:
        yield f"- 已知误报:{';'.join(plain(line) for line in rule.false_positives)}"
    if rule.bad or rule.good:
        yield ""
        yield from (f"- 违规:{_example(example)}" for example in rule.bad)
        yield from (f"- 不报:{_example(example)}" for example in rule.good)


def _grounds(ref: str, books: Mapping[str, Instrument]) -> str:
    said = _cite(ref, books, "../law/")
    slug, _, identifier = ref.partition("/")
    book = books.get(slug)
    found = next((p for p in book.provisions if p.id == identifier), None) if book else None
    return f"{said} {plain(found.summary)}" if found else said


def _monitoring(rule: Rule, sources: Sources) -> str:
    codes: Mapping[str, object] = sources.monitoring.get("codes", {})
    said = []
    for domain, code in rule.monitoring.items():
        entry = codes.get(code)
        title = entry.get("title", "") if isinstance(entry, dict) else ""
        place = "各领域" if domain == "any" else label("domain", domain)
        said.append(f"{place} {code}{f'({plain(title)})' if title else ''}")
    return ";".join(said)


def _example(example: Example) -> str:
    text, position = "", 0
    for start, end in example.spans:
        text += plain_inside(example.text[position:start]) + f"**{plain_inside(example.text[start:end])}**"
        position = end
    text += plain_inside(example.text[position:])
    context = ",".join(f"{key}={value}" for key, value in example.context.items())
    return f"{text}(`{context}`)" if context else text


def plain_inside(text: str) -> str:
    """Escaped, but with the spaces at its ends, which belong to the example."""
    if not text.strip():
        return text
    return text[: len(text) - len(text.lstrip())] + plain(text) + text[len(text.rstrip()) :]
