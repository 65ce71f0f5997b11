"""``check``, ``explain``, ``rewrite`` and ``rules`` as MCP tools over this process's engine: no server, no store."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated, Any

from mcp.server.fastmcp import FastMCP
from mcp.server.fastmcp.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from mingjian.core.engine.options import Options
from mingjian.core.model import CHANNELS, FAMILIES, NATURES, PUBLISHER_KINDS, Item, Verdict
from mingjian.core.report.json_ import finding_dict
from mingjian.core.report.labels import label
from mingjian.core.report.model import ordered
from mingjian.doors import cache
from mingjian.doors.lookup import law_dict, rule_dict
from mingjian.doors.mending import mend
from mingjian.intake.item_schema import parse_item

LONGEST = 200_000  # characters of one text
_ABOUT = """明鉴:检查中国医疗、医美宣传文案是否合规,逐处引法条并给出改法。写完先 check,有问题用 rewrite
或按 suggestions 改,再 check 一次;不懂某条规则或法条用 explain。
Checks Chinese medical and medical-aesthetic copy against the law before it is published. Findings with status
"needs_evidence" may be true: ask the author for what is `missing`, do not invent it."""
_READS = ToolAnnotations(readOnlyHint=True, idempotentHint=True, openWorldHint=False)

Text = Annotated[str, Field(description="要检查的文案全文。 The whole text.", min_length=1, max_length=LONGEST)]
Platform = Annotated[str | None, Field(description="发布平台,如 xiaohongshu、douyin、wechat。 Where it is published.")]
Channel = Annotated[
    str | None,
    Field(description="经什么渠道;不知道就不写。 Through what.", json_schema_extra={"enum": [*CHANNELS, None]}),
]
Publisher = Annotated[
    str | None,
    Field(description="谁发布;不知道就不写。 Who speaks.", json_schema_extra={"enum": [*PUBLISHER_KINDS, None]}),
]
Nature = Annotated[
    str | None,
    Field(description="法律上的性质;不写则由引擎判断。 In law.", json_schema_extra={"enum": [*NATURES, None]}),
]
AsOf = Annotated[str | None, Field(description="按哪一天(YYYY-MM-DD)的法律,默认今天。 The day whose law binds.")]


def create_server(*, host: str = "127.0.0.1", port: int = 8000) -> FastMCP:
    """The server with its tools; ``host`` and ``port`` matter for HTTP only."""
    server = FastMCP("mingjian", instructions=_ABOUT, host=host, port=port, log_level="WARNING")
    for tool in (check, explain, rewrite, rules):
        server.add_tool(tool, annotations=_READS)
    return server


def check(
    text: Text, platform: Platform = None, channel: Channel = None, publisher: Publisher = None, nature: Nature = None,
    as_of: AsOf = None,
) -> dict[str, Any]:  # fmt: skip
    """检查文案:每处问题给出原文、法条、为什么和怎么改。 Judge a text: findings with law, reason, suggestions."""
    item = _item(text, platform, channel, publisher, nature)
    return _told(cache.engine().check([item], _options(as_of))[0], item)


def rewrite(
    text: Text, platform: Platform = None, channel: Channel = None, publisher: Publisher = None, nature: Nature = None,
    as_of: AsOf = None,
) -> dict[str, Any]:  # fmt: skip
    """按规则改写:只换词、删词、删分句,不编造;`left` 是还要人处理的。 The text mended by the rules, and what is left."""
    item = _item(text, platform, channel, publisher, nature)
    done = mend(item, cache.engine(), _options(as_of))
    return {
        "text": done.after.parts[0].text,
        "changed": done.count,
        "emptied": done.emptied,
        "left": [finding_dict(finding, done.after) for finding in done.left],
    }


def explain(
    what: Annotated[
        str, Field(description="规则代码或法条,如 AD-16-1-guarantee、广告法16.1.1。", min_length=1, max_length=200)
    ],
    as_of: AsOf = None,
) -> dict[str, Any]:
    """解释一条规则或一个法条。 Explain a rule by its code, or an article of law by any name people give it."""
    from mingjian.doors.cli.articles import find_article
    from mingjian.doors.cli.explain import find_rule
    from mingjian.doors.cli.failures import Failure

    sources, book = cache.sources(), cache.compiled().lawbook
    rule = find_rule(what, sources)
    if rule is not None:
        return {"rule": rule_dict(rule, book, _day(as_of))}
    try:
        found = find_article(what, book)
    except Failure as failure:
        raise ToolError(f"没有这条规则或法条:{failure.message}。{failure.hint or ''}") from None
    return law_dict(found.instrument, found.provisions, sources.rules)


def rules(
    family: Annotated[
        str | None,
        Field(
            description="种类;不写则列出各种类和条数。 A family; none lists them.",
            json_schema_extra={"enum": [*FAMILIES, None]},
        ),
    ] = None,
) -> dict[str, Any]:
    """按种类列出规则。 List the rules of a family, or the families."""
    listed = [rule for rule in cache.compiled().rules if rule.status != "retired"]
    if family is None:
        counts = Counter(rule.family for rule in listed)
        told = [
            {
                "family": name,
                "title": label("family", name, "zh"),
                "title_en": label("family", name, "en"),
                "rules": counts[name],
            }
            for name in FAMILIES
            if counts[name]
        ]
        return {"rulebook": cache.compiled().version, "families": told}
    if family not in FAMILIES:
        raise ToolError(f"没有这个种类:{family}。可用:{'、'.join(FAMILIES)}")
    found = sorted((rule for rule in listed if rule.family == family), key=lambda rule: rule.code)
    return {
        "rulebook": cache.compiled().version,
        "family": family,
        "rules": [
            {"code": rule.code, "title": rule.title, "severity": rule.severity, "status": rule.status,
             "outcome": rule.outcome, "cites": list(rule.cites), "why": rule.why}
            for rule in found
        ],
    }  # fmt: skip


def _item(text: str, platform: str | None, channel: str | None, publisher: str | None, nature: str | None) -> Item:
    given = {"id": "text", "text": text, "platform": platform, "channel": channel, "nature": nature,
             "publisher": {"kind": publisher} if publisher else None}  # fmt: skip
    parsed = parse_item(given)
    if parsed.item is None:
        wrong = [f"{each.field}:{each.message}({each.hint})" for each in parsed.problems if each.level == "error"]
        raise ToolError(";".join(wrong))
    return parsed.item


def _options(as_of: str | None) -> Options:
    return Options(as_of=_day(as_of), force_as_of=as_of is not None)


def _day(as_of: str | None) -> date:
    if as_of is None:
        return date.today()
    try:
        return date.fromisoformat(as_of)
    except ValueError:
        raise ToolError(f"as_of 应为 YYYY-MM-DD,而不是“{as_of[:40]}”") from None


def _told(verdict: Verdict, item: Item) -> dict[str, Any]:
    found = [finding_dict(finding, item) for finding in ordered(verdict.findings)]
    counts = Counter(entry["status"] for entry in found)
    parts = [f"{label('status', status, 'zh')} {count} 处" for status, count in counts.items()]
    return {
        "verdict": verdict.value,
        "summary": "、".join(parts) or label("verdict", verdict.value, "zh"),
        "nature": verdict.nature.value,
        "domain": verdict.domain.value,
        "findings": found,
        "rulebook": verdict.rulebook,
        "as_of": verdict.as_of.isoformat(),
        "notes": list(verdict.notes),
    }
