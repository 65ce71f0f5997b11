"""``mingjian rules``: the rules, one line each."""

from __future__ import annotations

from typing import Annotated

import typer

from mingjian.core.model import DOMAINS, FAMILIES, SEVERITIES, Rule
from mingjian.core.model.rule import STATUSES
from mingjian.core.report.labels import label
from mingjian.doors import cache
from mingjian.doors.cli import words
from mingjian.doors.cli.articles import find_instrument
from mingjian.doors.cli.common import Format, Lang, choose, format_of, lang_of, today
from mingjian.doors.cli.layout import table
from mingjian.doors.cli.output import put, put_json


def run(
    family: Annotated[
        str | None, typer.Option(metavar="FAMILY", help="只列这一种类, 如 absolute_term。 Only this family.")
    ] = None,
    severity: Annotated[
        str | None,
        typer.Option(metavar="LEVEL", help=f"只列这一轻重。 Only this gravity: {', '.join(SEVERITIES)}"),
    ] = None,
    domain: Annotated[
        str | None,
        typer.Option(metavar="DOMAIN", help="只列适用于这一领域的。 Only those that bind this domain."),
    ] = None,
    instrument: Annotated[
        str | None,
        typer.Option(metavar="SLUG", help="只列引用这部文件的。 Only those that cite this instrument."),
    ] = None,
    status: Annotated[
        str | None,
        typer.Option(metavar="STATUS", help=f"只列这一状态。 Only this status: {', '.join(STATUSES)}"),
    ] = None,
    format: Format = "text",
    lang: Lang = None,
) -> None:
    """列出全部规则,可按种类、轻重、领域、依据、状态筛选。

    List the rules; filters may be combined.

    [bold]例 Examples[/bold]

      mingjian rules --family absolute_term

      mingjian rules --instrument 广告法 --severity critical

      mingjian rules --format json > rules.json
    """
    language, as_json = lang_of(lang), format_of(format) == "json"
    listed = list(cache.sources().rules)
    if family is not None:
        choose("--family", family, FAMILIES)
        listed = [rule for rule in listed if rule.family == family]
    if severity is not None:
        choose("--severity", severity, SEVERITIES)
        listed = [rule for rule in listed if rule.severity == severity]
    if domain is not None:
        choose("--domain", domain, DOMAINS)
        listed = [rule for rule in listed if not rule.applies.domains or domain in rule.applies.domains]
    if status is not None:
        choose("--status", status, STATUSES)
        listed = [rule for rule in listed if rule.status == status]
    if instrument is not None:
        prefix = f"{find_instrument(instrument, cache.compiled().lawbook).slug}/"
        listed = [rule for rule in listed if any(ref.startswith(prefix) for ref in rule.cites)]
    listed.sort(key=lambda rule: rule.code)
    if as_json:
        from mingjian.doors.cli.explain import rule_dict

        book, when = cache.compiled().lawbook, today()
        put_json({"rulebook": cache.compiled().version, "rules": [rule_dict(rule, book, when) for rule in listed]})
        return
    put(_listing(listed, language))


def _listing(rules: list[Rule], lang: str) -> str:
    chinese = lang == "zh"
    heads = ("代码", "轻重", "状态", "种类", "名称") if chinese else ("code", "gravity", "status", "family", "title")
    lines = [
        (
            rule.code,
            label("severity", rule.severity, lang),
            words.word(words.STATUSES, rule.status, lang),
            label("family", rule.family, lang),
            rule.title if chinese else rule.name,
        )
        for rule in rules
    ]
    count = f"共 {len(rules)} 条" if chinese else f"{len(rules)} rules"
    return f"{table(heads, lines)}{count}\n"
