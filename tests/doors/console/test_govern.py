"""Deciding anew, appealing, policies, people, evidence: what the forms do."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pytest

from mingjian.governance.appeals.service import get_appeal
from mingjian.governance.appeals.token import Concerned
from mingjian.governance.decisions.service import decision_of
from mingjian.records.storage import actions, people
from tests.doors.console.browsing import Visitor
from tests.doors.console.governed import Governed, govern
from tests.doors.console.seeded import HOSTILE, Seeded

Visit = Callable[[str | None], Visitor]


@pytest.fixture
def governed(full: Seeded) -> Governed:
    return govern(full)


def state(governed: Governed, decision: str) -> str:
    with governed.seeded.desk.database.read() as tx:
        return decision_of(tx, decision).state


def test_an_action_is_taken_back_with_its_decision(visit: Visit, governed: Governed) -> None:
    officer = visit("appeal_officer")
    with governed.seeded.desk.database.read() as tx:
        (action,) = actions.actions_of_decisions(tx, [governed.decision])
    path = f"/decisions/{governed.decision}/reverse/{action.id}"
    assert officer.post(path, {"reason": ""}).status_code == 422
    assert visit("reviewer").post(path, {"reason": "错了"}).status_code == 403
    assert officer.post(path, {"reason": "错了"}).status_code == 303
    assert state(governed, governed.decision) == "reversed"


def test_several_are_taken_back_at_once_or_none(visit: Visit, governed: Governed) -> None:
    officer = visit("appeal_officer")
    both = [governed.decision, governed.appealed]
    wrong = officer.post("/decisions/reverse", {"decision": [*both, "dec_none"], "reason": "批量复查"})
    assert wrong.status_code == 422 and state(governed, governed.decision) == "in_force"
    done = officer.post("/decisions/reverse", {"decision": both, "reason": "批量复查", "back": "//evil.example"})
    assert (done.status_code, done.headers["location"]) == (303, "/decisions")
    assert {state(governed, one) for one in both} == {"reversed"}


def test_its_maker_undoes_a_decision_and_nobody_else(visit: Visit, governed: Governed) -> None:
    path = f"/decisions/{governed.decision}/undo"
    assert visit("chen").post(path, {"reason": "点错"}).status_code == 403
    assert visit("lead").post(path, {"reason": "点错"}).status_code == 303
    assert state(governed, governed.decision) == "undone"


def test_an_appeal_is_answered_by_somebody_else(visit: Visit, governed: Governed) -> None:
    officer = visit("appeal_officer")
    page = officer.get(f"/appeals/{governed.appeal}").text
    assert 'name="outcome"' in page and "参与过原决定" in page
    assert 'name="outcome"' not in visit("lead").get(f"/appeals/{governed.appeal}").text
    answer = {"outcome": "overturned", "word": "misapplied", "reason": "依据不足"}
    assert officer.post(f"/appeals/{governed.appeal}", {**answer, "reason": ""}).status_code == 422
    assert officer.post(f"/appeals/{governed.appeal}", answer).status_code == 303
    with governed.seeded.desk.database.read() as tx:
        assert get_appeal(tx, Concerned(governed.appealed), governed.appeal).appeal.state == "overturned"
    assert state(governed, governed.appealed) == "overturned"


def test_the_person_concerned_reads_and_appeals_without_signing_in(visit: Visit, governed: Governed) -> None:
    nobody = visit(None)
    path = f"/concerned/{governed.token}"
    assert "处置决定及理由说明" in nobody.get(path).text
    assert nobody.get(path[:-1] + ("A" if path[-1] != "A" else "B")).status_code == 403
    refused = nobody.post(path, {"grounds": ""})
    assert refused.status_code == 422 and "请写明申诉理由" in refused.text
    assert nobody.post(path, {"grounds": HOSTILE}).status_code == 303
    page = nobody.get(path).text
    assert "正在复核" in page and HOSTILE not in page
    assert nobody.post(path, {"grounds": "再来一次"}).status_code == 409


def test_the_public_page_is_slow_for_who_asks_too_often(visit: Visit, governed: Governed) -> None:
    nobody = visit(None)
    nobody.get(f"/concerned/{governed.token}")
    codes = [nobody.post("/concerned/forged.token", {"grounds": "x"}).status_code for _ in range(12)]
    assert codes[0] == 403 and codes[-1] == 429


def test_a_policy_goes_its_way_between_two_people(visit: Visit, governed: Governed) -> None:
    author, deployer = visit("policy_author"), visit("policy_deployer")
    page = author.get("/policies/new?name=content").text
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.S)
    assert found is not None
    words = found[1].replace("&gt;", ">").replace("&lt;", "<").replace("&#34;", '"').replace("&amp;", "&")
    assert "version: 2" in words
    broken = author.post(
        "/policies/new", {"text": words.replace("then: pass", "then: perhaps").replace("order: 100", "order: x")}
    )
    assert broken.status_code == 422 and broken.text.count("data-line=") >= 2 and "perhaps" in broken.text
    assert author.post("/policies/new", {"text": words}).headers["location"] == "/policies/content@2"
    stage = "/policies/content@2/stage"
    assert deployer.post(stage, {"to": "shadow", "revision": "1", "reason": "x"}).status_code == 409
    assert author.post("/policies/content@2/trial", {"limit": "500"}).status_code == 303
    page = deployer.get("/policies/content@2").text
    revision = re.search(r'name="revision" value="(\d+)"', page)
    assert revision is not None and "回测结果" in page
    wish = {"to": "shadow", "revision": revision[1], "reason": "先看影子"}
    assert author.post(stage, wish).status_code == 403
    assert deployer.post(stage, {**wish, "reason": ""}).status_code == 422
    assert deployer.post(stage, wish).status_code == 303
    assert "影子运行" in deployer.get("/policies/content@2").text
    assert deployer.post(stage, wish).status_code == 409


def test_a_rule_is_held_and_restored(visit: Visit, governed: Governed) -> None:
    deployer = visit("policy_deployer")
    held = {"subject": "AD-46-medical", "to": "suspend", "reason": "误报多"}
    assert visit("policy_author").post("/policies/rules", held).status_code == 403
    assert deployer.post("/policies/rules", held).status_code == 303
    assert "暂停自动处置" in deployer.get("/policies/rules").text
    assert deployer.post("/policies/rules", {**held, "to": "restore"}).status_code == 303


def test_an_account_a_key_and_a_webhook_show_their_secret_once(visit: Visit, governed: Governed) -> None:
    admin = visit("administrator")
    made = admin.post("/people", {"login": "xin", "name": "新来的", "role": "reviewer"})
    password = re.search(r'id="secret">([^<]+)<', made.text)
    assert password is not None
    with governed.seeded.desk.database.read() as tx:
        user = people.user_by_login(tx, "xin")
    assert user is not None and password[1] not in admin.get(f"/people/{user.id}").text
    assert admin.post(f"/people/{user.id}/disable").status_code == 303
    issued = admin.post("/keys", {"name": "小程序", "scope": ["item.submit", "item.check"]})
    secret = re.search(r'id="secret">([^<]+)<', issued.text)
    assert secret is not None and secret[1] not in admin.get("/keys").text and "小程序" in admin.get("/keys").text
    assert admin.post("/keys", {"name": "坏", "scope": ["user.manage"]}).status_code == 422
    hook = admin.post("/webhooks", {"url": "https://example.com/x", "event": "item.judged"})
    assert "whsec_" in hook.text
    assert admin.post("/webhooks", {"url": "javascript:alert(1)", "event": "item.judged"}).status_code == 422
    where = re.search(r'href="(/webhooks/whk_[^"]+)"', admin.get("/webhooks").text)
    assert where is not None and "还没有投递" in admin.get(where[1]).text
    assert admin.post(f"{where[1]}/remove").status_code == 303


def test_an_administrator_cannot_disable_themselves(visit: Visit, governed: Governed) -> None:
    admin = visit("administrator")
    own = governed.actors["administrator"].removeprefix("user:")
    assert admin.post(f"/people/{own}/disable").status_code == 409
    assert f'action="/people/{own}/disable"' not in admin.get(f"/people/{own}").text


def test_ones_own_sessions_end(visit: Visit, governed: Governed) -> None:
    first, second = visit("chen"), visit("chen")
    other = re.search(r'action="(/account/sessions/[0-9a-f]{16}/end)"', first.get("/account").text)
    assert other is not None
    assert visit("zhou").post(other[1]).status_code == 404
    assert first.post(other[1]).status_code == 303
    assert second.get("/account").status_code == 303 and first.get("/account").status_code == 200


def test_a_golden_item_is_made_and_retired(visit: Visit, governed: Governed) -> None:
    inspector = visit("quality_inspector")
    wish = {"item": governed.seeded.items["copy"], "queue": "content", "measure": "take_down", "reason": "机器判定违规"}
    assert visit("analyst").post("/quality/golden", wish).status_code == 403
    assert inspector.post("/quality/golden", {**wish, "item": "itm_none"}).status_code == 404
    assert inspector.post("/quality/golden", wish).status_code == 303
    found = re.search(r'action="(/quality/golden/gld_[^"]+/retire)"', inspector.get("/quality/golden").text)
    assert found is not None and inspector.post(found[1]).status_code == 303


def test_the_journal_is_verified_a_verdict_replayed_a_package_taken(visit: Visit, governed: Governed) -> None:
    auditor, item = visit("auditor"), governed.seeded.items["plain"]
    assert "完好" in auditor.post("/evidence/verify").text
    assert "逐字节相同" in auditor.post("/evidence/replay", {"item": item}).text
    sent = auditor.post("/evidence/package", {"subject": item})
    assert sent.headers["content-type"] == "application/zip"
    names = zipfile.ZipFile(io.BytesIO(sent.content)).namelist()
    assert any(name.endswith("verify.py") for name in names)
    assert item in auditor.get("/accesses").text
    assert auditor.post("/evidence/package", {"subject": item, "unmasked": "1"}).status_code == 403
    assert auditor.post("/evidence/package", {"subject": "../secrets"}).status_code == 422


def test_bars_lead_to_items(visit: Visit, governed: Governed) -> None:
    analyst = visit("analyst")
    page = analyst.get("/dashboard").text
    assert "每日内容与结论" in page and "/investigate?" in page
    probe = analyst.get("/investigate?by=code&compare=1&publisher=clinic-1").text
    assert f'href="/items/{governed.seeded.items["plain"]}"' in probe
    assert governed.seeded.items["copy"] not in probe
    assert analyst.get("/investigate?by=nothing").status_code == 422
    assert analyst.get("/dashboard?since=2020-01-01&until=2026-01-01").status_code == 422
    assert analyst.get("/dashboard/nothing.csv").status_code == 404


def test_rules_and_law_are_linked(visit: Visit) -> None:
    author = visit("author")
    assert author.get("/law?label=广告法16.1.1").headers["location"] == "/law/cn.advertising-law#16.1.1"
    assert author.get("/law?label=nothing").status_code == 404 and author.get("/rules/NO-1").status_code == 404
