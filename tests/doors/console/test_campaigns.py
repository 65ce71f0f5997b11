"""The pages of campaigns: what the forms do, from opening one to the public announcement and the measured fall."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mingjian.desk.people import service as people
from mingjian.desk.people.model import house
from mingjian.governance.decisions.model import DecisionInput
from mingjian.governance.decisions.service import decide
from mingjian.records.storage import campaign_samples, campaigns
from tests.doors.console.browsing import Visitor
from tests.doors.console.seeded import PASSWORD, Seeded

Visit = Callable[[str | None], Visitor]
WORDS = {"title": "医美引流专项", "since": "2026-03-01", "purpose": "清理引流", "platforms": "xiaohongshu、douyin"}


@pytest.fixture
def staffed(full: Seeded) -> Seeded:
    """With a second lead, who publishes what the first drafted."""
    with full.desk.database.write() as tx:
        user = people.create_user(tx, house("setup"), "lead2", "高组长", ("desk_lead",))
        people.set_password(tx, house("setup"), user.id, PASSWORD, must_change=False)
    return full


def test_from_opening_to_the_public_announcement(visit: Visit, staffed: Seeded) -> None:
    database = staffed.desk.database
    with database.write() as tx:
        wish = DecisionInput("take_down", item=staffed.items["plain"], reasons=("保证功效",))
        decision = decide(tx, house("policy"), wish).decision.id
    lead, other = visit("lead"), visit("lead2")
    assert "还没有专项治理" in lead.get("/campaigns").text
    assert lead.post("/campaigns", WORDS | {"since": "someday"}).status_code == 422
    path = lead.post("/campaigns", WORDS).headers["location"]
    assert "医美引流专项" in lead.get(path).text
    form = {"kind": "decision", "refs": f"{decision}\n", "reason": "本批"}
    assert lead.post(f"{path}/links", form).status_code == 303
    assert lead.post(f"{path}/links", form | {"refs": "dec_none"}).status_code == 422
    assert decision in lead.get(f"{path}/links?kind=decision").text
    batch = lead.post(f"{path}/batches").headers["location"]
    page = lead.get(f"{batch}?verify=1").text
    assert "与日志一致" in page
    assert staffed.items["plain"] in lead.get(f"{batch}/figures/items_dealt").text
    told = lead.post(f"{batch}/announcements").headers["location"]
    with database.read() as tx:
        (drafted,) = campaigns.announcements(tx)
    assert "须由他人核对" in lead.get(told).text
    assert visit(None).get(f"/governance/{drafted.id}").status_code == 404
    assert lead.post(f"{told}/publish", {"seal": drafted.seal}).status_code == 403
    assert other.post(f"{told}/publish", {"seal": "0" * 64}).status_code == 409
    assert other.post(f"{told}/publish", {"seal": drafted.seal}).status_code == 303
    assert "逐项复算相符" in other.get(f"{told}?verify=1").text
    assert staffed.items["plain"] in other.get(f"{told}/figures/items_dealt").text
    public = visit(None).get(f"/governance/{drafted.id}")
    assert public.status_code == 200
    assert "关于“医美引流专项”的治理公告(第 1 批)" in public.text
    assert staffed.items["plain"] not in public.text  # the public sees numbers and digests, not items
    assert "第 1 批" in visit(None).get("/governance").text
    for suffix, head in (("pdf", b"%PDF"), ("docx", b"PK"), ("json", b'{"as_of"'), ("txt", "关于“医美".encode())):
        assert visit(None).get(f"/governance/{drafted.id}/file.{suffix}").content.startswith(head)
    assert visit(None).get(f"/governance/{drafted.id}/file.exe").status_code == 404
    assert lead.post(f"{told}/withdraw", {"reason": "更正"}).status_code == 303
    assert "已撤回" in visit(None).get(f"/governance/{drafted.id}").text
    assert visit(None).get(f"/governance/{drafted.id}/file.pdf").status_code == 404


def test_samples_are_drawn_labelled_and_shown(visit: Visit, staffed: Seeded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mingjian.governance.campaigns.sampling.LEAST", 2)
    lead = visit("lead")
    path = lead.post("/campaigns", {**WORDS, "platforms": ""}).headers["location"]
    assert "还没有样本" in lead.get(f"{path}/prevalence").text
    assert lead.post(f"{path}/samples", {"side": "before", "number": "many"}).status_code == 422
    assert lead.post(f"{path}/samples", {"side": "before", "number": "4", "by": "platform"}).status_code == 303
    id = path.rpartition("/")[2]
    with staffed.desk.database.read() as tx:
        (drawn,) = campaign_samples.samples_of(tx, id)
    assert lead.post(f"{path}/samples/ask", {"sample": drawn.id}).status_code == 303
    page = lead.get(f"{path}/prevalence?before=6&after=3").text
    assert "标注中" in page
    assert drawn.list in page
    assert "每侧须抽" in page


def test_a_campaign_is_changed_ended_and_opened_again(visit: Visit, full: Seeded) -> None:
    lead = visit("lead")
    path = lead.post("/campaigns", WORDS).headers["location"]
    assert lead.post(path, WORDS | {"title": "新名称", "until": "2026-06-30"}).status_code == 303
    assert lead.post(f"{path}/close", {"reason": "完成"}).status_code == 303
    page = lead.get(path).text
    assert "新名称" in page
    assert "重新开始" in page
    assert lead.post(f"{path}/reopen", {"reason": "还有"}).status_code == 303
    assert "没有登记可查的商家" in lead.get(f"{path}/merchants").text
    assert lead.post(f"{path}/batches/reopen", {"reason": "x"}).status_code == 409


def test_a_large_batch_is_counted_only_when_asked(visit: Visit, full: Seeded, monkeypatch: pytest.MonkeyPatch) -> None:
    with full.desk.database.write() as tx:
        wish = DecisionInput("take_down", item=full.items["plain"], reasons=("保证功效",))
        decision = decide(tx, house("policy"), wish).decision.id
    lead = visit("lead")
    path = lead.post("/campaigns", WORDS).headers["location"]
    lead.post(f"{path}/links", {"kind": "decision", "refs": decision, "reason": "x"})
    batch = lead.post(f"{path}/batches").headers["location"]
    monkeypatch.setattr("mingjian.doors.console.pages.campaign_batches._LARGE", 0)
    first = lead.get(batch).text
    assert "现在统计" in first
    assert "处置内容" not in first
    lead.post(f"{batch}/announcements")
    assert "封存时有效" in lead.get(batch).text
    assert "与日志一致" in lead.get(f"{batch}?verify=1").text
    assert "至今有效" in lead.get(f"{batch}?live=1").text
