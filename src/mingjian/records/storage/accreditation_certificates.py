"""Certificates, the surveillance they owe, and appeals: rows, folds, questions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

import sqlalchemy as sa

from mingjian.records.accreditation.model import AccreditationAppeal, Certificate, Surveillance
from mingjian.records.canonical import canonical
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.storage import contents
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

CERTIFICATES = sa.Table(
    "accreditation_certificates",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("number", sa.String(40), nullable=False, unique=True),
    sa.Column("accreditation", sa.String(32), nullable=False, index=True),
    sa.Column("institution", sa.String(32), nullable=False, index=True),
    sa.Column("holder", sa.String(200), nullable=False),
    sa.Column("standard", sa.String(64), nullable=False),
    sa.Column("standard_version", sa.Integer, nullable=False),
    sa.Column("band", sa.String(32), nullable=False),
    sa.Column("scope", Document, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("valid_from", sa.String(10), nullable=False),
    sa.Column("valid_to", sa.String(10), nullable=False),
    sa.Column("issued_by", sa.String(128), nullable=False),
    sa.Column("issued_at", Micros, nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("signature", sa.String(128), nullable=False),
    sa.Column("key", sa.String(16), nullable=False),
    sa.Column("public", sa.String(64), nullable=False),
    sa.Column("conditions", Document, nullable=False),
    sa.Column("conditions_due", Micros),
    sa.Column("conditions_met", sa.Boolean, nullable=False),
    sa.Column("previous", sa.String(32)),
    sa.Column("reason", sa.Text),
    sa.Column("since", Micros),
    sa.Column("changed_by", sa.String(128)),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("ix_accreditation_certificates_state_valid_to", "state", "valid_to"),
)
SURVEILLANCE = sa.Table(
    "accreditation_surveillance",
    metadata,
    sa.Column("certificate", sa.String(32), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("due", sa.String(10), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("audit", sa.String(32)),
    sa.Column("called_at", Micros),
    sa.Index("ix_accreditation_surveillance_state_due", "state", "due"),
)
APPEALS = sa.Table(
    "accreditation_appeals",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("accreditation", sa.String(32), nullable=False, index=True),
    sa.Column("certificate", sa.String(32)),
    sa.Column("against", sa.String(16), nullable=False),
    sa.Column("grounds", sa.String(64), nullable=False),
    sa.Column("lodged_by", sa.String(128), nullable=False),
    sa.Column("lodged_at", Micros, nullable=False),
    sa.Column("due_at", Micros, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("decided_by", sa.String(128)),
    sa.Column("decided_at", Micros),
    sa.Column("reason", sa.String(64)),
    sa.Index("ix_accreditation_appeals_state_due_at", "state", "due_at"),
)
projection(CERTIFICATES, SURVEILLANCE, APPEALS)
_CERTIFICATE = [CERTIFICATES.c[field.name] for field in fields(Certificate)]
_SURVEILLANCE = [SURVEILLANCE.c[field.name] for field in fields(Surveillance)]
_APPEAL = [APPEALS.c[field.name] for field in fields(AccreditationAppeal)]
_ISSUED = (
    "number", "accreditation", "institution", "standard", "standard_version", "band", "valid_from", "valid_to",
    "signature", "key", "public", "conditions_due", "previous",
)  # fmt: skip
_MOVES = ("state", "reason", "since", "changed_by", "conditions_met", "conditions_due")
_SEARCHED = ("valid", "suspended", "withdrawn", "replaced")
"""What the public list shows: one annulled within the days for second thoughts never was."""


@folds("certificate.issued")
def _issued(tx: Tx, events: Sequence[Recorded]) -> None:
    """The signed words name the institution: they are kept as a content, and what is gone stays gone."""
    for event in events:
        body = event.body
        payload = (contents.get(tx, body["payload"]) or b"").decode()
        holder = str(json.loads(payload)[2]) if payload else ""
        tx.run(
            CERTIFICATES.insert(),
            {"id": event.subject, "seq": event.seq, **{name: body[name] for name in _ISSUED}, "holder": holder[:200],
             "scope": canonical(body["scope"]).decode(), "conditions": canonical(body["conditions"]).decode(),
             "conditions_met": not body["conditions"], "payload": payload, "state": "valid",
             "issued_by": event.actor, "issued_at": event.at, "since": event.at, "version": 1},
        )  # fmt: skip
        rows = [{"certificate": event.subject, "number": number, "due": due, "state": "waiting"}
                for number, due in enumerate(body["surveillance"], 1)]  # fmt: skip
        if rows:
            tx.run(SURVEILLANCE.insert(), rows)


@folds(
    "certificate.suspended", "certificate.restored", "certificate.withdrawn", "certificate.annulled",
    "certificate.replaced", "certificate.fulfilled",
)  # fmt: skip
def _moved(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        after = {name: value for name, value in event.body["after"].items() if name in _MOVES}
        here = CERTIFICATES.update().where(CERTIFICATES.c.id == event.subject)
        tx.run(here.values(version=CERTIFICATES.c.version + 1, **after))


@folds("surveillance.called", "surveillance.planned", "surveillance.done", "surveillance.missed", "surveillance.reset")
def _surveyed(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        body = event.body
        here = (SURVEILLANCE.c.certificate == event.subject) & (SURVEILLANCE.c.number == body["number"])
        after = {name: body["after"][name] for name in ("state", "audit", "called_at") if name in body["after"]}
        tx.run(SURVEILLANCE.update().where(here).values(**after))


@folds("accreditation.appealed")
def _appealed(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = []
    for event in events:
        body = event.body
        given = {name: body[name] for name in ("accreditation", "certificate", "against", "grounds", "due_at")}
        rows.append({"id": event.subject, "seq": event.seq, "lodged_by": event.actor, "lodged_at": event.at,
                     "state": "lodged", **given})  # fmt: skip
    tx.run(APPEALS.insert(), rows)


@folds("accreditation.answered")
def _answered(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        given = {"state": event.body["outcome"], "decided_by": event.actor, "decided_at": event.at,
                 "reason": event.body["reason"]}  # fmt: skip
        tx.run(APPEALS.update().where(APPEALS.c.id == event.subject).values(**given))


def _certificate(row: sa.Row[Any]) -> Certificate:
    given = dict(row._mapping)
    given |= {name: tuple(json.loads(given[name])) for name in ("scope", "conditions")}
    return Certificate(**given | {name: date.fromisoformat(given[name]) for name in ("valid_from", "valid_to")})


def certificate_by_id(tx: Tx, id: str) -> Certificate | None:
    """One certificate; in a writing transaction its row is held until the end."""
    asked = sa.select(*_CERTIFICATE).where(CERTIFICATES.c.id == id)
    row = tx.one(asked.with_for_update() if tx.writes else asked)
    return None if row is None else _certificate(row)


def certificate_by_number(tx: Tx, number: str) -> Certificate | None:
    """One certificate by its printed number."""
    row = tx.one(sa.select(*_CERTIFICATE).where(CERTIFICATES.c.number == number))
    return None if row is None else _certificate(row)


def certificates_by_id(tx: Tx, ids: Iterable[str]) -> Mapping[str, Certificate]:
    """Certificates by id."""
    wanted = list(dict.fromkeys(ids))
    asked = sa.select(*_CERTIFICATE).where(CERTIFICATES.c.id.in_(wanted))
    return {one.id: one for one in (_certificate(row) for row in tx.rows(asked))}


def certificates_of(tx: Tx, institution: str) -> list[Certificate]:
    """An institution's certificates, the newest first."""
    asked = sa.select(*_CERTIFICATE).where(CERTIFICATES.c.institution == institution)
    return [_certificate(row) for row in tx.rows(asked.order_by(CERTIFICATES.c.seq.desc()))]


