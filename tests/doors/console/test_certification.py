"""The pages of certification and of rights that wait for conditions: what the forms do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from mingjian.desk.people import service as people
from mingjian.desk.people.model import house
from mingjian.governance.certification.batches import run_batches
from mingjian.governance.decisions.law import basis_in_force
from mingjian.governance.decisions.model import DecisionInput
from mingjian.governance.decisions.service import decide
from mingjian.governance.ladders.reinstate import awaiting
from mingjian.governance.ladders.settle import _take
from mingjian.records.clock import day
from mingjian.records.journal.append import append
from mingjian.records.storage import certification_batches as stored
from mingjian.records.storage.certification import adoptions
from mingjian.records.storage.reinstatements import records_of
from tests.doors.console.browsing import Visitor
from tests.doors.console.seeded import PASSWORD, Seeded
from tests.governance.certification.bodies import LEAD, STRICT, certified, clinic, hospital, registered

Visit = Callable[[str | None], Visitor]


@pytest.fixture
def staffed(full: Seeded) -> Seeded:
    """With somebody who deploys and somebody who answers appeals."""
    with full.desk.database.write() as tx:
        for role in ("policy_deployer", "appeal_officer"):
            user = people.create_user(tx, house("setup"), role, role, (role,))
            people.set_password(tx, house("setup"), user.id, PASSWORD, must_change=False)
    return full


def test_tightening_from_the_policy_to_the_announcement(visit: Visit, staffed: Seeded) -> None:
    database = staffed.desk.database
    ids = certified(database, [hospital(1), clinic(2), clinic(3)])
    lead, deployer = visit("lead"), visit("policy_deployer")
    with database.read() as tx:
        today = day(tx.now)
    form = {"policy": STRICT, "since": str(today), "reason": "治理"}
    assert lead.post("/certification/policies", form).status_code == 422  # not announced long enough
    announced = str(today - timedelta(days=30))
    assert lead.post("/certification/policies", {**form, "announced": announced}).status_code == 303
    with database.read() as tx:
        (proposed,) = adoptions(tx)
    assert lead.post(f"/certification/policies/{proposed.id}/adopt", {}).status_code == 403
    assert deployer.post(f"/certification/policies/{proposed.id}/adopt", {}).status_code == 303
    page = lead.get(f"/certification/impact?policy={STRICT}").text
    assert "青禾示例医疗美容诊所2" in page
    assert "其中本身合格" in page
    made = lead.post("/certification/batches", {"policy": STRICT, "kind": "revoke", "reason": "按新政策"})
    path = made.headers["location"]
    with database.read() as tx:
        batch = stored.batches(tx)[0]
    assert batch.list in lead.get(path).text
    assert deployer.post(f"{path}/approve", {"digest": "0" * 64}).status_code == 409
    assert deployer.post(f"{path}/approve", {"digest": batch.list}).status_code == 303
    while run_batches(database):
        pass
    told = visit(None).get(f"/announcements/{batch.id}")
    assert told.status_code == 200
    assert "取消 2 个主体的认证" in told.text
    for suffix, head in (("pdf", b"%PDF"), ("docx", b"PK")):
        file = visit(None).get(f"/announcements/{batch.id}/file.{suffix}")
        assert file.content.startswith(head)
    assert "取消专业认证" in lead.get(f"/certification/entities/{ids[1]}").text
    assert lead.post(f"{path}/undo", {"reason": "名单有误"}).status_code == 303
    while run_batches(database):
        pass
    assert "认证展示中" in lead.get(f"/certification/entities/{ids[1]}").text


def test_an_application_is_granted_on_its_page(visit: Visit, staffed: Seeded) -> None:
    (id,) = registered(staffed.desk.database, [clinic(1)])
    lead = visit("lead")
    made = lead.post("/certification/apply", {"programme": "medical_aesthetics", "kind": "institution",
                                              "entity": "inst-1"})  # fmt: skip
    assert made.status_code == 303
    path = made.headers["location"]
    assert "执业许可" in lead.get(path).text
    assert lead.post(path, {"outcome": "granted", "note": ""}).status_code == 303
    assert "已通过" in lead.get(path).text
    assert "展示中" in lead.get("/certification").text
    exempted = lead.post(f"/certification/entities/{id}/exempt",
                         {"programme": "medical_aesthetics", "until": "2999-01-01", "reason": "试点"})  # fmt: skip
    assert exempted.status_code == 303
    assert "试点" in lead.get(f"/certification/entities/{id}").text


def test_conditions_are_recorded_and_withdrawn(visit: Visit, staffed: Seeded) -> None:
    database = staffed.desk.database
    item = staffed.items["plain"]
    with database.write() as tx:
        made = decide(tx, LEAD, DecisionInput("take_down", item=item, reasons=("违规",)))
        assert made.decision.publisher
        # a step with conditions, as the ladder would take it
        basis = basis_in_force()
        ladder = basis.book.ladders["group_buying"]
        append(tx, _take(tx, made.decision, made.decision.publisher, ladder, ladder.steps[0], tx.now, basis))
        (one,) = awaiting(tx, LEAD)
    path = f"/reinstatement/{one.action.id}"
    lead = visit("lead")
    assert "完成合规培训" in lead.get("/reinstatement").text
    assert visit("chen").post(path, {"condition": "training", "evidence": "A-1"}).status_code == 403
    assert lead.post(path, {"condition": "training", "evidence": ""}).status_code == 422
    assert lead.post(path, {"condition": "training", "evidence": "<b>A-1</b>"}).status_code == 303
    page = lead.get(path).text
    assert "&lt;b&gt;A-1" in page
    with database.read() as tx:
        (record,) = records_of(tx, [one.action.id])[one.action.id]
    assert lead.post(f"{path}/withdraw", {"record": record.id, "reason": "有误"}).status_code == 303
    assert "待满足" in lead.get(path).text


def test_public_counts_need_no_sign_in(visit: Visit, full: Seeded) -> None:
    page = visit(None).get("/penalties?monthly=1")
    assert page.status_code == 200
    assert "口径" in page.text
    assert visit(None).get("/penalties?since=nonsense").status_code == 422
