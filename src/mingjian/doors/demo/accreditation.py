"""Accreditation in the demonstration: four institutions, each further on its way than the next. All invented."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import timedelta

from mingjian.desk.people.model import Principal, house
from mingjian.desk.registry import service as registry
from mingjian.desk.registry.model import Record
from mingjian.doors.demo.checks import confirm
from mingjian.doors.pdf.document import Pdf
from mingjian.governance.accreditation import applying, auditing, correcting, deciding, marking, reviewing
from mingjian.governance.accreditation.applying import Application
from mingjian.governance.accreditation.auditing import Plan
from mingjian.governance.accreditation.correcting import Answer
from mingjian.governance.accreditation.deciding import Wish
from mingjian.governance.accreditation.load import standards
from mingjian.governance.accreditation.marking import Given
from mingjian.records.blobs import Blobs
from mingjian.records.clock import day
from mingjian.records.evidence.keys import Signer
from mingjian.records.storage.accreditation_audits import nonconformities_of
from mingjian.records.storage.database import Database, Tx

INSTITUTIONS = {
    "granted": ("云岭医疗美容门诊部", "PDY10001X44010117D1542"),
    "correcting": ("青禾医疗美容诊所", "PDY10002X44010117D2202"),
    "auditing": ("白桦整形外科医院", "PDY10003X44010117A5172"),
    "assessing": ("澄湖皮肤医院", "PDY10004X44010117A5182"),
}
# clause → mark, grade, what was seen
FINDINGS: Mapping[str, Mapping[str, tuple[str, str, str]]] = {
    "granted": {
        "2.5": ("partly", "observation", "两份在用制度没有版本号。"),
        "5.5": ("not", "minor", "二楼治疗室洗手液用完未补,近三个月没有手卫生依从性检查记录。"),
    },
    "correcting": {
        "4.6": ("not", "minor", "药品冰箱近两周温度记录缺四天。"),
        "7.2": ("not", "major", "除颤仪电极片过期,每日检查表连续打勾但未发现。"),
        "9.5": ("partly", "minor", "抽查的两条短视频没有宣传科终审记录。"),
    },
}
_APPLICANT, _REVIEWER, _LEAD, _SECOND, _DECIDER = "xuanchuan", "admin", "zhuanjia", "zhijian", "zuzhang"


class Accreditations:
    """What happens on each day of the demonstration; ``on(number)`` is called once a day, in order."""

    def __init__(self, database: Database, staff: Mapping[str, Principal], blobs: Blobs, signer: Signer) -> None:
        self.database = database
        self.staff = staff
        self.blobs = blobs
        self.signer = signer
        self.standard = next(iter(standards().values()))
        self.found: dict[str, str] = {}
        self.audits: dict[str, str] = {}
        self.days: dict[int, list[Callable[[Tx], None]]] = {}
        for name, first in (("granted", 1), ("correcting", 5), ("auditing", 12), ("assessing", 20)):
            self._plan(name, first)

    def on(self, number: int) -> None:
        """Do what falls on a day."""
        for step in self.days.get(number, ()):
            with self.database.write() as tx:
                step(tx)

    def _plan(self, name: str, first: int) -> None:
        steps: list[tuple[int, Callable[[Tx, str], None]]] = [(0, self._apply)]
        if name != "assessing":
            steps += [(1, self._assess), (2, self._review), (3, self._call), (6, self._open)]
        if name in FINDINGS:
            steps += [(7, self._close)]
        if name == "granted":
            steps += [(9, self._answer), (11, self._verify), (12, self._decide)]
        for after, step in steps:
            self.days.setdefault(first + after, []).append(lambda tx, step=step: step(tx, name))  # type: ignore[misc]

    def _apply(self, tx: Tx, name: str) -> None:
        title, key = INSTITUTIONS[name]
        today = day(tx.now)
        licence = {
            "kind": "practice_licence", "number": key, "issuer": "示例市卫生健康局", "scope": ["A02", "14"],
            "valid_from": (today - timedelta(days=500)).isoformat(),
            "valid_to": (today + timedelta(days=1300)).isoformat(),
        }  # fmt: skip
        entity = {"kind": "institution", "key": key, "name": title}
        institution = registry.record(tx, house("demo"), [Record(entity, [licence])], "demo")[0].entity
        confirm(tx, house("demo"), [institution])
        given = Application(
            institution, self.standard.name, ("14.01", "14.03"), note="首次申请,范围为美容外科、美容皮肤科。"
        )
        self.found[name] = applying.apply(tx, self.staff[_APPLICANT], given).id
        self._mark(tx, name, "self", _APPLICANT, 30 if name == "assessing" else None, self._evidence(tx, name))

    def _evidence(self, tx: Tx, name: str) -> str:
        pdf = Pdf("医疗机构执业许可证(示例)", created=tx.now)
        pdf.heading("医疗机构执业许可证(示例)", 0, centred=True)
        pdf.table([], [("机构名称", INSTITUTIONS[name][0]), ("登记号", INSTITUTIONS[name][1])], [1, 3])
        digest, size = self.blobs.put(io.BytesIO(pdf.bytes()), 1 << 20)
        who = self.staff[_APPLICANT]
        return marking.add_file(tx, who, self.found[name], digest, "执业许可证.pdf", "document", size).digest

    def _mark(self, tx: Tx, name: str, which: str, by: str, most: int | None = None, evidence: str = "") -> None:
        wrong = FINDINGS.get(name, {}) if which == "audit" else {}
        given = [
            Given(code, wrong[code][0] if code in wrong else "met",
                  wrong[code][2] if code in wrong else "见附件和现场记录", (evidence,) if evidence else ())
            for code in list(self.standard.clauses)[:most]
        ]  # fmt: skip
        marking.mark(tx, self.staff[by], self.found[name], which, given, audit=self.audits.get(name))

    def _assess(self, tx: Tx, name: str) -> None:
        applying.assess(tx, self.staff[_APPLICANT], self.found[name])

    def _review(self, tx: Tx, name: str) -> None:
        reviewing.take(tx, self.staff[_REVIEWER], self.found[name])
        self._mark(tx, name, "document", _REVIEWER)
        reviewing.let_pass(tx, self.staff[_REVIEWER], self.found[name])

    def _call(self, tx: Tx, name: str) -> None:
        first = day(tx.now) + timedelta(days=3)
        actors = [self.staff[_LEAD].actor, self.staff[_SECOND].actor]
        plan = Plan(actors[0], actors, first, first + timedelta(days=1))
        self.audits[name] = auditing.plan(tx, self.staff[_REVIEWER], self.found[name], plan).id

    def _open(self, tx: Tx, name: str) -> None:
        for who in (_LEAD, _SECOND):
            auditing.declare(tx, self.staff[who], self.audits[name])
        auditing.begin(tx, self.staff[_LEAD], self.audits[name])
        if name not in FINDINGS:
            self._mark(tx, name, "audit", _SECOND, 42)

    def _close(self, tx: Tx, name: str) -> None:
        self._mark(tx, name, "audit", _LEAD)
        for clause, (_, grade, told) in FINDINGS[name].items():
            correcting.raise_one(tx, self.staff[_SECOND], self.audits[name], clause, grade, told)
        auditing.close(tx, self.staff[_LEAD], self.audits[name], "总体运行正常,不符合项见清单。")

    def _grave(self, tx: Tx, name: str) -> list[str]:
        return [one.id for one in nonconformities_of(tx, self.found[name]) if one.grade != "observation"]

    def _answer(self, tx: Tx, name: str) -> None:
        given = Answer(
            "耗材补充没有责任人,检查表停用。", "指定责任人,恢复每周检查,已培训并考核。", (self._evidence(tx, name),)
        )
        for id in self._grave(tx, name):
            correcting.answer(tx, self.staff[_APPLICANT], id, given)

    def _verify(self, tx: Tx, name: str) -> None:
        for id in self._grave(tx, name):
            correcting.verify(tx, self.staff[_LEAD], id, True, "已看补充记录和考核表,整改到位。")

    def _decide(self, tx: Tx, name: str) -> None:
        wish = Wish("grant", "审核得分达标,不符合项已整改并验证。")
        deciding.decide(tx, self.staff[_DECIDER], self.found[name], wish, self.signer)