def certificate_page(
    tx: Tx, today: date, *, standing: str | None = None, words: str = "", before: int | None = None, limit: int = 50
) -> list[Certificate]:
    """The public list, the newest first: by standing on a day, and by words of the holder's name or the number."""
    shown = CERTIFICATES.c
    asked = sa.select(*_CERTIFICATE).where(shown.state.in_(_SEARCHED)).order_by(shown.seq.desc()).limit(limit)
    if standing == "expired":
        asked = asked.where(shown.state == "valid", shown.valid_to < today.isoformat())
    elif standing == "valid":
        asked = asked.where(shown.state == "valid", shown.valid_to >= today.isoformat())
    elif standing is not None:
        asked = asked.where(shown.state == standing)
    if words:
        asked = asked.where(
            sa.or_(shown.holder.contains(words, autoescape=True), shown.number.contains(words, autoescape=True))
        )
    if before is not None:
        asked = asked.where(shown.seq < before)
    return [_certificate(row) for row in tx.rows(asked)]


def certificates_standing(tx: Tx, state: str, after: str, limit: int) -> list[Certificate]:
    """Certificates in a state, by id, behind ``after``: for duties that go over all of them."""
    asked = sa.select(*_CERTIFICATE).where(CERTIFICATES.c.state == state, CERTIFICATES.c.id > after)
    return [_certificate(row) for row in tx.rows(asked.order_by(CERTIFICATES.c.id).limit(limit))]


