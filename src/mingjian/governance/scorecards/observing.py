"""Taking in what outside sources report: checked row by row, the good kept, the bad told with row and field."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mingjian.core.model import PUBLISHER_KINDS
from mingjian.desk.people.model import Principal
from mingjian.governance.scorecards.model import MICRO
from mingjian.governance.scorecards.sources import observed
from mingjian.records.canonical import canonical
from mingjian.records.errors import Invalid
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.scores.model import number_at, number_of
from mingjian.records.storage import contents
from mingjian.records.storage.database import Tx

MOST_ROWS = 1000
"""Rows of one event."""
_MOST_VALUE = 9_000_000
_FIELDS = ("source", "actor", "kind", "day")
_OLDEST = 3650


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row that cannot be taken: its place from 0, the field, and what is wrong."""

    row: int
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Told:
    """What became of the rows: how many were kept, and what was wrong with the others."""

    kept: int
    wrong: tuple[Wrong, ...]


Row = tuple[str, str, str, int, dict[str, int]]


def observe(tx: Tx, principal: Principal, rows: Sequence[Any]) -> Told:
    """Keep observations: each {source, actor, kind, day, values: {measure: number}}. The same source, actor and day
    again takes the place of the measures it names: sending twice changes nothing. Invalid for more than MOST_ROWS."""
    may_observe(principal)
    if len(rows) > MOST_ROWS:
        raise Invalid(f"一次最多 {MOST_ROWS} 条观测,这里有 {len(rows)} 条", field="observations")
    wrong: list[Wrong] = []
    good = [found for at, row in enumerate(rows) if (found := _row(row, at, number_at(tx.now), wrong)) is not None]
    by_source: dict[str, list[Row]] = {}
    for found in good:
        by_source.setdefault(found[0], []).append(found)
    for source, some in sorted(by_source.items()):
        (digest,) = contents.put(tx, [canonical([list(one[1:]) for one in some])])
        append(tx, Event("score.observed", source, {"source": source, "rows": digest, "count": len(some)},
                         principal.actor))  # fmt: skip
    return Told(len(good), tuple(wrong))


def may_observe(principal: Principal) -> None:
    """Reporting numbers of others is writing into the registry's room: the same permission."""
    from mingjian.desk.people.permissions import demand

    demand(principal, "registry.import")


def _row(row: Any, at: int, today: int, wrong: list[Wrong]) -> Row | None:
    before = len(wrong)

    def complain(field: str, message: str) -> None:
        wrong.append(Wrong(at, field, message))

    if not isinstance(row, Mapping):
        complain("", "应为对象,含 source、actor、kind、day、values")
        return None
    unknown = sorted(set(map(str, row)) - {*_FIELDS, "values"})
    if unknown:
        complain(unknown[0], "没有这个字段。可用:source、actor、kind、day、values")
    source = observed().get(str(row.get("source")))
    if source is None:
        complain("source", f"没有来源“{row.get('source')}”。可用:{'、'.join(observed())}")
    actor = row.get("actor")
    if not isinstance(actor, str) or not 0 < len(actor.strip()) <= 200 or not actor.isprintable():
        complain("actor", "必填,1 至 200 个可见字符")
    kind = row.get("kind")
    if kind not in PUBLISHER_KINDS:
        complain("kind", f"应为 {'、'.join(PUBLISHER_KINDS)} 之一")
    day = _day(row.get("day"))
    if day is None or not today - _OLDEST <= day <= today:
        complain("day", "应为日期 YYYY-MM-DD,不晚于今天,不早于十年前")
    values = row.get("values")
    taken: dict[str, int] = {}
    if not isinstance(values, Mapping) or not values:
        complain("values", "必填:指标 → 数值")
    else:
        for name, value in values.items():
            if source is not None and name not in source.measures:
                complain(f"values.{name}", f"来源“{source.name}”没有这个指标。可用:{'、'.join(source.measures)}")
            elif isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                complain(f"values.{name}", f"应为数,不是 {value!r}")
            elif abs(value) > _MOST_VALUE:
                complain(f"values.{name}", f"绝对值不能超过 {_MOST_VALUE}")
            else:
                taken[str(name)] = round(value * MICRO)
    if len(wrong) > before or day is None or source is None:
        return None
    return source.name, str(actor).strip(), str(kind), day, taken


def _day(value: Any) -> int | None:
    if isinstance(value, date):
        return number_of(value)
    try:
        return number_of(date.fromisoformat(value)) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def rows_of_csv(text: str) -> Iterable[dict[str, Any]]:
    """Rows of a CSV with the columns source, actor, kind, day and one column a measure; an empty cell says nothing.
    Invalid when a column is missing or the heading is not there."""
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    names = [name.strip() for name in reader.fieldnames or ()]
    missing = [name for name in _FIELDS if name not in names]
    if missing:
        raise Invalid(f"表头缺少列:{'、'.join(missing)};应有 source、actor、kind、day 和各指标的列", field="file")
    for row in reader:
        cells = {str(name).strip(): (value or "").strip() for name, value in row.items() if isinstance(value, str)}
        values = {name: _number(cell) for name, cell in cells.items() if name not in _FIELDS and cell}
        yield {**{name: cells.get(name, "") for name in _FIELDS}, "values": values}


def _number(cell: str) -> Any:
    try:
        return float(cell)
    except ValueError:
        return cell
