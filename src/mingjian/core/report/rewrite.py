"""The text with the safest replacement applied finding by finding.

Only three things are ever done: words are replaced by what their rule prescribes, words are deleted, or the
clause that holds them is deleted. Beside an edit, leftover punctuation, particles and empty list lines go
too; everything else stays character for character, and nothing is added that a rule does not say.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from mingjian.core.model import Finding, Item, Verdict
from mingjian.core.report.clauses import CLOSE, COMMAS, ENDS, OPEN, clause, is_cjk
from mingjian.core.report.model import gravity

# What is wrong with these is not the words at the span: deleting them would hide the breach, not mend it.
UNMENDABLE = frozenset({"missing_notice", "unreviewed_ad", "disguised_ad"})
DEFAULT_STATUSES = ("violation",)

_LOOK_BACK = 2000
_BLANK = " \t\u3000"
_PARTICLES = "的地之"
_CONJUNCTIONS = ("以及", "并且", "而且", "和", "与", "及", "或", "、")
# A clause cut to one of these says nothing any more.
_DANGLING = (
    "是", "为", "有", "成为", "属于", "达到", "达", "约", "被", "把", "让", "使", "比", "在", "对", "更",
    "很", "最", "非常", "十分", "保证", "承诺", "实现", "做到", "可以", "能", "会", "将", "可", "的", "得",
    "都", "也", "就", "能够",
)  # fmt: skip
_OPENERS = ("所以", "因此", "而且", "并且", "但是", "不过", "同时", "然后", "从而")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_LIST_MARK = re.compile(r"[ \t\u3000]*(?:[-*•·●▪✅✔☑➤👉💉✨🔥❗]\ufe0f?|\d{1,2}[.、)）]|[①-⑳])?[ \t\u3000]*")


@dataclass(frozen=True, slots=True)
class Edit:
    """``text[start:end]`` becomes ``replacement``; ``whole`` when a whole clause is to go."""

    start: int
    end: int
    replacement: str
    whole: bool
    findings: tuple[Finding, ...]


def mendable(finding: Finding, statuses: Collection[str] = DEFAULT_STATUSES) -> bool:
    """Whether changing the words at the span can help. A finding that waits for evidence is left: the
    statement may be true, and only its author knows."""
    if finding.status not in statuses or finding.end <= finding.start:
        return False
    return finding.rewrite is not None or finding.family not in UNMENDABLE


def plan(text: str, findings: Sequence[Finding], statuses: Collection[str] = DEFAULT_STATUSES) -> list[Edit]:
    """The edits, in order and apart from one another. Overlapping findings make one edit: if any of them
    asks for the clause to go, it goes; else the replacement of the widest (then gravest) one stands."""
    edits: list[Edit] = []
    last = (0, 0)  # the clause found last: several findings in one long clause cost one search
    for finding in sorted(findings, key=lambda f: (f.start, -f.end)):
        if not mendable(finding, statuses):
            continue
        start, end = max(0, finding.start), min(len(text), finding.end)
        whole = finding.rewrite is None
        if whole:
            if not last[0] <= start <= end <= last[1]:
                last = clause(text, start, end)
            start, end = last
        edits.append(Edit(start, end, finding.rewrite or "", whole, (finding,)))
    edits.sort(key=lambda e: (e.start, -e.end))
    groups: list[list[Edit]] = []
    reach = 0
    for edit in edits:
        if groups and edit.start < reach:
            groups[-1].append(edit)
        else:
            groups.append([edit])
        reach = max(reach, edit.end)
    return [_merge(group) for group in groups]


def _merge(group: Sequence[Edit]) -> Edit:
    """One edit for a group that overlaps."""
    findings = tuple(finding for edit in group for finding in edit.findings)
    whole = any(edit.whole for edit in group)
    widest = min(findings, key=lambda f: (f.start - f.end, gravity(f)))
    replacement = "" if whole else widest.rewrite or ""
    return Edit(group[0].start, max(edit.end for edit in group), replacement, whole, findings)


def apply(text: str, findings: Sequence[Finding], statuses: Collection[str] = DEFAULT_STATUSES) -> str:
    """``text`` of one part with the findings of that part mended."""
    done: list[str] = []
    out, at = "", 0  # ``out`` is the end of what is written: all that tidying looks back on
    edits = plan(text, findings, statuses)
    for i, edit in enumerate(edits):
        if edit.start < at:  # the tidying of the edit before has taken this one in
            if edit.end <= at:
                continue
            edit = Edit(at, edit.end, "", edit.whole, edit.findings)
        out += text[at : edit.start]
        limit = edits[i + 1].start if i + 1 < len(edits) else len(text)
        if edit.replacement:
            out, at = out + edit.replacement, edit.end
        elif edit.whole:
            out, at = _join(out, text, edit.end, limit)
        else:
            out, at = _delete_words(out, text, edit.end, limit)
        if len(out) > 2 * _LOOK_BACK:
            done.append(out[:-_LOOK_BACK])
            out = out[-_LOOK_BACK:]
    return "".join(done) + out + text[at:]


def _delete_words(out: str, text: str, at: int, limit: int) -> tuple[str, int]:
    """Close the gap left by deleted words: a particle or a conjunction that hung on them goes, and a clause
    left without its point goes as a whole."""
    if text[at : at + 1] in _PARTICLES and at < limit:
        at += 1
    before = _clause_tail(out)
    ended = at >= len(text) or text[at] in COMMAS + ENDS + CLOSE
    if not before.strip() and not ended:
        for word in _CONJUNCTIONS:
            if text.startswith(word, at) and at + len(word) <= limit:
                return out, at + len(word)
    if not ended:
        return _squeeze(out, text, at)
    for word in _CONJUNCTIONS:
        if before.endswith(word) and before != word:
            return out[: -len(word)], at
    bare = before.strip()
    if len(bare) <= 1 or bare.endswith(_DANGLING):
        out = out[: len(out) - len(before)]
        return _join(out, text, at, limit)
    return out, at


def _clause_tail(out: str) -> str:
    """What stands in ``out`` of the clause being written."""
    i = len(out)
    while i and out[i - 1] not in COMMAS + ENDS + OPEN + CLOSE + "#":
        i -= 1
    return out[i:]


def _squeeze(out: str, text: str, at: int) -> tuple[str, int]:
    """Two spaces, or two enumeration commas, that now meet become one."""
    if (
        out[-1:]
        and text[at : at + 1]
        and ((out[-1] in _BLANK and text[at] in _BLANK) or (out[-1] == "、" and text[at] == "、"))
    ):
        return out, at + 1
    return out, at


def _join(out: str, text: str, at: int, limit: int) -> tuple[str, int]:
    """Close the gap left by a deleted clause: its trailing comma, the stop of a sentence that is now empty,
    brackets, hashes and list marks with nothing in them."""
    while at < limit and text[at] in _BLANK and (not out or out[-1] in _BLANK + ENDS + COMMAS or is_cjk(out[-1])):
        at += 1
    if at < limit and text[at] in COMMAS + "、":
        at += 1
        while at < limit and text[at] in _BLANK:
            at += 1
    if out and out[-1] in OPEN and text[at : at + 1] in CLOSE and at < limit:
        return _join(out[:-1], text, at + 1, limit) if not _clause_tail(out[:-1]).strip() else (out[:-1], at + 1)
    if out.endswith("#") and (at >= len(text) or text[at] in "#" + _BLANK + ENDS):
        return out[:-1], at + (text[at : at + 1] == "#")
    if out.rstrip(_BLANK)[-1:] in ("", *ENDS) or _LIST_MARK.fullmatch(out[out.rfind("\n") + 1 :]):
        return _sentence_start(out, text, at, limit)
    if at >= len(text) or text[at] in ENDS + CLOSE:
        out = out.rstrip(_BLANK)
        while out and out[-1] in COMMAS + "、:：":
            out = out[:-1]
    return out, at


def _sentence_start(out: str, text: str, at: int, limit: int) -> tuple[str, int]:
    """The deleted clause opened a sentence: drop a stop that now ends nothing and a connective that now
    joins nothing; drop the line when only its list mark is left."""
    while at < limit and text[at] in ENDS and text[at] not in "\n\r":
        at += 1
    for word in _OPENERS:
        if text.startswith(word, at) and at + len(word) <= limit:
            at += len(word)
            break
    if (at >= len(text) or text[at] in "\n\r") and at <= limit:
        line = out[out.rfind("\n") + 1 :]
        if _LIST_MARK.fullmatch(line):
            out = out[: len(out) - len(line)]
        if out.endswith("\n") or not out:
            if text.startswith("\r\n", at):
                at += 2
            elif at < len(text):
                at += 1
            elif out:
                out = out[:-1]
    return out, min(at, max(limit, at))


def apply_item(item: Item, verdict: Verdict, statuses: Collection[str] = DEFAULT_STATUSES) -> tuple[str, ...]:
    """The text of every part of ``item``, mended."""
    return tuple(
        apply(part.text, [f for f in verdict.findings if f.part == i], statuses) for i, part in enumerate(item.parts)
    )


def diff(before: str, after: str, path: str = "text") -> str:
    """Unified diff of two texts; empty when they are equal."""
    lines = difflib.unified_diff(_LINE.findall(before), _LINE.findall(after), f"a/{path}", f"b/{path}")
    out = []
    for line in lines:
        out.append(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n")
    return "".join(out)
