"""An accreditation with its certificate on the whole application's desk, with words in it that would run if a page did
not escape, and another one that is being marked."""

from __future__ import annotations

from collections.abc import Mapping

from mingjian.desk.people.model import house
from mingjian.desk.registry import service as registry
from mingjian.desk.registry.model import Record
from mingjian.doors.desk.opening import Desk
from mingjian.governance.accreditation import applying, auditing, correcting, deciding, marking, reviewing
from mingjian.governance.accreditation.applying import Application
from mingjian.governance.accreditation.auditing import Plan
from mingjian.governance.accreditation.correcting import Answer
from mingjian.governance.accreditation.deciding import Wish
from mingjian.governance.accreditation.load import standards
from mingjian.governance.accreditation.marking import Given
from mingjian.records.clock import day
from mingjian.records.evidence.checkpoints import current_signer
from mingjian.records.people.model import User
from mingjian.records.storage.database import Tx


def accreditations(desk: Desk, users: Mapping[str, User], hostile: str, picture: str) -> dict[str, str]:
    """Their names by what routes call them."""
    standard = next(iter(standards().values()))
    who = {login: users[login].principal() for login in ("xuanchuan", "admin", "zhuanjia", "zhijian", "zuzhang")}
    clinic, manager, lead, second, decider = who.values()

    def marks(tx: Tx, id: str, which: str, audit: str | None = None) -> None:
        given = [Given(code, "not" if audit and code == "2.5" else "met", hostile, (picture,))
                 for code in standard.clauses]  # fmt: skip
        by = {"self": clinic, "document": manager}.get(which, second)
        marking.mark(tx, by, id, which, given, audit=audit)

    def application(tx: Tx, key: str) -> str:
        licence = {"kind": "practice_licence", "number": key, "valid_from": "2020-01-01", "valid_to": "2099-12-31"}
        entity = {"kind": "institution", "key": key, "name": hostile}
        institution = registry.record(tx, house("tests"), [Record(entity, [licence])], "tests")[0].entity
        given = Application(institution, standard.name, [hostile[:60]], note=hostile)
        id = applying.apply(tx, clinic, given).id
        marking.add_file(tx, clinic, id, picture, hostile, "picture", 10)
        return id

    signer = current_signer(desk.database, desk.settings.secrets)
    with desk.database.write() as tx:
        id = application(tx, "acc-one")
        marks(tx, id, "self")
        applying.assess(tx, clinic, id)
        reviewing.take(tx, manager, id)
        marks(tx, id, "document")
        reviewing.let_pass(tx, manager, id)
        today = day(tx.now)
        audit = auditing.plan(tx, manager, id, Plan(lead.actor, (second.actor,), today, today)).id
        auditing.declare(tx, lead, audit)
        auditing.declare(tx, second, audit)
        auditing.begin(tx, lead, audit)
        marks(tx, id, "audit", audit)
        finding = correcting.raise_one(tx, second, audit, "2.5", "minor", hostile).id
        auditing.close(tx, lead, audit, hostile)
        correcting.answer(tx, clinic, finding, Answer(hostile, hostile, (picture,)))
        correcting.verify(tx, lead, finding, True, hostile)
        certificate = deciding.decide(tx, decider, id, Wish("grant", hostile), signer).certificate
        running = application(tx, "acc-two")
    assert certificate is not None
    return {"accreditation": id, "accrediting": running, "audit": audit, "finding": finding,
            "accreditation_certificate": certificate}  # fmt: skip
