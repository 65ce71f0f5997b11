"""The registry as a file that importing reads back: CSV, XLSX, JSON, JSONL.

A table has a row for each entity, with its first credential and link of each kind; further ones stand in rows of their
own behind it that repeat the key. Values that a cell cannot hold as they are stand as ``json:…``.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, BinaryIO

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed, demand
from mingjian.desk.registry.cells import JSON, as_cell, key_as_is, number, number_cell
from mingjian.desk.registry.columns import book
from mingjian.desk.registry.rows import AS_IS
from mingjian.desk.registry.showing import attributes_of, is_personal
from mingjian.records.errors import Invalid
from mingjian.records.registry.model import ENTITY_KINDS, LINK_KINDS, PERSON_KINDS, Credential, Entity, Link
from mingjian.records.storage.database import Tx
from mingjian.records.storage.registry import awaited, credentials_of, entities_by_id, links_from
from mingjian.records.storage.registry_queries import entities_after

FORMATS = ("csv", "xlsx", "json", "jsonl")
MOST_XLSX = 1_048_575
_BATCH = 1000
_SCAN = 50_000
Plain = dict[str, Any]


def records(tx: Tx, principal: Principal, kind: str | None = None, as_of: date | None = None) -> Iterator[Plain]:
    """Every entity (of a kind) with its credentials and links as the API takes them, the first registered first. What
    is personal is left out unless one may see it: covered, it would come back as something else."""
    demand(principal, "registry.read")
    if kind is not None and kind not in ENTITY_KINDS:
        raise Invalid(f"应为 {'、'.join(ENTITY_KINDS)} 之一。", field="kind")
    after = 0
    while some := entities_after(tx, kind, after, _BATCH):
        after = some[-1][0]
        ids = [entity.id for _, entity in some]
        shown = entities_by_id(tx, ids, as_of=as_of) if as_of else {entity.id: entity for _, entity in some}
        credentials, links = credentials_of(tx, ids, as_of=as_of), links_from(tx, ids, as_of=as_of)
        ends = entities_by_id(tx, {link.target for own in links.values() for link in own})
        waiting: dict[str, list[Plain]] = {}
        for one in awaited(tx, ids, limit=_SCAN):
            waiting.setdefault(one.source, []).append({"kind": one.link, "target": {"kind": one.kind, "key": one.key}})
        for id in ids:
            entity = shown[id]
            yield {
                "entity": _entity(principal, entity),
                "credentials": [_credential(one) for one in credentials.get(id, ()) if _may(principal, one)],
                "links": [_link(one, ends[one.target]) for one in links.get(id, ())] + waiting.get(id, []),
            }


def _may(principal: Principal, credential: Credential) -> bool:
    return not is_personal(credential.kind) or allowed(principal, "personal.read")


def _entity(principal: Principal, entity: Entity) -> Plain:
    found: Plain = {"kind": entity.kind, "key": entity.key, "name": entity.name}
    if entity.kind in PERSON_KINDS and len(entity.key) >= 24 and not allowed(principal, "personal.read"):
        found = {"id": entity.id, "kind": entity.kind, "name": entity.name}
    if entity.state != "active":
        found["state"] = entity.state
    own = attributes_of(principal, entity.kind, entity.attributes)
    seen = {name: value for name, value in own.items() if value == entity.attributes[name]}
    return {**found, **({"attributes": seen} if seen else {})}


def _credential(one: Credential) -> Plain:
    found: Plain = {"kind": one.kind, "number": one.number}
    found |= {"issuer": one.issuer} if one.issuer else {}
    return found | _rest(one) | ({"evidence": one.evidence} if one.evidence else {})


def _link(one: Link, end: Entity) -> Plain:
    return {"kind": one.kind, "target": {"kind": end.kind, "key": end.key}} | _rest(one)


def _rest(one: Credential | Link) -> Plain:
    found: Plain = {"scope": list(one.scope)} if one.scope else {}
    for name in ("valid_from", "valid_to"):
        day = getattr(one, name)
        found |= {name: day.isoformat()} if day is not None else {}
    found |= {"state": one.state} if one.state != "valid" else {}
    return found | ({"attributes": dict(one.attributes)} if one.attributes else {})


def write(
    records: Callable[[], Iterable[Plain]], stream: BinaryIO, format: str, progress: Callable[[int], None] | None = None
) -> int:
    """Write records, which are gone through twice for a table (its columns come first); how many. Invalid."""
    if format not in FORMATS:
        raise Invalid(f"应为 {'、'.join(FORMATS)} 之一。", field="format")
    if format in ("json", "jsonl"):
        return _write_json(records(), stream, format == "jsonl", progress)
    words = _columns(records())
    rows = (row for record in _counted(records(), progress) for row in _rows(record, words))
    return _write_csv(rows, words, stream) if format == "csv" else _write_xlsx(rows, words, stream)


def _counted(records: Iterable[Plain], progress: Callable[[int], None] | None) -> Iterator[Plain]:
    for count, record in enumerate(records, 1):
        yield record
        if progress is not None and count % _BATCH == 0:
            progress(count)


def _write_json(records: Iterable[Plain], stream: BinaryIO, lines: bool, progress: Callable[[int], None] | None) -> int:
    count = 0
    stream.write(b"" if lines else b'{"records":[')
    for record in _counted(records, progress):
        text = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
        stream.write((b"" if lines or not count else b",\n") + text + (b"\n" if lines else b""))
        count += 1
    stream.write(b"" if lines else b"]}\n")
    return count


def _columns(records: Iterable[Plain]) -> list[str]:
    """The columns that the records need, in a steady order."""
    seen: set[str] = set()
    for record in records:
        for row in _cells(record):
            seen.update(row)
    first = [word for word in ("id", "kind", "key", "name", "state") if word in seen]
    return [*first, *sorted(seen - set(first))]


def _cells(record: Plain) -> Iterator[Mapping[str, str]]:
    """The rows of one record, by column."""
    entity = record["entity"]
    name = {word: entity[word] for word in ("id", "kind") if word in entity}
    if "key" in entity:
        name["key"] = number_cell(entity["key"], key_as_is if entity["kind"] in AS_IS else number)
    own = {**name, **{word: entity[word] for word in ("name", "state") if word in entity}}
    for word, value in entity.get("attributes", {}).items():
        column = f"attributes.{word}"
        own[column] = as_cell(value, several=column in book().lists)
    rows: list[dict[str, str]] = [own]
    taken: dict[str, int] = {}

    def put(group: str, cells: Mapping[str, str]) -> None:
        place = taken.get(group, 0)
        taken[group] = place + 1
        while len(rows) <= place:
            rows.append(dict(name))
        rows[place].update(cells)

    for one in record["credentials"]:
        cells = _part(one["kind"], one, ("issuer", "evidence"))
        if one["number"]:
            cells[f"{one['kind']}.number"] = number_cell(one["number"], number)
        put(one["kind"], cells)
    for one in record["links"]:
        cells = _part(one["kind"], one, ())
        key = one["target"]["key"]
        whole = as_cell([key], several=True) == key and (one["kind"] == "operates" or number_cell(key, number) == key)
        cells[f"{one['kind']}.key"] = key if whole else JSON + json.dumps([key], ensure_ascii=False)
        if len(LINK_KINDS[one["kind"]][1]) > 1:
            cells[f"{one['kind']}.kind"] = one["target"]["kind"]
        put(one["kind"], cells)
    yield from rows


def _part(group: str, one: Mapping[str, Any], names: Sequence[str]) -> dict[str, str]:
    found = {f"{group}.{name}": one[name] for name in (*names, "valid_from", "valid_to", "state") if one.get(name)}
    if one.get("scope"):
        found[f"{group}.scope"] = as_cell(one["scope"], several=True)
    if one.get("attributes"):
        found[f"{group}.attributes"] = JSON + json.dumps(one["attributes"], ensure_ascii=False, separators=(",", ":"))
    return found


def _rows(record: Plain, words: Sequence[str]) -> Iterator[list[str]]:
    for cells in _cells(record):
        yield [_safe(cells.get(word, "")) for word in words]


def _safe(cell: str) -> str:
    """No cell is a formula when a spreadsheet opens the file; importing takes the mark away again."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "'", "\t", "\r") else cell


def _write_csv(rows: Iterable[Sequence[str]], words: Sequence[str], stream: BinaryIO) -> int:
    text = io.TextIOWrapper(stream, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(words)
    count = 0
    for row in rows:
        writer.writerow(row)
        count += 1
    text.detach()
    return count


def _write_xlsx(rows: Iterable[Sequence[str]], words: Sequence[str], stream: BinaryIO) -> int:
    from openpyxl import Workbook
    from openpyxl.utils.exceptions import IllegalCharacterError

    book = Workbook(write_only=True)
    sheet = book.create_sheet("registry")
    sheet.append(list(words))
    count = 0
    for row in rows:
        count += 1
        if count > MOST_XLSX:
            raise Invalid(f"超过一个工作表的 {MOST_XLSX} 行。请按种类导出,或用 CSV。", field="format")
        try:
            sheet.append(list(row))
        except IllegalCharacterError as error:
            raise Invalid("有 Excel 不能保存的字符。请用 CSV 或 JSON。", field="format") from error
    book.save(stream)
    return count
