"""Applying, granting, renewing, giving up; announcements that the journal reproduces."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from mingjian.desk.cases.model import ReviewInput
from mingjian.desk.cases.service import cases_of, take_case
from mingjian.desk.registry.model import Record
from mingjian.desk.registry.service import record
from mingjian.governance.appeals.service import lodge
from mingjian.governance.appeals.token import Concerned
from mingjian.governance.certification.adopting import adopt, decline, policy_on, propose
from mingjian.governance.certification.announce import announcement
from mingjian.governance.certification.appealing import decide_revocation_appeal
from mingjian.governance.certification.applying import apply, decide_application, withdraw_application
from mingjian.governance.certification.badges import account_withheld, badges_now
from mingjian.governance.certification.batches import run_batches
from mingjian.governance.certification.holding import end_certificate, exempt, resume_certificate
from mingjian.governance.decisions.model import DecisionInput
from mingjian.governance.decisions.service import decide, review_case, undo_case
from mingjian.records.certification.model import Application
from mingjian.records.clock import day
from mingjian.records.errors import Conflict, Forbidden, Invalid
from mingjian.records.storage import certification_batches as stored
from mingjian.records.storage.certification import application_by_id
from tests.governance.certification.bodies import (
    DAN,
    LEAD,
    PROGRAMME,
    STRICT,
    approved,
    certified,
    clinic,
    hospital,
    in_force,
    registered,
)
from tests.governance.world import ANN, LAW, LEAD2, OTTO, World


def applied(world: World, entity: str) -> Application:
    with world.database.write() as tx:
        return apply(tx, LEAD, entity, PROGRAMME)


def answered(world: World, application: str, outcome: str = "granted", note: str = "") -> Application:
    with world.database.write() as tx:
        words = ("licence_missing",) if outcome == "refused" else ()
        return decide_application(tx, ANN, application, outcome, words, note)


def shown(world: World, entity: str) -> bool:
    with world.database.read() as tx:
        badge = badges_now(tx, [entity], PROGRAMME).get(entity)
        return badge is not None and badge.shown


def test_an_application_goes_to_the_onboarding_desk_and_is_granted_for_a_term(world: World) -> None:
    (id,) = registered(world.database, [clinic(1)])
    made = applied(world, id)
    assert (made.outcome, made.state, made.policy) == ("eligible", "open", "licensed_institutions@1")
    assert applied(world, id).id == made.id  # asked for twice
    with world.database.read() as tx:
        (case,) = cases_of(tx, ANN, id)
    assert (case.queue, case.kind, case.facts["application"]) == ("onboarding", "actor", made.id)
    done = answered(world, made.id)
    assert done.state == "granted"
    assert answered(world, made.id) == done
    with world.database.read() as tx:
        badge = badges_now(tx, [id], PROGRAMME)[id]
    assert (badge.certificate.valid_from, badge.certificate.valid_to) == ("2026-03-02", "2027-03-01")
    with world.database.write() as tx, pytest.raises(Conflict, match="仍在有效期"):
        apply(tx, LEAD, id, PROGRAMME)


def test_a_refusal_has_reasons_and_a_better_application_may_follow(small: World) -> None:
    (id,) = registered(small.database, [clinic(1, to="2025-01-01")])
    made = applied(small, id)
    assert made.outcome == "not"
    with pytest.raises(Conflict, match="不符合条件"), small.database.write() as tx:
        decide_application(tx, ANN, made.id, "granted", (), "看着可以")
    done = answered(small, made.id, "refused", "许可证已过期")
    assert (done.state, done.reasons) == ("refused", ("licence_missing", "许可证已过期"))
    assert applied(small, id).id != made.id


def test_what_the_registry_does_not_know_needs_a_reason_in_words(small: World) -> None:
    number = {"kind": "institution", "key": "inst-5", "name": "示例诊所", "attributes": {"ownership": "private"}}
    (id,) = registered(small.database, [Record(number)])
    made = applied(small, id)
    assert made.outcome == "undetermined"
    with pytest.raises(Invalid, match="依据"), small.database.write() as tx:
        decide_application(tx, ANN, made.id, "granted", (), "")
    assert answered(small, made.id, note="已向登记机关电话核实").state == "granted"


def test_the_ordinary_review_page_grants_too_and_undoing_opens_it_again(world: World) -> None:
    (id,) = registered(world.database, [clinic(1)])
    made = applied(world, id)
    with world.database.write() as tx:
        world.answer(tx, made.case, ANN, "pass", reasons=())
    assert shown(world, id)
    with world.database.write() as tx:
        undo_case(tx, ANN, made.case, "按错了")
    assert not shown(world, id)
    assert answered(world, made.id).state == "granted"


def test_a_badge_is_renewed_near_its_end_and_ends_by_itself(world: World) -> None:
    (id,) = registered(world.database, [clinic(1)])
    answered(world, applied(world, id).id)
    world.clock.move(timedelta(days=330))
    again = applied(world, id)
    assert again.renews is not None
    answered(world, again.id)
    with world.database.read() as tx:
        assert badges_now(tx, [id], PROGRAMME)[id].certificate.valid_to == "2028-02-29"
    world.clock.move(timedelta(days=390))
    assert shown(world, id)
    world.clock.move(timedelta(days=40))
    assert not shown(world, id)


def test_a_badge_is_given_up_and_taken_up_again(small: World) -> None:
    (id,) = certified(small.database, [clinic(1)])
    with small.database.write() as tx:
        certificate = badges_now(tx, [id], PROGRAMME)[id].certificate.id
        end_certificate(tx, LEAD, certificate, "机构注销账号")
    assert not shown(small, id)
    with small.database.write() as tx:
        resume_certificate(tx, LEAD, certificate, "误操作")
    assert shown(small, id)


def test_an_application_is_withdrawn_with_its_case(small: World) -> None:
    (id,) = registered(small.database, [clinic(1)])
    made = applied(small, id)
    with small.database.write() as tx:
        assert withdraw_application(tx, LEAD, made.id, "材料未齐").state == "withdrawn"
        assert cases_of(tx, ANN, id)[0].stage == "closed"


def test_a_suspended_right_withholds_the_badge_of_the_entity_and_of_its_accounts(world: World) -> None:
    (id,) = certified(world.database, [clinic(1)])
    account = {"kind": "account", "key": "xiaohongshu:shop1", "name": "示例账号"}
    link = {"kind": "belongs_to", "target": {"kind": "institution", "key": "inst-1"}}
    registered(world.database, [Record(account, (), [link])])
    with world.database.write() as tx:
        decide(tx, LEAD, DecisionInput("suspend", publisher=id, right="certification", days=30, reasons=("冒用",),
                                       cites=(LAW,)))  # fmt: skip
    assert not shown(world, id)
    with world.database.read() as tx:
        withheld = account_withheld(tx, "shop1")
        assert withheld is not None
        assert withheld.publisher == id
        assert account_withheld(tx, "shop2") is None
    world.clock.move(timedelta(days=30))
    assert shown(world, id)


def test_an_exemption_lets_a_body_in_until_its_day(small: World) -> None:
    in_force(small.database)
    (id,) = registered(small.database, [clinic(1)])
    with small.database.write() as tx:
        exempt(tx, LEAD, id, PROGRAMME, date(2026, 6, 30), "监管部门试点机构")
    made = applied(small, id)
    assert made.outcome == "not"
    answered(small, made.id)
    with small.database.read() as tx:
        assert badges_now(tx, [id], PROGRAMME)[id].certificate.valid_to == "2026-06-30"


def test_a_new_policy_is_announced_in_time_and_adopted_by_another(small: World) -> None:
    with small.database.write() as tx:
        today = day(tx.now)
        with pytest.raises(Invalid, match="提前 15 天"):
            propose(tx, LEAD, STRICT, today, "治理")
        made = propose(tx, LEAD, STRICT, today + timedelta(days=15), "治理")
        with pytest.raises(Forbidden):
            adopt(tx, LEAD2, made.id)
        assert adopt(tx, DAN, made.id).state == "adopted"
        before, after = (policy_on(tx, PROGRAMME, today + timedelta(days=days)) for days in (14, 15))
        assert (before and before.id, after and after.id) == ("licensed_institutions@1", STRICT)
        again = propose(tx, LEAD, "relaxed@1", today + timedelta(days=40), "放宽")
        assert decline(tx, LEAD, again.id).state == "declined"


def test_the_announcement_is_counted_from_the_journal(world: World) -> None:
    certified(world.database, [hospital(1), *(clinic(n) for n in range(2, 12))])
    in_force(world.database)
    with world.database.write() as tx:
        batch = approved(tx)
    with world.database.read() as tx, pytest.raises(Invalid, match="还没有开始"):
        announcement(tx, batch.id)
    while run_batches(world.database, 4):
        pass
    with world.database.write() as tx:
        effects = [one.effect or "" for one in stored.members(tx, batch.id)]
        appeals = [lodge(tx, Concerned(one), one, "请复核").id for one in effects[:3]]
        decide_revocation_appeal(tx, OTTO, appeals[0], "upheld", "维持")
        decide_revocation_appeal(tx, OTTO, appeals[1], "overturned", "试点", exempt_until=date(2026, 12, 31))
    with world.database.read() as tx:
        told = announcement(tx, batch.id)
        figures = {one.key: one.number for one in told.figures}
        text = "".join(told.paragraphs)
    assert figures == {"listed": 10, "done": 10, "skipped": 0, "undone": 0, "appealed": 3, "upheld": 1,
                       "overturned": 1, "exempt": 1, "waiting": 1, "readmitted": 0, "standing": 9}  # fmt: skip
    assert [(one.title, one.number) for one in told.by_kind] == [("医疗机构", 10)]
    assert "取消 10 个主体的认证" in text
    assert all(one.definition for one in told.figures)
    assert told.command == f"mingjian certification announce --batch {batch.id} --lang zh"
    with world.database.read() as tx:
        assert announcement(tx, batch.id) == told
        assert {one.key: one.number for one in announcement(tx, batch.id, "en").figures} == figures
        assert {one.key: one.number for one in announcement(tx, batch.id, least=5).figures}["appealed"] is None


def test_registry_change_makes_an_appeal_succeed_without_exemption(small: World) -> None:
    (id,) = certified(small.database, [clinic(1)])
    in_force(small.database)
    with small.database.write() as tx:
        batch = approved(tx)
    while run_batches(small.database):
        pass
    with small.database.write() as tx:
        decision = stored.members(tx, batch.id)[0].effect or ""
        appeal = lodge(tx, Concerned(decision), decision, "登记有误:我们是公立三甲")
        better = {"kind": "institution", "key": "inst-1", "attributes": {"ownership": "public", "grade": "三级甲等"}}
        record(tx, LEAD, [Record(better)], "test")
        assert decide_revocation_appeal(tx, OTTO, appeal.id, "overturned", "登记已更正").state == "overturned"
    assert shown(small, id)


def test_review_case_of_a_suspension_refuses_the_application(small: World) -> None:
    (id,) = registered(small.database, [clinic(1)])
    made = applied(small, id)
    with small.database.write() as tx:
        case = take_case(tx, LEAD, made.case)
        answer = ReviewInput(case.id, case.version, "suspend", ("false_title",),
                             terms={"right": "certification", "days": 30}, cites=(LAW,))  # fmt: skip
        settled = review_case(tx, LEAD, answer)
        assert settled.decision is not None
        found = application_by_id(tx, made.id)
        assert found is not None
        assert found.state == "refused"
