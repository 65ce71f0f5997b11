"""The pages of sweeps, from the plan to the undoing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from mingjian.doors.console.subjects import names_of
from mingjian.doors.sweeps import JUDGES, archives_of, folder_of
from mingjian.governance.policies.shipped import install_shipped
from mingjian.governance.sweeps.driving import Driver
from mingjian.governance.sweeps.engines import Engine
from mingjian.records.storage import sweeps as stored
from tests.doors.console.browsing import Visitor
from tests.doors.console.seeded import HOSTILE, PHONE, Seeded
from tests.governance.sweeps.archive import act, row, write

Come = Callable[[str | None], Visitor]
PLAN = {"archive": "2025 春", "policy": "content@1", "name": "春季回查", "stages": "halves", "review": "0",
        "reason": "专项治理"}  # fmt: skip


@pytest.fixture
def archive(full: Seeded) -> None:
    rows = [row(one) for one in range(20)]
    rows[3]["body"] = f"注射肉毒素瘦脸针 {HOSTILE} 电话 {PHONE}"
    write(archives_of(full.desk.settings.data) / "2025 春", rows)
    with full.desk.database.write() as tx:
        install_shipped(tx)


def work(full: Seeded, id: str) -> str:
    desk = full.desk
    screening = replace(desk.screening, reuse=None) if hasattr(desk.screening, "reuse") else desk.screening
    return Driver(desk.database, screening, folder_of(desk.settings.data), Engine("inline"), JUDGES).finish(id).state


def test_from_the_plan_to_the_undoing(full: Seeded, visit: Come, archive: None) -> None:
    lead = visit("lead")
    assert "还没有回查" in lead.get("/sweeps").text
    form = lead.get("/sweeps/new").text
    assert "2025 春" in form and "content@1" in form
    where = lead.post("/sweeps", PLAN).headers["location"]
    id = where.rsplit("/", 1)[1]
    assert "试运行中" in lead.get(where).text
    assert work(full, id) == "tried"
    shown = lead.get(where).text
    assert "毒性药品广告" in shown and "你建立了这次回查,须由他人复核后开始执行" in shown
    assert "春季回查" in lead.get("/sweeps?state=tried").text
    samples = lead.get(f"{where}/samples?clause=toxic-drug").text
    assert "瘦脸针" in samples and PHONE not in samples and HOSTILE not in samples
    number = re.search(r'id="sample-(\d+)"', samples)
    assert number is not None
    assert lead.post(f"{where}/samples/{number[1]}", {"answer": "right", "clause": "toxic-drug"}).status_code == 303
    assert "1 / 1" in lead.get(where).text
    assert lead.post(f"{where}/stage", {"stage": "0"}).status_code == 403
    act(full.desk.database, "start_stage", id)
    assert "执行中" in lead.get(where).text
    assert lead.post(f"{where}/pause", {"reason": "午休"}).status_code == 303
    assert "午休" in lead.get(where).text
    assert lead.post(f"{where}/resume").status_code == 303
    assert work(full, id) == "staged"
    assert lead.post(f"{where}/stage", {"stage": "0"}).status_code == 409  # somebody looked at an older page
    for stage, then in (("1", "staged"), ("2", "done")):
        assert lead.post(f"{where}/stage", {"stage": stage}).status_code == 303
        assert work(full, id) == then
    with full.desk.database.read() as tx:
        taken = stored.taken(tx, id, limit=99)
    page = lead.get(f"{where}/taken").text
    assert all(one.item in page for one in taken)
    assert lead.post(f"{where}/undo", {"reason": "策略有误"}).status_code == 303
    assert work(full, id) == "undone"
    assert "策略有误" in lead.get(where).text


def test_wrong_addresses_and_forms(full: Seeded, visit: Come, archive: None) -> None:
    lead = visit("lead")
    assert lead.get("/sweeps/swp_none").status_code == 404
    assert lead.get("/sweeps?state=x").status_code == 422
    for more in ({"archive": "../secrets"}, {"stages": "x"}, {"review": "x"}, {"reason": ""}, {"policy": "none@1"}):
        assert lead.post("/sweeps", PLAN | more).status_code in (404, 422), more
    where = lead.post("/sweeps", PLAN).headers["location"]
    assert lead.get(f"{where}/taken?after=x").status_code == 422
    assert lead.get(f"{where}/samples").status_code == 200
    assert lead.post(f"{where}/stop", {"reason": "不做了"}).status_code == 303
    assert "不做了" in lead.get(where).text


def test_who_may_see_and_do(full: Seeded, visit: Come, archive: None) -> None:
    where = visit("lead").post("/sweeps", PLAN).headers["location"]
    assert visit("chen").get(where).status_code == 403  # reviewers have their queues
    assert visit("author").get("/sweeps").status_code == 403
    with full.desk.database.read() as tx:
        (one, *_), _ = stored.list_sweeps(tx)
        assert names_of(tx, [one.made_by])[one.made_by] == "林组长"
