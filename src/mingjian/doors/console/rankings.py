"""What the pages of rankings share: words of states, rows read from text, one line of an entrant."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mingjian.governance.ranking.entering import Nomination
from mingjian.governance.ranking.valuing import ValueRow
from mingjian.records.errors import Invalid
from mingjian.records.ranking.model import Entrant
from mingjian.records.registry.model import Entity
from mingjian.records.storage import registry
from mingjian.records.storage.database import Tx

ENTRANT_STATES = {"registered": "待审查", "eligible": "符合条件", "refused": "不符合", "undetermined": "待补充",
                  "withdrawn": "已退出"}  # fmt: skip
FORM_STATES = {"assigned": "待评", "submitted": "已交", "conflict": "回避", "void": "已收回"}
APPEAL_STATES = {"lodged": "待答复", "upheld": "维持", "granted": "成立"}
SOURCES = {"registry": "登记与资质", "reviews": "就医者评价", "cases": "病例统计", "complaints": "投诉",
           "decisions": "平台处置", "expert": "专家盲评", "stated": "自报并附证明"}  # fmt: skip
ORIGINS = {"self": "自荐", "staff": "提名", "import": "导入"}
TIES = {"technique": "技术分", "aesthetics": "审美分", "service": "服务分", "fewer_missing": "缺数据的维度较少"}
TAGS = {"eligible": "ok", "refused": "bad", "undetermined": "undetermined", "published": "ok", "granted": "ok",
        "computed": "accent", "reviewed": "accent", "rating": "low", "open": "low", "lodged": "warn",
        "submitted": "ok", "conflict": "warn"}  # fmt: skip
MOST_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """An entrant with who they are in the registry."""

    entrant: Entrant
    entity: Entity | None

    @property
    def name(self) -> str:
        """As the registry names them."""
        return self.entity.name if self.entity is not None else "—"


def lines(tx: Tx, entrants: Sequence[Entrant]) -> list[Line]:
    """Entrants with their names."""
    known = registry.entities_by_id(tx, [one.entity for one in entrants])
    return [Line(one, known.get(one.entity)) for one in entrants]


def nominations(text: str) -> list[Nomination]:
    """Nominations of a CSV: ``key`` in each row, and where works are shown ``title`` and ``text``; rows of one key are
    one nomination. A text without a head is a list of keys."""
    rows = _rows(text, "key", ("key", "title", "text"))
    works: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        own = works.setdefault(row["key"], [])
        if row.get("title") or row.get("text"):
            own.append({"title": row.get("title", ""), "text": row.get("text", "")})
    return [Nomination(key, tuple(own)) for key, own in works.items()]


def values(text: str) -> list[ValueRow]:
    """Values of a CSV: who, dimension, value, on, evidence."""
    found = []
    for place, row in enumerate(_rows(text, "who", ("who", "dimension", "value", "on", "evidence"), head=True), 2):
        try:
            value = float(row.get("value", ""))
        except ValueError:
            raise Invalid(f"第 {place} 行的 value 不是数:{row.get('value', '')[:40]}", field="rows") from None
        found.append(ValueRow(row["who"], row.get("dimension", ""), value, row.get("on", ""), row.get("evidence", "")))
    return found


def _rows(text: str, first: str, fields: Sequence[str], *, head: bool = False) -> list[dict[str, str]]:
    if len(text.encode()) > MOST_BYTES:
        raise Invalid(f"太大,一次最多 {MOST_BYTES // 1_000_000} MB。", field="rows")
    rows = [row for row in csv.reader(io.StringIO(text.lstrip("\ufeff"))) if any(cell.strip() for cell in row)]
    if not rows:
        raise Invalid("没有内容。", field="rows")
    names = [cell.strip() for cell in rows[0]]
    if first in names:
        unknown = [name for name in names if name not in fields]
        if unknown:
            raise Invalid(f"没有这样的列:{'、'.join(unknown)}。可用:{'、'.join(fields)}", field="rows")
        rows = rows[1:]
    elif head:
        raise Invalid(f"第一行应为列名:{','.join(fields)}", field="rows")
    else:
        names = [first]
    made = [dict(zip(names, (cell.strip() for cell in row), strict=False)) for row in rows]
    return [row for row in made if row.get(first)]


def day_of(text: str, field: str) -> date:
    """A day of a form; Invalid."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(f"不是日期:{text[:40]}。请写作 2026-03-02。", field=field) from None
