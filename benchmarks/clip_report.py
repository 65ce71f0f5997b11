"""The table of clip_reuse.py, and its place in docs/reuse-pictures.md."""

from __future__ import annotations

import re
from typing import Any

from picture_report import CHINESE as PICTURES
from picture_report import PAGES

CHINESE = {
    **PICTURES, "re-encode": "重新编码(x264 crf 30/38/46)", "mirror": "镜像(再加滤镜,再裁一成)",
    "segment": "截出 12/8/6 秒插在别的视频里", "sped up": "加速 1.1/1.25/1.5 倍",
}  # fmt: skip
ENGLISH = {
    "re-encode": "re-encode (x264 crf 30/38/46)", "resize": "resize (60/35/20 %)",
    "mirror": "mirror (and filter, and a tenth cut)", "borders": "borders (5/12/25 %)",
    "crop": "crop (10/20/30 % of each side)", "segment": "12/8/6 s of it within another clip",
    "sped up": "sped up 1.1/1.25/1.5 times",
}  # fmt: skip


def table(found: dict[str, Any], english: bool) -> list[str]:
    """One row a kind of change."""
    head = (("change (three strengths)", "Mingjian", "cover by PDQ") if english
            else ("改动(三档强度)", "明鉴", "只比封面(PDQ)"))  # fmt: skip
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for change, row in found["rows"].items():
        name = ENGLISH.get(change, change) if english else CHINESE[change]
        cells = [" / ".join(f"{hits}/{of}" for hits, of in row[kind]) for kind in ("mingjian", "cover")]
        lines.append(f"| {name} | {cells[0]} | {cells[1]} |")
    pairs, false, cover = f"{found['pairs']:,}", found["false"], found["cover_false"]
    told = (
        f"{found['originals']} originals in {len(found['rows'])} × 3 changes, looked up among them and"
        f" {found['others']} other clips. False: {false} of {pairs} pairs; by the cover {cover}."
        if english else
        f"{found['originals']} 段原片各做 {len(found['rows'])} × 3 种改动,在原片和另外 {found['others']} 段视频中查找。"
        f"误配:{pairs} 对中 {false} 对;只比封面 {cover} 对。"
    )  # fmt: skip
    return [*lines, "", told]


def write(found: dict[str, Any]) -> None:
    """Put the table between its marks on both pages."""
    for english, page in PAGES.items():
        block = "\n".join(("<!-- clips -->", *table(found, english), "<!-- /clips -->"))
        text = page.read_text(encoding="utf-8")
        escaped = block.replace("\\", r"\\")
        changed, count = re.subn("<!-- clips -->.*?<!-- /clips -->", escaped, text, flags=re.DOTALL)
        if count != 1:
            raise SystemExit(f"no marks for clips in {page}")
        page.write_text(changed, encoding="utf-8")
