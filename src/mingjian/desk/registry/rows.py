"""One row of a table, or one object of a list, as a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from mingjian.desk.registry import cells
from mingjian.desk.registry.columns import Column, book, find_columns
from mingjian.desk.registry.model import Problem, Record
from mingjian.desk.registry.parse import WITHOUT_NUMBER
from mingjian.records.errors import Invalid
from mingjian.records.registry.model import CREDENTIAL_KINDS, LINK_KINDS

AS_IS = frozenset({"account", "creator", "service"})
"""Kinds whose keys are no numbers of certificates: capitals matter."""
_RECORD = frozenset({"entity", "credentials", "links", "effective"})
Step = tuple[int, str, str, str, Callable[[str], Any], str]


class Mapper:
    """Rows of one table. ``kind`` is what all rows are of, None where a column says it row by row."""

    def __init__(self, columns: Sequence[Column], kind: str | None) -> None:
        self.kind = kind
        self.columns = columns
        self._headings = {column.word: column.heading for column in columns}
        self._kinds = {column.word: column.place for column in columns if column.word == "kind"}
        self._steps: dict[str, list[Step]] = {}

    def record(self, row: Sequence[str]) -> Record | list[Problem]:
        """The record of a row, or all that is wrong with it; fields are the table's headings."""
        problems: list[Problem] = []
        kind = self._kind(row, problems)
        if kind is None:
            return problems
        clear = book().clear
        entity: dict[str, Any] = {"kind": kind}
        attributes: dict[str, Any] = {}
        credentials: dict[str, dict[str, Any]] = {}
        links: dict[str, dict[str, Any]] = {}
        groups = {"attributes": attributes, "entity": entity}
        size = len(row)
        for place, where, group, name, convert, heading in self._steps_of(kind):
            cell = row[place].strip() if place < size else ""
            if not cell:
                continue
            if cell[0] == "'":  # how spreadsheets mark what is text, and our exports what is no formula
                cell = cell[1:]
            try:
                value = None if cell in clear and name not in ("key", "number", "id") else convert(cell)
            except ValueError as error:
                what, _, todo = str(error).partition("\n")
                problems.append(Problem(heading, what, todo))
                continue
            if where == "plain":
                groups[group][name] = value
                continue
            held = (credentials if where == "credential" else links).setdefault(group, {})
            if name == "valid":
                held["valid_from"], held["valid_to"] = value or (None, None)
            else:
                held[name] = value
        effective = entity.pop("effective", None)
        self._identify(kind, entity, credentials, problems)
        if problems:
            return problems
        made = [
            {"kind": name, **fields} for name, fields in credentials.items() if self._numbered(name, fields, problems)
        ]
        joined = [link for name, fields in links.items() for link in self._links(name, fields, problems)]
        if problems:
            return problems
        if attributes:
            entity["attributes"] = attributes
        return Record(entity, made, joined, effective)

    def heading(self, field: str, record: Record) -> str:
        """Where in the table a field of the record stands (``credentials.0.valid_to`` → its heading)."""
        first, _, rest = field.partition(".")
        if first == "entity":
            return self._headings.get(rest, rest or field)
        place, _, name = rest.partition(".")
        listed = record.credentials if first == "credentials" else record.links
        if not place.isdigit() or int(place) >= len(listed):
            return self._headings.get(field, field)
        name = name.removeprefix("target.").partition(".")[0]
        group = listed[int(place)].get("kind", "")
        word = f"{group}.{name}"
        return self._headings.get(word) or self._headings.get(f"{group}.valid", word)

    def _kind(self, row: Sequence[str], problems: list[Problem]) -> str | None:
        place = self._kinds.get("kind")
        cell = row[place].strip() if place is not None and place < len(row) else ""
        if not cell:
            if self.kind is None:
                problems.append(Problem(self._headings["kind"], "没有写明类别", "填写类别", "missing"))
            return self.kind
        try:
            found = cells.entity_kind(cell)
        except ValueError as error:
            what, _, todo = str(error).partition("\n")
            problems.append(Problem(self._headings["kind"], what, todo))
            return None
        if self.kind is not None and found != self.kind:
            problems.append(Problem(self._headings["kind"], f"这一行是 {found},本次导入的是 {self.kind}", "分开导入"))
            return None
        return found

    def _steps_of(self, kind: str) -> list[Step]:
        if kind not in self._steps:
            self._steps[kind] = [_step(column, kind) for column in self.columns if column.word != "kind"]
        return self._steps[kind]

    def _identify(
        self,
        kind: str,
        entity: dict[str, Any],
        credentials: Mapping[str, Mapping[str, Any]],
        problems: list[Problem],
    ) -> None:
        """The key: its own column, the account on its platform, or the first certificate that stands for it."""
        platform, account = entity.pop("platform", None), entity.pop("account", None)
        if entity.get("key") or entity.get("id"):
            return
        if account:
            entity["key"] = f"{platform}:{account}" if platform else account
            return
        for word in book().kinds[kind].key:
            group, _, name = word.partition(".")
            value = credentials.get(group, {}).get(name)
            if value:
                entity["key"] = value
                return
        if not problems:
            own = [
                self._headings[word] for word in ("key", "account", *book().kinds[kind].key) if word in self._headings
            ]
            problems.append(Problem("、".join(own) or "key", "缺少编号,认不出是谁", "填写编号", "missing"))

    def _numbered(self, name: str, fields: Mapping[str, Any], problems: list[Problem]) -> bool:
        """Whether there is a certificate at all: an issuer alone, the same in every row, is none."""
        if fields.get("number") or name in WITHOUT_NUMBER or "number" not in self._fields(name):
            return True
        if set(fields) - {"issuer", "state"}:
            heading = self._headings[f"{name}.number"]
            problems.append(Problem(heading, "填了证件的其他内容,没有填编号", "补上编号,或清空有关各格", "missing"))
        return False

    def _fields(self, name: str) -> set[str]:
        return {word.partition(".")[2] for word in self._headings if word.startswith(f"{name}.")}

    def _links(self, name: str, fields: Mapping[str, Any], problems: list[Problem]) -> list[dict[str, Any]]:
        ends = fields.get("key")
        rest = {each: value for each, value in fields.items() if each not in ("key", "kind")}
        if not ends:
            if set(rest) - {"state"} and f"{name}.key" in self._headings and "scope" not in rest:
                problems.append(
                    Problem(self._headings[f"{name}.key"], "填了关系的其他内容,没有填对方编号", "补上编号", "missing")
                )
            return []
        kinds = LINK_KINDS[name][1]
        kind = fields.get("kind") or kinds[0]
        return [{"kind": name, "target": {"kind": kind, "key": key}, **rest} for key in ends]


