"""The classifier's part of docs/accuracy.md and its precision/recall curves, from training/report.json."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from docgen.common import table
from mingjian.core.report.labels import label
from mingjian.core.rulebook.load import Sources

ROOT = Path(__file__).resolve().parents[2]
REPORT = ROOT / "training" / "report.json"
PAGE = "accuracy.md"
PICTURE = "accuracy-curves.svg"
_BLOCK = re.compile(r"(<!-- classifier:begin -->\n).*?(<!-- classifier:end -->)", re.DOTALL)
CELL, GAP, TOP, COLUMNS = 120, 46, 26, 5


def pages(sources: Sources) -> Iterator[tuple[str, str]]:
    """(path below docs/, text): the page with its block filled, and the picture."""
    if not REPORT.is_file():
        return
    report = json.loads(REPORT.read_text("utf-8"))
    filled = "\n".join(_block(report))
    text = (ROOT / "docs" / PAGE).read_text("utf-8")
    yield PAGE, _BLOCK.sub(lambda match: f"{match[1]}{filled}\n{match[2]}", text)
    yield PICTURE, _picture(report["families"])


def _name(family: str) -> str:
    return "any violation · 任一违规" if family == "any" else label("family", family)


def _share(row: Mapping[str, Any], key: str) -> str:
    return f"{row[key]:.2f}" if key in row and row[key] is not None else "—"


def _block(report: Mapping[str, Any]) -> Iterator[str]:
    counts = report.get("texts", {}).items()
    texts = "; ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in counts)
    yield f"Texts: {texts}."
    yield ""
    rows = []
    for family, row in report["families"].items():
        test, validation = row.get("test", {}), row.get("validation", {})
        rows.append(
            [
                f"{_name(family)} `{family}`",
                row.get("train_positives", "—"),
                validation.get("positives", "—"),
                _share(validation, "precision"),
                _share(validation, "recall"),
                test.get("positives", "—"),
                _share(test, "precision"),
                _share(test, "recall"),
                _share(test, "average_precision"),
            ]
        )
    head = [
        "family", "in training", "in validation", "precision", "recall", "in test", "precision", "recall",
        "average precision",
    ]  # fmt: skip
    yield from table(head, rows, right=range(1, len(head)))
    yield ""
    yield f"![Precision over recall, a small chart for each family]({PICTURE})"
    yield ""
    yield "Precision (upwards) over recall on the validation texts; the dot is the operating point."


def _picture(families: Mapping[str, Any]) -> str:
    cells = [_chart(family, row, index) for index, (family, row) in enumerate(families.items())]
    lines = -(-len(cells) // COLUMNS)
    width, height = COLUMNS * (CELL + GAP), lines * (CELL + GAP) + TOP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="10" role="img" '
        f'aria-label="Precision over recall by family">\n'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>\n' + "\n".join(cells) + "\n</svg>\n"
    )


def _chart(family: str, row: Mapping[str, Any], index: int) -> str:
    left, top = GAP // 2 + index % COLUMNS * (CELL + GAP), TOP + index // COLUMNS * (CELL + GAP)

    def at(recall: float, precision: float) -> str:
        return f"{left + CELL * recall:.1f},{top + CELL * (1 - precision):.1f}"

    points = " ".join(at(recall, precision) for _, precision, recall in row.get("curve", ()))
    shown = row.get("validation", {})
    x, y = at(shown.get("recall", 0), shown.get("precision", 0)).split(",")
    return (
        f'<text x="{left}" y="{top - 6}" fill="#333333">{_name(family)}</text>'
        f'<rect x="{left}" y="{top}" width="{CELL}" height="{CELL}" fill="none" stroke="#cccccc"/>'
        f'<line x1="{left}" y1="{top + CELL / 2}" x2="{left + CELL}" y2="{top + CELL / 2}" stroke="#eeeeee"/>'
        f'<line x1="{left + CELL / 2}" y1="{top}" x2="{left + CELL / 2}" y2="{top + CELL}" stroke="#eeeeee"/>'
        f'<polyline points="{points}" fill="none" stroke="#1f5fa8" stroke-width="1.5"/>'
        f'<circle cx="{x}" cy="{y}" r="3" fill="#c0392b"/>'
        f'<text x="{left}" y="{top + CELL + 12}" fill="#777777">0</text>'
        f'<text x="{left + CELL}" y="{top + CELL + 12}" text-anchor="end" fill="#777777">1</text>'
    )
