"""Nobody judges their own work: who may do what, and who is barred from what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from mingjian.desk.people import service as people
from mingjian.desk.people.model import house
from mingjian.governance.accreditation import (
    appealing,
    applying,
    auditing,
    correcting,
    deciding,
    looking,
    marking,
    reviewing,
    standing,
)
from mingjian.governance.accreditation.applying import Application
from mingjian.governance.accreditation.auditing import Plan
from mingjian.governance.accreditation.correcting import Answer
from mingjian.governance.accreditation.deciding import Wish
from mingjian.governance.accreditation.marking import Given
from mingjian.records.accreditation.model import Filter
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.storage.database import Tx
from tests.governance.accreditation.scene import STAFF, STANDARD, Scene


def test_who_lacks_the_permission_is_refused(small: Scene) -> None:
    """Every step by somebody of every role that may not."""
    id, raised = small.audited({"1.1": ("not", "major")})
    audit = small.now(id).audit or ""
    small.answer(raised[0])
    day = small.today
    steps: dict[str, tuple[set[str], Callable[[Tx, str], object]]] = {
        "apply": ({"clinic", "clinic2"}, lambda tx, who: applying.apply(
            tx, small.who[who], Application(small.institution, STANDARD.name, ("14",)))),
        "take": ({"manager", "lead", "lead2"}, lambda tx, who: reviewing.take(tx, small.who[who], id)),
        "plan": ({"manager", "lead", "lead2"}, lambda tx, who: auditing.plan(
            tx, small.who[who], id, Plan(small.who["cai"].actor, (), day, day))),
        "declare": ({"ann", "bea", "cai"}, lambda tx, who: auditing.declare(tx, small.who[who], audit)),
        "raise": ({"ann", "bea", "cai"}, lambda tx, who: correcting.raise_one(
            tx, small.who[who], audit, "1.1", "major", "事实")),
        "answer": ({"clinic", "clinic2"}, lambda tx, who: correcting.answer(
            tx, small.who[who], raised[0], Answer("原因", "措施"))),
        "verify": ({"ann", "bea", "cai"}, lambda tx, who: correcting.verify(
            tx, small.who[who], raised[0], True, "可以")),
        "decide": ({"lead", "lead2"}, lambda tx, who: deciding.decide(
            tx, small.who[who], id, Wish("refuse", "理由"), small.signer)),
    }  # fmt: skip
    for step, (may, do) in steps.items():
        for who in set(STAFF) - may:
            with small.database.write() as tx, pytest.raises(Forbidden, match="没有权限"):
                do(tx, who)
                pytest.fail(f"{who} may {step}")


def test_others_do_not_see_an_institutions_application(small: Scene) -> None:
    id = small.assessed()
    for who in ("clinic2", "reader", "writer"):
        with small.database.read() as tx:
            if who == "reader":
                assert looking.whole(tx, small.who[who], id).accreditation.id == id
            else:
                with pytest.raises((NotFound, Forbidden)):
                    looking.whole(tx, small.who[who], id)
    with small.database.read() as tx:
        assert looking.list_page(tx, small.who["clinic2"], Filter(applied_by=small.who["clinic"].actor)).found == []
        assert [one.id for one in looking.list_page(tx, small.who["clinic"], Filter()).found] == [id]
    with small.database.write() as tx, pytest.raises(NotFound):
        marking.mark(tx, small.who["clinic2"], id, "self", [Given("1.1", "met")])


def test_a_decider_is_neither_reviewer_nor_auditor(scene: Scene) -> None:
    id = scene.assessed()
    with scene.database.write() as tx:
        reviewing.take(tx, scene.who["lead"], id)  # a lead may review and decide, but not both
    scene.mark(id, "document", "lead")
    with scene.database.write() as tx:
        reviewing.let_pass(tx, scene.who["lead"], id)
    audit = scene.opened(id)
    scene.mark(id, "audit", "ann", audit=audit)
    scene.close(audit)
    with pytest.raises(Forbidden, match="文件评审人"):
        scene.decide(id, by="lead")
    with pytest.raises(Forbidden, match="没有权限"):
        scene.decide(id, by="ann")
    assert scene.decide(id, by="lead2").state == "granted"
    certificate = scene.certificate(id)
    with scene.database.write() as tx, pytest.raises(Forbidden, match="文件评审人"):
        standing.suspend(tx, scene.who["lead"], certificate.id, "发现虚假材料")
    with scene.database.write() as tx:
        assert standing.suspend(tx, scene.who["lead2"], certificate.id, "发现虚假材料").state == "suspended"


def test_an_auditor_who_also_decides_is_barred(small: Scene) -> None:
    """Roles may be heaped on one person: the work keeps apart what the roles do not."""
    with small.database.write() as tx:
        user = people.create_user(tx, house("setup"), "both", "both", ("expert", "desk_lead"))
        small.who["both"] = user.principal()
    id = small.reviewed()
    audit = small.opened(id, "both")
    small.mark(id, "audit", "both", audit=audit)
    small.close(audit, "both")
    with pytest.raises(Forbidden, match="审核员"):
        small.decide(id, by="both")
    small.decide(id, by="lead")


def test_consultants_are_kept_out_for_two_years(small: Scene) -> None:
    id = small.assessed(consultants=(small.who["ann"].actor, small.who["manager"].actor, small.who["lead"].actor))
    with small.database.write() as tx, pytest.raises(Forbidden, match="咨询"):
        reviewing.take(tx, small.who["manager"], id)
    with small.database.write() as tx:
        reviewing.take(tx, small.who["lead2"], id)
    small.mark(id, "document", "lead2")
    with small.database.write() as tx:
        reviewing.let_pass(tx, small.who["lead2"], id)
    with pytest.raises(Forbidden, match="咨询"):
        small.plan(id, "ann", "bea")
    audit = small.opened(id, "bea", "cai")
    small.mark(id, "audit", "bea", audit=audit)
    small.close(audit, "bea")
    with pytest.raises(Forbidden, match="咨询"):
        small.decide(id, by="lead")


def test_only_auditors_of_the_audit_mark_and_verify(small: Scene) -> None:
    id = small.reviewed()
    audit = small.opened(id)
    with small.database.write() as tx, pytest.raises(Forbidden, match="不是这次审核"):
        marking.mark(tx, small.who["cai"], id, "audit", [Given("1.1", "met")], audit=audit)
    with small.database.write() as tx, pytest.raises(Forbidden, match="不是这次审核"):
        correcting.raise_one(tx, small.who["cai"], audit, "1.1", "major", "事实")
    small.mark(id, "audit", "ann", {"1.4": "not"}, audit=audit)
    finding = small.raised(audit, "1.4", "minor")
    small.close(audit)
    small.answer(finding)
    with pytest.raises(Forbidden, match="审核员验证"):
        small.verify(finding, by="cai")


def test_auditors_must_be_active_and_permitted(small: Scene) -> None:
    id = small.reviewed()
    for who in ("reader", "manager"):
        with pytest.raises(Invalid, match="现场审核权限"):
            small.plan(id, who)
    with small.database.write() as tx, pytest.raises(Invalid, match="日期"):
        day = small.today
        auditing.plan(tx, small.who["manager"], id, Plan(small.who["ann"].actor, (), day, day.replace(day=1)))


def test_an_appeal_is_answered_by_an_outsider(scene: Scene) -> None:
    id, _ = scene.audited({"1.1": ("not", "major")})
    scene.clock.move(timedelta(days=40))
    with scene.database.write() as tx:
        correcting.submit(tx, scene.who["manager"], id, "逾期未整改")
    scene.decide(id, "refuse")
    with scene.database.write() as tx:
        appeal = appealing.lodge(tx, scene.who["clinic"], id, "我们已换证,材料在附件")
    with scene.database.write() as tx, pytest.raises(Forbidden, match="没有权限"):
        appealing.answer(tx, scene.who["lead"], appeal.id, "upheld", "维持")
    with scene.database.write() as tx:
        assert appealing.answer(tx, scene.who["otto"], appeal.id, "overturned", "评分有误").state == "overturned"
    assert scene.now(id).state == "deciding"
    with pytest.raises(Forbidden, match="作过决定"):
        scene.decide(id, "refuse", by="lead")  # whose decision was overturned does not decide again
    assert scene.decide(id, "refuse", by="lead2").state == "refused"
    with scene.database.write() as tx:
        again = appealing.lodge(tx, scene.who["clinic"], id, "仍不认可")
        assert appealing.answer(tx, scene.who["otto"], again.id, "upheld", "维持").state == "upheld"
    with scene.database.write() as tx, pytest.raises(Conflict, match="没有可以申诉"):
        appealing.lodge(tx, scene.who["clinic"], id, "再来一次")
