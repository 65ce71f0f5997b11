"""docs/platforms.md: the house rules of platforms, as data, with the rules that look only there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from docgen.common import CHANNELS, anchor, home, page, plain, table
from mingjian.core.model import Rule
from mingjian.core.rulebook.load import Sources


def pages(sources: Sources) -> Iterator[tuple[str, str]]:
    """(path below docs/, text): one page, as long as there are platforms."""
    lines: list[str] = []
    for slug, platform in sorted(sources.platforms.items()):
        rules = [
            rule
            for rule in sorted(sources.rules, key=lambda rule: rule.code)
            if slug in rule.applies.platforms
            or any(ref.startswith(f"{platform.get('rules_instrument')}/") for ref in rule.cites)
        ]
        lines += _platform(slug, platform, rules)
    if sources.platforms:
        yield (
            "platforms.md",
            page(
                "# 平台规则",
                "",
                "平台自己的规则不是法律,随时会变,以平台现行文本为准。"
                "只有用 `--platform` 或条目的 `platform` 说明在哪个平台,闸门写着该平台的规则才会问。",
                lines,
            ),
        )


def _platform(slug: str, platform: Mapping[str, Any], rules: list[Rule]) -> Iterator[str]:
    name = plain(platform.get("name", slug))
    yield from ("", f'<a id="{anchor(slug)}"></a>', "", f"## {name} `{slug}`", "")
    facts = []
    if aliases := platform.get("aliases"):
        facts.append(f"又名:{'、'.join(plain(word) for word in aliases)}")
    if channels := platform.get("channels"):
        facts.append(f"渠道:{'、'.join(CHANNELS.get(word, word) for word in channels)}")
    if note := platform.get("notes"):
        facts.append(plain(note))
    yield from ("。".join(facts) + "。", "")
    rows = []
    for entry in platform.get("house_rules") or ():
        book, _, identifier = str(entry.get("provision", "")).partition("/")
        source = f"[{identifier}](law/{book}.md#{anchor(identifier)})" if identifier else ""
        rows.append([plain(entry.get("title", "")), plain(entry.get("summary", "")), source])
    yield from table(["规则", "内容", "出处"], rows)
    if rules:
        yield from ("", "检查它们的规则:", "")
        for rule in rules:
            yield f"- [{rule.code}](rules/{home(rule)}.md#{anchor(rule.code)}) {plain(rule.title)}"
