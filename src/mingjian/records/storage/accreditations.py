"""Applications for accreditation and the marks of their clauses: rows, folds, questions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

import sqlalchemy as sa

from mingjian.records.accreditation.model import OVER, Accreditation, File, Filter, Mark
from mingjian.records.canonical import canonical
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

ACCREDITATIONS = sa.Table(
    "accreditations",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("institution", sa.String(32), nullable=False, index=True),
    sa.Column("standard", sa.String(64), nullable=False),
    sa.Column("standard_version", sa.Integer, nullable=False),
    sa.Column("text", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("scope", Document, nullable=False),
    sa.Column("consultants", Document, nullable=False),
    sa.Column("applied_by", sa.String(128), nullable=False),
    sa.Column("applied_at", Micros, nullable=False),
    sa.Column("changed_at", Micros, nullable=False),
    sa.Column("due_at", Micros),
    sa.Column("note", sa.String(64)),
    sa.Column("previous", sa.String(32)),
    sa.Column("reviewer", sa.String(128)),
    sa.Column("audit", sa.String(32)),
    sa.Column("decided_by", sa.String(128)),
    sa.Column("decided_at", Micros),
    sa.Column("outcome", sa.String(16)),
    sa.Column("reason", sa.String(64)),
    sa.Column("cites", sa.String(64)),
    sa.Column("certificate", sa.String(32)),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("ix_accreditations_state_seq", "state", "seq"),
    sa.Index("ix_accreditations_applied_by_seq", "applied_by", "seq"),
)
MARKS = sa.Table(
    "accreditation_marks",
    metadata,
    sa.Column("sheet", sa.String(40), primary_key=True),
    sa.Column("clause", sa.String(16), primary_key=True),
    sa.Column("accreditation", sa.String(32), nullable=False, index=True),
    sa.Column("mark", sa.String(8), nullable=False),
    sa.Column("note", sa.String(64)),
    sa.Column("evidence", Document, nullable=False),
    sa.Column("by", sa.String(128), nullable=False),
    sa.Column("at", Micros, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
# Not folded: the journal names no file, for names may hold a person's.
FILES = sa.Table(
    "accreditation_files",
    metadata,
    sa.Column("accreditation", sa.String(32), primary_key=True),
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("by", sa.String(128), nullable=False),
    sa.Column("at", Micros, nullable=False),
)
projection(ACCREDITATIONS, MARKS)
_SHOWN = [ACCREDITATIONS.c[field.name] for field in fields(Accreditation)]
_MARK = [MARKS.c[field.name] for field in fields(Mark)]
_FILE = [FILES.c[field.name] for field in fields(File)]
_APPLIED = (
    "institution", "standard", "standard_version", "text", "kind", "state", "due_at", "note", "previous",
)  # fmt: skip
_MOVES = (
    "state", "due_at", "reviewer", "audit", "decided_by", "decided_at", "outcome", "reason", "cites", "certificate",
)  # fmt: skip


@folds("accreditation.applied")
def _applied(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = []
    for event in events:
        body = event.body
        rows.append({
            "id": event.subject, "seq": event.seq, **{name: body[name] for name in _APPLIED},
            "scope": canonical(body["scope"]).decode(), "consultants": canonical(body["consultants"]).decode(),
            "applied_by": event.actor, "applied_at": event.at, "changed_at": event.at, "version": 1,
        })  # fmt: skip
    tx.run(ACCREDITATIONS.insert(), rows)


@folds(
    "accreditation.assessed", "accreditation.recalled", "accreditation.taken", "accreditation.released",
    "accreditation.returned", "accreditation.reviewed", "accreditation.reopened", "accreditation.progressed",
    "accreditation.decided", "accreditation.undecided", "accreditation.withdrawn", "accreditation.resumed",
    "accreditation.extended",
)  # fmt: skip
def _moved(tx: Tx, events: Sequence[Recorded]) -> None:
    """Where the application stands afterwards the event says itself."""
    for event in events:
        after = {name: value for name, value in event.body["after"].items() if name in _MOVES}
        here = ACCREDITATIONS.update().where(ACCREDITATIONS.c.id == event.subject)
        tx.run(here.values(version=ACCREDITATIONS.c.version + 1, changed_at=event.at, **after))


@folds("accreditation.marked")
def _marked(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        sheet = event.body["sheet"]
        for one in event.body["marks"]:
            here = (MARKS.c.sheet == sheet) & (MARKS.c.clause == one["clause"])
            given = {"mark": one["mark"], "note": one["note"], "evidence": canonical(one["evidence"]).decode(),
                     "by": event.actor, "at": event.at, "version": one["version"]}  # fmt: skip
            if not tx.run(MARKS.update().where(here).values(**given)):
                given |= {"sheet": sheet, "clause": one["clause"], "accreditation": event.subject}
                tx.run(MARKS.insert(), given)


def _accreditation(row: sa.Row[Any]) -> Accreditation:
    given = dict(row._mapping)
    for name in ("scope", "consultants"):
        given[name] = tuple(json.loads(given[name]))
    return Accreditation(**given)


def accreditation_by_id(tx: Tx, id: str) -> Accreditation | None:
    """One application; in a writing transaction its row is held until the end."""
    asked = sa.select(*_SHOWN).where(ACCREDITATIONS.c.id == id)
    row = tx.one(asked.with_for_update() if tx.writes else asked)
    return None if row is None else _accreditation(row)


def accreditations_by_id(tx: Tx, ids: Iterable[str]) -> Mapping[str, Accreditation]:
    """Applications by id."""
    wanted = list(dict.fromkeys(ids))
    asked = sa.select(*_SHOWN).where(ACCREDITATIONS.c.id.in_(wanted))
    return {one.id: one for one in (_accreditation(row) for row in tx.rows(asked))}


def accreditation_page(
    tx: Tx, filters: Filter, before: int | None, limit: int, *, audited: Sequence[str] = ()
) -> list[Accreditation]:
    """Applications, the newest first, behind the sequence number ``before``. ``audited``: those that the actor of
    ``filters.mine`` audits."""
    asked = sa.select(*_SHOWN).order_by(ACCREDITATIONS.c.seq.desc()).limit(limit)
    if filters.state == "waiting":
        asked = asked.where(ACCREDITATIONS.c.state.not_in(OVER))
    elif filters.state is not None:
        asked = asked.where(ACCREDITATIONS.c.state == filters.state)
    if filters.institution is not None:
        asked = asked.where(ACCREDITATIONS.c.institution == filters.institution)
    if filters.applied_by is not None:
        asked = asked.where(ACCREDITATIONS.c.applied_by == filters.applied_by)
    if filters.mine is not None:
        shown = ACCREDITATIONS.c
        asked = asked.where(
            sa.or_(shown.applied_by == filters.mine, shown.reviewer == filters.mine, shown.id.in_(list(audited)))
        )
    if filters.late:
        asked = asked.where(ACCREDITATIONS.c.due_at < tx.now, ACCREDITATIONS.c.state.not_in(OVER))
    if before is not None:
        asked = asked.where(ACCREDITATIONS.c.seq < before)
    return [_accreditation(row) for row in tx.rows(asked)]


def accreditation_counts(tx: Tx, applied_by: str | None = None) -> dict[str, int]:
    """How many applications stand in each state."""
    asked = sa.select(ACCREDITATIONS.c.state, sa.func.count()).group_by(ACCREDITATIONS.c.state)
    if applied_by is not None:
        asked = asked.where(ACCREDITATIONS.c.applied_by == applied_by)
    return {row[0]: row[1] for row in tx.rows(asked)}


def under_way(tx: Tx, institution: str, standard: str) -> Accreditation | None:
    """An institution's application for a standard that is not over yet."""
    asked = sa.select(*_SHOWN).where(
        ACCREDITATIONS.c.institution == institution,
        ACCREDITATIONS.c.standard == standard,
        ACCREDITATIONS.c.state.not_in(OVER),
    )
    row = tx.one(asked.order_by(ACCREDITATIONS.c.seq.desc()).limit(1))
    return None if row is None else _accreditation(row)


