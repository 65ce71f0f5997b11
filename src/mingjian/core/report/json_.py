"""JSON for machines: ``lines`` gives the output line of the public schema for each item, ``document`` one
object holding the same lines with the summary and the law they cite."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from mingjian.core.model import Citation, Evidence, Finding, Item, Print, Verdict
from mingjian.core.report.cites import cite_labels, parallel_labels
from mingjian.core.report.media import regions
from mingjian.core.report.model import IntakeError, Report, Summary, is_error, ordered

SCHEMA = "mingjian.report/1"


def evidence_dict(evidence: Evidence) -> dict[str, Any]:
    """Words that speak for the nature, and the mark they show."""
    return {
        "part": evidence.part,
        "start": evidence.start,
        "end": evidence.end,
        "quote": evidence.quote,
        "mark": evidence.mark,
    }


def finding_dict(finding: Finding, item: Item | None = None) -> dict[str, Any]:
    """One finding. Offsets are code points of the original part; ``places`` is there when the words were
    perceived in media and the ``item`` is given."""
    found = regions(item, finding) if item is not None else ()
    places = {"places": [region.as_dict() for region in found]} if found else {}
    return {
        "code": finding.code,
        "name": finding.name,
        "title": finding.title,
        "family": finding.family,
        "status": finding.status,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "part": finding.part,
        "role": finding.role,
        "start": finding.start,
        "end": finding.end,
        "quote": finding.quote,
        "cites": cite_labels(finding) + parallel_labels(finding),
        "monitoring_code": finding.monitoring_code,
        "message": finding.message,
        "why": finding.why,
        "suggestions": list(finding.suggestions),
        "missing": list(finding.missing),
        "disguise": finding.disguise,
        "words": [{"word": word, "weight": round(weight, 4)} for word, weight in finding.words],
        **places,
    }


def verdict_dict(verdict: Verdict, item: Item | None = None, prints: Sequence[Print] | None = None) -> dict[str, Any]:
    """The output line of one item; without the ``item`` it names no places in media, and fingerprints only where
    ``prints`` are given."""
    nature = verdict.nature
    fingerprints = {} if prints is None else {"prints": [each.as_dict() for each in prints]}
    return {
        "id": verdict.id,
        "nature": {
            "value": nature.value,
            "source": nature.source,
            "evidence": [evidence_dict(e) for e in nature.evidence],
            "contradiction": nature.contradiction,
        },
        "domain": {"value": verdict.domain.value, "source": verdict.domain.source},
        "verdict": verdict.value,
        "findings": [finding_dict(f, item) for f in ordered(verdict.findings)],
        "rulebook": verdict.rulebook,
        "as_of": verdict.as_of.isoformat(),
        "notes": list(verdict.notes),
        **fingerprints,
    }


def error_dict(error: IntakeError) -> dict[str, Any]:
    """What could not be read, and how to mend it."""
    return {
        "level": "error" if is_error(error) else "note",
        "path": error.path,
        "line": error.line,
        "field": error.field,
        "message": error.message,
        "hint": error.hint,
    }


def summary_dict(summary: Summary) -> dict[str, Any]:
    """The counts by verdict, status, severity, kind and nature."""
    return {
        "items": summary.items,
        "findings": summary.findings,
        "errors": summary.errors,
        "verdicts": dict(summary.verdicts),
        "statuses": dict(summary.statuses),
        "severities": dict(summary.severities),
        "families": dict(summary.families),
        "natures": dict(summary.natures),
    }


def law_dict(citation: Citation) -> dict[str, Any]:
    """A cited provision, enough to look it up."""
    return {
        "ref": citation.ref,
        "instrument": citation.instrument,
        "article": citation.article,
        "summary": citation.summary,
        "penalty": citation.penalty,
        "effective": citation.effective.isoformat() if citation.effective else None,
        "confidence": citation.confidence,
    }


def _dump(value: dict[str, Any], indent: int | None = None) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate in the original: escape, so that the line can be written
        return json.dumps(value, ensure_ascii=True, indent=indent)
    return text


def line(verdict: Verdict, item: Item | None = None, prints: Sequence[Print] | None = None) -> str:
    """One output line, without its newline; give the ``item`` where it may hold media."""
    return _dump(verdict_dict(verdict, item, prints))


def lines(report: Report) -> Iterator[str]:
    """The JSONL report, line by line. Input that could not be read has no verdict and so no line here:
    the caller reports ``report.errors`` beside it (``error_line``)."""
    for item, verdict in report.pairs:
        yield line(verdict, item, report.prints.get(item.id))


def error_line(error: IntakeError) -> str:
    """One unreadable input as a JSON line, for standard error."""
    return _dump({"error": error_dict(error)})


def render_jsonl(report: Report) -> str:
    """The JSONL report as one string."""
    return "".join(each + "\n" for each in lines(report))


def document(report: Report) -> dict[str, Any]:
    """The JSON report: head, summary, items (the same objects as the JSONL lines), errors, law cited."""
    law: dict[str, Any] = {}
    for _, verdict in report.pairs:
        for finding in verdict.findings:
            for citation in finding.citations:
                law.setdefault(citation.label, law_dict(citation))
    return {
        "schema": SCHEMA,
        "rulebook": report.rulebook_version,
        "as_of": report.law_date.isoformat() if report.law_date else None,
        "summary": summary_dict(report.summary),
        "items": [verdict_dict(verdict, item, report.prints.get(item.id)) for item, verdict in report.pairs],
        "errors": [error_dict(error) for error in report.errors],
        "law": dict(sorted(law.items())),
    }


def render(report: Report) -> str:
    """The JSON report as text, ending with a newline."""
    return _dump(document(report), indent=2) + "\n"
