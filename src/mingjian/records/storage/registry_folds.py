"""How events become the registry's tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from mingjian.records.canonical import canonical
from mingjian.records.journal.fold import folds
from mingjian.records.journal.model import Recorded
from mingjian.records.registry.documents import USUAL, short
from mingjian.records.search.grams import grams_of
from mingjian.records.storage.bulk import among, insert_rows
from mingjian.records.storage.database import Tx
from mingjian.records.storage.registry_contents import get_records
from mingjian.records.storage.registry_rows import COLUMNS, TABLES, row_of, values_of
from mingjian.records.storage.registry_tables import CREDENTIALS, ENTITIES, LINKS, VERSIONS

PLACES = 10_000
"""More than one event holds records: the number of a row is the event's times this, and its place in it."""
_OLD = ("subject", "version", "entity", "noun", "effective", "seq", "document")


@folds("registry.recorded")
def _recorded(tx: Tx, events: Sequence[Recorded]) -> None:
    """One event after another: each holds up to a thousand records, and what one brings the next may join."""
    for event in events:
        _record(tx, event)


def _record(tx: Tx, event: Recorded) -> None:
    """What is of version 1 is new, anything else takes the place of what was there. A record whose content was
    deleted was erased later: it is passed over."""
    names = event.body["records"]
    found = get_records(tx, names)
    new: dict[str, list[dict[str, Any]]] = {"entity": [], "credential": [], "link": []}
    later: dict[str, list[dict[str, Any]]] = {"entity": [], "credential": [], "link": []}
    numbers: dict[str, int] = {}
    touched: dict[str, None] = {}
    for place, name in enumerate(names):
        record = found.get(name)
        if record is None:
            continue
        of = record["of"]
        touched[of] = None
        numbers.setdefault(of, event.seq * PLACES + place)
        for noun, filled in _parts(record):
            (new if filled["version"] == 1 else later)[noun].append(filled)
    _insert_entities(tx, new["entity"], event, numbers)
    for noun in ("credential", "link"):
        insert_rows(tx, TABLES[noun], COLUMNS[noun], [row_of(noun, values, event.seq) for values in new[noun]])
    for noun in ("entity", "credential", "link"):
        _replace(tx, noun, later[noun], event.seq)
    fresh = {values["id"] for values in new["entity"]}
    _touch(tx, {id: event.at for id in touched if id not in fresh})
    _join(tx, [*new["entity"], *later["entity"]])


def _parts(record: Mapping[str, Any]) -> Iterable[tuple[str, dict[str, Any]]]:
    """What a content tells of, each with all its fields."""
    of = record["of"]
    if "entity" in record:
        yield "entity", {**USUAL["entity"], **record["entity"], "id": of}
    for values in record.get("credentials", ()):
        yield "credential", {**USUAL["credential"], **values, "entity": of}
    for values in record.get("links", ()):
        yield "link", {**USUAL["link"], **values, "source": of}


def _insert_entities(tx: Tx, new: Sequence[Mapping[str, Any]], event: Recorded, numbers: Mapping[str, int]) -> None:
    rows = [
        (*row_of("entity", values, event.seq), numbers[values["id"]], event.at, words)
        for values, words in zip(new, _grams(new), strict=True)
    ]
    insert_rows(tx, ENTITIES, (*COLUMNS["entity"], "number", "changed_at", "grams"), rows)


def _grams(entities: Sequence[Mapping[str, Any]]) -> list[str]:
    """The tokens of names, each once, and one for the kind."""
    found = grams_of([entity["name"] for entity in entities])
    return [
        " ".join((f"@k{entity['kind']}", *dict.fromkeys(tokens)))
        for entity, tokens in zip(entities, found, strict=True)
    ]


