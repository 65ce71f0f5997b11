"""The report of a redaction: what was masked, what it was unsure of, what stays. No private word stands in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mingjian.perception.model import PerceptionError
from mingjian.perception.redact.model import Hidden, Outcome
from mingjian.perception.redact.paths import whole
from mingjian.perception.redact.preview import page

MADE_BY = "mingjian redact"
NAMES = ("report.json", "report.html")


def as_json(outcomes: Sequence[Outcome], style: str, visible: bool = False) -> dict[str, Any]:
    """The report as plain data; ``visible``: of a check, which masks nothing.

    Boxes are left, top, width, height in pixels of the upright original.
    """
    return {
        "made_by": MADE_BY,
        "schema": 1,
        "style": style,
        "summary": {
            "files": len(outcomes),
            "failed": sum(outcome.error is not None for outcome in outcomes),
            "visible" if visible else "masked": sum(len(outcome.hidden) for outcome in outcomes),
            "unsure": sum(not each.sure for outcome in outcomes for each in outcome.hidden),
        },
        "files": [_file(outcome, visible) for outcome in outcomes],
    }


def write(outcomes: Sequence[Outcome], out: Path, style: str, lang: str = "zh") -> tuple[Path, Path]:
    """Write report.json and report.html into the output folder; only reports of our own are replaced."""
    out.mkdir(parents=True, exist_ok=True)
    texts = (json.dumps(as_json(outcomes, style), ensure_ascii=False, indent=2) + "\n", page(outcomes, style, lang))
    targets = (out / NAMES[0], out / NAMES[1])
    for target in targets:
        if target.is_symlink() or (target.exists() and MADE_BY not in _head(target)):
            raise PerceptionError(f"{target} 已经存在,而且不是明鉴写的报告", "--out 换一个文件夹")
    for target, text in zip(targets, texts, strict=True):
        with whole(target) as part:
            part.write_bytes(text.encode("utf-8", "backslashreplace"))  # names need not be text
    return targets


def _head(path: Path) -> str:
    try:
        return path.read_bytes()[:300].decode("utf-8", "replace")
    except OSError:
        return ""


def _file(outcome: Outcome, visible: bool) -> dict[str, Any]:
    return {
        "source": outcome.source,
        "output": outcome.output,
        "kind": outcome.kind,
        "error": outcome.error,
        "hint": outcome.hint,
        "seconds": None if outcome.seconds is None else round(outcome.seconds, 3),
        "frames": outcome.frames,
        "kept_faces": outcome.kept,
        "stripped": list(outcome.stripped),
        "notes": list(outcome.notes),
        "visible" if visible else "masked": [_masked(each) for each in outcome.hidden if each.sure],
        "unsure": [_masked(each) for each in outcome.hidden if not each.sure],
    }


def _masked(each: Hidden) -> dict[str, Any]:
    out: dict[str, Any] = {"kind": each.kind, "box": [round(side) for side in each.box], "score": round(each.score, 3)}
    if each.page is not None:
        out["page"] = each.page
    if each.time is not None:
        out["time"] = [round(second, 3) for second in each.time]
    if each.frames is not None:
        out["frames"] = each.frames
    return out
