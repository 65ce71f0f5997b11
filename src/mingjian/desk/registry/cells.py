"""Cells of a table as values. ValueError in Chinese, what is wrong and what to do parted by a line break."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

from mingjian.desk.registry.columns import book, folded, kind_of

Convert = Callable[[str], Any]
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0?0:00(?::00(?:\.0+)?)?)?")
_PLAIN_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_BETWEEN = re.compile(r"\s*(?:至|到|—+|–|~|~|--|\s-|-\s)\s*")
_SPLIT = re.compile(r"[;;,,、|\n]+")
_KEYS = re.compile(r"[;;,,、|\n\s]+")
_SCIENCE = re.compile(r"\d(?:\.\d+)?[eE]\+\d+")
JSON = "json:"
"""A cell that begins so holds JSON: what plain text in a cell would not keep."""


def number(cell: str) -> str:
    """A number of a certificate, or the key of an entity: as registers write it, whatever it was typed on."""
    if cell.startswith(JSON):
        return str(from_json(cell))
    text = cell if cell.isascii() else unicodedata.normalize("NFKC", cell)
    text = "".join(text.split()).lstrip("'")
    if _SCIENCE.fullmatch(text):
        raise ValueError(f"编号被表格软件改成了科学记数“{text}”\n把这一列设为文本,重新填写完整编号")
    return text.upper()


def key_as_is(cell: str) -> str:
    """The key of an account or a creator: capitals matter there."""
    if cell.startswith(JSON):
        return str(from_json(cell))
    text = cell.strip().lstrip("'")
    if _SCIENCE.fullmatch(text):
        raise ValueError(f"编号被表格软件改成了科学记数“{text}”\n把这一列设为文本,重新填写完整编号")
    return text


def text(cell: str) -> str:
    """Words."""
    return " ".join(cell.split())


@lru_cache(maxsize=65_536)
def day(cell: str) -> str | None:
    """A day as YYYY-MM-DD; None for an end that is open."""
    if _ISO.fullmatch(cell):
        return _iso(cell, *cell.split("-"))
    plain = unicodedata.normalize("NFKC", cell).strip()
    if folded(plain) in book().open_end:
        return None
    found = _DATE.fullmatch(plain) or _PLAIN_DATE.fullmatch(plain)
    if found is None:
        raise ValueError(f"不是日期:“{cell[:40]}”\n写成 2026-03-01 的样子;没有止日写“长期”")
    return _iso(cell, *found.groups()[:3])


def _iso(cell: str, year: str, month: str, of_month: str) -> str:
    try:
        return date(int(year), int(month), int(of_month)).isoformat()
    except ValueError:
        raise ValueError(f"没有这一天:“{cell[:40]}”\n核对年月日") from None


@lru_cache(maxsize=65_536)
def stretch(cell: str) -> tuple[str | None, str | None]:
    """From and to in one cell."""
    plain = cell.strip().removeprefix("自").removeprefix("从")
    ends = _BETWEEN.split(plain)
    if len(ends) != 2 and (hyphens := plain.count("-")) % 2:  # 2021.3.1-2026.2.28, 2021-03-01-2026-02-28
        pieces = plain.split("-")
        half = (hyphens + 1) // 2
        ends = ["-".join(pieces[:half]), "-".join(pieces[half:])]
        if hyphens == 3:  # 2021-03-01-长期
            ends = ["-".join(pieces[:3]), pieces[3]]
    if len(ends) != 2 or not all(ends):
        raise ValueError(f"不是起止日期:“{cell[:40]}”\n写成 2021-03-01至2026-02-28 的样子")
    return day(ends[0]), day(ends[1])


def from_json(cell: str) -> Any:
    """The value of a cell of JSON."""
    try:
        return json.loads(cell[len(JSON) :], parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise ValueError("json: 后面不是有效的 JSON\n改正它,或写成普通文字") from None


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def number_cell(value: str, read: Convert) -> str:
    """A number or key as a cell that is read back as the same."""
    try:
        same = read(value) == value and not value.startswith(JSON)
    except ValueError:
        same = False
    return value if same else JSON + json.dumps(value, ensure_ascii=False)


def as_cell(value: Any, *, several: bool = False) -> str:
    """A value as a cell that is read back as the same; ``several``: the column is one of lists."""
    plain = not several and isinstance(value, str) and value == text(value) and not value.startswith(JSON)
    if plain and value not in book().clear:
        return str(value)
    words = several and isinstance(value, list) and all(isinstance(one, str) for one in value)
    if words and value and all(one and not _KEYS.search(one) and not one.startswith(JSON) for one in value):
        joined = ";".join(value)
        if len(value) > 1 or joined not in book().clear:
            return joined
    return JSON + json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=65_536)
def listed(cell: str) -> tuple[str, ...]:
    """Several words in one cell."""
    if cell.startswith(JSON):
        return tuple(from_json(cell))
    return tuple(word for one in _SPLIT.split(cell) if (word := one.strip()))


def keys(cell: str, convert: Convert) -> tuple[str, ...]:
    """Several keys in one cell."""
    if cell.startswith(JSON):
        return tuple(map(str, from_json(cell)))
    return tuple(convert(one) for one in _KEYS.split(cell.strip()) if one)


def worded(group: str) -> Convert:
    """A word of ours from what registers write."""
    known = book().words[group]

    def convert(cell: str) -> str:
        found = known.get(folded(cell))
        if found is None:
            raise ValueError(f"不认识“{cell[:40]}”\n应为 {'、'.join(dict.fromkeys(known.values()))} 之一")
        return found

    return lru_cache(maxsize=1024)(convert)


def entity_kind(cell: str) -> str:
    """The kind of entity a cell names."""
    found = kind_of(cell)
    if found is None:
        raise ValueError(f"不认识的类别“{cell[:40]}”\n应为 {'、'.join(book().kinds)} 或它们的中文名")
    return found


def attribute(word: str) -> Convert:
    """How the cells of an attribute are read."""
    convert: Convert = _ownership if word == "attributes.ownership" else text
    if word in book().lists:
        convert = _list
    return lambda cell: from_json(cell) if cell.startswith(JSON) else convert(cell)


def _ownership(cell: str) -> str:
    return book().words["ownership"].get(folded(cell)) or text(cell)


def _list(cell: str) -> list[str]:
    return list(listed(cell))
