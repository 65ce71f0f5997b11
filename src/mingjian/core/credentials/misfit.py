"""Why a number fits no form of its kind: what is wrong, and where."""

from __future__ import annotations

from mingjian.core.credentials.model import Form, Kind, Segment


def misfit(kind: Kind, text: str) -> str:
    """One Chinese sentence; values of personal numbers are not repeated."""
    if not text:
        return f"没有写{kind.title}"
    bare = [form for form in kind.forms if not any(segment.literal for segment in form.segments)]
    if bare:
        return _bare(kind, bare, text)
    return _worded(kind, text)


def _bare(kind: Kind, forms: list[Form], text: str) -> str:
    widths = [form.width for form in forms]
    if len(text) not in widths:
        due = "或".join(str(width) for width in widths)
        return f"{kind.title}应为{due}位,写了{len(text)}位"
    form = forms[widths.index(len(text))]
    at = 0
    for segment in form.segments:
        for char in text[at : at + segment.width]:
            at += 1
            if segment.charset and char not in segment.charset:
                written = "" if kind.personal else f",写的是“{char}”"
                return f"第{at}位({segment.label})应为{_charset(segment)}{written}"
    return f"不合{kind.title}的编法"


def _worded(kind: Kind, text: str) -> str:
    """How far the text follows the form that it follows longest."""
    reached = [_follow(form, text) for form in kind.forms]
    far, segment, done = max(reached, key=lambda each: (each[0], each[2]))
    example = f"(例:{kind.example})"
    if segment is None:
        return f"{kind.title}到“{text[:far]}”为止,后面多了“{text[far:]}”{example}"
    if segment.literal:
        due, far = f"“{segment.literal[done:]}”", far + done
    else:
        due = f"{segment.width}位{segment.label}({_charset(segment)})"
    rest = text[far : far + 8]
    after = f"“{text[:far]}”之后" if far else "开头"
    return f"不合{kind.title}的写法:{after}应为{due},写的是{f'“{rest}”' if rest else '空的'}{example}"


def _follow(form: Form, text: str) -> tuple[int, Segment | None, int]:
    """Characters that fit, the segment that does not, and how many of its own characters did."""
    at = 0
    for segment in form.segments:
        piece = text[at : at + segment.width]
        if segment.literal:
            fits = piece == segment.literal
            done = next((i for i, char in enumerate(segment.literal) if piece[i : i + 1] != char), segment.width)
        else:
            good = [not segment.charset or char in segment.charset for char in piece]
            fits = len(piece) == segment.width and all(good)
            done = [*good, False].index(False)
        if not fits:
            return at, segment, done
        at += segment.width
    return (at, None, 0) if at < len(text) else (at, form.segments[-1], 0)


def _charset(segment: Segment) -> str:
    if not segment.charset:
        return "汉字"
    if segment.charset == "0123456789":
        return "数字"
    if segment.charset.startswith("0123456789A") and len(segment.charset) > 12:
        missing = "" if "I" in segment.charset else "(没有 I、O、S、V、Z)"
        return f"数字或大写字母{missing}"
    if len(segment.charset) <= 12:
        return "、".join(segment.charset) + "之一"
    return "省级简称" if "京" in segment.charset else "规定的字母"
