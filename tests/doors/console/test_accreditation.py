"""The pages of accreditation: the whole way by forms, what is shown to whom, certificates for anybody."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp

from mingjian.doors.desk.opening import Desk
from mingjian.governance.accreditation import certifying, standing
from mingjian.records.clock import SteppedClock
from mingjian.records.storage import accreditations as store
from tests.desk.people.cheap import cheap_hashing
from tests.doors.console.accrediting import accrediting, opened
from tests.doors.console.browsing import Visitor
from tests.governance.accreditation.scene import STANDARD, Scene
from tests.governance.world import calm_queues

__all__ = ["cheap_hashing"]
PDF = b"%PDF-1.4\n%%EOF"


@pytest.fixture
def made(tmp_path: Path, clock: SteppedClock) -> Iterator[tuple[Desk, Scene]]:
    desk, scene = accrediting(tmp_path / "desk", clock)
    with calm_queues():
        yield desk, scene
    desk.close()


def _post(who: Visitor, path: str, **fields: object) -> str:
    """Send a form; where it leads. What was refused fails the test with its reason."""
    answer = who.post(path, fields)
    told = re.search(r"<p[^>]*>([^<]*)</p>", answer.text) if answer.status_code >= 400 else None
    assert answer.status_code == 303, f"{path}: {answer.status_code} {told and told[1]}"
    return answer.headers["location"]


def _mark_all(who: Visitor, id: str, sheet: str, audit: str = "", **but: str) -> None:
    for code in STANDARD.clauses:
        word = but.get("c" + code.replace(".", "_"), "met")
        fields = {"sheet": sheet, "audit": audit, "clause": code, "mark": word, "note": "见现场记录", "version": "0"}
        answer = who.post(f"/accreditations/{id}/marks", fields)
        assert answer.status_code == 200, answer.text


def test_the_whole_way_by_forms(made: tuple[Desk, Scene]) -> None:
    desk, scene = made
    clinic, manager, ann, lead = (Visitor(desk, login) for login in ("clinic", "manager", "ann", "lead"))
    assert scene.institution in clinic.get("/accreditations/new?q=测试").text
    assert "LMDY0001" in clinic.get(f"/accreditations/new?institution={scene.institution}").text
    where = _post(clinic, "/accreditations", institution=scene.institution, standard=STANDARD.name, more="14.01")
    id = where.split("/")[2]
    clinic.get(where)
    kept = clinic.client.post(f"/accreditations/{id}/files", files={"file": ("证书.pdf", PDF)},
                              headers={"X-CSRF-Token": clinic.token})  # fmt: skip
    digest = kept.json()["digest"]
    _mark_all(clinic, id, "self")
    _post(clinic, f"/accreditations/{id}/assess")
    _post(manager, f"/accreditations/{id}/take")
    assert manager.get(f"/accreditations/{id}/files/{digest}").content == PDF
    _mark_all(manager, id, "document")
    _post(manager, f"/accreditations/{id}/pass", version=scene.now(id).version)
    day = scene.today.isoformat()
    actors = [scene.who[name].actor for name in ("ann", "bea")]
    _post(manager, f"/accreditations/{id}/plan", auditor=actors, lead=actors[0], first=day, last=day)
    audit = scene.now(id).audit or ""
    _post(ann, f"/accreditations/audits/{audit}/declare")
    _post(Visitor(desk, "bea"), f"/accreditations/audits/{audit}/declare")
    _post(ann, f"/accreditations/audits/{audit}/open")
    _mark_all(ann, id, "audit", audit, c2_5="not")
    _post(ann, f"/accreditations/audits/{audit}/findings", clause="2.5", grade="minor", words="两份制度没有版本号")
    _post(ann, f"/accreditations/audits/{audit}/close", summary="总体符合")
    finding = re.search(r"ncf_[0-9a-z]+", clinic.get(f"/accreditations/{id}").text)
    assert finding is not None
    _post(clinic, f"/accreditations/findings/{finding[0]}/answer", cause="疏忽", action="已补", evidence=[digest])
    _post(ann, f"/accreditations/findings/{finding[0]}/verify", verdict="accept", remark="已看")
    assert "审核员" not in lead.get(f"/accreditations/{id}").text.partition("现在要做的")[2][:200]
    _post(lead, f"/accreditations/{id}/decide", outcome="grant", reason="达标", version=scene.now(id).version)
    certificate = scene.certificate(id)
    told = clinic.get(f"/accreditations/{id}/certificate.pdf")
    (found,) = zxingcpp.read_barcodes(pypdfium2.PdfDocument(io.BytesIO(told.content))[0].render(scale=2).to_pil())
    path = found.text.partition("testserver")[2]
    shown = Visitor(desk).get(path).text
    assert "二维码签名正确" in shown
    assert certificate.number in shown
    assert "MJ-ZLRZ-2026-00001" in Visitor(desk).get("/certificates").text


def test_nobody_decides_what_they_reviewed(made: tuple[Desk, Scene]) -> None:
    desk, scene = made
    id, audit = opened(scene)
    scene.mark(id, "audit", "ann", audit=audit)
    scene.close(audit)
    page = Visitor(desk, "manager").get(f"/accreditations/{id}").text
    assert 'name="outcome"' not in page
    answer = Visitor(desk, "manager").post(f"/accreditations/{id}/decide", {"outcome": "grant", "reason": "达标"})
    assert answer.status_code == 403
    assert 'name="outcome"' in Visitor(desk, "lead").get(f"/accreditations/{id}").text


def test_a_stale_mark_is_told_with_what_stands(made: tuple[Desk, Scene]) -> None:
    desk, scene = made
    id, audit = opened(scene)
    scene.mark(id, "audit", "bea", audit=audit, only=("1.1",))
    fields = {"sheet": "audit", "audit": audit, "clause": "1.1", "mark": "not", "note": "没看到", "version": "0"}
    answer = Visitor(desk, "ann").post(f"/accreditations/{id}/marks", fields)
    assert answer.status_code == 409
    assert (answer.json()["now"]["mark"], answer.json()["now"]["by"]) == ("met", "bea")
    assert Visitor(desk, "clinic2").post(f"/accreditations/{id}/marks", fields).status_code == 403
    assert Visitor(desk, "ann").post(f"/accreditations/{id}/marks", fields, token="0" * 64).status_code == 403


def test_the_public_pages_tell_the_standing_and_no_more(made: tuple[Desk, Scene]) -> None:
    desk, scene = made
    certificate = scene.granted({"2.5": ("not", "minor")})
    code = certifying.code_of(certificate)
    visitor = Visitor(desk)
    assert "有效" in visitor.get(f"/verify/{code}").text
    with desk.database.write() as tx:
        standing.suspend(tx, scene.who["lead"], certificate.id, "收到严重投诉,暂停核查")
    shown = visitor.get(f"/verify/{code}").text
    assert "收到严重投诉" in shown
    assert "现场看到与要求不符" not in shown  # findings are no public matter
    assert "不是本系统签发" in visitor.get(f"/verify/{code[:-6]}AAAAAA").text
    assert visitor.get("/verify?code=%3Cscript%3Ealert(1)%3C/script%3E").status_code == 422
    assert "<script>alert" not in visitor.get("/verify?code=%3Cscript%3Ealert(1)%3C/script%3E").text
    assert visitor.get("/certificates?standing=best").status_code == 422
    assert "暂停" in visitor.get("/certificates?standing=suspended").text
    assert certificate.number not in visitor.get("/certificates?standing=valid").text
    assert "79" in visitor.get("/standards/aesthetic-quality").text
    assert visitor.get(f"/accreditations/{certificate.accreditation}").status_code == 303  # sign in first


def test_a_list_shows_what_somebody_may_see(made: tuple[Desk, Scene]) -> None:
    desk, scene = made
    id = scene.assessed()
    assert id in Visitor(desk, "clinic").get("/accreditations").text
    assert id not in Visitor(desk, "clinic2").get("/accreditations").text
    reader = Visitor(desk, "reader")
    assert id in reader.get("/accreditations?state=reviewing").text
    assert id not in reader.get("/accreditations?state=granted").text
    assert id not in reader.get("/accreditations?late=1").text
    scene.clock.at += 40 * 86_400_000_000
    assert id in Visitor(desk, "reader").get("/accreditations?late=1").text
    assert reader.get("/accreditations?state=best").status_code in (303, 422)
    assert Visitor(desk, "clinic2").get(f"/accreditations/{id}").status_code == 404
    with desk.database.read() as tx:
        assert store.accreditation_counts(tx) == {"reviewing": 1}
