"""Does what the source shows agree with what is registered? Pure: rows in our words against the registered facts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

_ENDED = ("注销", "吊销", "撤销", "失效", "废止", "过期", "终止", "暂停", "停业", "歇业", "迁出")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_SPACE = re.compile(r"[\s·•・()()\[\]【】]+")
Row = Mapping[str, str]


def plain(value: str) -> str:
    """A name or number without what does not tell: width, case, blanks, brackets."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", value)).casefold()


def same(shown: str, known: str) -> bool:
    """Whether a shown value is the known one; a star stands for anything (pages mask numbers)."""
    shown, known = plain(shown), plain(known)
    if "*" not in shown:
        return shown == known
    return re.fullmatch("".join("." if char == "*" else re.escape(char) for char in shown), known) is not None


def day_of(shown: str) -> date | None:
    """The last day a text names."""
    found = _DAY.findall(shown)
    try:
        return date(*map(int, found[-1])) if found else None
    except ValueError:
        return None


def compare(rows: Sequence[Row], known: Mapping[str, Any], as_of: date) -> tuple[str, str, Row]:
    """(outcome, why, the row it rests on). ``known``: number, name, institution, valid_to (ISO day), as registered. The
    reason names nobody: it goes into the journal."""
    ours = [row for row in rows if _is_ours(row, known)]
    if not ours:
        return "not_found", "官方没有这个号码" if known.get("number") else "官方没有这个名称", {}
    found: list[tuple[str, str, Row]] = []
    for row in ours:
        wrong = _wrong(row, known, as_of)
        if wrong is None:
            return "confirmed", _noted(row, known), row
        found.append(("contradicted", wrong, row))
    return found[0]


def _is_ours(row: Row, known: Mapping[str, Any]) -> bool:
    """The row about this very number; a page that shows no numbers is asked by name (and institution)."""
    number = str(known.get("number") or "")
    if row.get("number"):
        return bool(number) and same(row["number"], number)
    if not row.get("name") or not same(row["name"], str(known.get("name") or "")):
        return False
    place = str(known.get("institution") or "")
    return not place or not row.get("institution") or same(row["institution"], place)


def _wrong(row: Row, known: Mapping[str, Any], as_of: date) -> str | None:
    state = row.get("state", "")
    ended = next((word for word in _ENDED if word in state.replace(f"未{word}", "")), None)
    if ended is not None:
        return f"官方状态为{ended}"
    if row.get("name") and known.get("name") and not _akin(row["name"], str(known["name"])):
        return "官方登记的名称与本处不符"
    place = str(known.get("institution") or "")
    if row.get("institution") and place and not _akin(row["institution"], place):
        return "官方登记的执业机构与本处不符"
    shown, ours = day_of(row.get("valid_to", "")), _iso(known.get("valid_to"))
    if shown is not None and shown < as_of:
        return f"官方显示有效期到 {shown.isoformat()},已过"
    if shown is not None and ours is not None and shown < ours:
        return f"官方显示有效期到 {shown.isoformat()},早于登记的 {ours.isoformat()}"
    return None


def _akin(shown: str, known: str) -> bool:
    """Names of institutions are written with and without the place or legal form before and behind."""
    a, b = plain(shown), plain(known)
    return same(shown, known) or (min(len(a), len(b)) >= 4 and (a in b or b in a))


def _noted(row: Row, known: Mapping[str, Any]) -> str:
    shown, ours = day_of(row.get("valid_to", "")), _iso(known.get("valid_to"))
    if shown is not None and ours is not None and shown > ours:
        return f"与官方一致;官方有效期到 {shown.isoformat()},登记的是 {ours.isoformat()}"
    return "与官方一致"


def _iso(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None
