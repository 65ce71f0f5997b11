"""What every generated page shares: the notice at its head, Markdown escaping, tables, printed words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

from mingjian.core.model import Applies, Instrument, Rule
from mingjian.core.report.labels import label

PROSE = Path(__file__).parent / "prose"
NOTICE = "<!-- 由 scripts/build_docs.py 生成;请改规则、法条或词表,不要改本页。 -->\n"

LEVELS = {
    "law": "法律",
    "regulation": "行政法规",
    "rule": "部门规章",
    "judicial": "司法解释",
    "guideline": "执法指南与规范性文件",
    "local": "地方性法规",
    "standard": "标准与编码",
    "platform": "平台规则",
}
RULE_STATUS = {"preview": "试行", "stable": "正式", "deprecated": "停止推荐", "retired": "已退役"}
CHANNELS = {
    "public": "公开发布",
    "moments": "朋友圈",
    "group": "群聊",
    "direct": "一对一",
    "live": "直播",
    "offline": "线下",
}
PUBLISHERS = {
    "institution": "机构",
    "physician": "医师",
    "merchant": "商家",
    "creator": "博主",
    "person": "个人",
    "agency": "代运营",
    "platform": "平台",
    "media": "媒体",
    "government": "政府机关",
}
PLATFORMS = {
    "xiaohongshu": "小红书",
    "douyin": "抖音",
    "soyoung": "新氧",
    "meituan": "美团",
    "wechat": "微信",
}
SILENCERS = {
    "negated": "否定",
    "debunked": "辟谣、揭露",
    "question": "提问",
    "quoting_law": "引用法条或禁令",
    "quoted": "引号中提及的用语",
    "risk_disclosure": "风险提示",
    "statistics": "统计与研究",
    "everyday": "日常用法",
    "education": "科普讲解",
    "experience": "第一人称经历",
    "news": "新闻报道",
    "self_goal": "自勉、目标",
    "conditional": "假设",
}
_GATE_WORDS: dict[str, tuple[str, Callable[[str], str]]] = {
    "natures": ("性质", lambda key: label("nature", key)),
    "channels": ("渠道", lambda key: CHANNELS.get(key, key)),
    "domains": ("领域", lambda key: label("domain", key)),
    "publishers": ("发布者", lambda key: PUBLISHERS.get(key, key)),
    "platforms": ("平台", lambda key: PLATFORMS.get(key, key)),
    "roles": ("位置", lambda key: label("role", key)),
}
_SPECIAL = re.compile(r"([\\`*\[\]<>|])")
_GAPS = re.compile(r"\s*\n\s*")


def plain(text: object) -> str:
    """Text that Markdown prints as it stands, on one line."""
    return _SPECIAL.sub(r"\\\1", _GAPS.sub(" ", str(text).strip()))


def table(head: Sequence[str], rows: Iterable[Sequence[object]], right: Iterable[int] = ()) -> list[str]:
    """A table whose cells are Markdown already; columns named in ``right`` are aligned right."""
    ruler = ["---:" if index in set(right) else "---" for index in range(len(head))]
    lines = [f"| {' | '.join(head)} |", f"|{'|'.join(ruler)}|"]
    return lines + [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]


def day(value: date | None) -> str:
    """An ISO day, or a dash."""
    return value.isoformat() if value else "—"


def anchor(name: str) -> str:
    """The id given to a heading; written out so that it does not depend on who renders the page."""
    return re.sub(r"[^0-9A-Za-z.-]+", "-", name).lower()


def gates(applies: Applies) -> str:
    """Where a rule looks, in words; empty when it looks everywhere."""
    said = []
    for gate, (title, word) in _GATE_WORDS.items():
        values = getattr(applies, gate)
        if values:
            said.append(f"{title}:{'、'.join(str(word(value)) for value in values)}")
    return ";".join(said)


def home(rule: Rule) -> str:
    """The instrument a rule is listed under: that of its main citation."""
    return rule.cites[0].split("/", 1)[0]


def by_level(instruments: Iterable[Instrument]) -> list[Instrument]:
    """From statute down to platform rule, by slug within a level."""
    order = list(LEVELS)
    return sorted(instruments, key=lambda each: (order.index(each.level), each.slug))


def page(*lines: str | Iterable[str]) -> str:
    """Lines, and lists of lines, as a page that ends with one newline."""
    flat: list[str] = [NOTICE.rstrip("\n")]
    for line in lines:
        flat += [line] if isinstance(line, str) else list(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(flat)).rstrip("\n") + "\n"


def filled(name: str, **pieces: str | Iterable[str]) -> str:
    """The page whose words are in prose/NAME.txt, with ``{piece}`` filled in; other braces stay."""
    text = (PROSE / f"{name}.txt").read_text("utf-8")
    for piece, made in pieces.items():
        text = text.replace(f"{{{piece}}}", made if isinstance(made, str) else "\n".join(made))
    return page(text)
