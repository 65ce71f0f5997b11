"""The report for a terminal: one block a finding, then what the item is in law, then the counts."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from mingjian.core.model import Finding, Item, Verdict
from mingjian.core.report.cites import cite_line, disguise_note, parallel_labels, penalties
from mingjian.core.report.labels import label, say
from mingjian.core.report.media import regions, short_place
from mingjian.core.report.model import IntakeError, Positions, Report, Summary, in_row, is_error, ordered, source_of
from mingjian.core.report.visible import visible

# A sentence can be a whole note without a full stop: this many characters are shown either side.
CONTEXT = 60


@dataclass(frozen=True, slots=True)
class Paint:
    """The colours a door passes in. Each is the pair put round words; the plain one marks by brackets,
    since a caret line under double-width characters never lines up."""

    mark: tuple[str, str] = ("⟦", "⟧")
    code: tuple[str, str] = ("", "")
    place: tuple[str, str] = ("", "")
    dim: tuple[str, str] = ("", "")
    bold: tuple[str, str] = ("", "")
    critical: tuple[str, str] = ("", "")
    high: tuple[str, str] = ("", "")
    medium: tuple[str, str] = ("", "")
    low: tuple[str, str] = ("", "")
    info: tuple[str, str] = ("", "")

    def put(self, kind: str, words: str) -> str:
        """``words`` in the colour called ``kind``."""
        before, after = getattr(self, kind)
        return f"{before}{words}{after}"


def _sgr(codes: str) -> tuple[str, str]:
    return f"\x1b[{codes}m", "\x1b[0m"


PLAIN = Paint()
ANSI = Paint(
    mark=_sgr("1;4;31"),
    code=_sgr("1;36"),
    place=_sgr("1"),
    dim=_sgr("2"),
    bold=_sgr("1"),
    critical=_sgr("1;97;41"),
    high=_sgr("1;31"),
    medium=_sgr("33"),
    low=_sgr("34"),
    info=_sgr("2"),
)


def render(report: Report, paint: Paint = PLAIN) -> str:
    """The whole report, ending with a newline. Pass ``ANSI`` (or your own) for a colour terminal."""
    lang = report.options.lang
    blocks = []
    for item, verdict in report.pairs:
        positions = Positions(item)
        blocks += [finding_block(positions, f, paint, lang) for f in ordered(verdict.findings)]
        told = verdict.findings or verdict.notes or verdict.nature.contradiction
        if told or report.options.every_item or len(report.pairs) == 1:
            blocks.append(nature_line(item, verdict, paint, lang))
    blocks += [error_line(error, paint, lang) for error in report.errors]
    blocks.append(summary_line(report, paint))
    return "\n\n".join(blocks) + "\n"


def marked(item: Item, finding: Finding, paint: Paint = PLAIN) -> str:
    """The sentence on one line, cut round the words when it is long, with the exact words marked."""
    text = item.parts[finding.part].text
    start, end = finding.start, finding.end
    first = max(min(finding.sentence[0], start), start - CONTEXT)
    last = min(max(finding.sentence[1], end), end + CONTEXT)
    before, words, after = visible(text[first:start]), visible(text[start:end]), visible(text[end:last])
    if first > finding.sentence[0]:
        before = "…" + before
    if last < finding.sentence[1]:
        after += "…"
    if len(words) > 4 * CONTEXT:
        words = words[: 2 * CONTEXT] + " … " + words[-2 * CONTEXT :]
    return (before.lstrip() + paint.put("mark", words) + after.rstrip()).strip()


def finding_block(positions: Positions, finding: Finding, paint: Paint = PLAIN, lang: str = "zh") -> str:
    """One finding: where, what, the words, the law, the penalty, why, and what to write instead."""
    item, where = positions.item, _where(positions, finding, lang)
    tags = paint.put(finding.severity, f"[{label('severity', finding.severity, lang)}]")
    head = (
        f"{paint.put('place', where)}  {paint.put('code', finding.code)} {finding.name} {tags} "
        f"{label('status', finding.status, lang)} · {label('family', finding.family, lang)}"
    )
    if len(item.parts) > 1:
        head += f" · {label('role', finding.role, lang)}"
    lines = [head, "  " + marked(item, finding, paint)]
    for key, values in _rows(finding, lang):
        lines += _row(label("ui", key, lang), values, paint, 15 if lang == "en" else 10)
    return "\n".join(lines)


def _where(positions: Positions, finding: Finding, lang: str) -> str:
    """file:line:column of words that were text; file and place of words that were seen or heard."""
    item, at = positions.item, positions.of(finding)
    name, found = visible(source_of(item)), regions(item, finding)
    if not found:
        return f"{name}:{at.line}:{at.column}"
    return (f"{name}:{at.line} " if in_row(item) else f"{name} ") + short_place(found, lang)


def _rows(finding: Finding, lang: str) -> list[tuple[str, list[str]]]:
    """The labelled rows under the sentence; those with nothing to say are left out."""
    note = disguise_note(finding, lang)
    rows = [
        ("message", [visible(finding.message)]),
        ("disguise", [visible(note)] if note else []),
        ("law", [cite_line(c, lang) for c in finding.citations] or list(finding.cites)),
        ("parallel", [label("ui", "sep", lang).join(parallel_labels(finding))]),
        ("monitoring", [finding.monitoring_code] if finding.monitoring_code else []),
        ("penalty", ["; ".join(penalties(finding))] if penalties(finding) else []),
        ("why", [finding.why] if finding.why else []),
        ("missing", [label("ui", "sep", lang).join(finding.missing)] if finding.missing else []),
        ("words", [words_line(finding, lang)] if finding.words else []),
        ("suggest", list(finding.suggestions)),
    ]
    return [(key, [v for v in values if v]) for key, values in rows if any(values)]


def words_line(finding: Finding, lang: str = "zh") -> str:
    """The words that drove the classifier, with their weights: 反弹 +1.42、永 +0.80."""
    return label("ui", "sep", lang).join(f"{visible(w)} {n:+.2f}" for w, n in finding.words)


def _row(name: str, values: list[str], paint: Paint, width: int) -> list[str]:
    pad = " " * max(1, width - _columns(name))
    lines = [f"  {paint.put('dim', name)}{pad}{values[0]}"]
    return lines + [" " * (2 + width) + value for value in values[1:]]


def _columns(text: str) -> int:
    """Terminal columns: a wide character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def nature_line(item: Item, verdict: Verdict, paint: Paint = PLAIN, lang: str = "zh") -> str:
    """What the item is in law, on what evidence, and the verdict."""
    nature, colon = verdict.nature, label("ui", "colon", lang)
    line = (
        f"{paint.put('place', visible(source_of(item)))}  "
        f"{paint.put('bold', label('verdict', verdict.value, lang))}  "
        f"{label('ui', 'nature', lang)}{colon}{label('nature', nature.value, lang)}"
        f"({label('nature_source', nature.source, lang)})"
    )
    if nature.evidence:
        marks = [f"“{visible(e.quote)}” {visible(label('mark', e.mark, lang))}" for e in nature.evidence[:6]]
        line += colon + label("ui", "sep", lang).join(marks)
        line += "…" if len(nature.evidence) > 6 else ""
    line += f"  {label('ui', 'domain', lang)}{colon}{label('domain', verdict.domain.value, lang)}"
    lines = [line]
    if nature.contradiction:
        told = label("nature", nature.contradiction, lang)
        lines.append("  ! " + say("contradiction", lang, nature=told))
    lines += [f"  {label('ui', 'notes', lang)}{colon}{visible(note)}" for note in verdict.notes]
    return "\n".join(lines)


