"""The preview: one HTML page that needs no network.

Left is the result as it will be published, right the same picture, greyed, with the masked places outlined and
numbered. The original is not in it, not even small or coarse: a report that is passed around must not undo what was
done. Who wants to compare has the original.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from mingjian.perception.redact.model import Hidden, Outcome

KINDS = {
    "zh": {"face": "人脸", "name": "姓名", "record": "病案等编号", "id": "身份证号", "phone": "电话",
           "birth": "出生日期", "address": "住址", "location": "拍摄地点"},
    "en": {"face": "face", "name": "name", "record": "record number", "id": "ID number", "phone": "phone",
           "birth": "date of birth", "address": "address", "location": "place in the metadata"},
}  # fmt: skip
_WORDS = {
    "zh": {"title": "遮挡报告", "masked": "已遮挡", "unsure": "把握不大,也已遮挡", "nothing": "没有找到要遮挡的",
           "failed": "没有处理", "stripped": "已去掉的附带信息", "result": "结果", "places": "遮挡的位置",
           "kept": "按要求保留的人脸", "page": "第 {} 页", "at": "{:.1f} 秒", "span": "{:.1f}–{:.1f} 秒",
           "frames": "{} 帧", "kind": "种类", "score": "把握", "where": "位置",
           "note": "预览里没有原图。自动检查可能漏掉侧脸、很小或被挡住的脸;公开之前请人再看一遍。"},
    "en": {"title": "Redaction report", "masked": "masked", "unsure": "unsure, masked too", "nothing": "nothing found",
           "failed": "not done", "stripped": "metadata left out", "result": "result", "places": "masked places",
           "kept": "faces kept as asked", "page": "page {}", "at": "{:.1f} s", "span": "{:.1f}–{:.1f} s",
           "frames": "{} frames", "kind": "kind", "score": "score", "where": "place",
           "note": "The originals are not on this page. A detector can miss profiles, very small or covered faces: "
                   "let a person look before you publish."},
}  # fmt: skip


def kind_label(kind: str, lang: str = "zh") -> str:
    """What people call a kind of private thing."""
    return KINDS["en" if lang == "en" else "zh"].get(kind, kind)


def page(outcomes: Sequence[Outcome], style: str, lang: str = "zh") -> str:
    """The page as HTML."""
    from jinja2 import Environment

    words = _WORDS["en" if lang == "en" else "zh"]
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        files("mingjian.perception.redact").joinpath("report.html").read_text("utf-8")
    )
    return template.render(
        lang="en" if lang == "en" else "zh-Hans", w=words, style=style,
        files=[_file(outcome, words, lang) for outcome in outcomes],
    )  # fmt: skip


def _file(outcome: Outcome, words: dict[str, str], lang: str) -> dict[str, Any]:
    return {
        "outcome": outcome,
        "rows": [
            (number, kind_label(each.kind, lang), each.sure, f"{each.score:.2f}", _where(each, words))
            for number, each in enumerate(outcome.hidden, start=1)
        ],
        "shown": [
            {
                "uri": "data:image/jpeg;base64," + b64encode(shown.jpeg).decode("ascii"),
                "width": shown.width,
                "height": shown.height,
                "boxes": [(each.box, kind_label(each.kind, lang), each.sure) for each in shown.boxes],
                "label": _when(shown.page, shown.time, words),
            }
            for shown in outcome.shown
        ],
    }


def _where(each: Hidden, words: dict[str, str]) -> str:
    left, top, width, height = (round(side) for side in each.box)
    parts = [words["page"].format(each.page)] if each.page is not None else []
    if each.time is not None:
        parts.append(words["span"].format(*each.time))
    if each.frames is not None:
        parts.append(words["frames"].format(each.frames))
    return " · ".join([*parts, f"{left},{top} {width}×{height}"])


def _when(number: int | None, time: float | None, words: dict[str, str]) -> str:
    if number is not None:
        return words["page"].format(number)
    return words["at"].format(time) if time is not None else ""