def _replace(tx: Tx, noun: str, changes: Sequence[Mapping[str, Any]], seq: int) -> None:
    """Put versions in the place of those before, which are kept aside."""
    if not changes:
        return
    table = TABLES[noun]
    asked = sa.select(table).where(among(tx, table.c.id, (values["id"] for values in changes)))
    there = {row.id: (values_of(noun, row), row.seq) for row in tx.rows(asked)}
    old, last = list[tuple[Any, ...]](), dict[str, Mapping[str, Any]]()
    for values in changes:
        id = values["id"]
        if id not in there:
            continue  # its first version was erased
        before, before_seq = there[id]
        old.append(_old_row(noun, before, before_seq))
        there[id], last[id] = (dict(values), seq), values
    insert_rows(tx, VERSIONS, _OLD, old)
    rows = []
    for id, values in last.items():
        row = dict(zip(COLUMNS[noun], row_of(noun, values, seq), strict=True))
        rows.append({"b_id": id, **{name: value for name, value in row.items() if name != "id"}})
    if noun == "entity":
        words = _grams(list(last.values()))
        rows = [{**row, "grams": text} for row, text in zip(rows, words, strict=True)]
    if rows:
        tx.run(table.update().where(table.c.id == sa.bindparam("b_id")), rows)


def _old_row(noun: str, values: Mapping[str, Any], seq: int) -> tuple[Any, ...]:
    entity = values[{"entity": "id", "credential": "entity", "link": "source"}[noun]]
    document = canonical(short(noun, values)).decode()
    return values["id"], values["version"], entity, noun, values["effective"], seq, document


def _touch(tx: Tx, at: Mapping[str, int]) -> None:
    if at:
        update = ENTITIES.update().where(ENTITIES.c.id == sa.bindparam("b_id"))
        tx.run(update, [{"b_id": id, "changed_at": moment} for id, moment in at.items()])


def _join(tx: Tx, entities: Sequence[Mapping[str, Any]]) -> None:
    """Links that waited for these are joined to them."""
    if not entities or tx.one(sa.select(LINKS.c.id).where(LINKS.c.awaits.is_not(None)).limit(1)) is None:
        return
    ids = {f"{entity['kind']}:{entity['key']}": entity["id"] for entity in entities}
    waiting = tx.rows(sa.select(LINKS.c.id, LINKS.c.awaits).where(among(tx, LINKS.c.awaits, ids)))
    if waiting:
        update = LINKS.update().where(LINKS.c.id == sa.bindparam("b_id"))
        tx.run(update, [{"b_id": row.id, "target": ids[row.awaits], "awaits": None} for row in waiting])


@folds("entity.changed", "credential.changed", "link.changed")
def _changed(tx: Tx, events: Sequence[Recorded]) -> None:
    """The state of one changed: all else of it stays."""
    for event in events:
        body = event.body
        noun = event.kind.partition(".")[0]
        table = TABLES[noun]
        row = tx.one(sa.select(table).where(table.c.id == event.subject))
        if row is None:
            continue
        before = values_of(noun, row)
        insert_rows(tx, VERSIONS, _OLD, [_old_row(noun, before, row.seq)])
        tx.run(
            table.update().where(table.c.id == event.subject),
            {"state": body["state"], "version": body["version"], "effective": body["effective"], "seq": event.seq},
        )
        _touch(tx, {body["entity"]: event.at})


@folds("credential.checked")
def _checked(tx: Tx, events: Sequence[Recorded]) -> None:
    """Somebody looked: what was found stands until somebody looks again. No new version: the credential is the same."""
    found = get_records(tx, (event.body["record"] for event in events))
    update = CREDENTIALS.update().where(CREDENTIALS.c.id == sa.bindparam("b_id"))
    rows, touched = [], {}
    for event in events:
        body = event.body
        if body["record"] not in found:
            continue
        touched[body["entity"]] = event.at
        rows.append({"b_id": event.subject, "verified": body["check"], "checked_at": body["at"],
                     "why": found[body["record"]]["why"]})  # fmt: skip
    if rows:
        tx.run(update, rows)
    for event in events:
        if event.body["evidence"] is not None and event.body["record"] in found:
            tx.run(update, [{"b_id": event.subject, "evidence": event.body["evidence"]}])
    _touch(tx, touched)


@folds("entity.erased")
def _erased(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        id = event.subject
        tx.run(ENTITIES.delete().where(ENTITIES.c.id == id))
        tx.run(CREDENTIALS.delete().where(CREDENTIALS.c.entity == id))
        links = event.body["links"]
        tx.run(LINKS.delete().where(sa.or_(LINKS.c.source == id, LINKS.c.target == id, among(tx, LINKS.c.id, links))))
        tx.run(VERSIONS.delete().where(sa.or_(VERSIONS.c.entity == id, among(tx, VERSIONS.c.subject, links))))