def _step(column: Column, kind: str) -> Step:
    word = column.word
    group, dot, name = word.partition(".")
    as_is = kind in AS_IS
    if group == "attributes":
        return column.place, "plain", "attributes", name, cells.attribute(word), column.heading
    if not dot:
        plain: dict[str, Callable[[str], Any]] = {
            "key": cells.key_as_is if as_is else cells.number, "account": cells.key_as_is, "id": cells.key_as_is,
            "platform": cells.worded("platforms"), "state": cells.worded("state"), "effective": cells.day,
        }  # fmt: skip
        return column.place, "plain", "entity", word, plain.get(word, cells.text), column.heading
    shared: dict[str, Callable[[str], Any]] = {
        "valid_from": cells.day, "valid_to": cells.day, "valid": cells.stretch, "scope": cells.listed,
        "state": cells.worded("credential_state"), "number": cells.number, "kind": cells.entity_kind,
        "evidence": str.lower, "attributes": cells.from_json,
    }  # fmt: skip
    if group in CREDENTIAL_KINDS:
        return column.place, "credential", group, name, shared.get(name, cells.text), column.heading
    end: Callable[[str], Any] = cells.key_as_is if group == "operates" else cells.number
    if name == "key":
        return column.place, "link", group, name, lambda cell: cells.keys(cell, end), column.heading
    return column.place, "link", group, name, shared[name], column.heading


def record_of(value: Any, kind: str | None) -> Record | list[Problem]:
    """The record of an object: written as the API takes it ({"entity": …, "credentials": […], "links": […]}), or flat,
    its names being words of columns."""
    if not isinstance(value, Mapping):
        return [Problem("", "应为对象(字段与值)")]
    given = {name: one for name, one in value.items() if not str(name).startswith("_")}
    if "entity" in given:
        unknown = sorted(given.keys() - _RECORD)
        if unknown:
            return [Problem(unknown[0], "没有这个字段", f"可用:{'、'.join(sorted(_RECORD))}", "unknown")]
        entity = given["entity"]
        if kind is not None and isinstance(entity, Mapping):
            entity = {"kind": kind, **entity}
        return Record(entity, given.get("credentials") or (), given.get("links") or (), given.get("effective"))
    return _flat(given, kind)


def _flat(given: Mapping[str, Any], kind: str | None) -> Record | list[Problem]:
    row: list[str] = []
    names: list[str] = []
    for name, value in given.items():
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            value = ";".join(value)
        if isinstance(value, bool) or not isinstance(value, str | int | float | None):
            return [Problem(str(name), "应为文字或数", '或写成 {"entity": …} 的样子')]
        names.append(str(name))
        row.append("" if value is None else str(value))
    found = _mapper(tuple(names), kind)
    return found.record(row) if isinstance(found, Mapper) else [found]


@lru_cache(maxsize=256)
def _mapper(names: tuple[str, ...], kind: str | None) -> Mapper | Problem:
    """Objects of one list mostly have the same names."""
    try:
        columns, passed = find_columns(names, kind)
    except Invalid as error:
        return Problem("", error.message)
    if passed:
        return Problem(passed[0], "没有这个字段", "可用的字段见文档", "unknown")
    return Mapper(columns, kind)
