"""To the certificate and back: each step, its reverse, and the state made anew from the journal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mingjian.governance.accreditation import applying, auditing, correcting, deciding, marking, reviewing, standing
from mingjian.governance.accreditation.marking import Given
from mingjian.governance.decisions.law import thawed
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import refold
from mingjian.records.journal.fold import projections
from mingjian.records.journal.verify import verify
from mingjian.records.storage import contents
from mingjian.records.storage.database import Database
from tests.governance.accreditation.scene import STANDARD, Scene

TABLES = ("accreditation",)


def _rows(database: Database) -> dict[str, list[Any]]:
    tables = [table for table in projections() if table.name.startswith(TABLES)]
    with database.read() as tx:
        return {table.name: sorted(map(tuple, tx.rows(table.select())), key=str) for table in tables}


def test_the_whole_way(scene: Scene) -> None:
    id, raised = scene.audited({"1.4": ("partly", "minor"), "2.5": ("not", "minor"), "7.1": ("not", "major")})
    assert scene.now(id).state == "correcting"
    for finding in raised:
        scene.answer(finding)
    scene.verify(raised[0])
    scene.verify(raised[1], accepted=False)  # not enough: once more
    assert scene.finding(raised[1]).state == "open"
    scene.answer(raised[1])
    scene.verify(raised[1])
    assert scene.now(id).state == "correcting"
    scene.verify(raised[2])
    assert scene.now(id).state == "deciding"
    scene.decide(id)
    certificate = scene.certificate(id)
    assert scene.now(id).state == "granted"
    assert certificate.number == "MJ-ZLRZ-2026-00001"
    assert certificate.standing(scene.today) == "valid"
    assert (certificate.valid_to - certificate.valid_from).days in (1094, 1095)
    before = _rows(scene.database)
    assert all(before[name] for name in ("accreditations", "accreditation_marks", "accreditation_certificates"))
    refold(scene.database)
    assert _rows(scene.database) == before
    assert verify(scene.database).whole


def test_an_institution_without_a_licence_cannot_apply(small: Scene) -> None:
    small.institution = small.register("过期诊所", "MDY0002", valid_to="2026-01-31")
    with pytest.raises(Conflict, match="没有确定有效"):
        small.apply()
    small.institution = small.register("未知诊所", "MDY0003", valid_from=None, valid_to=None)
    with pytest.raises(Conflict, match="没有确定有效"):
        small.apply()
    small.institution = "ent_none"
    with pytest.raises(NotFound):
        small.apply()


def test_the_scope_stays_within_the_licence(small: Scene) -> None:
    with pytest.raises(Invalid, match="超出"):
        small.apply(scope=("15.01",))
    with pytest.raises(Invalid, match="认证范围"):
        small.apply(scope=())
    assert small.now(small.apply(scope=("14.02", "A02"))).scope == ("14.02", "A02")


def test_one_application_at_a_time(small: Scene) -> None:
    id = small.apply()
    with pytest.raises(Conflict, match=id):
        small.apply("clinic2")
    with small.database.write() as tx:
        applying.withdraw(tx, small.who["clinic"], id, "材料没有备齐")
    assert small.now(id).state == "withdrawn"
    with small.database.write() as tx:
        assert applying.resume(tx, small.who["clinic"], id).state == "assessing"


def test_a_self_assessment_must_be_whole(small: Scene) -> None:
    id = small.apply()
    small.mark(id, "self", "clinic", only=("1.1",))
    with small.database.write() as tx, pytest.raises(Invalid, match="没有自评"):
        applying.assess(tx, small.who["clinic"], id)
    with small.database.write() as tx:
        marking.mark(tx, small.who["clinic"], id, "self", [Given(code, "met") for code in STANDARD.clauses])
    with small.database.write() as tx, pytest.raises(Invalid, match="证据"):
        applying.assess(tx, small.who["clinic"], id)


def test_handing_in_can_be_taken_back_until_somebody_reviews(small: Scene) -> None:
    id = small.assessed()
    with small.database.write() as tx:
        assert applying.recall(tx, small.who["clinic"], id).state == "assessing"
        applying.assess(tx, small.who["clinic"], id)
        reviewing.take(tx, small.who["manager"], id)
    with small.database.write() as tx, pytest.raises(Conflict, match="评审"):
        applying.recall(tx, small.who["clinic"], id)
    with small.database.write() as tx:
        assert reviewing.release(tx, small.who["manager"], id).reviewer is None


def test_a_review_asks_for_more_and_passes_then(small: Scene) -> None:
    id = small.assessed()
    with small.database.write() as tx:
        reviewing.take(tx, small.who["manager"], id)
        reviewing.send_back(tx, small.who["manager"], id, ["3.1"], "请补医师执业证书")
    assert small.now(id).state == "returned"
    small.mark(id, "self", "clinic", evidence=(small.file(id),))
    with small.database.write() as tx:
        applying.assess(tx, small.who["clinic"], id)
        with pytest.raises(Invalid, match="没有评审"):
            reviewing.let_pass(tx, small.who["manager"], id)
    small.mark(id, "document", "manager", {"1.1": "not"})
    with small.database.write() as tx, pytest.raises(Conflict, match="关键条款"):
        reviewing.let_pass(tx, small.who["manager"], id)
    small.mark(id, "document", "manager")
    with small.database.write() as tx:
        assert reviewing.let_pass(tx, small.who["manager"], id).state == "planning"
        assert reviewing.reopen(tx, small.who["manager"], id, "又收到举报").state == "reviewing"


def test_an_audit_is_planned_called_off_and_held_on_its_days(small: Scene) -> None:
    id = small.reviewed()
    audit = small.plan(id)
    with small.database.write() as tx:
        auditing.cancel(tx, small.who["manager"], audit, "机构停电")
    assert small.now(id).state == "planning"
    audit = small.plan(id)
    with small.database.write() as tx:
        auditing.declare(tx, small.who["ann"], audit)
        with pytest.raises(Conflict, match="声明"):
            auditing.begin(tx, small.who["ann"], audit)
        auditing.declare(tx, small.who["bea"], audit)
        with pytest.raises(Conflict, match="开始"):
            auditing.begin(tx, small.who["ann"], audit)
    small.clock.move(timedelta(days=3))
    with small.database.write() as tx:
        assert auditing.begin(tx, small.who["bea"], audit).state == "open"
    assert small.now(id).state == "auditing"


def test_an_audit_is_closed_only_with_a_finding_for_all_that_failed(small: Scene) -> None:
    id = small.reviewed()
    audit = small.opened(id)
    small.mark(id, "audit", "ann", {"1.1": "not", "1.4": "partly"}, audit=audit, only=("1.1", "1.4"))
    with pytest.raises(Invalid, match="没有记录"):
        small.close(audit)
    rest = tuple(code for code in STANDARD.clauses if code not in ("1.1", "1.4"))
    small.mark(id, "audit", "bea", audit=audit, only=rest)
    small.raised(audit, "1.1", "minor")
    with pytest.raises(Invalid, match="关键条款"):
        small.close(audit)
    small.raised(audit, "1.1", "major")
    with pytest.raises(Invalid, match=r"1\.4"):
        small.close(audit)
    observed = small.raised(audit, "1.4", "observation")
    with small.database.write() as tx:
        correcting.withdraw(tx, small.who["bea"], observed, "记错了")
        with pytest.raises(Invalid, match=r"1\.4"):
            auditing.close(tx, small.who["ann"], audit, "审核结论")
        correcting.restore(tx, small.who["bea"], observed)
    with small.database.write() as tx, pytest.raises(Forbidden, match="组长"):
        auditing.close(tx, small.who["bea"], audit, "审核结论")
    small.close(audit)
    assert small.audit(audit).band == "excellent"
    with small.database.write() as tx:
        assert auditing.reopen(tx, small.who["ann"], audit, "漏看一处").state == "open"
    assert small.now(id).state == "auditing"


def test_what_is_still_open_decides_what_may_be_decided(small: Scene) -> None:
    id, (major, minor) = small.audited({"7.2": ("not", "major"), "2.5": ("not", "minor")})
    with small.database.write() as tx, pytest.raises(Conflict, match="期限内"):
        correcting.submit(tx, small.who["manager"], id, "先报决定")
    small.answer(major)
    small.verify(major)
    with small.database.write() as tx:
        correcting.submit(tx, small.who["manager"], id, "一般项在整改")
    with pytest.raises(Conflict, match="附条件"):
        small.decide(id)
    small.decide(id, "conditional")
    certificate = small.certificate(id)
    assert certificate.conditions == (minor,)
    assert not certificate.conditions_met
    with small.database.write() as tx, pytest.raises(Conflict, match="没有关闭"):
        standing.fulfil(tx, small.who["ann"], certificate.id, "看过了")
    small.answer(minor)
    small.verify(minor)
    with small.database.write() as tx:
        assert standing.fulfil(tx, small.who["ann"], certificate.id, "整改已验证").conditions_met
        assert not standing.unfulfil(tx, small.who["lead"], certificate.id, "证据是假的").conditions_met


def test_a_refusal_names_the_law_and_can_be_taken_back(small: Scene) -> None:
    id, _ = small.audited({"1.1": ("not", "major")})
    small.clock.move(timedelta(days=40))
    with small.database.write() as tx:
        correcting.submit(tx, small.who["manager"], id, "逾期未整改")
    with pytest.raises(Conflict, match="严重不符合"):
        small.decide(id, "conditional")
    decided = small.decide(id, "refuse")
    assert decided.state == "refused"
    with small.database.read() as tx:
        cites = thawed(contents.get(tx, decided.cites or "") or b"[]")
    assert "cn.medical-institutions-regulation/23" in {one.ref for one in cites}
    with small.database.write() as tx, pytest.raises(Forbidden):
        deciding.undo(tx, small.who["lead2"], id, "看错了")
    with small.database.write() as tx:
        assert deciding.undo(tx, small.who["lead"], id, "看错了").state == "deciding"


def test_a_grant_is_taken_back_within_days_only(small: Scene) -> None:
    certificate = small.granted()
    small.clock.move(timedelta(days=2))
    with small.database.write() as tx:
        deciding.undo(tx, small.who["lead"], certificate.accreditation, "名称写错了")
    assert small.certificate(certificate.id).state == "annulled"
    small.decide(certificate.accreditation)
    again = small.certificate(certificate.accreditation)
    assert again.number != certificate.number
    small.clock.move(timedelta(days=4))
    with small.database.write() as tx, pytest.raises(Conflict, match="超过"):
        deciding.undo(tx, small.who["lead"], again.accreditation, "晚了")


def test_a_stale_version_is_told(scene: Scene) -> None:
    id = scene.assessed()
    seen = scene.now(id).version
    with scene.database.write() as tx:
        reviewing.take(tx, scene.who["manager"], id, seen)
    with scene.database.write() as tx, pytest.raises(Conflict, match="改动过"):
        reviewing.let_pass(tx, scene.who["manager"], id, seen)


def test_two_people_on_one_sheet(scene: Scene) -> None:
    id = scene.reviewed()
    audit = scene.opened(id)

    def save(who: str, clause: str, mark: str, version: int | None, note: str = "现场记录") -> int:
        with scene.database.write() as tx:
            given = [Given(clause, mark, note, (), version)]
            return marking.mark(tx, scene.who[who], id, "audit", given, audit=audit)[0].version

    assert save("ann", "1.1", "met", 0) == 1
    assert save("bea", "1.2", "met", 0) == 1  # another clause: not in the way
    with pytest.raises(Conflict, match=r"1\.1"):
        save("bea", "1.1", "not", 0)
    assert save("ann", "1.1", "met", 0) == 1  # sent again because the answer was lost
    assert save("bea", "1.1", "not", 1) == 2
    with pytest.raises(Invalid, match="不适用"):
        save("ann", "1.1", "na", 2)
    with pytest.raises(Invalid, match="事实"):
        save("ann", "1.3", "not", 0, "")
    with pytest.raises(Invalid, match="没有条款"):
        save("ann", "99.9", "met", 0)
