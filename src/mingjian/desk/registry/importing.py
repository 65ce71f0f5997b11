"""Files into the registry: sound rows are recorded, others kept aside with what is wrong, and an import that was
interrupted goes on where it stopped, because its place is committed with the rows."""

from __future__ import annotations

import contextlib
import gc
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.desk.registry.columns import find_columns
from mingjian.desk.registry.model import Parsed, Problem, Record, Recorded
from mingjian.desk.registry.parse import parse
from mingjian.desk.registry.rehearsal import Rehearsal
from mingjian.desk.registry.rows import Mapper, record_of
from mingjian.desk.registry.service import record_parsed
from mingjian.intake.errors import UnreadableError
from mingjian.intake.source import Source
from mingjian.intake.tables import FORMATS, Row, Table, format_of, open_table
from mingjian.records.canonical import canonical
from mingjian.records.canonical import digest as digest_of
from mingjian.records.errors import Conflict, Invalid
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.registry.model import ENTITY_KINDS, Import, Reject
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.registry_imports import (
    change_rejects,
    drop_rejects,
    import_by_id,
    open_import,
    put_import,
    put_rejects,
    rejects_of,
    renew_statistics,
    save_import,
)

CHUNK = 4000
"""Rows recorded in one transaction."""
MOST_ROWS = 20_000_000
_PIECE = 1 << 20
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is read. ``kind``: what all rows are of (None: a column says it); ``mapping``: what a heading is, by
    heading; ``format`` over what the name and the bytes say; ``source``: the register it comes from, in a word."""

    kind: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    format: str | None = None
    source: str = "import"

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return {"kind": self.kind, "mapping": dict(self.mapping), "format": self.format, "source": self.source}


def options_of(given: Mapping[str, Any]) -> Options:
    """What ``Options.plain`` wrote, or somebody sent. Invalid."""
    kind, mapping, format = given.get("kind"), given.get("mapping") or {}, given.get("format")
    source = given.get("source") or "import"
    if kind is not None and kind not in ENTITY_KINDS:
        raise Invalid(f"应为 {'、'.join(ENTITY_KINDS)} 之一。", field="kind")
    if format is not None and format not in FORMATS:
        raise Invalid(f"应为 {'、'.join(FORMATS)} 之一。", field="format")
    plain = isinstance(mapping, Mapping) and all(isinstance(one, str) for pair in mapping.items() for one in pair)
    if not plain or len(mapping) > 200:
        raise Invalid("列对应应为“表头 → 列”的对象。", field="mapping")
    if not isinstance(source, str) or not 1 <= len(source) <= 64 or not source.isprintable():
        raise Invalid("来源应为 1 至 64 个字符。", field="source")
    return Options(kind, dict(mapping), format, source)


class Reading:
    """A file opened as records: each row in turn as what is to be recorded, or as what is wrong with it."""

    def __init__(self, source: Source, options: Options) -> None:
        try:
            self.table: Table = open_table(source, options.format)
        except UnreadableError as error:
            raise Invalid(error.message + (f"({error.hint})" if error.hint else ""), field="file") from error
        self.kind = options.kind
        self.notes = list(self.table.notes)
        self.mapper: Mapper | None = None
        if self.table.headings is not None:
            columns, passed = find_columns(self.table.headings, options.kind, options.mapping)
            self.mapper = Mapper(columns, options.kind)
            if passed:
                self.notes.append(f"没有读的列:{'、'.join(passed[:20])}")

    def read(self, row: Row) -> Parsed | list[Problem]:
        """What a row says."""
        if row.fault is not None:
            return [Problem("", row.fault)]
        record = self.mapper.record(row.cells) if self.mapper is not None else record_of(row.value, self.kind)
        if isinstance(record, list):
            return record
        parsed, problems = parse(record)
        return parsed if parsed is not None else [self.placed(one, record) for one in problems]

    def placed(self, problem: Problem, record: Record | None) -> Problem:
        """A problem whose field is the heading of the table."""
        if self.mapper is None or record is None:
            return problem
        return replace(problem, field=self.mapper.heading(problem.field, record))

    def raw(self, row: Row) -> Any:
        """A row as it is kept when it was not taken."""
        return list(row.cells) if self.mapper is not None else row.value

    def again(self, line: int, raw: Any) -> Row:
        """A row that was kept, as it was read."""
        return Row(line, cells=raw) if self.mapper is not None else Row(line, value=raw)


def fingerprint(source: Source) -> str:
    """SHA-256 of a file."""
    state = hashlib.sha256()
    with source.open() as stream:
        while piece := stream.read(_PIECE):
            state.update(piece)
    return state.hexdigest()


def begin(
    tx: Tx,
    principal: Principal,
    name: str,
    digest: str,
    options: Options,
    *,
    state: str = "running",
    headings: Sequence[str] | None = None,
    duty: bool = False,
) -> Import:
    """The import of a file that was begun before and not ended, or a new one. ``duty``: the file was left to the
    duty, which takes it up."""
    demand(principal, "registry.import")
    kept = options.plain() | {"headings": None if headings is None else list(headings), "duty": duty}
    mark = digest_of(canonical({"file": digest, "duty": duty, **options.plain()}))
    before = open_import(tx, mark)
    if before is not None:
        return before
    id = tx.new_id("imp")
    body = {"file": digest, "kind": options.kind, "source": options.source}
    (event,) = append(tx, Event("import.begun", id, body, principal.actor))
    made = Import(id, mark, digest, name[:200], options.source, kept, principal.actor, state, event.seq,
                  0, 0, 0, 0, 0, 0, 0, 0, (), "", tx.now, tx.now)  # fmt: skip
    put_import(tx, made)
    return made


def import_file(
    database: Database,
    principal: Principal,
    source: Source,
    options: Options,
    *,
    progress: Progress | None = None,
    chunk: int = CHUNK,
) -> Import:
    """Read a file into the registry; how it ended. Interrupted, the same call goes on where it stopped. Invalid when
    the file cannot be read at all; Conflict when somebody else is importing the same file now."""
    demand(principal, "registry.import")
    reading = Reading(source, options)
    digest = fingerprint(source)
    with database.write() as tx:
        one = begin(tx, principal, source.name, digest, options, headings=reading.table.headings)
    return carry_on(database, principal, one, reading, progress=progress, chunk=chunk)


def carry_on(
    database: Database,
    principal: Principal,
    one: Import,
    reading: Reading,
    *,
    progress: Progress | None = None,
    chunk: int = CHUNK,
) -> Import:
    """Take an import from where it is to its end."""
    going = Going(database, principal, one, reading, chunk)
    while going.step():
        if progress is not None:
            progress(going.one.rows)
    return going.one


class Going:
    """An import on its way, a stretch of rows at a time. ``one`` is how far it is."""

    def __init__(
        self, database: Database, principal: Principal, one: Import, reading: Reading, chunk: int = CHUNK
    ) -> None:
        self.one = one
        self._database, self._principal, self._reading, self._chunk = database, principal, reading, chunk
        self._rows = islice(reading.table.rows, one.rows, None) if one.state in ("waiting", "running") else iter(())

    def step(self) -> bool:
        """Take the next stretch; False when all is done. Conflict when somebody else has taken it."""
        if self.one.state in ("waiting", "running"):
            some = list(islice(self._rows, self._chunk))
            if self.one.rows + len(some) > MOST_ROWS:
                raise Invalid(f"行数过多,一次最多 {MOST_ROWS} 行。请拆分文件。", field="file")
            if some:
                self.one = _take(self._database, self._principal, self.one, self._reading, some)
            else:
                with self._database.write() as tx:
                    held = _held(tx, self.one)
                    notes = tuple(self._reading.notes)
                    self.one = save_import(tx, replace(held, state="retrying", notes=notes))
        elif self.one.state == "retrying":
            self.one = _retry(self._database, self._principal, self.one, self._reading, self._chunk)
        return self.one.state in ("waiting", "running", "retrying")


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """A stretch of rows makes a million objects and no circles among them: the collector need not look for any
    meanwhile, which takes it a quarter of all the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _held(tx: Tx, one: Import) -> Import:
    """The import, held; Conflict when somebody else has moved it on."""
    found = import_by_id(tx, one.id)
    if found is None or (found.rows, found.state) != (one.rows, one.state):
        raise Conflict("另一个进程正在导入同一个文件。请等它结束,再看结果。")
    return found


