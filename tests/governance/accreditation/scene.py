"""An institution on its way to a certificate: each step a line, for tests that begin anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from mingjian.desk.people import service as people
from mingjian.desk.people.model import Principal, house
from mingjian.desk.registry import service as registry
from mingjian.desk.registry.model import Record
from mingjian.governance.accreditation import applying, auditing, correcting, deciding, marking, reviewing
from mingjian.governance.accreditation.applying import Application
from mingjian.governance.accreditation.auditing import Plan
from mingjian.governance.accreditation.correcting import Answer
from mingjian.governance.accreditation.deciding import Wish
from mingjian.governance.accreditation.load import standards
from mingjian.governance.accreditation.marking import Given
from mingjian.records.accreditation.model import Accreditation, Audit, Certificate, Nonconformity
from mingjian.records.canonical import digest
from mingjian.records.clock import SteppedClock, day
from mingjian.records.evidence.keys import Signer, new_signer
from mingjian.records.storage import accreditation_audits as audits
from mingjian.records.storage import accreditation_certificates as certificates
from mingjian.records.storage import accreditations as store
from mingjian.records.storage.database import Database

STANDARD = standards()["aesthetic-quality"]
STAFF = {
    "clinic": "publicity_officer", "clinic2": "publicity_officer", "manager": "administrator", "lead": "desk_lead",
    "lead2": "desk_lead", "ann": "expert", "bea": "quality_inspector", "cai": "expert", "otto": "appeal_officer",
    "reader": "analyst", "writer": "author",
}  # fmt: skip
FILE = digest(b"a file")


class Scene:
    """The desk of one test, with accounts of every role and institutions whose licences hold."""

    def __init__(self, database: Database, clock: SteppedClock, signer: Signer | None = None) -> None:
        self.database = database
        self.clock = clock
        self.signer = signer or new_signer()
        self.who: dict[str, Principal] = {}
        with database.write() as tx:
            for login, role in STAFF.items():
                user = people.create_user(tx, house("setup"), login, login, (role,))
                self.who[login] = user.principal()
        self.institution = self.register("测试医疗美容门诊部", "MDY0001")

    def register(self, name: str, key: str, **licence: Any) -> str:
        """An institution with a licence; its id."""
        held = {"kind": "practice_licence", "number": f"L{key}", "valid_from": "2024-01-01", "valid_to": "2031-12-31",
                "scope": ["A02", "14"], **licence}  # fmt: skip
        entity = {"kind": "institution", "key": key, "name": name}
        with self.database.write() as tx:
            return registry.record(tx, house("setup"), [Record(entity, [held])], "tests")[0].entity

    def licence(self, **fields: Any) -> None:
        """Change the institution's licence."""
        with self.database.write() as tx:
            entity = {"kind": "institution", "key": "MDY0001"}
            held = {"kind": "practice_licence", "number": "LMDY0001", **fields}
            registry.record(tx, house("setup"), [Record(entity, [held])], "tests")

    # --- steps ---------------------------------------------------------------------------------------------------

    def apply(self, by: str = "clinic", **fields: Any) -> str:
        given = {"institution": self.institution, "standard": STANDARD.name, "scope": ("14.01",), **fields}
        with self.database.write() as tx:
            return applying.apply(tx, self.who[by], Application(**given)).id

    def file(self, id: str, by: str = "clinic", name: str = "证据.pdf", digest: str = FILE) -> str:
        with self.database.write() as tx:
            return marking.add_file(tx, self.who[by], id, digest, name, "document", 10).digest

    def mark(
        self, id: str, which: str, by: str, but: Mapping[str, str] | None = None, *, audit: str | None = None,
        evidence: tuple[str, ...] = (), only: tuple[str, ...] | None = None,
    ) -> None:  # fmt: skip
        """Every clause met, ``but`` some."""
        words = dict(but or {})
        marks = [
            Given(code, words.get(code, "met"), "见现场记录", evidence)
            for code in STANDARD.clauses
            if only is None or code in only
        ]
        with self.database.write() as tx:
            marking.mark(tx, self.who[by], id, which, marks, audit=audit)

    def assessed(self, by: str = "clinic", **fields: Any) -> str:
        id = self.apply(by, **fields)
        file = self.file(id, by)
        self.mark(id, "self", by, evidence=(file,))
        with self.database.write() as tx:
            applying.assess(tx, self.who[by], id)
        return id

    def reviewed(self, **fields: Any) -> str:
        id = self.assessed(**fields)
        with self.database.write() as tx:
            reviewing.take(tx, self.who["manager"], id)
        self.mark(id, "document", "manager")
        with self.database.write() as tx:
            reviewing.let_pass(tx, self.who["manager"], id)
        return id

    def plan(self, id: str, *auditors: str, after: int = 3) -> str:
        first = self.today + timedelta(days=after)
        actors = [self.who[name].actor for name in auditors or ("ann", "bea")]
        with self.database.write() as tx:
            plan = Plan(actors[0], actors, first, first + timedelta(days=1))
            return auditing.plan(tx, self.who["manager"], id, plan).id

    def opened(self, id: str, *auditors: str) -> str:
        names = auditors or ("ann", "bea")
        audit = self.plan(id, *names)
        for name in names:
            with self.database.write() as tx:
                auditing.declare(tx, self.who[name], audit)
        self.clock.move(timedelta(days=3))
        with self.database.write() as tx:
            auditing.begin(tx, self.who[names[0]], audit)
        return audit

    def audited(self, but: Mapping[str, tuple[str, str]] | None = None) -> tuple[str, list[str]]:
        """An application whose audit is closed. ``but``: clause → (mark, grade of its finding). Its findings' ids."""
        id = self.reviewed()
        audit = self.opened(id)
        wrong = dict(but or {})
        self.mark(id, "audit", "ann", {code: mark for code, (mark, _) in wrong.items()}, audit=audit)
        raised = [self.raised(audit, code, grade) for code, (_, grade) in wrong.items()]
        self.close(audit)
        return id, raised

    def raised(self, audit: str, clause: str, grade: str, by: str = "bea") -> str:
        with self.database.write() as tx:
            return correcting.raise_one(tx, self.who[by], audit, clause, grade, "现场看到与要求不符").id

    def close(self, audit: str, by: str = "ann") -> None:
        with self.database.write() as tx:
            auditing.close(tx, self.who[by], audit, "审核结论:见不符合项")

    def answer(self, finding: str, by: str = "clinic") -> None:
        with self.database.write() as tx:
            id = self.finding(finding).accreditation
            marking.add_file(tx, self.who[by], id, digest(b"proof"), "整改.pdf", "document", 9)
            correcting.answer(tx, self.who[by], finding, Answer("培训不到位", "重新培训并考核", (digest(b"proof"),)))

    def verify(self, finding: str, accepted: bool = True, by: str = "ann") -> None:
        with self.database.write() as tx:
            correcting.verify(tx, self.who[by], finding, accepted, "已看整改材料")

    def decide(self, id: str, outcome: str = "grant", by: str = "lead", **fields: Any) -> Accreditation:
        with self.database.write() as tx:
            return deciding.decide(tx, self.who[by], id, Wish(outcome, "依审核结果", **fields), self.signer)

    def granted(self, but: Mapping[str, tuple[str, str]] | None = None) -> Certificate:
        """A certificate; findings are answered and verified."""
        id, raised = self.audited(but)
        for finding in raised:
            self.answer(finding)
            self.verify(finding)
        self.decide(id)
        return self.certificate(id)

    # --- looks ---------------------------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        return day(self.clock.now())

    def now(self, id: str) -> Accreditation:
        with self.database.read() as tx:
            found = store.accreditation_by_id(tx, id)
        assert found is not None
        return found

    def audit(self, id: str) -> Audit:
        with self.database.read() as tx:
            found = audits.audit_by_id(tx, id)
        assert found is not None
        return found

    def finding(self, id: str) -> Nonconformity:
        with self.database.read() as tx:
            found = audits.nonconformity_by_id(tx, id)
        assert found is not None
        return found

    def certificate(self, id: str) -> Certificate:
        """By its own id, or by its application's."""
        with self.database.read() as tx:
            found = certificates.certificate_by_id(tx, self.now(id).certificate or "" if id.startswith("acc_") else id)
        assert found is not None
        return found
