"""Rows of a database's table or query, as an archive's rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from mingjian.governance.sweeps.sources import Manifest
from mingjian.intake.archive import Rows
from mingjian.intake.archive.conform import conform_rows
from mingjian.intake.archive.shapes import SHAPES
from mingjian.records.canonical import canonical, digest
from mingjian.records.errors import Conflict, Invalid
from mingjian.records.storage.outside import Outside
from mingjian.records.sweeps.model import Piece


class TableSource:
    """Ranges of keys as pieces. The columns are those of an archive's items (a query names them so); lists and facts
    may be texts of JSON."""

    def __init__(self, source: Mapping[str, str]) -> None:
        key = source.get("key")
        if not key:
            raise Invalid("数据库来源须指明键列(数字或文字,不重复)", field="key")
        self._outside = Outside(source["address"], key, table=source.get("table"), query=source.get("query"))
        self.name = self._outside.name

    def manifest(self, rows: int) -> Manifest:
        """The ranges that are there now. What is added behind the last key later is not part of the plan."""
        pieces: list[Piece] = []
        first = 0
        for one in self._outside.ranges(rows):
            mark = canonical({"low": one.low, "high": one.high}).decode()
            pieces.append(Piece(len(pieces), self.name, first, one.rows, mark))
            first += one.rows
        bounds = digest(canonical([[one.rows, one.mark] for one in pieces]))
        return Manifest(self.name, ({"file": self.name, "rows": first, "sha256": bounds},), tuple(pieces))

    def read(self, piece: Piece) -> Rows:
        """The rows of a range. Conflict when there are others than were planned: fewer or more."""
        mark = json.loads(piece.mark or "{}")
        found = self._outside.read(mark["low"], mark["high"], piece.rows)
        if len(found) != piece.rows:
            told = f"计划时 {piece.rows} 行,现在{'更多' if len(found) > piece.rows else f' {len(found)} 行'}"
            raise Conflict(f"来源在计划之后变动过({self.name} 到键 {mark['high']}:{told}),请新建一次回查。")
        at = np.arange(piece.first, piece.first + len(found), dtype=np.int64)
        return conform_rows([_plain(row) for row in found], at, self.name, SHAPES["items"])

    def check(self, files: list[dict[str, Any]]) -> None:
        """Each range says for itself, when it is read, whether its rows are still as many."""


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Databases without lists keep them as JSON."""
    made = dict(row)
    for name in ("hashtags", "pictures", "videos"):
        value = made.get(name)
        if isinstance(value, str):
            try:
                made[name] = json.loads(value)
            except ValueError:
                made[name] = value  # told of by row and field
    return made
