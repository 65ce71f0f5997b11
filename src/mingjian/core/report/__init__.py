"""Verdicts made readable: text for a terminal, JSON, JSONL, SARIF, one HTML page, and the mended text.

``FORMATS[name](report)`` renders to a string. A format is imported when it is first used: the command line must
start fast, and only HTML needs Jinja2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from mingjian.core.report.model import Options, Position, Report, Summary, position, summarise


def _renderer(module: str, function: str = "render") -> Callable[[Report], str]:
    def render(report: Report) -> str:
        made: str = getattr(import_module(f"mingjian.core.report.{module}"), function)(report)
        return made

    return render


FORMATS: Mapping[str, Callable[[Report], str]] = {
    "text": _renderer("text"),
    "json": _renderer("json_"),
    "jsonl": _renderer("json_", "render_jsonl"),
    "sarif": _renderer("sarif"),
    "html": _renderer("html"),
}

__all__ = ["FORMATS", "Options", "Position", "Report", "Summary", "position", "summarise"]
