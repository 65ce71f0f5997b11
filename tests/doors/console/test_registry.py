"""The registry's pages: list, entity as of a day, graph, forms, import and export."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta

import httpx
import pytest

from mingjian.desk.people import service as people
from mingjian.desk.people.model import house
from mingjian.desk.people.service import list_accesses
from mingjian.desk.registry.service import note_check
from mingjian.doors.worker.registry import Imports
from mingjian.records.clock import day
from mingjian.records.storage.registry import credentials_by_id, credentials_of, entities_by_id, links_by_id
from tests.doors.console.browsing import Visitor
from tests.doors.console.registered import BORN, LICENCE, PHONE, QUALIFICATION, USCC, registered
from tests.doors.console.seeded import PASSWORD, Seeded

Visit = Callable[[str | None], Visitor]
CSV = "名称,登记号,省\n丙示例医疗美容诊所,MA9DEMW1311010517D2162,北京\n,MA9X,\n丁示例,,\n".encode()


@pytest.fixture
def ids(full: Seeded) -> Mapping[str, str]:
    return registered(full.desk)


@pytest.fixture
def reader(full: Seeded) -> Visitor:
    """An analyst: reads the registry, changes nothing, sees no personal data."""
    with full.desk.database.write() as tx:
        user = people.create_user(tx, house("setup"), "fenxi", "分析员", ("analyst",))
        people.set_password(tx, house("setup"), user.id, PASSWORD, must_change=False)
    return Visitor(full.desk, "fenxi")


def upload(visitor: Visitor, mode: str, content: bytes = CSV, name: str = "机构.csv", **fields: str) -> httpx.Response:
    data = {"csrf_token": visitor.token, "kind": "institution", "mode": mode, **fields}
    response: httpx.Response = visitor.client.post("/registry/imports", data=data, files={"file": (name, content)})
    return response


def settle(full: Seeded) -> None:
    """What the duty does."""
    imports = Imports(full.desk)
    while imports.step():
        pass


def test_the_list_finds_by_name_number_kind_and_state(visit: Visit, ids: Mapping[str, str]) -> None:
    lead = visit("lead")
    everything = lead.get("/registry").text
    assert "青禾示例医疗美容门诊部" in everything and "示例射频治疗仪" in everything
    by_name = lead.get("/registry?q=青禾 门诊部").text
    assert "青禾示例医疗美容门诊部" in by_name and "示例射频治疗仪" not in by_name
    assert "青禾示例医疗美容门诊部" in lead.get(f"/registry?q={USCC}").text
    assert "青禾示例医疗美容门诊部" not in lead.get("/registry?kind=device").text
    assert "没有找到" in lead.get("/registry?state=closed").text
    assert lead.get("/registry?kind=spaceship").status_code == 422
    assert lead.get("/registry?cursor=x'y").status_code == 422


def test_what_runs_out_soon_is_listed(visit: Visit, ids: Mapping[str, str]) -> None:
    lead = visit("lead")
    assert "还有 20 天" in lead.get("/registry?expiring=30").text
    assert "没有到期的资质" in lead.get("/registry?expiring=30&kind=physician").text
    assert "没有到期的资质" in lead.get("/registry?expiring=0").text


def test_an_entity_shows_credentials_reasons_links_accounts_and_history(visit: Visit, ids: Mapping[str, str]) -> None:
    text = visit("lead").get(f"/registry/entity/{ids['clinic']}").text
    assert "医疗美容门诊部 · 营利性医疗机构" in text
    assert "日期不存在:2024年13月45日" in text and "编号所示地区是上海,登记的所在地是北京" in text
    assert "林示例" in text and "青禾示例医美" in text and "还有 20 天到期" in text
    assert "来自日志" in text and LICENCE in text
    assert PHONE not in text and "138****5678" in text
    assert visit("lead").get("/registry/entity/ent_none").status_code == 404


def test_an_entity_as_it_was_on_a_day(visit: Visit, ids: Mapping[str, str]) -> None:
    lead = visit("lead")
    before = lead.get(f"/registry/entity/{ids['clinic']}?as_of=2020-06-01").text
    assert "正在看 2020-06-01 的情形" in before and "这一天没有登记关系" in before
    after = lead.get(f"/registry/entity/{ids['clinic']}?as_of=2021-06-01").text
    assert "林示例" in after and "示例射频治疗仪" not in after
    assert lead.get(f"/registry/entity/{ids['clinic']}?as_of=昨天").status_code == 422


def test_personal_numbers_are_covered_and_an_uncovered_look_is_logged(
    visit: Visit, full: Seeded, ids: Mapping[str, str], reader: Visitor
) -> None:
    path = f"/registry/entity/{ids['doctor']}"
    for visitor, asked in ((visit("lead"), path), (reader, path), (reader, f"{path}?personal=1")):
        text = visitor.get(asked).text
        assert BORN not in text and QUALIFICATION not in text and BORN[6:14] not in text
    shown = visit("lead").get(f"{path}?personal=1").text
    assert BORN in shown and QUALIFICATION in shown and "已留痕" in shown
    with full.desk.database.read() as tx:
        (looked,) = [one for one in list_accesses(tx, house("tests")) if one.subject == ids["doctor"]]
    assert (looked.what, "id" in looked.fields) == ("registry.read", True)


def test_evidence_is_for_those_who_may_see_it_and_logged(
    visit: Visit, full: Seeded, ids: Mapping[str, str], reader: Visitor
) -> None:
    path = f"/registry/credential/{ids['licence']}/media"
    answer = visit("lead").get(path)
    assert (answer.status_code, answer.content) == (200, b"%PDF-1.4 licence")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert reader.get(path).status_code == 403
    assert visit("lead").get(f"/registry/credential/{ids['review']}/media").status_code == 404
    with full.desk.database.read() as tx:
        looked = [one.what for one in list_accesses(tx, house("tests")) if one.subject == ids["clinic"]]
    assert looked == ["registry.read"]


def test_the_graph_and_the_list_beside_it_say_the_same(visit: Visit, ids: Mapping[str, str]) -> None:
    text = visit("lead").get(f"/registry/entity/{ids['doctor']}/graph?depth=2").text
    found = re.search(r'<script type="application/json" id="option-graph">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    series = json.loads(found[1])["series"][0]
    assert {node["id"] for node in series["data"]} == {ids[name] for name in ("doctor", "clinic", "device", "account")}
    assert len(series["links"]) == 3 == text.count('<td class="nowrap small">')
    assert all(node["href"].startswith("/registry/entity/") for node in series["data"])
    near = visit("lead").get(f"/registry/entity/{ids['doctor']}/graph?depth=1&as_of=2020-01-01").text
    assert "1 个对象,0 条关系" in near


def test_words_of_others_are_escaped(visit: Visit, ids: Mapping[str, str]) -> None:
    for path in ("/registry", f"/registry/entity/{ids['hostile']}", f"/registry/entity/{ids['hostile']}/graph"):
        text = visit("lead").get(path).text
        assert "<script>window.owned" not in text and "<img src=x" not in text


def test_somebody_new_is_recorded_or_told_what_is_wrong(visit: Visit, full: Seeded) -> None:
    lead = visit("lead")
    lead.get("/registry/new")
    form = {"kind": "institution", "key": "91110105MA9DEMW13M", "name": "新示例诊所", "attributes": "province=北京\n",
            "credential": "business_licence", "number": "91110105MA9DEMW13A"}  # fmt: skip
    answer = lead.post("/registry/new", form)
    assert answer.status_code == 303
    page = lead.get(answer.headers["location"]).text
    assert "新示例诊所" in page and "校验码应为“M”" in page and "编号不成立" in page
    wrong = lead.post("/registry/new", form | {"name": "", "attributes": "Province 北京"})
    assert wrong.status_code == 422 and "登记信息第 1 行" in wrong.text and "91110105MA9DEMW13A" in wrong.text


def test_credentials_and_links_are_added_changed_and_ended(visit: Visit, full: Seeded, ids: Mapping[str, str]) -> None:
    lead, path = visit("lead"), f"/registry/entity/{ids['clinic']}"
    lead.get(path)
    added = lead.client.post(
        f"{path}/credentials",
        data={"csrf_token": lead.token, "kind": "training", "scope": "急救、消毒", "valid_to": "2030-01-01"},
        files={"file": ("证书.pdf", b"%PDF-1.4 training")},
    )
    assert added.status_code == 303
    with full.desk.database.read() as tx:
        made = next(one for one in credentials_of(tx, [ids["clinic"]])[ids["clinic"]] if one.kind == "training")
    assert made.scope == ("急救", "消毒") and made.evidence is not None
    assert lead.post(f"/registry/credential/{made.id}", {"issuer": "示例协会", "scope": "急救"}).status_code == 303
    device = f"/registry/entity/{ids['device']}"
    told = lead.post(f"{device}/links", {"kind": "used_by:institution", "key": "nobody-yet"})
    assert told.status_code == 303 and "对方还没有登记" in lead.get(device).text
    ended = lead.post(f"/registry/entity/{ids['doctor']}/links/{ids['practises']}/end", {"until": "2024-05-01"})
    assert ended.status_code == 303
    with full.desk.database.read() as tx:
        changed = credentials_by_id(tx, [made.id])[made.id]
        link = links_by_id(tx, [ids["practises"]])[ids["practises"]]
    assert (changed.issuer, changed.scope, str(link.valid_to)) == ("示例协会", ("急救",), "2024-05-01")
    assert "林示例" not in lead.get(path).text.split("历史")[0]
    assert lead.post(f"/registry/entity/{ids['doctor']}/links/{ids['practises']}/end", {}).status_code == 422


def test_names_and_states_are_changed_with_a_reason(visit: Visit, full: Seeded, ids: Mapping[str, str]) -> None:
    lead, path = visit("lead"), f"/registry/entity/{ids['clinic']}"
    lead.get(path)
    assert lead.post(path, {"name": "青禾示例新名", "attributes": "phone=\nbeds=12", "version": "1"}).status_code == 303
    assert lead.post(path, {"name": "又一名", "version": "1"}).status_code == 409
    assert lead.post("/registry/state", {"id": ids["clinic"], "state": "suspended", "reason": ""}).status_code == 422
    moved = lead.post("/registry/state", {"id": ids["clinic"], "state": "suspended", "reason": "停业整顿",
                                          "back": ids["clinic"]})  # fmt: skip
    assert moved.headers["location"] == path
    assert lead.post("/registry/state", {"id": ids["licence"], "state": "revoked", "reason": "被吊销",
                                         "back": "//evil"}).headers["location"] == "/registry"  # fmt: skip
    with full.desk.database.read() as tx:
        entity = entities_by_id(tx, [ids["clinic"]])[ids["clinic"]]
        licence = credentials_by_id(tx, [ids["licence"]])[ids["licence"]]
    assert (entity.name, entity.state, licence.state) == ("青禾示例新名", "suspended", "revoked")
    assert "phone" not in entity.attributes and entity.attributes["beds"] == "12"


def test_a_number_is_checked_but_an_official_word_stays(visit: Visit, full: Seeded, ids: Mapping[str, str]) -> None:
    lead = visit("lead")
    page = f"/registry/entity/{ids['clinic']}"
    lead.get(page)
    assert lead.post(f"/registry/credential/{ids['review']}/verify").status_code == 303
    assert "编号不成立:文号中的日期不存在" in lead.get(page).text
    assert lead.post(f"/registry/credential/{ids['licence']}/verify").status_code == 303
    assert "编号格式成立" in lead.get(page).text
    with full.desk.database.write() as tx:
        note_check(tx, house("tests"), ids["review"], "confirmed", "公示中有")
    assert lead.post(f"/registry/credential/{ids['review']}/verify").status_code == 303
    assert "官方来源的核验结论保留不变" in lead.get(page).text
    with full.desk.database.read() as tx:
        found = credentials_by_id(tx, [ids["review"], ids["licence"]])
    assert (found[ids["review"]].check, found[ids["licence"]].check) == ("confirmed", "well_formed")


def test_a_file_is_tried_without_writing(visit: Visit, full: Seeded) -> None:
    lead = visit("lead")
    lead.get("/registry/imports")
    text = upload(lead, "try").text
    assert "会收下 1 行,不收 2 行" in text and "没有写入任何东西" in text
    assert "丙示例医疗美容诊所" not in lead.get("/registry").text


def test_a_file_is_taken_in_and_its_rejects_are_told(visit: Visit, full: Seeded) -> None:
    lead = visit("lead")
    lead.get("/registry/imports")
    answer = upload(lead, "import")
    assert answer.status_code == 303
    waiting = lead.get(answer.headers["location"]).text
    assert "hx-get" in waiting and "等待" in waiting
    settle(full)
    path = answer.headers["location"]
    page = lead.get(path).text
    assert "完成" in page and "缺少编号,认不出是谁" in page
    assert "丙示例医疗美容诊所" in lead.get("/registry?q=丙示例").text
    told = lead.get(f"{path}/rejects.csv").text
    assert told.splitlines()[0] == "\ufeffline,problem,row" and len(told.splitlines()) == 3
    assert "hx-get" not in lead.get(f"{path}/progress").text
    assert "机构.csv" in lead.get("/registry/imports").text
    with full.desk.database.read() as tx:
        assert [one.what for one in list_accesses(tx, house("tests"))] == ["registry.export"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.exe", b"MZ\x00\x01"),
        ("a.xlsx", b"not a workbook"),
        ("a.csv", b"\x89PNG\r\n\x1a\n"),
        ("a.csv", b""),
        ("a.json", b"{"),
    ],
)
def test_files_that_cannot_be_read_are_refused(visit: Visit, name: str, content: bytes) -> None:
    lead = visit("lead")
    lead.get("/registry/imports")
    for mode in ("try", "import"):
        assert upload(lead, mode, content, name).status_code in (413, 422), name


def test_an_import_needs_a_file_and_a_known_kind(visit: Visit) -> None:
    lead = visit("lead")
    lead.get("/registry/imports")
    assert lead.post("/registry/imports", {"mode": "try"}).status_code == 422
    assert upload(lead, "import", kind="spaceship").status_code == 422
    assert lead.get("/registry/imports/imp_none").status_code == 404


@pytest.mark.parametrize("format", ["csv", "xlsx", "json", "jsonl"])
def test_the_registry_is_exported(visit: Visit, ids: Mapping[str, str], format: str) -> None:
    answer = visit("lead").get(f"/registry/export?kind=institution&format={format}")
    assert answer.status_code == 200 and f".{format}" in answer.headers["content-disposition"]
    if format != "xlsx":
        assert LICENCE in answer.text


def test_an_export_without_the_permission_holds_no_identity_numbers(
    visit: Visit, full: Seeded, ids: Mapping[str, str], reader: Visitor
) -> None:
    assert BORN not in reader.get("/registry/export?format=jsonl").text
    assert BORN in visit("lead").get("/registry/export?format=jsonl").text
    with full.desk.database.read() as tx:
        assert [one.what for one in list_accesses(tx, house("tests"))] == ["registry.export"]
    assert reader.get("/registry/export?format=exe").status_code == 422


def test_who_only_reads_sees_no_forms(reader: Visitor, ids: Mapping[str, str]) -> None:
    text = reader.get(f"/registry/entity/{ids['clinic']}").text
    assert "离线核验" not in text and "add-credential" not in text and "凭证文件</a>" not in text
    assert "/registry/imports" not in reader.get("/registry").text
    assert reader.get("/registry/imports").status_code == 403
    assert reader.post(f"/registry/credential/{ids['licence']}/verify").status_code == 403


def test_days_of_the_list_are_those_of_the_store(visit: Visit, full: Seeded, ids: Mapping[str, str]) -> None:
    end = day(full.desk.database.clock.now()) + timedelta(days=20)
    assert end.isoformat() in visit("lead").get("/registry?expiring=30").text