def accreditations_of(tx: Tx, institution: str) -> list[Accreditation]:
    """All of an institution's applications, the newest first."""
    asked = sa.select(*_SHOWN).where(ACCREDITATIONS.c.institution == institution)
    return [_accreditation(row) for row in tx.rows(asked.order_by(ACCREDITATIONS.c.seq.desc()))]


def marks_of(tx: Tx, sheet: str) -> dict[str, Mark]:
    """A sheet's marks by clause."""
    found = [dict(row._mapping) for row in tx.rows(sa.select(*_MARK).where(MARKS.c.sheet == sheet))]
    return {one["clause"]: Mark(**one | {"evidence": tuple(json.loads(one["evidence"]))}) for one in found}


def marks_in(tx: Tx, accreditation: str) -> list[Mark]:
    """The marks of all sheets of an application."""
    found = [dict(row._mapping) for row in tx.rows(sa.select(*_MARK).where(MARKS.c.accreditation == accreditation))]
    return [Mark(**one | {"evidence": tuple(json.loads(one["evidence"]))}) for one in found]


def put_file(tx: Tx, file: File) -> None:
    """Keep a file's name with an application; the same file again keeps its first name."""
    here = (FILES.c.accreditation == file.accreditation) & (FILES.c.digest == file.digest)
    if tx.one(sa.select(FILES.c.digest).where(here)) is None:
        tx.run(FILES.insert(), asdict(file))


def files_in(tx: Tx, accreditation: str) -> dict[str, File]:
    """An application's files by digest."""
    asked = sa.select(*_FILE).where(FILES.c.accreditation == accreditation).order_by(FILES.c.at, FILES.c.digest)
    return {row.digest: File(**row._mapping) for row in tx.rows(asked)}