def _take(database: Database, principal: Principal, one: Import, reading: Reading, rows: Sequence[Row]) -> Import:
    """Record a stretch of rows, and with them the place that was reached."""
    with undisturbed():
        read = [(row, reading.read(row)) for row in rows]
        return _commit(database, principal, one, reading, read)


def _commit(
    database: Database,
    principal: Principal,
    one: Import,
    reading: Reading,
    read: Sequence[tuple[Row, Parsed | list[Problem]]],
) -> Import:
    with database.write() as tx:
        held = _held(tx, one)
        done, rejects = _record(tx, principal, held, reading, read)
        put_rejects(tx, one.id, rejects)
        counted = _counted(held, done, len(rejects))
        return save_import(tx, replace(counted, rows=held.rows + len(read), state="running"))


def _record(
    tx: Tx, principal: Principal, one: Import, reading: Reading, read: Sequence[tuple[Row, Parsed | list[Problem]]]
) -> tuple[list[Recorded], list[Reject]]:
    sound = [found for _, found in read if isinstance(found, Parsed)]
    told = iter(record_parsed(tx, principal, sound, one.source, run=one.id, since=one.seq))
    done, rejects = list[Recorded](), list[Reject]()
    for row, found in read:
        result = next(told) if isinstance(found, Parsed) else found
        if isinstance(result, Recorded):
            done.append(result)
            continue
        if isinstance(found, Parsed):
            record = Record(found.entity, found.credentials, found.links)
            result = [reading.placed(problem, record) for problem in result]
        again = all(problem.word == "unresolved" for problem in result)
        rejects.append(Reject(row.line, tuple(map(_plain, result)), reading.raw(row), again))
    return done, rejects


