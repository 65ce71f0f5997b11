"""A ranking's data → a ranking. Goes on after an error, so that all are told at once."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from itertools import pairwise
from typing import Any

from mingjian.desk.queues.conditions import Complain
from mingjian.desk.queues.fields import check_known, listing, mapping, number, text, word, words
from mingjian.governance.ranking.measures import MEASURES
from mingjian.governance.ranking.model import (
    DIMENSIONS,
    FIELDS,
    NAMES,
    REQUIREMENTS,
    SOURCES,
    TIES,
    WEIGHTS,
    Dimension,
    Field,
    Ranking,
    Requirement,
)

_KEY = re.compile(r"[a-z][a-z0-9-]{0,39}")
_RANKING = ("name", "version", "title", "title_en", "from", "author", "confidence", "note", "names", "shown", "list",
            "raters", "marks", "agreement", "appeal", "sensitivity", "ties", "eligibility", "fields")  # fmt: skip
_REQUIREMENT = ("key", "title", "title_en", "cites", "least", "departments", "measures", "procedures")
_DIMENSION = ("key", "title", "title_en", "source", "measure", "unit", "direction", "bins", "linear", "weight",
              "missing", "evidence", "note", "cites")  # fmt: skip
_CONFIDENCES = ("low", "medium", "high")
_MOST_STEPS = 100
MEASURED = ("registry", "decisions", "reviews", "complaints")
"""Sources the software can measure by itself; of reviews and complaints what outside sources reported."""


def parse_ranking(data: Any, complain: Complain, provisions: Collection[str] | None = None) -> Ranking | None:
    """As much of a ranking as the data give; ``complain(field, what is wrong)`` for all that is wrong. Citations are
    looked for among ``provisions`` where they are given. None when the data are not even a mapping."""
    if not isinstance(data, dict):
        complain("", f"应为映射,含 {'、'.join(_RANKING)}")
        return None
    check_known(data, _RANKING, "", complain)
    listed, appeal, tried = (mapping(data, name, "", complain) for name in ("list", "appeal", "sensitivity"))
    check_known(listed, ("most", "share", "least_points"), "list", complain)
    check_known(appeal, ("days", "answer_days"), "appeal", complain)
    check_known(tried, ("spread", "draws"), "sensitivity", complain)
    fields, dimensions = _fields(data, complain, provisions)
    made = Ranking(
        name=_key(data, "name", "", complain),
        version=int(number(data, "version", "", complain, 1, 1_000_000, 1)),
        title=text(data, "title", "", complain),
        title_en=text(data, "title_en", "", complain),
        since=_day(data, complain),
        author=text(data, "author", "", complain),
        confidence=word(data, "confidence", "", _CONFIDENCES, complain, None),
        note=text(data, "note", "", complain),
        names=word(data, "names", "", NAMES, complain, "masked"),
        shown=words(data, "shown", "", SOURCES, complain),
        most=int(number(listed, "most", "list", complain, 1, 1_000_000, 100)),
        share=number(listed, "share", "list", complain, 0.0001, 1, 1),
        least_points=int(number(listed, "least_points", "list", complain, 0, 100, 0)),
        raters=int(number(data, "raters", "", complain, 3, 15, 3)),
        marks=_marks(data, complain),
        agreement=number(data, "agreement", "", complain, 0, 1, 0.4),
        appeal_days=int(number(appeal, "days", "appeal", complain, 1, 180, 15)),
        answer_days=int(number(appeal, "answer_days", "appeal", complain, 1, 180, 15)),
        spread=number(tried, "spread", "sensitivity", complain, 0, 0.9, 0.1),
        draws=int(number(tried, "draws", "sensitivity", complain, 1, 100_000, 1000)),
        ties=words(data, "ties", "", TIES, complain),
        eligibility=_eligibility(data, complain, provisions),
        fields=fields,
        dimensions=dimensions,
    )  # fmt: skip
    if len(dimensions) != DIMENSIONS:
        complain("fields", f"维度应正好 {DIMENSIONS} 个,现在有 {len(dimensions)} 个")
    weight = sum(one.weight for one in dimensions)
    if weight != WEIGHTS:
        complain("fields", f"权重之和应为 {WEIGHTS},现在是 {weight}")
    return made


def _eligibility(data: dict[Any, Any], complain: Complain, known: Collection[str] | None) -> tuple[Requirement, ...]:
    found: list[Requirement] = []
    for place, entry in enumerate(listing(data, "eligibility", "", complain)):
        path = f"eligibility[{place}]"
        if not isinstance(entry, dict):
            complain(path, f"应为映射,可用字段:{'、'.join(_REQUIREMENT)}")
            continue
        check_known(entry, _REQUIREMENT, path, complain)
        found.append(Requirement(
            key=word(entry, "key", path, REQUIREMENTS, complain, None),
            title=text(entry, "title", path, complain),
            title_en=text(entry, "title_en", path, complain),
            cites=_cites(entry, path, complain, known),
            least=number(entry, "least", path, complain, 0, 60, 0),
            departments=_texts(entry, "departments", path, complain),
            measures=_texts(entry, "measures", path, complain),
                procedures=_texts(entry, "procedures", path, complain),
        ))  # fmt: skip
    keys = [one.key for one in found]
    if "entity" not in keys or "practice" not in keys:
        complain("eligibility", "至少要有 entity 和 practice:没有执业注册的不得参评")
    for key in {key for key in keys if keys.count(key) > 1}:
        complain("eligibility", f"“{key}”写了两次")
    return tuple(found)


def _fields(
    data: dict[Any, Any], complain: Complain, known: Collection[str] | None
) -> tuple[tuple[Field, ...], tuple[Dimension, ...]]:
    fields: list[Field] = []
    dimensions: list[Dimension] = []
    for place, entry in enumerate(listing(data, "fields", "", complain)):
        path = f"fields[{place}]"
        if not isinstance(entry, dict):
            complain(path, "应为映射,含 key、title、title_en、dimensions")
            continue
        check_known(entry, ("key", "title", "title_en", "dimensions"), path, complain)
        key = word(entry, "key", path, FIELDS, complain, None)
        fields.append(Field(key, text(entry, "title", path, complain), text(entry, "title_en", path, complain)))
        for number_, row in enumerate(listing(entry, "dimensions", path, complain)):
            at = f"{path}.dimensions[{number_}]"
            if isinstance(row, dict):
                dimensions.append(_dimension(row, key, at, complain, known))
            else:
                complain(at, f"应为映射,可用字段:{'、'.join(_DIMENSION)}")
    if tuple(one.key for one in fields) != FIELDS:
        complain("fields", f"应依次为 {'、'.join(FIELDS)}")
    keys = [one.key for one in dimensions]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        complain("fields", f"维度“{key}”写了两次")
    return tuple(fields), tuple(dimensions)


def _dimension(
    row: dict[Any, Any], field: str, path: str, complain: Complain, known: Collection[str] | None
) -> Dimension:
    check_known(row, _DIMENSION, path, complain)
    source = word(row, "source", path, SOURCES, complain, None)
    measure = row.get("measure")
    if measure is not None and measure not in MEASURES:
        complain(f"{path}.measure", f"没有口径“{measure}”。可用:{'、'.join(MEASURES)}")
    if measure is None and source in ("registry", "decisions"):
        complain(f"{path}.measure", "来自登记或处置的维度要有口径")
    if measure is not None and source not in MEASURED:
        complain(f"{path}.measure", "病例统计、自报和专家评分的维度不能有口径")
    direction = word(row, "direction", path, ("up", "down"), complain, "up")
    bins, line = _scale(row, direction, path, complain)
    return Dimension(
        key=_key(row, "key", path, complain), field=field, title=text(row, "title", path, complain),
        title_en=text(row, "title_en", path, complain), source=source, measure=measure,
        unit=str(row.get("unit", "")), direction=direction,
        weight=int(number(row, "weight", path, complain, 1, WEIGHTS, 1)),
        missing=int(number(row, "missing", path, complain, 0, 100, 0)), bins=bins, line=line,
        evidence=text(row, "evidence", path, complain), note=text(row, "note", path, complain),
        cites=_cites(row, path, complain, known),
    )  # fmt: skip


def _scale(
    row: dict[Any, Any], direction: str, path: str, complain: Complain
) -> tuple[tuple[tuple[float, float], ...], tuple[float, float] | None]:
    """Bins, or a straight line: upward it stays one, downward it is cut into even bins (the engine's lines rise)."""
    if ("bins" in row) == ("linear" in row):
        complain(path, "bins 和 linear 写一个,且只写一个")
        return ((0.0, 0.0),), None
    if "linear" in row:
        line = mapping(row, "linear", path, complain)
        check_known(line, ("from", "to", "steps"), f"{path}.linear", complain)
        since = number(line, "from", f"{path}.linear", complain, -1e9, 1e9, 0)
        to = number(line, "to", f"{path}.linear", complain, -1e9, 1e9, 1)
        steps = int(number(line, "steps", f"{path}.linear", complain, 1, _MOST_STEPS, 10))
        if (since < to) != (direction == "up") or since == to:
            complain(f"{path}.linear", "up 的 from 应小于 to,down 的应大于")
            return ((0.0, 0.0),), None
        if direction == "up":
            return (), (since, to)
        width = (since - to) / steps
        return tuple((to + width * place, 100 - 100 * place / steps) for place in range(steps + 1)), None
    return _bins(row, direction, path, complain), None


def _bins(row: dict[Any, Any], direction: str, path: str, complain: Complain) -> tuple[tuple[float, float], ...]:
    bins: list[tuple[float, float]] = []
    for place, entry in enumerate(listing(row, "bins", path, complain)):
        good = isinstance(entry, list) and len(entry) == 2 and all(
            isinstance(value, int | float) and not isinstance(value, bool) for value in entry)  # fmt: skip
        if not good or not 0 <= entry[1] <= 100:
            complain(f"{path}.bins[{place}]", "应为 [起点, 0 到 100 的百分数]")
        else:
            bins.append((float(entry[0]), float(entry[1])))
    if len(bins) < 2:
        complain(f"{path}.bins", "至少两档")
        return ((0.0, 0.0),)
    sign = 1 if direction == "up" else -1
    for (since, share), (later, onward) in pairwise(bins):
        if later <= since or sign * (onward - share) < 0:
            complain(f"{path}.bins", "起点应递增,得分应按 direction 只增不减或只减不增")
            break
    if max(share for _, share in bins) != 100:
        complain(f"{path}.bins", "最好的一档应为 100")
    return tuple(bins)


def _cites(row: dict[Any, Any], path: str, complain: Complain, known: Collection[str] | None) -> tuple[str, ...]:
    found = _texts(row, "cites", path, complain)
    for cite in found:
        if known is not None and cite not in known:
            complain(f"{path}.cites", f"法规库里没有 {cite}")
    return found


def _texts(row: dict[Any, Any], name: str, path: str, complain: Complain) -> tuple[str, ...]:
    found = listing(row, name, path, complain)
    for value in found:
        if not isinstance(value, str) or not value:
            complain(f"{path}.{name}", f"应为文字的列表,不是 {value!r}")
    return tuple(str(value) for value in found)


def _marks(data: dict[Any, Any], complain: Complain) -> tuple[int, ...]:
    found = listing(data, "marks", "", complain)
    good = len(found) >= 2 and all(isinstance(mark, int) and 1 <= mark <= 9 for mark in found)
    if not good or found != sorted(set(found)):
        complain("marks", "应为 1 到 9 之间递增的整数,至少两个")
        return (1, 2, 3, 4, 5)
    return tuple(found)


def _key(data: dict[Any, Any], name: str, path: str, complain: Complain) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        complain(f"{path}.{name}" if path else name, "必填,小写英文字母开头的英文、数字、连字符,不超过 40 个字符")
        return ""
    return value


def _day(data: dict[Any, Any], complain: Complain) -> date:
    value = data.get("from")
    if not isinstance(value, date):
        complain("from", "必填,应为日期,如 2026-01-01")
        return date.min
    return value
