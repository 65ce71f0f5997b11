"""The publication pages: writing, the levels, comments, the seal, comparisons, and who sees what."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable

import pytest

from mingjian.clinic.publication import service as publication
from mingjian.clinic.publication.proof import holds
from mingjian.desk.people.model import Principal, house
from mingjian.records.storage import accesses, draft_queries
from tests.clinic.publication.people import registered
from tests.doors.console.browsing import Visitor
from tests.doors.console.hospital import NOTICE, TEXT, draft, hire
from tests.doors.console.seeded import HOSTILE, PHONE, Seeded, poster

Visit = Callable[[str | None], Visitor]
SETTING = {"platform": "wechat", "nature": "education", "domain": "medical", "publisher_kind": "institution"}


@pytest.fixture
def staff(full: Seeded) -> dict[str, Principal]:
    return hire(full)


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def state(full: Seeded, id: str) -> str:
    with full.desk.database.read() as tx:
        return publication.get_draft(tx, house("t"), id).state


def test_a_draft_from_the_editor_to_the_seal_and_its_proof(
    visit: Visit, full: Seeded, staff: dict[str, Principal]
) -> None:
    writer = visit("writer")
    page = writer.get("/drafts/new").text
    assert 'hx-post="/drafts/check"' in page and "提交审核" in page
    made = writer.post(
        "/drafts", {**SETTING, "title": "带状疱疹", "text": TEXT.replace("\n", "\r\n"), "action": "save"}
    )
    id = made.headers["location"].split("/")[2]
    base = field(writer.get(f"/drafts/{id}/edit").text, "base")
    done = writer.post(
        f"/drafts/{id}/save", {**SETTING, "title": "带状疱疹", "text": TEXT, "base": base, "action": "submit"}
    )
    assert done.headers["location"] == f"/drafts/{id}" and state(full, id) == "review"
    for login in ("head", "office"):
        reviewer = visit(login)
        listed = reviewer.get("/drafts").text
        assert "待我审核" in listed and f'href="/drafts/{id}"' in listed
        case = field(reviewer.get(f"/drafts/{id}").text, "case")
        assert reviewer.post(f"/drafts/{id}/take", {"case": case}).status_code == 303
        page = reviewer.get(f"/drafts/{id}").text
        assert 'id="verdict"' in page
        given = {
            "case": case,
            "version": field(page.partition('id="verdict"')[2], "version"),
            "measure": "pass",
            "seconds": "3",
        }
        assert reviewer.post(f"/drafts/{id}/answer", given).headers["location"] == f"/drafts/{id}"
    assert state(full, id) == "sealed"
    page = visit("office").get(f"/drafts/{id}").text
    assert "已封存:第 1 版" in page and "顾主任" in page and "宣传科小何" in page
    proof = writer.get(f"/drafts/{id}/proof.json")
    assert holds(json.loads(proof.text)) and "attachment" in proof.headers["content-disposition"]
    assert "封存证明" in writer.get(f"/drafts/{id}/proof.html").text
    assert writer.get(f"/drafts/{id}/proof.pdf").status_code == 404


def test_the_check_says_what_is_wrong_and_what_is_missing(visit: Visit, staff: dict[str, Principal]) -> None:
    writer = visit("writer")
    given = {"title": "春季", "text": "术后永不反弹,放心做!", "nature": "advertisement", "domain": "medical"}
    told = writer.post("/drafts/check", given, htmx=True).text
    assert "<html" not in told and re.search(r'<mark class="f s-critical[^>]*>[^<]*永不反弹', told)
    assert 'data-notice="ad_mark"' in told and "先填审查证明文号" in told and "采纳改法" in told
    marked = writer.post("/drafts/notice", {**given, "notice": "ad_mark"}).json()
    assert marked["text"].startswith("【广告】\n")
    assert 'data-notice="ad_mark"' not in writer.post("/drafts/check", {**given, **marked}, htmx=True).text
    assert writer.post("/drafts/notice", {**given, "notice": "medical_ad_certificate"}).status_code == 422
    mended = writer.post("/drafts/mend", given).json()
    assert mended["changed"] and "永不反弹" not in mended["text"]
    assert "不在允许的范围内" in writer.post("/drafts/check", {"nature": "nonsense"}, htmx=True).text


def test_the_check_asks_the_registry_about_the_publisher_named(
    visit: Visit, full: Seeded, staff: dict[str, Principal]
) -> None:
    registered(full.desk.database)
    words = {**SETTING, "nature": "advertisement", "title": "开约", "text": "双眼皮手术开约"}
    writer = visit("writer")
    named = writer.post("/drafts/check", {**words, "publisher_id": "PDY00001"}).text
    assert "MI-26-specialty" in named and "MI-26-specialty" not in writer.post("/drafts/check", words).text
    made = writer.post("/drafts", {**words, "publisher_id": "PDY00001", "action": "save"}).headers["location"]
    assert field(writer.get(made).text, "publisher_id") == "PDY00001"
    copied = writer.post(f"/drafts/{made.split('/')[2]}/copy", {}).headers["location"]
    assert field(writer.get(copied).text, "publisher_id") == "PDY00001"


def test_comments_on_words_and_their_threads(visit: Visit, full: Seeded, staff: dict[str, Principal]) -> None:
    id = draft(full, staff, levels=1)
    head, writer = visit("head"), visit("writer")
    start = TEXT.index("7天")
    anchor = json.dumps({"part": 1, "start": start, "end": start + 2})
    assert (
        head.post(f"/drafts/{id}/comment", {"text": "以说明书为准", "anchor": anchor, "version": "1"}).status_code
        == 303
    )
    page = head.get(f"/drafts/{id}").text
    assert re.search(rf'<span class="c" data-at="{start}" data-c="1"[^>]*>7天</span>', page) and "以说明书为准" in page
    with full.desk.database.read() as tx:
        (first,) = draft_queries.comments_of(tx, id)
    writer.post(f"/drafts/{id}/comment", {"text": "已核对", "thread": first.id})
    writer.post(f"/drafts/{id}/resolve", {"comment": first.id})
    page = head.get(f"/drafts/{id}").text
    assert "已核对" in page and "已了结" in page
    bad = head.post(f"/drafts/{id}/comment", {"text": "x", "anchor": '{"part": 1, "start": 0, "end": 99999}'})
    assert bad.status_code == 422
    changed = {**SETTING, "title": "带状疱疹", "text": TEXT.replace("7天", "一周"), "action": "submit"}
    writer.post(f"/drafts/{id}/save", changed)
    page = head.get(f"/drafts/{id}").text
    assert "原处已删" in page and "与第 1 版的差异" in page
    assert "<del>7天</del><ins>一周</ins>" in page
    assert 'data-c="1"' in head.get(f"/drafts/{id}?version=1").text


def test_a_stop_is_told_and_waived_with_a_reason(visit: Visit, full: Seeded, staff: dict[str, Principal]) -> None:
    id = draft(full, staff, "术后永不反弹,放心做!", levels=0)
    writer = visit("writer")
    ad = {"title": "广告", "text": "【广告】\n术后永不反弹,放心做!", "nature": "advertisement", "domain": "other"}
    writer.post(f"/drafts/{id}/save", {**ad, "action": "submit"})
    for login, stays in (("head", False), ("office", True)):
        reviewer = visit(login)
        case = field(reviewer.get(f"/drafts/{id}").text, "case")
        reviewer.post(f"/drafts/{id}/take", {"case": case})
        page = reviewer.get(f"/drafts/{id}").text
        given = {"case": case, "version": field(page.partition('id="verdict"')[2], "version"), "measure": "pass"}
        reviewer.post(f"/drafts/{id}/answer", given)
        page = reviewer.get(f"/drafts/{id}").text
        assert ("还不能封存" in page) is stays
    assert state(full, id) == "review" and "处违规未改也未放行" in page
    office = visit("office")
    for _ in range(5):
        found = re.search(r'name="code" value="([^"]+)"><input type="hidden" name="quote" value="([^"]*)"',
                          office.get(f"/drafts/{id}").text)  # fmt: skip
        if found is None:
            break
        office.post(
            f"/drafts/{id}/waive", {"code": found[1], "quote": found[2], "reason": "审查样件原文", "days": "10"}
        )
    assert "没有阻碍" in office.get(f"/drafts/{id}").text
    office.post(f"/drafts/{id}/answer", given)
    assert state(full, id) == "sealed"


def test_what_was_published_is_compared(visit: Visit, full: Seeded, staff: dict[str, Principal]) -> None:
    id = draft(full, staff, levels=3)
    office = visit("office")
    office.post(f"/drafts/{id}/drift", {"published": TEXT})
    assert "发布内容与封存版本一致" in office.get(f"/drafts/{id}").text
    office.post(f"/drafts/{id}/drift", {"published": TEXT.replace("7天", "3天").replace(NOTICE, "")})
    page = office.get(f"/drafts/{id}").text
    assert "<del>7</del><ins>3</ins>" in page and "缺少:诊疗内容提示" in page and "数字有变" in page
    assert "漂移" in office.get("/drafts?drift=drifted").text and "领取审核" in page
    file = office.client.post(f"/drafts/{id}/drift", data={"csrf_token": office.token, "published": ""},
                              files={"file": ("a.txt", TEXT.encode("gb18030"), "text/plain")})  # fmt: skip
    assert file.status_code == 303 and "文件" in office.get(f"/drafts/{id}").text
    picture = office.client.post(f"/drafts/{id}/drift", data={"csrf_token": office.token},
                                 files={"file": ("a.txt", b"\0\1\2" * 9, "text/plain")})  # fmt: skip
    assert picture.status_code == 422


def test_files_are_kept_by_version_and_shown_to_those_concerned(
    visit: Visit, full: Seeded, staff: dict[str, Principal]
) -> None:
    writer = visit("writer")
    writer.get("/drafts/new")
    files = [("files", ("../海报.png", io.BytesIO(poster()), "image/png"))]
    given = {"csrf_token": writer.token, "title": "图", "text": TEXT, "action": "save"}
    made = writer.client.post("/drafts", data=given, files=files)
    id = made.headers["location"].split("/")[2]
    page = writer.get(f"/drafts/{id}/edit").text
    digest = field(page, "keep")
    assert "../" not in page.partition('class="files"')[2][:600] and "海报.png" in page
    shown = writer.get(f"/drafts/{id}/media/{digest}")
    assert shown.content == poster() and shown.headers["content-type"] == "image/png"
    assert writer.get(f"/drafts/{id}/media/{'0' * 64}").status_code == 404
    assert visit("dental").get(f"/drafts/{id}/media/{digest}").status_code == 404
    writer.post(f"/drafts/{id}/save", {"title": "图", "text": TEXT, "action": "save"})
    assert 'name="keep"' not in writer.get(f"/drafts/{id}/edit").text


def test_who_sees_and_does_what(visit: Visit, full: Seeded, staff: dict[str, Principal]) -> None:
    id = draft(full, staff, levels=1)
    case = ""
    with full.desk.database.read() as tx:
        case = publication.get_draft(tx, house("t"), id).case or ""
    assert visit("chen").get("/drafts").status_code == 403
    assert visit("dental").get(f"/drafts/{id}").status_code == 404
    for login in ("writer", "office", "audit"):
        page = visit(login)
        assert page.get(f"/drafts/{id}").status_code == 200
        assert page.post(f"/drafts/{id}/take", {"case": case}).status_code in (403, 404), login
    audit = visit("audit")
    assert audit.get("/drafts/new").status_code == 403
    assert audit.post(f"/drafts/{id}/comment", {"text": "看看"}).status_code == 403
    assert audit.post(f"/drafts/{id}/withdraw", {"reason": "看看"}).status_code == 403
    assert visit("writer").post(f"/drafts/{id}/comment", {"text": "无令牌"}, token="0").status_code == 403


def test_a_look_at_personal_data_from_outside_is_covered_and_an_export_logged(
    visit: Visit, full: Seeded, staff: dict[str, Principal]
) -> None:
    id = draft(full, staff, f"咨询电话 {PHONE}。\n\n{NOTICE}", levels=0)
    assert PHONE in visit("writer").get(f"/drafts/{id}/edit").text
    page = visit("audit").get(f"/drafts/{id}").text
    assert PHONE not in page and "138****5678" in page and "个人信息已打码" in page
    with full.desk.database.read() as tx:
        assert accesses.accesses(tx, subject=id) == []
    done = draft(full, staff, f"登记的手机号是 {PHONE}。\n\n{NOTICE}", title="随访须知", levels=3)
    assert PHONE in visit("audit").get(f"/drafts/{done}/proof.json").text
    visit("writer").get(f"/drafts/{done}/proof.json")
    with full.desk.database.read() as tx:
        (look,) = accesses.accesses(tx, subject=done)
    assert (look.actor, look.what, look.fields) == (staff["audit"].actor, "draft.proof", ("phone",))


def test_what_somebody_wrote_is_never_markup(visit: Visit, full: Seeded, staff: dict[str, Principal]) -> None:
    id = draft(full, staff, HOSTILE + TEXT, title=HOSTILE, levels=1)
    head = visit("head")
    head.post(f"/drafts/{id}/comment", {"text": HOSTILE, "anchor": json.dumps({"part": 1, "start": 0, "end": 20})})
    for path in (f"/drafts/{id}", "/drafts", f"/drafts/{id}?version=1"):
        page = head.get(path).text
        assert "<script>window" not in page and "<img src=x" not in page and "&lt;script&gt;" in page
    checked = visit("writer").post("/drafts/check", {"title": "x", "text": HOSTILE}, htmx=True).text
    assert "<img src=x" not in checked


def test_the_author_works_on_while_it_is_his(visit: Visit, full: Seeded, staff: dict[str, Principal]) -> None:
    id = draft(full, staff)
    writer = visit("writer")
    assert writer.get(f"/drafts/{id}").headers["location"] == f"/drafts/{id}/edit"
    stale = writer.post(f"/drafts/{id}/save", {**SETTING, "title": "x", "text": "别的", "base": "0" * 64})
    assert stale.status_code == 409
    writer.post(f"/drafts/{id}/withdraw", {"reason": "不发了"})
    assert state(full, id) == "withdrawn" and "已撤回" in writer.get(f"/drafts/{id}").text
    copied = writer.post(f"/drafts/{id}/copy").headers["location"]
    assert TEXT in writer.get(copied).text
