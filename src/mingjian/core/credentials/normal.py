"""The canonical writing of a number: width, case, spaces, brackets and dashes made one, told where they differed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mingjian.core.credentials.model import Form

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
BRACKETS = str.maketrans({**dict.fromkeys("[【〖{「『", "〔"), **dict.fromkeys("]】〗}」』", "〕")})
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－﹣", "-"))
TRADITIONAL = str.maketrans("國藥準註備號醫廣審聲視妝進許產證為", "国药准注备号医广审声视妆进许产证为")
INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
SPACES = re.compile(r"\s+")
LABEL = re.compile(r"^[一-鿿]{2,16}(?:编号|文号|号码|代码|编码|号)?:")
PLAIN = re.compile(r"[0-9A-Z一-鿿()〔〕-]*")
ODD = re.compile("[國藥準註備號醫廣審聲視妝進許產證為]")
MAX_LENGTH = 80  # no number is so long; what is longer is not looked at


def clean(number: str) -> tuple[str, tuple[str, ...]]:
    """The number without what any form may be written with, and Chinese words for what was changed."""
    if PLAIN.fullmatch(number) and ODD.search(number) is None:
        return number, ()
    notes: list[str] = []

    def step(before: str, after: str, note: str) -> str:
        if after != before:
            notes.append(note)
        return after

    text = step(number, INVISIBLE.sub("", number), "去掉不可见字符")
    text = step(text, text.translate(FULL_WIDTH), "全角改半角")
    text = step(text, SPACES.sub("", text), "去掉空格")
    text = step(text, text.translate(DASHES), "连接号改为“-”")
    text = step(text, text.translate(BRACKETS), "括号改为“〔〕”")
    text = step(text, text.translate(TRADITIONAL), "繁体改简体")
    text = step(text, text.upper(), "小写改大写")
    text = step(text, LABEL.sub("", text), "去掉前面的名称")
    return text, tuple(notes)


def read(form: Form, regex: re.Pattern[str], text: str) -> tuple[dict[str, str], str, tuple[str, ...]] | None:
    """The fields of a cleaned number, its canonical writing, and what had to be added or left out; None when the form
    does not fit."""
    found = regex.fullmatch(text)
    if found is not None:
        return found.groupdict(), text, ()
    for expression in form.also:
        found = expression.fullmatch(text)
        if found is None:
            continue
        fields = found.groupdict()
        if all(fields.get(segment.name) for segment in form.segments if segment.name):
            normal = render(form, fields)
            return fields, normal, (f"写法规整为“{normal}”",)
    return None


def render(form: Form, fields: Mapping[str, str]) -> str:
    """The canonical writing."""
    return "".join(segment.literal or fields[segment.name] for segment in form.segments)
