"""The demonstration's certification: bodies that held a badge, a policy that tightens, a batch with appeals, and two
streamers whose right to sell by group-buying waits for conditions. Every name is invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from mingjian.core.credentials.digits import org, uscc
from mingjian.desk.people.model import Principal
from mingjian.desk.registry.model import Record
from mingjian.desk.registry.service import record as register
from mingjian.doors.demo.checks import confirm
from mingjian.governance.appeals.service import lodge
from mingjian.governance.appeals.token import Concerned
from mingjian.governance.certification import applying, batches
from mingjian.governance.certification.adopting import adopt, propose
from mingjian.governance.certification.appealing import decide_revocation_appeal
from mingjian.governance.certification.holding import take_over
from mingjian.governance.decisions.model import DecisionInput
from mingjian.governance.decisions.service import decide
from mingjian.governance.ladders.reinstate import awaiting
from mingjian.governance.ladders.reinstate import record as met
from mingjian.governance.screening.service import Screening
from mingjian.records.clock import day
from mingjian.records.items.model import Submission
from mingjian.records.storage import certification_batches as stored
from mingjian.records.storage.appeals import appeals_of
from mingjian.records.storage.database import Database, Tx

PROGRAMME, STRICT = "medical_aesthetics", "public_3a_only@1"
PROVINCES = ("云川省", "海岚省", "青屿省")
CLINICS, HOSPITALS, DOCTORS, MERCHANTS = 24, 4, 6, 5
_STREAM = "直播间今晚团购价,热玛吉保证有效,永不反弹"
_CODE = "AD-16-1-guarantee"


@dataclass
class Certifications:
    """Plays its part on certain days of the demonstration. ``staff`` by login."""

    database: Database
    screening: Screening
    staff: Mapping[str, Principal]
    ids: list[str] = field(default_factory=list)

    def on(self, number: int) -> None:
        """What happens on a day, counted from 0."""
        acts = {0: self._bodies, 2: self._applications, 3: self._streams, 4: self._streams, 5: self._streams,
                9: self._tighten, 12: self._conditions}  # fmt: skip
        act = acts.get(number)
        if act is not None:
            act()

    def _bodies(self) -> None:
        lead = self.staff["zuzhang"]
        with self.database.write() as tx:
            made = register(tx, lead, [*map(_hospital, range(HOSPITALS)), *map(_clinic, range(CLINICS))], "demo")
            made += register(tx, lead, [*map(_doctor, range(DOCTORS)), *map(_merchant, range(MERCHANTS))], "demo")
            self.ids = [one.entity for one in made]
            confirm(tx, lead, self.ids)
            held = [id for place, id in enumerate(self.ids) if place % 9 != 8]  # the others apply, or never did
            take_over(tx, lead, PROGRAMME, held, day(tx.now) + timedelta(days=300), "承接系统上线前已有的认证")

    def finish(self) -> None:
        """What still waits when the demonstration opens: an application, and an appeal where it ran long enough for
        the policy to tighten."""
        lead = self.staff["zuzhang"]
        with self.database.write() as tx:
            applying.apply(tx, lead, self._without()[2], PROGRAMME)
            taken = self._taken(tx)
            known = appeals_of(tx, taken)
            for one in [id for id in taken[4:] if id not in known][:1]:
                lodge(tx, Concerned(one), one, "请复核我院等级")

    def _without(self) -> list[str]:
        """Those that held no badge."""
        return [id for place, id in enumerate(self.ids) if place % 9 == 8]

    def _taken(self, tx: Tx) -> list[str]:
        """The decisions of the batch, none before it has run."""
        made = [one for one in stored.batches(tx) if one.policy == STRICT]
        return [one.effect for batch in made for one in stored.members(tx, batch.id) if one.effect]

    def _applications(self) -> None:
        lead, reviewer = self.staff["zuzhang"], self.staff["shenhe1"]
        with self.database.write() as tx:
            made = [applying.apply(tx, lead, id, PROGRAMME) for id in self._without()[:2]]
            applying.decide_application(tx, reviewer, made[0].id, "granted", (), "资质齐全")
            applying.decide_application(tx, reviewer, made[1].id, "refused", ("evidence",), "照片不清晰,请补交")

    def _streams(self) -> None:
        """Two rooms are interrupted, three days running: frequent enough for a suspension."""
        lead = self.staff["zuzhang"]
        for name in ("直播达人-示例甲", "直播达人-示例乙"):
            given = {
                "id": f"live-{name}-{self.database.clock.now()}",
                "text": _STREAM,
                "platform": "xiaohongshu",
                "channel": "live",
                "nature": "advertisement",
                "publisher": {"id": name, "kind": "creator"},
            }
            ((taken, _),) = self.screening.check_now([Submission(given)], lead.actor)
            with self.database.write() as tx:
                decide(tx, lead, DecisionInput("interrupt", item=taken.item.id, reasons=("直播中保证疗效",),
                                               codes=(_CODE,)))  # fmt: skip

    def _tighten(self) -> None:
        lead, deployer = self.staff["zuzhang"], self.staff["fabu"]
        with self.database.write() as tx:
            announced = day(tx.now) - timedelta(days=20)
            proposed = propose(tx, lead, STRICT, day(tx.now), "整治医美乱象,收紧专业认证", announced=announced)
            adopt(tx, deployer, proposed.id)
            made = batches.preview(tx, lead, "revoke", STRICT, "按新政策取消不在范围内的认证")
            batches.approve(tx, deployer, made.id, made.list)
        while batches.run_batches(self.database):
            pass
        self._appeal()

    def _appeal(self) -> None:
        """One body is told no, another is restored for half a year."""
        officer = self.staff["shensu"]
        with self.database.write() as tx:
            taken = self._taken(tx)
            until = day(tx.now) + timedelta(days=180)
            told = lodge(tx, Concerned(taken[0]), taken[0], "我们资质齐全,从无违规")
            decide_revocation_appeal(tx, officer, told.id, "upheld", "不在现行范围内,资质齐全不改变范围")
            told = lodge(tx, Concerned(taken[3]), taken[3], "我院是区域医联体牵头单位")
            decide_revocation_appeal(tx, officer, told.id, "overturned", "承担区域质控任务,给予半年豁免",
                                     exempt_until=until)  # fmt: skip

    def _conditions(self) -> None:
        with self.database.write() as tx:
            waiting = awaiting(tx, self.staff["zuzhang"])
            if waiting:
                met(tx, self.staff["zuzhang"], waiting[0].action.id, "training", "合规课程结业记录 DEMO-0001")


def _body(number: int) -> str:
    body = f"MD{number:06d}"
    return f"{body}{org(body)}"


def _licence(number: int) -> dict[str, object]:
    return {"kind": "practice_licence", "number": f"{_body(number)}31010117D1102", "scope": ["14", "14.03"],
            "issuer": "示例区卫生健康委员会", "valid_from": "2021-05-01", "valid_to": "2031-04-30"}  # fmt: skip


def _hospital(number: int) -> Record:
    attributes = {"ownership": "public", "grade": "三级甲等", "province": PROVINCES[number % 3]}
    name = f"{PROVINCES[number % 3]}示例第{number + 1}人民医院"
    entity = {"kind": "institution", "key": f"demo-hospital-{number}", "name": name, "attributes": attributes}
    return Record(entity, [_licence(number)])


def _clinic(number: int) -> Record:
    grade = {"grade": "二级"} if number % 5 == 0 else {}
    attributes = {"ownership": "public" if number % 8 == 0 else "private", "province": PROVINCES[number % 3], **grade}
    words = ("清禾", "云杉", "澄光", "知岚", "若木", "南栖")
    entity = {"kind": "institution", "key": f"demo-clinic-{number}",
              "name": f"{words[number % 6]}示例医疗美容门诊部({number + 1})", "attributes": attributes}  # fmt: skip
    return Record(entity, [_licence(100 + number)])


def _doctor(number: int) -> Record:
    entity = {"kind": "physician", "key": f"demo-doctor-{number}", "name": f"示例医师{'甲乙丙丁戊己'[number]}"}
    paper = {"kind": "physician_practice", "number": f"110310100{number + 1:06d}", "valid_from": "2019-03-01"}
    at = f"demo-hospital-{number}" if number < 2 else f"demo-clinic-{number}"
    link = {"kind": "practises_at", "target": {"kind": "institution", "key": at}, "scope": ["14"],
            "valid_from": "2021-05-01"}  # fmt: skip
    return Record(entity, [paper], [link])


def _merchant(number: int) -> Record:
    body = f"91310101{_body(500 + number)}"
    entity = {"kind": "merchant", "key": f"demo-merchant-{number}", "name": f"示例医美服务平台{number + 1}"}
    return Record(entity, [{"kind": "business_licence", "number": body + uscc(body), "valid_from": "2020-01-01"}])
