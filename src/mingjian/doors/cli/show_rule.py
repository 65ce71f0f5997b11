"""A rule written out for people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from mingjian.core.model import Example, Rule
from mingjian.core.report.cites import cite_line
from mingjian.core.report.labels import label
from mingjian.core.rulebook.lawbook import Lawbook
from mingjian.core.rulebook.load import Sources
from mingjian.doors.cli.layout import row
from mingjian.doors.cli.words import CHANNELS, MATCHES, PUBLISHERS, SILENCERS, STATUSES, head, word


def rule_text(rule: Rule, book: Lawbook, sources: Sources, when: date, lang: str) -> str:
    """Everything a rule says, row by row."""
    lines = [f"{rule.code}  {rule.name}", f"{rule.title}", ""]

    def add(key: str, values: Iterable[str]) -> None:
        lines.extend(row(head(key, lang), values))

    add("status", [word(STATUSES, rule.status, lang)])
    add("severity", [label("severity", rule.severity, lang)])
    add("confidence", [label("confidence", rule.confidence, lang)])
    add("family", [label("family", rule.family, lang)])
    add("outcome", [label("status", rule.outcome, lang)])
    add("redirect", [rule.redirect or ""])
    add("law", _law(rule, book, when, lang))
    cited = [citation for ref in rule.cites if (citation := book.cite(ref, when)) is not None]
    add("penalty", dict.fromkeys(citation.penalty for citation in cited if citation.penalty))
    add("monitoring", _monitoring(rule, sources, lang))
    add("applies", _applies(rule, lang))
    add("match", [_match(rule, lang)])
    add("needs", rule.needs)
    add("message", [rule.message])
    add("why", [rule.why])
    add("suggest", rule.suggest)
    add("rewrite", [_rewrite(rule, lang)])
    add("silent", [word(SILENCERS, name, lang) for name in rule.silent_when])
    add("false", rule.false_positives)
    add("bad", [marked(example) for example in rule.bad])
    add("good", [marked(example) for example in rule.good])
    return "\n".join(lines) + "\n"


def marked(example: Example) -> str:
    """An example with its places marked, and the setting it needs."""
    text, at, out = example.text, 0, ""
    for start, end in sorted(example.spans):
        out += f"{text[at:start]}⟦{text[start:end]}⟧"
        at = end
    out += text[at:]
    setting = ", ".join(f"{name}={value}" for name, value in example.context.items())
    return f"{out}  ({setting})" if setting else out


def _law(rule: Rule, book: Lawbook, when: date, lang: str) -> list[str]:
    lines = []
    for ref in rule.cites:
        citation = book.cite(ref, when)
        if citation is None:
            lines.append(f"{ref} " + ("(这一天不在施行)" if lang == "zh" else "(not in force on that day)"))
        else:
            lines.append(f"{cite_line(citation, lang)}:{citation.summary}")
    return lines


def _monitoring(rule: Rule, sources: Sources, lang: str) -> list[str]:
    listed = sources.monitoring.get("codes") if isinstance(sources.monitoring, dict) else None
    codes: dict[str, list[str]] = {}
    for domain, code in rule.monitoring.items():
        codes.setdefault(str(code), []).append("" if domain == "any" else label("domain", domain, lang))
    lines = []
    for code, domains in codes.items():
        entry = (listed or {}).get(code)
        title = entry.get("title", "") if isinstance(entry, dict) else ""
        where = "、".join(filter(None, domains))
        lines.append(f"{code} {title}".rstrip() + (f"({where})" if where else ""))
    return lines


def _applies(rule: Rule, lang: str) -> list[str]:
    gates = rule.applies
    sep = "、" if lang == "zh" else ", "
    shown = (
        ("性质", "nature", [label("nature", value, lang) for value in gates.natures]),
        ("渠道", "channel", [word(CHANNELS, value, lang) for value in gates.channels]),
        ("领域", "domain", [label("domain", value, lang) for value in gates.domains]),
        ("发布者", "publisher", [word(PUBLISHERS, value, lang) for value in gates.publishers]),
        ("平台", "platform", list(gates.platforms)),
        ("部位", "part", [label("role", value, lang) for value in gates.roles]),
    )
    lines = [f"{chinese if lang == 'zh' else english}:{sep.join(words)}" for chinese, english, words in shown if words]
    return lines or ["一切内容" if lang == "zh" else "everything"]


def _match(rule: Rule, lang: str) -> str:
    match = rule.match
    named = [str(name) for key in ("lexicons", "slots", "words") for name in match.get(key) or ()]
    if match.get("kind") == "classifier":
        named = [label("family", str(match.get("family")), lang)]
    kind = word(MATCHES, str(match.get("kind")), lang)
    more = f" …({len(named)})" if len(named) > 12 else ""
    return f"{kind}:{' '.join(named[:12])}{more}" if named else kind


def _rewrite(rule: Rule, lang: str) -> str:
    if rule.rewrite is None:
        return "删去所在的分句" if lang == "zh" else "the clause is deleted"
    if rule.rewrite == "":
        return "删去这些字" if lang == "zh" else "the words are deleted"
    return ("换成:" if lang == "zh" else "replaced with: ") + rule.rewrite