def issued_in(tx: Tx, prefix: str) -> int:
    """How many numbers begin so."""
    counted = sa.select(sa.func.count()).where(CERTIFICATES.c.number.startswith(prefix, autoescape=True))
    return int(tx.scalar(counted) or 0)


def surveillance_of(tx: Tx, certificates: Iterable[str]) -> list[Surveillance]:
    """What certificates owe, in order."""
    wanted = list(dict.fromkeys(certificates))
    asked = sa.select(*_SURVEILLANCE).where(SURVEILLANCE.c.certificate.in_(wanted))
    return [_surveillance(row) for row in tx.rows(asked.order_by(SURVEILLANCE.c.certificate, SURVEILLANCE.c.number))]


def surveillance_until(tx: Tx, day: date, states: Sequence[str], limit: int) -> list[Surveillance]:
    """What is due by a day and stands so, of certificates that are valid or suspended; the longest due first."""
    kept = sa.select(CERTIFICATES.c.id).where(CERTIFICATES.c.state.in_(("valid", "suspended")))
    asked = sa.select(*_SURVEILLANCE).where(
        SURVEILLANCE.c.state.in_(states), SURVEILLANCE.c.due <= day.isoformat(), SURVEILLANCE.c.certificate.in_(kept)
    )
    found = tx.rows(asked.order_by(SURVEILLANCE.c.due, SURVEILLANCE.c.certificate).limit(limit))
    return [_surveillance(row) for row in found]


def _surveillance(row: sa.Row[Any]) -> Surveillance:
    given = dict(row._mapping)
    return Surveillance(**given | {"due": date.fromisoformat(given["due"])})


def appeal_by_id(tx: Tx, id: str) -> AccreditationAppeal | None:
    """One appeal; in a writing transaction its row is held until the end."""
    asked = sa.select(*_APPEAL).where(APPEALS.c.id == id)
    row = tx.one(asked.with_for_update() if tx.writes else asked)
    return None if row is None else AccreditationAppeal(**row._mapping)


def appeals_of(tx: Tx, accreditation: str) -> list[AccreditationAppeal]:
    """An application's appeals, in order."""
    asked = sa.select(*_APPEAL).where(APPEALS.c.accreditation == accreditation).order_by(APPEALS.c.seq)
    return [AccreditationAppeal(**row._mapping) for row in tx.rows(asked)]


def appeals_waiting(tx: Tx, limit: int) -> list[AccreditationAppeal]:
    """Those nobody answered yet, the most urgent first."""
    asked = sa.select(*_APPEAL).where(APPEALS.c.state == "lodged").order_by(APPEALS.c.due_at, APPEALS.c.seq)
    return [AccreditationAppeal(**row._mapping) for row in tx.rows(asked.limit(limit))]
