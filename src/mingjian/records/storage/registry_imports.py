"""How far each import has come, and the rows it could not take. Operational, not a projection: what was recorded is in
the journal; a cursor is moved in the transaction of the rows it has passed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import sqlalchemy as sa

from mingjian.records.canonical import canonical
from mingjian.records.registry.model import Import, Reject
from mingjian.records.storage.bulk import insert_rows
from mingjian.records.storage.database import Tx
from mingjian.records.storage.media_uses import USES
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType
from mingjian.records.storage.registry_tables import CREDENTIALS

_COUNTS = ("rows", "recorded", "added", "changed", "same", "rejected", "malformed", "awaited")
IMPORTS = sa.Table(
    "registry_imports",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("fingerprint", sa.String(64), nullable=False, index=True),  # of the file and of how it is read
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("source", sa.String(64), nullable=False),
    sa.Column("options", Document, nullable=False),
    sa.Column("actor", sa.String(128), nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("seq", SequenceType, nullable=False),  # of the event that began it
    *(sa.Column(name, sa.Integer, nullable=False) for name in _COUNTS),
    sa.Column("notes", Document, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("started_at", Micros, nullable=False),
    sa.Column("changed_at", Micros, nullable=False),
)
REJECTS = sa.Table(
    "registry_rejects",
    metadata,
    sa.Column("import", sa.String(32), primary_key=True),
    sa.Column("line", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("again", sa.Boolean, nullable=False),
    sa.Column("problems", Document, nullable=False),
    sa.Column("raw", Document, nullable=False),
)
_DOCUMENTS = ("options", "notes")
_of = REJECTS.c["import"]


def _import(row: sa.Row[Any]) -> Import:
    values = dict(row._mapping)
    values |= {"options": json.loads(values["options"]), "notes": tuple(json.loads(values["notes"]))}
    return Import(**values)


def _values(one: Import) -> dict[str, Any]:
    values = {field.name: getattr(one, field.name) for field in fields(Import)}
    return values | {name: canonical(values[name]).decode() for name in _DOCUMENTS}


def put_import(tx: Tx, one: Import) -> None:
    """A new import."""
    tx.run(IMPORTS.insert(), _values(one))


def save_import(tx: Tx, one: Import) -> Import:
    """How far it has come by now; as it is then kept."""
    saved = replace(one, changed_at=tx.now)
    tx.run(IMPORTS.update().where(IMPORTS.c.id == one.id), _values(saved))
    return saved


def import_by_id(tx: Tx, id: str) -> Import | None:
    """One import; in a writing transaction its row is held until the end."""
    asked = sa.select(IMPORTS).where(IMPORTS.c.id == id)
    row = tx.one(asked.with_for_update() if tx.writes else asked)
    return None if row is None else _import(row)


def open_import(tx: Tx, fingerprint: str) -> Import | None:
    """The import of this file, read this way, that has not come to its end."""
    asked = sa.select(IMPORTS).where(
        IMPORTS.c.fingerprint == fingerprint, IMPORTS.c.state.in_(("waiting", "running", "retrying"))
    )
    row = tx.one(asked.order_by(IMPORTS.c.id.desc()).limit(1))
    return None if row is None else _import(row)


def imports_in(tx: Tx, *states: str) -> list[Import]:
    """Imports in these states, the oldest first."""
    return [
        _import(row) for row in tx.rows(sa.select(IMPORTS).where(IMPORTS.c.state.in_(states)).order_by(IMPORTS.c.id))
    ]


def list_imports(tx: Tx, before: str | None = None, limit: int = 50) -> list[Import]:
    """Imports, the newest first, those before the id ``before``."""
    asked = sa.select(IMPORTS).order_by(IMPORTS.c.id.desc()).limit(limit)
    if before is not None:
        asked = asked.where(IMPORTS.c.id < before)
    return [_import(row) for row in tx.rows(asked)]


def put_rejects(tx: Tx, id: str, rejects: Sequence[Reject]) -> None:
    """Keep rows that were not taken."""
    rows = [
        (id, one.line, one.again, _text(list(one.problems)), _text(one.raw))
        for one in rejects
    ]  # fmt: skip
    insert_rows(tx, REJECTS, ("import", "line", "again", "problems", "raw"), rows)


def _text(value: Any) -> str:
    # What a file holds may be anything: what no database keeps is written as escapes.
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return text if "\\u0000" not in text and text.isprintable() else _escaped(value)


def _escaped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), default=str).replace("\\u0000", "\\ufffd")


def rejects_of(tx: Tx, id: str, after: int = 0, limit: int = 100, *, again: bool | None = None) -> list[Reject]:
    """Rows of an import that were not taken, in the order of their lines, those behind ``after``; ``again``: only
    those that are (or are not) tried once more."""
    asked = sa.select(REJECTS).where(_of == id, REJECTS.c.line > after).order_by(REJECTS.c.line).limit(limit)
    if again is not None:
        asked = asked.where(REJECTS.c.again == again)
    return [
        Reject(int(row.line), tuple(json.loads(row.problems)), json.loads(row.raw), bool(row.again))
        for row in tx.rows(asked)
    ]


def renew_statistics(tx: Tx) -> None:
    """Let PostgreSQL's planner know what a large file has brought, and put the words that still wait into their
    index, before it comes to that by itself."""
    if tx.dialect == "postgresql":
        tx.scalar(sa.text("SELECT gin_clean_pending_list('ix_registry_entities_grams'::regclass)"))
        tx.run(sa.text("ANALYZE registry_entities, registry_credentials, registry_links"))


def needs_file(tx: Tx, digest: str) -> bool:
    """Whether an import that is not ended, an item or a credential still needs a file."""
    going = sa.select(IMPORTS.c.id).where(
        IMPORTS.c.digest == digest, IMPORTS.c.state.in_(("waiting", "running", "retrying"))
    )
    used = sa.select(USES.c.item).where(USES.c.digest == digest)
    held = sa.select(CREDENTIALS.c.id).where(CREDENTIALS.c.evidence == digest)
    return any(tx.one(asked.limit(1)) is not None for asked in (going, used, held))


def all_rejects(tx: Tx, id: str, batch: int = 1000) -> Iterator[Reject]:
    """All of them."""
    after = 0
    while some := rejects_of(tx, id, after, batch):
        yield from some
        after = some[-1].line


def drop_rejects(tx: Tx, id: str, lines: Sequence[int]) -> None:
    """These were taken after all."""
    for first in range(0, len(lines), 500):
        tx.run(REJECTS.delete().where(_of == id, REJECTS.c.line.in_(list(lines[first : first + 500]))))


def change_rejects(tx: Tx, id: str, rejects: Sequence[Reject]) -> None:
    """What is wrong with these now."""
    if rejects:
        update = REJECTS.update().where(_of == sa.bindparam("b_of"), REJECTS.c.line == sa.bindparam("b_line"))
        tx.run(update, [{"b_of": id, "b_line": one.line, "again": one.again, "problems": _text(list(one.problems))}
                        for one in rejects])  # fmt: skip


def forget_rejects(tx: Tx, before: int) -> int:
    """Drop the rows of imports that came to their end before a moment (they hold what files said of people); how many
    rows that were."""
    ended = sa.select(IMPORTS.c.id).where(IMPORTS.c.state.in_(("finished", "failed")), IMPORTS.c.changed_at < before)
    return tx.run(REJECTS.delete().where(_of.in_(ended)))


def as_plain(one: Reject) -> Mapping[str, Any]:
    """A reject as plain JSON."""
    return {"line": one.line, "problems": [dict(problem) for problem in one.problems], "row": one.raw}
