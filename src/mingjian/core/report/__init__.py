"""Verdicts made readable: text for a terminal, JSON, JSONL, SARIF, one HTML page, and the mended text.

``FORMATS[name](report)`` renders to a string. HTML is imported on first use: it is the only one that needs
Jinja2, and the command line must start fast.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mingjian.core.report import json_, sarif, text
from mingjian.core.report.model import Options, Place, Report, Summary, place, summarise


def render_html(report: Report) -> str:
    """The self-contained page."""
    from mingjian.core.report.html import render

    return render(report)


FORMATS: Mapping[str, Callable[[Report], str]] = {
    "text": text.render,
    "json": json_.render,
    "jsonl": json_.render_jsonl,
    "sarif": sarif.render,
    "html": render_html,
}

__all__ = ["FORMATS", "Options", "Place", "Report", "Summary", "place", "render_html", "summarise"]