def _plain(problem: Problem) -> dict[str, str]:
    return {"field": problem.field, "message": problem.message, "hint": problem.hint, "word": problem.word}


def _counted(one: Import, done: Sequence[Recorded], rejected: int) -> Import:
    return replace(
        one,
        recorded=one.recorded + len(done),
        added=one.added + sum(each.fresh for each in done),
        changed=one.changed + sum(bool(each.changed) and not each.fresh for each in done),
        same=one.same + sum(not each.changed for each in done),
        rejected=one.rejected + rejected,
        malformed=one.malformed + sum(each.malformed for each in done),
        awaited=one.awaited + sum(each.awaited for each in done),
    )


def _retry(database: Database, principal: Principal, one: Import, reading: Reading, chunk: int) -> Import:
    """Rows that spoke of somebody who came later in the file, once more; then the end."""
    with database.write() as tx:
        held = _held(tx, one)
        waiting = rejects_of(tx, one.id, 0, chunk, again=True)
        if not waiting:
            return _finish(tx, principal, held)
        rows = [reading.again(reject.line, reject.raw) for reject in waiting]
        done, rejects = _record(tx, principal, held, reading, [(row, reading.read(row)) for row in rows])
        still = [replace(reject, again=False) for reject in rejects]
        drop_rejects(tx, one.id, sorted({row.line for row in rows} - {reject.line for reject in still}))
        change_rejects(tx, one.id, still)
        return save_import(tx, _counted(held, done, -len(done)))


def _finish(tx: Tx, principal: Principal, one: Import) -> Import:
    names = ("rows", "recorded", "added", "changed", "same", "rejected", "malformed", "awaited")
    if one.recorded > one.same:
        renew_statistics(tx)
    append(tx, Event("import.finished", one.id, {name: getattr(one, name) for name in names}, principal.actor))
    return save_import(tx, replace(one, state="finished"))


def rehearse(
    database: Database,
    principal: Principal,
    source: Source,
    options: Options,
    *,
    progress: Progress | None = None,
    chunk: int = CHUNK,
) -> tuple[Import, list[Reject]]:
    """What an import would do, and the first rows it would not take; nothing is written."""
    demand(principal, "registry.import")
    reading = Reading(source, options)
    one = Import("", "", fingerprint(source), source.name, options.source, options.plain(), principal.actor, "finished",
                 0, 0, 0, 0, 0, 0, 0, 0, 0, tuple(reading.notes), "", 0, 0)  # fmt: skip
    rehearsal = Rehearsal()
    kept: list[Reject] = []
    for some in _chunks(reading.table.rows, chunk):
        read = [(row, reading.read(row)) for row in some]
        with database.read() as tx:
            told = iter(rehearsal.plan(tx, [found for _, found in read if isinstance(found, Parsed)]))
        done: list[Recorded] = []
        rejected = 0
        for row, found in read:
            result = next(told) if isinstance(found, Parsed) else found
            if isinstance(result, Recorded):
                done.append(result)
                continue
            rejected += 1
            if len(kept) < MOST_SHOWN:
                kept.append(Reject(row.line, tuple(map(_plain, result)), reading.raw(row)))
        one = replace(_counted(one, done, rejected), rows=one.rows + len(some))
        if progress is not None:
            progress(one.rows)
    return one, kept


MOST_SHOWN = 1000
"""Rejects that a rehearsal tells one by one."""


def _chunks(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while some := list(islice(rows, size)):
        yield some


def kind_of_file(source: Source) -> str:
    """The format of a file; Invalid when it is none of ours."""
    try:
        return format_of(source.name, source.head())
    except UnreadableError as error:
        raise Invalid(error.message + (f"({error.hint})" if error.hint else ""), field="file") from error