def error_line(error: IntakeError, paint: Paint = PLAIN, lang: str = "zh") -> str:
    """path:line  读取有误(字段 parts):why(提示:…)."""
    where = visible(error.path) + (f":{error.line}" if error.line else "")
    named = f" ({say('field', lang, field=visible(error.field))})" if error.field else ""
    hint = f" ({say('hint', lang, hint=visible(error.hint))})" if error.hint else ""
    lost = is_error(error)
    head = paint.put("high" if lost else "low", label("ui", "error" if lost else "note", lang))
    colon = label("ui", "colon", lang)
    return f"{paint.put('place', where)}  {head}{named}{colon}{visible(error.message)}{hint}"


def counts_line(summary: Summary, lang: str = "zh") -> str:
    """共检查 12 项:违规 3 项、未见问题 9 项;发现 5 处:违规 4、待证 1(严重 2、高 3)。"""
    sep, semi, colon, stop = (label("ui", k, lang) for k in ("sep", "semi", "colon", "stop"))

    def listed(group: str, counts: dict[str, int], phrase: str) -> str:
        return sep.join(say(phrase, lang, label=label(group, k, lang), n=n) for k, n in counts.items() if n)

    line = say("checked", lang, n=summary.items)
    if summary.items:
        line += colon + listed("verdict", dict(summary.verdicts), "of_items")
    if summary.findings:
        line += semi + say("found", lang, n=summary.findings) + colon
        line += listed("status", dict(summary.statuses), "of_findings")
        line += f" ({listed('severity', dict(summary.severities), 'of_findings')})"
    else:
        line += semi + say("none_found", lang)
    if summary.errors:
        line += semi + say("errors_n", lang, n=summary.errors)
    return line + stop


def summary_line(report: Report, paint: Paint = PLAIN) -> str:
    """The counts, then the rulebook and the day whose law was applied."""
    lang, colon = report.options.lang, label("ui", "colon", report.options.lang)
    line = paint.put("bold", counts_line(report.summary, lang))
    basis = []
    if report.rulebook_version:
        basis.append(f"{label('ui', 'rulebook', lang)}{colon}{report.rulebook_version}")
    if report.law_date:
        basis.append(f"{label('ui', 'as_of', lang)}{colon}{report.law_date.isoformat()}")
    return line + ("\n" + paint.put("dim", label("ui", "sep", lang).join(basis)) if basis else "")
