"""``mingjian explain``: everything about one rule, or one article of law and the rules that rest on it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from mingjian.core.model import Rule
from mingjian.core.rulebook.lawbook import Lawbook
from mingjian.core.rulebook.load import Sources
from mingjian.doors import cache
from mingjian.doors.cli.articles import Lookup, citing, find_article, looks_like_article, tidy
from mingjian.doors.cli.common import AsOf, Format, Lang, day, format_of, lang_of, plain
from mingjian.doors.cli.failures import Failure, closest
from mingjian.doors.cli.layout import row
from mingjian.doors.cli.output import put, put_json
from mingjian.doors.cli.show_law import instrument_head, provision_block
from mingjian.doors.cli.show_rule import rule_text
from mingjian.doors.cli.words import head


def run(
    what: Annotated[
        list[str],
        typer.Argument(metavar="CODE|ARTICLE", help="规则代码, 或法条。 A rule's code, or an article."),
    ],
    as_of: AsOf = None,
    format: Format = "text",
    lang: Lang = None,
) -> None:
    """解释一条规则(依据、罚则、例子、何时不报),或一个法条(大意、罚则、施行日、引用它的规则)。

    Explain a rule (law, penalty, examples, what silences it) or an article (summary, penalty, dates, rules).

    [bold]例 Examples[/bold]

      mingjian explain AD-16-1-guarantee

      mingjian explain 广告法16.1.1

      mingjian explain 《广告法》第十六条第一款第(一)项
    """
    query = " ".join(what)
    when, language = day(as_of), lang_of(lang)
    as_json = format_of(format) == "json"
    sources = cache.sources()
    book = cache.compiled().lawbook
    rule = find_rule(query, sources)
    if rule is not None:
        if as_json:
            put_json(rule_dict(rule, book, when))
        else:
            put(rule_text(rule, book, sources, when, language))
        return
    try:
        found = find_article(query, book)
    except Failure as failure:
        raise _unknown(query, sources, failure) from None
    if as_json:
        put_json(article_dict(found, sources))
    else:
        put(article_text(found, sources, when, language))


def find_rule(query: str, sources: Sources) -> Rule | None:
    """A rule by its code or its name, in any case and width."""
    wanted = tidy(query).casefold()
    for rule in sources.rules:
        if wanted in (rule.code.casefold(), rule.name.casefold(), rule.title.casefold()):
            return rule
    return None


def article_text(found: Lookup, sources: Sources, when: date, lang: str) -> str:
    """The provisions named, with penalties, dates and the rules that cite them."""
    lines = [instrument_head(found.instrument, when, lang), ""]
    for provision in found.provisions:
        lines.append(provision_block(found.instrument, provision, when, lang))
        rules = citing(sources.rules, found.instrument, [provision])
        lines += row(head("rules", lang), [f"{rule.code}  {rule.title}" for rule in rules])
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def article_dict(found: Lookup, sources: Sources) -> dict[str, Any]:
    """The same for programs."""
    instrument = found.instrument
    head_only = {name: value for name, value in plain(instrument).items() if name != "provisions"}
    provisions = [
        {
            "label": f"{instrument.short}{provision.id}",
            "ref": f"{instrument.slug}/{provision.id}",
            **plain(provision),
            "rules": [rule.code for rule in citing(sources.rules, instrument, [provision])],
        }
        for provision in found.provisions
    ]
    return {"instrument": head_only, "provisions": provisions}


def rule_dict(rule: Rule, book: Lawbook, when: date) -> dict[str, Any]:
    """A rule for programs, its citations resolved as of a day."""
    data: dict[str, Any] = plain(rule)
    del data["path"]
    data["citations"] = [plain(cited) for ref in rule.cites if (cited := book.cite(ref, when)) is not None]
    return data


def _unknown(query: str, sources: Sources, failure: Failure) -> Failure:
    """A code nobody knows, or a law nobody knows: answer as what the query looks like."""
    if looks_like_article(query):
        return failure
    near = closest(query, [rule.code for rule in sources.rules])
    hint = f"是否想写 {'、'.join(near)}?" if near else "规则见 mingjian rules,法条写如 广告法16.1.1"
    return Failure(f"没有这条规则或法条:{query}", hint)
