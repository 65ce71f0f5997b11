"""The tables of picture_reuse.py and picture_lookup.py, and their places in docs/reuse-pictures.md."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

DOCS = Path(__file__).parents[1] / "docs"
PAGES = {True: DOCS / "reuse-pictures.md", False: DOCS / "reuse-pictures.zh-CN.md"}
BARS = {
    "re-encode": 0.99, "resize": 0.99, "filter": 0.99, "mirror": 0.95, "text overlay": 0.95, "stickers": 0.95,
    "borders": 0.95, "crop": 0.85, "collage": 0.85,
}  # fmt: skip
CHINESE = {
    "re-encode": "重新编码(JPEG 60/30/12)", "resize": "缩小(60/35/20%)", "filter": "滤镜", "mirror": "镜像",
    "text overlay": "加文字", "stickers": "贴纸", "borders": "加边框(5/12/25%)", "crop": "裁切(宽高各去 10/20/30%)",
    "collage": "拼图(半幅/半幅加说明/四格)", "rotate": "小角度旋转(2/5/10°)", "screenshot": "带边框的截图",
    "halves swapped": "前后对比左右互换",
}  # fmt: skip


def figures(opened: Any, grown: Any, shown: Any, plain: dict[str, Any], originals: int, others: int) -> dict[str, Any]:
    """What was measured, as plain data."""
    rows = {}
    for edit in CHINESE:
        counts = {"mingjian": shown.hits, "pdq": plain["pdq"]["hits"], "phash": plain["phash"]["hits"]}
        rows[edit] = {
            name: [[sum(hits[edit, strength]), len(hits[edit, strength])] for strength in range(3)]
            for name, hits in counts.items()
        }
    return {
        "originals": originals, "others": others, "rows": rows,
        "pairs_first": opened.pairs, "candidates_first": len(opened.false),
        "pairs": grown.pairs + shown.pairs, "false": len(grown.false) + len(shown.false),
        "plain": {name: {key: each[key] for key in ("bound", "false", "pairs")} for name, each in plain.items()},
    }  # fmt: skip


def table(found: dict[str, Any], english: bool) -> tuple[list[str], bool]:
    """One row a kind of edit, and whether all bars are met."""
    head = (
        ("edit (three strengths)", "Mingjian", "all three", "bar", "met", "plain PDQ", "perceptual hash")
        if english else ("改动(三档强度)", "明鉴", "三档合计", "门槛", "达到", "单用 PDQ", "单用感知哈希")
    )  # fmt: skip
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    met = True
    for edit, row in found["rows"].items():
        total = _share(np.sum(row["mingjian"], axis=0).tolist())
        bar = BARS.get(edit)
        worst = min(hits / max(1, of) for hits, of in row["mingjian"])
        good = bar is None or sum(h for h, _ in row["mingjian"]) >= bar * sum(n for _, n in row["mingjian"])
        strongest = edit not in ("crop", "collage") or bar is None or worst >= bar
        met &= good and strongest
        answer = ("yes", "no") if english else ("是", "否")
        told = "–" if bar is None else answer[not (good and strongest)]
        name = edit if english else CHINESE[edit]
        cells = [" / ".join(_share(each) for each in row[kind]) for kind in ("mingjian", "pdq", "phash")]
        bars = "–" if bar is None else _percent(bar)
        lines.append(f"| {name} | {cells[0]} | {total} | {bars} | {told} | {cells[1]} | {cells[2]} |")
    false, pairs = found["false"], found["pairs"]
    plain = found["plain"]
    pdq, phash = plain["pdq"], plain["phash"]
    if english:
        lines += [
            "",
            f"{found['originals']} originals a half in 12 × 3 edits, {found['others']} other pictures, half with"
            f" the same stickers and words. False matches on the second half: {false} of {pairs:,} pairs; plain PDQ at"
            f" {pdq['bound']} bits {pdq['false']} of {pdq['pairs']:,}, perceptual hash at {phash['bound']} bits"
            f" {phash['false']} of {phash['pairs']:,} (bounds set on the first half).",
        ]
    else:
        lines += [
            "",
            f"每一半 {found['originals']} 张原图各做 12 × 3 种改动,另有 {found['others']} 张其他图片,"
            "其中一半带有同样的贴纸和文字。"
            f"第二半上的误配:{pairs:,} 对中 {false} 对;单用 PDQ(阈值 {pdq['bound']} 位)在 {pdq['pairs']:,} 对中"
            f" {pdq['false']} 对,单用感知哈希(阈值 {phash['bound']} 位)在 {phash['pairs']:,} 对中 {phash['false']} 对"
            "(阈值都在第一半上定)。",
        ]
    return lines, met and false <= max(1.0, pairs / 1e6)


def lookup(found: dict[str, Any], english: bool) -> list[str]:
    """The table of picture_lookup.py."""
    names = {
        "pictures": ("pictures in the index", "索引中的图片"), "build_s": ("built in, s", "建立耗时,秒"),
        "memory_mb": ("memory of the index, MB", "索引内存,MB"),
        "codes_p50": ("codes alone, p50 ms", "只查编码,p50 毫秒"),
        "codes_p95": ("codes alone, p95 ms", "只查编码,p95 毫秒"),
        "whole_p50": ("whole look-up, p50 ms", "完整查找,p50 毫秒"),
        "whole_p95": ("whole look-up, p95 ms", "完整查找,p95 毫秒"),
        "spent_p50": ("of the processor, p50 ms", "其中处理器时间,p50 毫秒"),
        "spent_p95": ("of the processor, p95 ms", "其中处理器时间,p95 毫秒"),
        "found": ("edited pictures found among them", "其中找到的改动图片"),
        "join_codes": ("codes joined", "批量连接的编码"), "join_radius": ("within bits", "位数以内"),
        "join_s": ("join, s", "连接耗时,秒"), "join_pairs": ("pairs found", "找到的对数"),
        "peak_mb": ("peak memory of the process, MB", "进程内存峰值,MB"),
    }  # fmt: skip
    head = "| measure | figure |" if english else "| 量 | 数值 |"
    shown = [key for key in names if key in found]
    return [head, "|---|---|", *(f"| {names[key][not english]} | {_number(found[key])} |" for key in shown)]


def write(found: dict[str, Any], part: str) -> None:
    """Put a table between its marks on both pages."""
    for english, page in PAGES.items():
        lines = table(found, english)[0] if part == "pictures" else lookup(found, english)
        text = page.read_text(encoding="utf-8")
        block = f"<!-- {part} -->\n" + "\n".join(lines) + f"\n<!-- /{part} -->"
        escaped = block.replace("\\", r"\\")
        changed, count = re.subn(f"<!-- {part} -->.*?<!-- /{part} -->", escaped, text, flags=re.DOTALL)
        if count != 1:
            raise SystemExit(f"no marks for {part} in {page}")
        page.write_text(changed, encoding="utf-8")


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.1f}" if isinstance(value, float) else str(value)


def _percent(share: float) -> str:
    return f"{share:.1%}".replace(".0%", "%").replace("%", " %")


def _share(hits: Any) -> str:
    return _percent(hits[0] / max(1, hits[1]))
