"""Reasons and figures of rings in words: Chinese source strings, filled in by whoever speaks (doors translate)."""

from __future__ import annotations

from mingjian.governance.rings.model import Reason

REASONS = {
    "reuse": "账号之间反复使用同样的图片或文字:{materials} 件素材,出现在 {posts} 条内容里",
    "pairs": "{pairs} 对账号至少共用两件素材(占全部账号对的 {share})",
    "devices": "{accounts} 个账号用过同一台设备(共 {marks} 台这样的设备)",
    "payments": "{accounts} 个账号用同一收款标记(共 {marks} 个)",
    "contacts": "{accounts} 个账号留同一联系方式(共 {marks} 个)",
    "institution": "{share} 的内容指向同一机构,是它在全部内容中占比的 {lift} 倍",
    "scattered": "内容指向许多不同机构,没有一家占到四成",
    "cadence": "发布节奏与代运营相符:每天约 {per_day} 例,每月约 {per_month} 例",
    "together": "账号之间联系紧密:{share} 的账号对直接相连",
    "lockstep": "{pairs} 对账号同步行动",
    "openly": "{materials} 件素材由机构、医师、媒体或政府公开发布(占 {share}),可能是合法转载",
    "few": "只有 {accounts} 个账号",
    "alone": "只有文字相似({materials} 件),没有共用的图片、设备、收款、联系方式、机构或节奏佐证,可能是行业套话",
}
_SHARES = ("share",)


def reason_words(reason: Reason) -> tuple[str, dict[str, str]]:
    """The source string of a reason and what fills it in."""
    word = reason.word
    if word == "institution" and reason.figures.get("institution") is None:
        word = "scattered"
    figures = {
        name: f"{value:.0%}" if name in _SHARES else f"{value:g}" if isinstance(value, float) else str(value)
        for name, value in reason.figures.items()
    }
    return REASONS[word], figures
