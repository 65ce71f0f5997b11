"""How a citation and a disguise are written out; shared by every format."""

from __future__ import annotations

from mingjian.core.model import Citation, Finding
from mingjian.core.report.labels import label, say


def cite_labels(finding: Finding) -> list[str]:
    """The short labels (广告法16.1.1) of a finding's citations, main one first."""
    return [c.label for c in finding.citations] or list(finding.cites)


def parallel_labels(finding: Finding) -> list[str]:
    """The labels of what the same promotion usually breaks besides (并列)."""
    return [c.label for c in finding.parallel]


def cite_line(citation: Citation, lang: str = "zh") -> str:
    """《全称》第…条(广告法16.1.1),自 2015-09-01 施行."""
    name = citation.instrument if citation.instrument.startswith("《") else f"《{citation.instrument}》"
    line = f"{name}{citation.article}({citation.label})"
    if citation.effective:
        line += "," + say("in_force", lang, date=citation.effective.isoformat())
    return line


def penalties(finding: Finding) -> list[str]:
    """The penalty ranges of a finding's citations, each once, in citation order."""
    return list(dict.fromkeys(c.penalty.strip() for c in finding.citations if c.penalty))


def disguise_note(finding: Finding, lang: str = "zh") -> str | None:
    """写作‘水光真’,读作‘水光针’(谐音). ``disguise`` may carry the reading after a colon."""
    if not finding.disguise:
        return None
    kinds, _, reading = finding.disguise.partition(":")
    named = label("ui", "sep", lang).join(label("disguise", k, lang) for k in kinds.split("+"))
    note = say("written", lang, quote=finding.quote)
    if reading:
        note += say("read", lang, reading=reading)
    return f"{note}({named})"
