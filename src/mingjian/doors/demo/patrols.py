"""Patrols of the demonstration: a small register of invented clinics, physicians and products, patrolled as the weeks
go by, with look-ups answered by hand and enquiries of every state."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, timedelta

from mingjian.core.credentials.digits import org
from mingjian.desk.people.model import Principal
from mingjian.desk.registry.model import Record
from mingjian.desk.registry.service import record
from mingjian.doors.demo.checks import confirm
from mingjian.governance.enquiries import service as enquiries
from mingjian.governance.lookups import service as lookups
from mingjian.governance.patrols import entries, rescreening, service
from mingjian.governance.screening.service import Screening
from mingjian.records.blobs import Blobs
from mingjian.records.clock import MICROSECONDS, day
from mingjian.records.storage import lookups as lookup_store
from mingjian.records.storage import patrol_entries
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.patrol_entries import EntryFilter

# Invented: name, number, days from the end of the demonstration until its licence ends, scope.
CLINICS = (
    ("云杉医疗美容门诊部", "inst-001", 24, ("14.01",)), ("青禾口腔门诊部", "inst-002", 5, ("12",)),
    ("星野皮肤专科诊所", "inst-003", -3, ("13",)), ("木棉医疗美容诊所", "inst-007", 400, ("14",)),
)  # fmt: skip
PHYSICIANS = (("林知遥", "inst-001", True), ("沈清和", "inst-002", True), ("顾言", "inst-003", False))
PRODUCTS = (("强脉冲光治疗仪(演示)", "国械注准20203090901", 500),
            ("注射用透明质酸钠(演示)", "国械注准20203130902", -40), ("无证水光仪(演示)", None, 0))  # fmt: skip
_BODY = "DP000001"
"""Of the one clinic whose licence number is sound; that of the others does not follow the rules."""
_PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


class Patrols:
    """Registered at the beginning, patrolled each day, worked on at the end."""

    def __init__(
        self, database: Database, screening: Screening, staff: Mapping[str, Principal], blobs: Blobs, last: date
    ) -> None:
        self._database, self._screening, self._staff, self._blobs, self._last = database, screening, staff, blobs, last

    def register(self) -> None:
        """Who there is."""
        lead = self._staff["zuzhang"]
        with self._database.write() as tx:
            clinics = record(tx, lead, [self._clinic(*one) for one in CLINICS], "demo")
            doctors = [self._physician(place, *one) for place, one in enumerate(PHYSICIANS)]
            confirm(tx, lead, [clinics[0].entity, record(tx, lead, doctors, "demo")[0].entity])
            record(tx, lead, [self._product(place, *one) for place, one in enumerate(PRODUCTS)], "demo")

    def _until(self, days: int) -> str:
        return (self._last + timedelta(days=days)).isoformat()

    def _clinic(self, name: str, key: str, days: int, scope: tuple[str, ...]) -> Record:
        number = f"{_BODY}{org(_BODY)}11010517D1512" if key == CLINICS[0][1] else f"DEMO-{key}"
        paper = {"kind": "practice_licence", "number": number, "issuer": "演示区卫生健康委员会",
                 "scope": list(scope), "valid_from": "2021-01-01", "valid_to": self._until(days)}  # fmt: skip
        return Record({"kind": "institution", "key": key, "name": name, "attributes": {"province": "演示省"}}, [paper])

    def _physician(self, place: int, name: str, clinic: str, registered: bool) -> Record:
        papers = [{"kind": "physician_practice", "number": f"1101100000009{place:02}", "valid_from": "2019-05-01",
                   "issuer": "演示区卫生健康委员会", "scope": ["外科"]}] if registered else []  # fmt: skip
        if clinic == CLINICS[0][1]:
            papers += [{"kind": "aesthetic_lead", "number": "演示备案-001", "valid_from": "2021-01-01",
                        "scope": ["14.01", "14.03"]}]  # fmt: skip
        link = {"kind": "practises_at", "target": {"kind": "institution", "key": clinic}, "valid_from": "2021-01-01"}
        return Record({"kind": "physician", "key": f"demo-physician-{place}", "name": name}, papers, [link])

    def _product(self, place: int, name: str, number: str | None, days: int) -> Record:
        papers = [{"kind": "device_registration", "number": number, "issuer": "国家药品监督管理局",
                   "valid_from": "2020-06-01", "valid_to": self._until(days)}] if number else []  # fmt: skip
        link = {"kind": "used_by", "target": {"kind": "institution", "key": CLINICS[0][1]}, "valid_from": "2021-01-01"}
        return Record({"kind": "device", "key": f"demo-device-{place}", "name": name}, papers, [link])

    def go_round(self) -> None:
        """What the duty would have done by now."""
        for _ in range(200):
            if not (service.plan(self._database) + service.advance(self._database)
                    + rescreening.advance(self._database, self._screening)):  # fmt: skip
                return

    def widen(self) -> None:
        """A clinic's licence changes: its whole content will be judged again."""
        name, key, days, _ = CLINICS[0]
        with self._database.write() as tx:
            record(tx, self._staff["zuzhang"], [self._clinic(name, key, days, ("13", "14.01", "14.03"))], "demo")

    def finish(self) -> None:
        """People work on what was found."""
        lead, inspector, reviewer = (self._staff[name] for name in ("zuzhang", "zhijian", "shenhe1"))
        evidence, _ = self._blobs.put(io.BytesIO(_PICTURE), 1 << 20)
        with self._database.write() as tx:
            waiting, _ = lookup_store.list_lookups(tx, "by_hand", None, None, None, 6)
            for one, outcome in zip(waiting, ("confirmed", "confirmed", "contradicted", "not_found"), strict=False):
                lookups.answer_by_hand(tx, inspector, one.id, outcome, facts={"note": "演示:人工查看官方页面"},
                                       evidence=evidence)  # fmt: skip
            work, _ = patrol_entries.list_entries(tx, EntryFilter(), None, 6)
            if work:
                entries.assign(tx, lead, work[0].id, reviewer.actor)
            if len(work) > 1:
                entries.snooze(tx, lead, work[1].id, tx.now + 7 * 24 * 3600 * MICROSECONDS, "机构已提交换证材料")
            if len(work) > 2:
                entries.done(tx, lead, work[2].id, "已核对新证并更新登记")
            for place, entry in enumerate(one for one in work if one.credential is not None):
                self._enquire(tx, reviewer, place, str(entry.credential), entry.why, evidence)

    def _enquire(self, tx: Tx, by: Principal, place: int, credential: str, why: str, evidence: str) -> None:
        made = enquiries.draft(tx, by, credential, f"证照状态待核实:{why}")
        if place == 0 or made.state != "drafted":
            return
        enquiries.send(tx, by, made.id, "letter", f"演示函〔{day(tx.now).year}〕{place}号")
        if place > 1:
            enquiries.answer(tx, by, made.id, "confirmed", "经核,该证在办理延续。", evidence)
