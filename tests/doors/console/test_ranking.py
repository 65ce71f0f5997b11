"""Rankings on the pages: from draft to publication, the blind form, the public page, an entrant's link."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

import pytest

from mingjian.doors.console.ranking_pdf import method_lines, ranking_pdf
from mingjian.governance.appeals.token import make_token
from mingjian.governance.ranking import publishing, rating
from mingjian.governance.ranking.editions import plan_of
from mingjian.records.storage import people, registry
from mingjian.records.storage import ranking as store
from mingjian.records.storage import ranking_forms as forms
from tests.doors.console.browsing import Visitor
from tests.doors.console.governed import govern
from tests.doors.console.seeded import Seeded
from tests.doors.ranked import HOSTILE, rankings
from tests.governance.ranking.field import key

Visit = Callable[[str | None], Visitor]
DRAFT = {
    "ranking": "physicians",
    "title": "春季榜",
    "title_en": "Spring",
    "opens": "2026-01-01",
    "closes": "2099-01-01",
    "as_of": "2026-11-01",
}


@pytest.fixture
def ids(full: Seeded) -> dict[str, str]:
    """The rankings of tests/doors/ranked.py; logins are the names of roles."""
    govern(full)
    with full.desk.database.read() as tx:
        users = {one.login: one for one in people.all_users(tx)}
    named = {"admin": users["administrator"], "zuzhang": users["lead"], "zhuanjia": users["expert"]}
    return rankings(full.desk, named, "0" * 64)


def test_an_edition_goes_from_draft_to_page(full: Seeded, visit: Visit, ids: dict[str, str]) -> None:
    admin = visit("administrator")
    with full.desk.database.read() as tx:
        experts = [one.id for one in people.all_users(tx) if "expert" in one.roles]
    assert admin.post("/rankings", {**DRAFT, "jury": experts, "most": "x"}).status_code == 422
    assert admin.post("/rankings", {**DRAFT, "closes": "2025-01-01"}).status_code == 422
    made = admin.post("/rankings", {**DRAFT, "jury": experts})
    path = made.headers["location"]
    id = path.rpartition("/")[2]
    assert admin.post(f"{path}/step/compute").status_code == 409
    assert admin.post(f"{path}/step/nonsense").status_code == 404
    assert admin.post(f"{path}/step/open").status_code == 303
    rows = f"key,title,text\n{key(1)},修复一例,说明\n{key(2)},,\nnobody,,\n"
    admin.post(f"{path}/entrants", {"rows": rows})
    assert "已登记 2 位" in admin.get(f"{path}/entrants").text
    for step in ("examine", "collect"):
        assert admin.post(f"{path}/step/{step}").status_code == 303
    wrong = admin.post(f"{path}/values", {"rows": "1,2,3"})
    assert wrong.status_code == 422
    admin.post(f"{path}/values", {"rows": "who,dimension,value,on,evidence\n1,case-volume,90,2026-10-01,登记汇总\n"})
    assert admin.post(f"{path}/step/assign").status_code == 303
    with full.desk.database.write() as tx:
        for one in people.all_users(tx):
            if "expert" in one.roles:
                for form in rating.my_forms(tx, one.principal()):
                    if form.edition == id:
                        plan = rating.show(tx, one.principal(), form.id).plan
                        rating.mark(tx, one.principal(), form.id, {each.key: 4 for each in plan.rated})
                        rating.submit(tx, one.principal(), form.id)
    assert admin.post(f"{path}/step/compute").status_code == 303
    assert admin.post(f"{path}/step/review", {"reason": "看过"}).status_code == 403
    lead = visit("lead")
    assert lead.post(f"{path}/step/review", {"reason": ""}).status_code == 422
    assert lead.post(f"{path}/step/review", {"reason": "核对无误"}).status_code == 303
    assert lead.post(f"{path}/step/publish").status_code == 303
    for page in ("", "/entrants", "/entrants?state=eligible", "/results", "/plan"):
        assert admin.get(f"{path}{page}").status_code == 200, page
    assert visit(None).get(f"/ranking/{id}").status_code == 200
    corrected = lead.post(f"{path}/step/correct", {"reason": "补登"})
    assert corrected.headers["location"] != path


def test_the_public_page_shows_what_was_frozen_and_no_full_name(
    full: Seeded, visit: Visit, ids: dict[str, str]
) -> None:
    nobody = visit(None)
    base = f"/ranking/{ids['published']}"
    page = nobody.get(base)
    assert page.status_code == 200 and "SHA-256" in page.text
    frozen = nobody.get(f"{base}/list.json")
    assert hashlib.sha256(frozen.content).hexdigest() in page.text
    assert HOSTILE not in frozen.json()["list"][0]["name"]
    line = frozen.json()["list"][0]
    assert sum(part[1] for part in line["parts"]) == line["points"]
    own = nobody.get(f"{base}/doctors/{line['number']}")
    shown = [round(float(found), 2) for found in re.findall(r'<td class="num">(\d+\.\d\d)</td>', own.text)]
    assert len(shown) == 101 and sum(shown) == pytest.approx(line["points"] / 1e6, abs=0.6)
    assert nobody.get(f"{base}?field=service").status_code == nobody.get(f"{base}?field=nonsense").status_code == 200
    assert nobody.get(f"{base}/doctors/99").status_code == 404
    assert nobody.get(f"/ranking/{ids['edition']}").status_code == 404
    assert nobody.get("/ranking").status_code == 200
    assert nobody.get(f"{base}/list.pdf").content.startswith(b"%PDF")


def test_case_and_complaint_figures_are_not_made_public(full: Seeded, ids: dict[str, str]) -> None:
    with full.desk.database.read() as tx:
        found, told = publishing.public(tx, ids["published"])
        plan = plan_of(tx, found)
    for dimension, _, value, *_ in told["list"][0]["parts"]:
        if plan.by_key[dimension].source not in plan.shown:
            assert value is None


def test_a_form_is_filled_in_and_handed_in(full: Seeded, visit: Visit, ids: dict[str, str]) -> None:
    expert, form = visit("expert"), f"/rating/{ids['form']}"
    page = expert.get(form)
    assert "onerror=window" not in page.text.replace("&lt;img src=x onerror=window", "")
    assert expert.post(f"{form}/marks", {"plan": "4", "operation": "0"}).status_code == 204
    assert expert.post(f"{form}/marks", {"plan": "9"}).status_code == 422
    assert expert.post(f"{form}/marks", {"plan": "44"}).status_code == 422
    assert expert.post(f"{form}/submit").status_code == 409
    with full.desk.database.read() as tx:
        found = forms.form_by_id(tx, ids["form"])
        user = people.user_by_login(tx, "expert")
        assert found is not None and user is not None and found.marks == {"plan": 4, "operation": 0}
        rated = rating.show(tx, user.principal(), ids["form"]).plan.rated
    done = expert.post(f"{form}/submit", {one.key: "5" for one in rated})  # without a script: all marks at once
    assert done.status_code == 303
    assert expert.post(f"{form}/marks", {"plan": "1"}).status_code == 409
    assert expert.get("/rating").status_code == 200
    assert visit("lead").get(form).status_code == 403


def test_a_conflict_is_declared(full: Seeded, visit: Visit, ids: dict[str, str]) -> None:
    expert = visit("expert")
    assert expert.post(f"/rating/{ids['form']}/conflict", {"reason": ""}).status_code == 422
    assert expert.post(f"/rating/{ids['form']}/conflict", {"reason": "同事"}).status_code == 303
    with full.desk.database.read() as tx:
        found = forms.form_by_id(tx, ids["form"])
        assert found is not None and found.state == "conflict"


def test_an_entrant_appeals_by_their_link_and_somebody_else_answers(
    full: Seeded, visit: Visit, ids: dict[str, str]
) -> None:
    nobody, link = visit(None), f"/ranking/entrant/{ids['entrant_token']}"
    assert "提出申诉" in nobody.get(link).text
    empty = nobody.post(link, {"grounds": " "})
    assert empty.status_code == 422 and "请写明申诉理由" in empty.text
    assert nobody.post(link, {"grounds": "职称有误"}).status_code == 303
    assert nobody.post(link, {"grounds": "再说一次"}).status_code == 409
    assert nobody.get("/ranking/entrant/etr_x.abc").status_code == 403
    stranger = make_token(full.desk.secret, "dec_none")
    assert nobody.get(f"/ranking/entrant/{stranger}").status_code == 404
    officer = visit("appeal_officer")
    path = f"/ranking-appeals/{ids['ranking_appeal']}"
    assert officer.get("/ranking-appeals").status_code == officer.get(path).status_code == 200
    assert officer.post(path, {"outcome": "maybe", "reason": "x"}).status_code == 422
    assert officer.post(path, {"outcome": "upheld", "reason": "证据不足"}).status_code == 303
    assert officer.post(path, {"outcome": "upheld", "reason": "证据不足"}).status_code == 409
    assert visit("lead").post(path, {"outcome": "upheld", "reason": "x"}).status_code == 403
    token = make_token(full.desk.secret, ids["entrant"])
    assert "证据不足" in nobody.get(f"/ranking/entrant/{token}").text


def test_every_page_speaks_english(visit: Visit, ids: dict[str, str]) -> None:
    nobody = visit(None)
    nobody.get("/language/en?next=/ranking")
    assert 'lang="en"' in nobody.get(f"/ranking/{ids['published']}").text


def test_the_document_prints_the_same_bytes_and_the_method_is_told(
    full: Seeded, ids: dict[str, str], golden: Callable[[str, str], str]
) -> None:
    with full.desk.database.read() as tx:
        found, told = publishing.public(tx, ids["published"])
        plan = plan_of(tx, found)
        assert registry.entities_by_id(tx, [store.ranked(tx, found.id)[0].entity])
    assert ranking_pdf(told, plan, found, "zh") == ranking_pdf(told, plan, found, "zh")
    lines = "\n".join(method_lines(told, plan, "zh")) + "\n"
    assert lines == golden("ranking_method.txt", lines)
