"""Certificates, applications, exemptions and the policies adopted: rows, folds, questions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any, TypeVar

import sqlalchemy as sa

from mingjian.records.canonical import canonical
from mingjian.records.certification.model import Adoption, Application, Certificate, Exemption
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

T = TypeVar("T")


def _ended() -> list[sa.Column[Any]]:
    return [sa.Column("ended_at", Micros), sa.Column("ended_by", sa.String(128)), sa.Column("ended_why", sa.Text)]


CERTIFICATES = sa.Table(
    "certification_certificates",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("entity", sa.String(40), nullable=False),
    sa.Column("programme", sa.String(40), nullable=False),
    sa.Column("policy", sa.String(120), nullable=False),
    sa.Column("basis", sa.String(16), nullable=False),
    sa.Column("application", sa.String(32)),
    sa.Column("evaluation", sa.String(64), nullable=False),
    sa.Column("valid_from", sa.String(10), nullable=False),
    sa.Column("valid_to", sa.String(10)),
    sa.Column("granted_by", sa.String(128), nullable=False),
    sa.Column("granted_at", Micros, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    *_ended(),
    sa.Index("ix_certification_certificates_entity_seq", "entity", "seq"),
    sa.Index("ix_certification_certificates_programme_state_seq", "programme", "state", "seq"),
    sa.Index("ix_certification_certificates_application", "application"),
)
APPLICATIONS = sa.Table(
    "certification_applications",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("entity", sa.String(40), nullable=False),
    sa.Column("programme", sa.String(40), nullable=False),
    sa.Column("policy", sa.String(120), nullable=False),
    sa.Column("case_id", sa.String(32), nullable=False),
    sa.Column("evaluation", sa.String(64), nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("renews", sa.String(32)),
    sa.Column("lodged_by", sa.String(128), nullable=False),
    sa.Column("lodged_at", Micros, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("decided_by", sa.String(128)),
    sa.Column("decided_at", Micros),
    sa.Column("reasons", Document, nullable=False),
    sa.Column("certificate", sa.String(32)),
    sa.Index("ix_certification_applications_entity_seq", "entity", "seq"),
    sa.Index("ix_certification_applications_state_seq", "state", "seq"),
    sa.Index("ix_certification_applications_case_id", "case_id"),
)
EXEMPTIONS = sa.Table(
    "certification_exemptions",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("entity", sa.String(40), nullable=False),
    sa.Column("programme", sa.String(40), nullable=False),
    sa.Column("until", sa.String(10), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("appeal", sa.String(32)),
    sa.Column("granted_by", sa.String(128), nullable=False),
    sa.Column("granted_at", Micros, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    *_ended(),
    sa.Index("ix_certification_exemptions_programme_until", "programme", "until"),
    sa.Index("ix_certification_exemptions_entity", "entity"),
)
ADOPTIONS = sa.Table(
    "certification_policies",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("programme", sa.String(40), nullable=False),
    sa.Column("policy", sa.String(120), nullable=False),
    sa.Column("text", sa.String(64), nullable=False),
    sa.Column("since", sa.String(10), nullable=False),
    sa.Column("announced", sa.String(10)),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("proposed_by", sa.String(128), nullable=False),
    sa.Column("proposed_at", Micros, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("decided_by", sa.String(128)),
    sa.Column("decided_at", Micros),
    sa.Index("ix_certification_policies_programme_since", "programme", "since"),
)
projection(CERTIFICATES, APPLICATIONS, EXEMPTIONS, ADOPTIONS)


def _columns(table: sa.Table, model: type) -> list[sa.Column[Any]]:
    return [table.c["case_id" if one.name == "case" else one.name] for one in fields(model)]


_CERTIFICATE, _EXEMPTION = _columns(CERTIFICATES, Certificate), _columns(EXEMPTIONS, Exemption)
_APPLICATION, _ADOPTION = _columns(APPLICATIONS, Application), _columns(ADOPTIONS, Adoption)


def _new(event: Recorded, by: str, *names: str) -> dict[str, Any]:
    given = {name: event.body[name] for name in names}
    return {"id": event.subject, "seq": event.seq, f"{by}_by": event.actor, f"{by}_at": event.at, **given}


@folds("badge.granted")
def _granted(tx: Tx, events: Sequence[Recorded]) -> None:
    names = ("entity", "programme", "policy", "basis", "application", "evaluation", "valid_from", "valid_to")
    tx.run(CERTIFICATES.insert(), [{**_new(event, "granted", *names), "state": "valid"} for event in events])


@folds("badge.renewed")
def _renewed(tx: Tx, events: Sequence[Recorded]) -> None:
    """A new last day: of a further term, or of an exemption's."""
    rows = [{"b_id": event.subject, **{name: event.body[name] for name in ("valid_to", "policy", "evaluation")}}
            for event in events]  # fmt: skip
    tx.run(CERTIFICATES.update().where(CERTIFICATES.c.id == sa.bindparam("b_id")), rows)


