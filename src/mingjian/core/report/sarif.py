"""SARIF 2.1.0, for code-scanning views and CI: one run, one result a finding."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import quote

from mingjian.core.model import Finding
from mingjian.core.report.cites import cite_labels, cite_line, disguise_note, penalties
from mingjian.core.report.labels import label
from mingjian.core.report.media import long_place, regions
from mingjian.core.report.model import IntakeError, Positions, Report, in_row, is_error, ordered, source_of

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVEL = {"critical": "error", "high": "error", "medium": "warning", "low": "warning", "info": "note"}
# Words seen or heard stand on no line, but code-scanning views refuse a result without one.
_FIRST_LINE = {"startLine": 1, "startColumn": 1}
_RANK = {"critical": 95.0, "high": 75.0, "medium": 50.0, "low": 25.0, "info": 5.0}


def level(finding: Finding) -> str:
    """error, warning or note: gravity for violations, at most a warning while evidence is awaited."""
    if finding.status == "advice":
        return "note"
    if finding.status == "needs_evidence":
        return "note" if finding.severity == "info" else "warning"
    return _LEVEL[finding.severity]


def uri(path: str) -> str:
    """A file path as a URI reference; whatever the path holds, the result is legal."""
    safe = path.replace("\\", "/").encode("utf-8", "replace").decode()
    if safe.startswith("/"):
        return "file://" + quote(safe)
    if len(safe) > 2 and safe[1] == ":" and safe[2] == "/":
        return "file:///" + safe[:2] + quote(safe[2:])
    return quote(safe) or "-"


def _rule(finding: Finding, lang: str) -> dict[str, Any]:
    law = [cite_line(c, lang) for c in finding.citations] or list(finding.cites)
    rows = [
        (label("ui", "why", lang), finding.why),
        (label("ui", "law", lang), label("ui", "semi", lang).join(law)),
        (label("ui", "penalty", lang), "; ".join(penalties(finding))),
        (label("ui", "suggest", lang), label("ui", "semi", lang).join(finding.suggestions)),
    ]
    rows = [(name, value) for name, value in rows if value]
    kind = label("family", finding.family, lang)
    return {
        "id": finding.code,
        "name": "".join(word.capitalize() for word in finding.name.split("-")) or finding.code,
        "shortDescription": {"text": finding.title or finding.name},
        "fullDescription": {"text": finding.why or finding.title or finding.name},
        "help": {
            "text": "\n".join(f"{name}: {value}" for name, value in rows) or finding.title,
            "markdown": "\n\n".join(f"**{name}** {value}" for name, value in rows) or finding.title,
        },
        "defaultConfiguration": {"level": _LEVEL[finding.severity], "rank": _RANK[finding.severity]},
        "properties": {
            "name": finding.name,
            "family": finding.family,
            "severity": finding.severity,
            "tags": [finding.family, kind, *cite_labels(finding)],
        },
    }


def _region(positions: Positions, finding: Finding) -> dict[str, Any]:
    """Lines and columns always; offsets count from the file's start, so only where the part is the file."""
    item, first, last = positions.item, positions.of(finding), positions.at(finding.part, finding.end)
    region: dict[str, Any] = {
        "startLine": first.line,
        "startColumn": first.column,
        "endLine": last.line,
        "endColumn": last.column,
    }
    if len(item.parts) == 1 and not in_row(item) and positions.at(0, 0).line == 1:
        region |= {"charOffset": finding.start, "charLength": finding.end - finding.start}
    return region


def _result(positions: Positions, finding: Finding, index: int, lang: str) -> dict[str, Any]:
    item = positions.item
    found = regions(item, finding)
    region = _FIRST_LINE if found else _region(positions, finding)
    text = item.parts[finding.part].text
    artifact = {"uri": uri(source_of(item))}
    message = finding.message or finding.title
    note = disguise_note(finding, lang)
    if note:
        message += f" {note}"
    digest = hashlib.sha256(
        "\x00".join((item.id, str(finding.part), finding.code, finding.quote)).encode("utf-8", "replace")
    )
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": level(finding),
        "rank": _RANK[finding.severity],
        "message": {"text": message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": artifact,
                    "region": region | {"snippet": {"text": text[finding.start : finding.end]}},
                },
                "logicalLocations": [
                    {"name": item.id, "fullyQualifiedName": f"{item.id}#{finding.part}", "kind": "member"}
                ],
            }
        ],
        "partialFingerprints": {"mingjian/v1": digest.hexdigest()},
        "properties": {
            "status": finding.status,
            "severity": finding.severity,
            "confidence": finding.confidence,
            "part": finding.part,
            "role": finding.role,
            "start": finding.start,
            "end": finding.end,
            "cites": cite_labels(finding),
            "monitoringCode": finding.monitoring_code,
            "suggestions": list(finding.suggestions),
            "missing": list(finding.missing),
        },
    }
    if found:
        places = [each.as_dict() for each in found]
        result["locations"][0] |= {"message": {"text": long_place(found, lang)}, "properties": {"places": places}}
        result["properties"]["places"] = places
    elif finding.rewrite is not None:  # words in a picture are not mended by replacing lines
        change = {
            "artifactLocation": artifact,
            "replacements": [{"deletedRegion": region, "insertedContent": {"text": finding.rewrite}}],
        }
        shown = " / ".join(finding.suggestions) or label("ui", "suggest", lang)
        result["fixes"] = [{"description": {"text": shown}, "artifactChanges": [change]}]
    return result


def _notification(error: IntakeError) -> dict[str, Any]:
    where: dict[str, Any] = {"artifactLocation": {"uri": uri(error.path)}}
    if error.line:
        where["region"] = {"startLine": error.line}
    named = f"{error.field}: " if error.field else ""
    hint = f" ({error.hint})" if error.hint else ""
    return {
        "level": "error" if is_error(error) else "note",
        "message": {"text": f"{named}{error.message}{hint}"},
        "locations": [{"physicalLocation": where}],
    }


def document(report: Report) -> dict[str, Any]:
    """The SARIF log as plain objects."""
    lang = report.options.lang
    rules: dict[str, dict[str, Any]] = {}
    index: dict[str, int] = {}
    results = []
    for item, verdict in report.pairs:
        positions = Positions(item)
        for finding in ordered(verdict.findings):
            if finding.code not in rules:
                index[finding.code] = len(rules)
                rules[finding.code] = _rule(finding, lang)
            results.append(_result(positions, finding, index[finding.code], lang))
    artifacts = dict.fromkeys(uri(source_of(item)) for item, _ in report.pairs)
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "Mingjian",
                        "fullName": "Mingjian 明鉴",
                        "rules": list(rules.values()),
                        "properties": {"rulebook": report.rulebook_version},
                    }
                },
                "language": "en" if lang == "en" else "zh-CN",
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": not any(map(is_error, report.errors)),
                        "toolExecutionNotifications": [_notification(e) for e in report.errors],
                    }
                ],
                "artifacts": [{"location": {"uri": each}} for each in artifacts],
                "results": results,
                "properties": {"asOf": report.law_date.isoformat() if report.law_date else None},
            }
        ],
    }


def render(report: Report) -> str:
    """The SARIF log as text, ending with a newline."""
    log = document(report)
    text = json.dumps(log, ensure_ascii=False, indent=2)
    try:
        text.encode()
    except UnicodeEncodeError:
        text = json.dumps(log, ensure_ascii=True, indent=2)
    return text + "\n"
