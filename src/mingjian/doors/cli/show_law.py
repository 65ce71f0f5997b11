"""Instruments and provisions written out for people."""

from __future__ import annotations

from datetime import date

from mingjian.core.model import Instrument, Provision
from mingjian.core.report.labels import label
from mingjian.doors.cli.layout import row
from mingjian.doors.cli.words import LEVELS, head, word


def instrument_head(instrument: Instrument, when: date, lang: str) -> str:
    """What an instrument is."""
    lines = [f"{_titled(instrument.name)}  {instrument.slug}"]
    lines += row(head("level", lang), [word(LEVELS, instrument.level, lang)])
    lines += row(head("issuer", lang), [instrument.issuer])
    lines += row(head("number", lang), [instrument.document_no or ""])
    lines += row(head("force", lang), [force(instrument.effective, instrument.repealed, when, lang)])
    lines += row(head("status", lang), [instrument.status])
    return "\n".join(lines)


def provision_block(instrument: Instrument, provision: Provision, when: date, lang: str) -> str:
    """One provision: where it stands, what it says, what breaking it costs, when it binds."""
    lines = [f"{instrument.short}{provision.id}  {provision.article}"]
    lines += row(head("summary", lang), [provision.summary])
    lines += row(head("penalty", lang), [provision.penalty or ""])
    lines += row(head("force", lang), [force(provision.effective, provision.repealed, when, lang)])
    if provision.confidence != "high":
        lines += row(head("sure", lang), [label("confidence", provision.confidence, lang)])
    lines += row(head("note", lang), [provision.note or ""])
    return "\n".join(lines)


def force(effective: date | None, repealed: date | None, when: date, lang: str) -> str:
    """From when to when it binds, and whether it does on a day."""
    chinese = lang == "zh"
    if effective is None and repealed is None:
        return "未载日期" if chinese else "no date given"
    start = effective.isoformat() if effective else "?"
    end = repealed.isoformat() if repealed else ""
    if effective and when < effective:
        state = "尚未施行" if chinese else "not yet in force"
    elif repealed and when >= repealed:
        state = "已废止" if chinese else "repealed"
    else:
        state = "现行" if chinese else "in force"
    span = f"{start} – {end}" if end else (f"{start} 起" if chinese else f"since {start}")
    return f"{span}({state})"


def _titled(name: str) -> str:
    return name if name.startswith("《") else f"《{name}》"