@folds("badge.ended")
def _certificate_ended(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = [{"b_id": event.subject, "state": event.body["state"], "ended_at": event.at, "ended_by": event.actor,
             "ended_why": event.body["reason"]} for event in events]  # fmt: skip
    tx.run(CERTIFICATES.update().where(CERTIFICATES.c.id == sa.bindparam("b_id")), rows)


@folds("badge.resumed")
def _certificate_resumed(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = [{"b_id": event.subject, "state": "valid", "ended_at": None, "ended_by": None, "ended_why": None}
            for event in events]  # fmt: skip
    tx.run(CERTIFICATES.update().where(CERTIFICATES.c.id == sa.bindparam("b_id")), rows)


@folds("certification.applied")
def _applied(tx: Tx, events: Sequence[Recorded]) -> None:
    names = ("entity", "programme", "policy", "evaluation", "outcome", "renews")
    tx.run(APPLICATIONS.insert(), [
        {**_new(event, "lodged", *names), "case_id": event.body["case"], "state": "open", "reasons": "[]"}
        for event in events
    ])  # fmt: skip


@folds("certification.decided")
def _decided(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = [{"b_id": event.subject, "state": event.body["state"], "decided_by": event.actor, "decided_at": event.at,
             "reasons": canonical(event.body["reasons"]).decode(), "certificate": event.body["certificate"]}
            for event in events]  # fmt: skip
    tx.run(APPLICATIONS.update().where(APPLICATIONS.c.id == sa.bindparam("b_id")), rows)


@folds("certification.reopened")
def _reopened(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = [{"b_id": event.subject, "state": "open", "decided_by": None, "decided_at": None, "reasons": "[]",
             "certificate": None} for event in events]  # fmt: skip
    tx.run(APPLICATIONS.update().where(APPLICATIONS.c.id == sa.bindparam("b_id")), rows)


@folds("exemption.granted")
def _exempted(tx: Tx, events: Sequence[Recorded]) -> None:
    names = ("entity", "programme", "until", "reason", "appeal")
    tx.run(EXEMPTIONS.insert(), [{**_new(event, "granted", *names), "state": "in_force"} for event in events])


@folds("exemption.ended")
def _exemption_ended(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = [{"b_id": event.subject, "state": "ended", "ended_at": event.at, "ended_by": event.actor,
             "ended_why": event.body["reason"]} for event in events]  # fmt: skip
    tx.run(EXEMPTIONS.update().where(EXEMPTIONS.c.id == sa.bindparam("b_id")), rows)


@folds("certification_policy.proposed")
def _proposed(tx: Tx, events: Sequence[Recorded]) -> None:
    names = ("programme", "policy", "text", "since", "announced", "reason")
    tx.run(ADOPTIONS.insert(), [{**_new(event, "proposed", *names), "state": "proposed"} for event in events])


@folds("certification_policy.adopted", "certification_policy.declined")
def _adopted(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = [{"b_id": event.subject, "state": event.kind.partition(".")[2], "decided_by": event.actor,
             "decided_at": event.at} for event in events]  # fmt: skip
    tx.run(ADOPTIONS.update().where(ADOPTIONS.c.id == sa.bindparam("b_id")), rows)


def certificates_by_id(tx: Tx, ids: Iterable[str]) -> dict[str, Certificate]:
    """Certificates by id; those that are not there are left out."""
    return {one.id: one for one in _certificates(tx, CERTIFICATES.c.id, ids)}


def certificates_of(tx: Tx, entities: Iterable[str], programme: str | None = None) -> dict[str, list[Certificate]]:
    """Every certificate of these entities, in any state, the oldest first."""
    found: dict[str, list[Certificate]] = {}
    for one in _certificates(tx, CERTIFICATES.c.entity, entities):
        if programme in (None, one.programme):
            found.setdefault(one.entity, []).append(one)
    return found


def valid_certificates(tx: Tx, programme: str, as_of: str | None, after: int, limit: int) -> list[Certificate]:
    """Certificates nobody gave up whose own days cover a day (None: any), in order, behind the sequence number
    ``after``."""
    asked = sa.select(*_CERTIFICATE).where(
        CERTIFICATES.c.programme == programme, CERTIFICATES.c.state == "valid", CERTIFICATES.c.seq > after
    )
    if as_of is not None:
        ends = CERTIFICATES.c.valid_to
        asked = asked.where(CERTIFICATES.c.valid_from <= as_of, sa.or_(ends.is_(None), ends >= as_of))
    return [Certificate(*row) for row in tx.rows(asked.order_by(CERTIFICATES.c.seq).limit(limit))]


def certificate_page(tx: Tx, programme: str, before: int | None, limit: int) -> list[Certificate]:
    """A programme's certificates in any state, the newest first."""
    asked = sa.select(*_CERTIFICATE).where(CERTIFICATES.c.programme == programme)
    if before is not None:
        asked = asked.where(CERTIFICATES.c.seq < before)
    return [Certificate(*row) for row in tx.rows(asked.order_by(CERTIFICATES.c.seq.desc()).limit(limit))]


def application_by_id(tx: Tx, id: str) -> Application | None:
    """One application."""
    return next(iter(_applications(tx, APPLICATIONS.c.id == id)), None)


def application_of_case(tx: Tx, case: str) -> Application | None:
    """The application a case was opened for."""
    return next(iter(_applications(tx, APPLICATIONS.c.case_id == case)), None)


def applications_of(tx: Tx, entity: str) -> list[Application]:
    """An entity's applications, the oldest first."""
    return _applications(tx, APPLICATIONS.c.entity == entity)


def application_page(tx: Tx, state: str | None, before: int | None, limit: int) -> list[Application]:
    """Applications, the newest first."""
    wanted = [] if state is None else [APPLICATIONS.c.state == state]
    wanted += [] if before is None else [APPLICATIONS.c.seq < before]
    return _applications(tx, *wanted, newest=limit)


def exemption_by_id(tx: Tx, id: str) -> Exemption | None:
    """One exemption."""
    row = tx.one(sa.select(*_EXEMPTION).where(EXEMPTIONS.c.id == id))
    return None if row is None else Exemption(*row)


def exemptions(tx: Tx, programme: str | None = None) -> list[Exemption]:
    """Every exemption, the one that ends first before the others."""
    asked = sa.select(*_EXEMPTION).order_by(EXEMPTIONS.c.until, EXEMPTIONS.c.seq)
    return [Exemption(*row) for row in tx.rows(asked) if programme in (None, row.programme)]


def adoptions(tx: Tx, programme: str | None = None) -> list[Adoption]:
    """Policies put forward or adopted, the latest day first."""
    asked = sa.select(*_ADOPTION).order_by(ADOPTIONS.c.since.desc(), ADOPTIONS.c.seq.desc())
    return [Adoption(*row) for row in tx.rows(asked) if programme in (None, row.programme)]


def adoption_by_id(tx: Tx, id: str) -> Adoption | None:
    """One of them."""
    row = tx.one(sa.select(*_ADOPTION).where(ADOPTIONS.c.id == id))
    return None if row is None else Adoption(*row)


def _certificates(tx: Tx, column: sa.Column[Any], values: Iterable[str]) -> list[Certificate]:
    wanted = list(dict.fromkeys(values))
    found: list[Certificate] = []
    for first in range(0, len(wanted), 500):
        asked = sa.select(*_CERTIFICATE).where(column.in_(wanted[first : first + 500]))
        found += [Certificate(*row) for row in tx.rows(asked)]
    return sorted(found, key=lambda one: one.seq)


def _applications(tx: Tx, *wanted: sa.ColumnElement[bool], newest: int | None = None) -> list[Application]:
    asked = sa.select(*_APPLICATION).where(*wanted)
    order = APPLICATIONS.c.seq.desc() if newest is not None else APPLICATIONS.c.seq
    found = []
    for row in tx.rows(asked.order_by(order).limit(newest)):
        values = {one.name: value for one, value in zip(fields(Application), row, strict=True)}
        found.append(Application(**values | {"reasons": tuple(json.loads(values["reasons"]))}))
    return found
