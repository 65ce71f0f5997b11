"""Accreditation over the API: the institution's side by a program, hostile files, certificates for anybody."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from mingjian.desk.people.keys import issue_key
from mingjian.desk.people.model import Principal, house
from mingjian.desk.people.permissions import scopes
from mingjian.governance.accreditation import certifying
from mingjian.records.blobs import Blobs
from tests.doors.api.desks import Caller, new_key
from tests.governance.accreditation.scene import STANDARD, Scene
from tests.governance.world import calm_queues

PDF = b"%PDF-1.4\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.fixture
def scene(both: Caller, clock: Any) -> Iterator[Scene]:
    with calm_queues():
        yield Scene(both.database, clock)


def _apply(call: Caller, scene: Scene, **more: Any) -> Any:
    body = {"institution": scene.institution, "standard": STANDARD.name, "scope": ["14.01"], **more}
    return call("POST", "/accreditations", body)


def _file(call: Caller, id: str, content: bytes, name: str = "证据.pdf", **more: Any) -> Any:
    return call("POST", f"/accreditations/{id}/files", files={"file": (name, content)}, **more)


def _office(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return out.getvalue()


def test_a_program_applies_marks_and_hands_in(both: Caller, scene: Scene) -> None:
    made = _apply(both, scene)
    assert made.status_code == 201
    id = made.json()["id"]
    kept = _file(both, id, PDF)
    assert kept.status_code == 201
    digest = kept.json()["digest"]
    marks = [{"clause": code, "mark": "met", "evidence": [digest], "version": 0} for code in STANDARD.clauses]
    told = both("PUT", f"/accreditations/{id}/marks", {"marks": marks})
    assert (told.status_code, told.json()["unmarked"], told.json()["points"]) == (200, [], 100.0)
    stale = both("PUT", f"/accreditations/{id}/marks", {"marks": [{**marks[0], "mark": "not"}]})
    assert (stale.status_code, stale.json()["error"]["field"]) == (409, "1.1")
    assert both("POST", f"/accreditations/{id}/assess").json()["state"] == "reviewing"
    whole = both("GET", f"/accreditations/{id}").json()
    assert (whole["state"], whole["points"], len(whole["marks"])) == ("reviewing", 100.0, len(STANDARD.clauses))
    assert [one["id"] for one in both("GET", "/accreditations?limit=1").json()["items"]] == [id]


def test_applying_twice_with_one_key_applies_once(both: Caller, scene: Scene) -> None:
    body = {"institution": scene.institution, "standard": STANDARD.name, "scope": ["14.01"]}
    first, second = (both("POST", "/accreditations", body, key="once") for _ in range(2))
    assert first.json()["id"] == second.json()["id"]
    assert both("POST", "/accreditations", body).status_code == 409


def test_another_institutions_program_sees_nothing(both: Caller, scene: Scene) -> None:
    id = _apply(both, scene).json()["id"]
    other = new_key(both.database, "accreditation.apply")
    assert both("GET", f"/accreditations/{id}", secret=other).status_code == 404
    assert both("GET", "/accreditations", secret=other).json()["items"] == []
    assert _file(both, id, PDF, secret=other).status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>'),
        ("a.png", b"<html><script>x()</script></html>"),
        ("a.pdf", b"MZ\x90\x00 a program"),
        ("a.docx", b"PK\x03\x04 not a zip at all"),
        ("a.docx", _office("other.txt")),
        ("a.docm", _office("word/document.xml", "word/vbaProject.bin")),
        ("a.gif", b"GIF89a" + bytes(20)),
        ("a.mp4", b"\0\0\0\x18ftypmp42" + bytes(20)),
    ],
)
def test_hostile_files_are_refused(both: Caller, scene: Scene, name: str, content: bytes) -> None:
    id = _apply(both, scene).json()["id"]
    answer = _file(both, id, content, name)
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "file")
    assert not list(Blobs(both.desk.settings.blobs).folder.glob("*/*"))


def test_files_are_limited_and_named_plainly(both: Caller, scene: Scene) -> None:
    id = _apply(both, scene).json()["id"]
    assert _file(both, id, b"").status_code == 422
    assert _file(both, id, PDF + bytes((STANDARD.megabytes << 20) + 1)).status_code == 413
    assert _file(both, id, _office("word/document.xml"), "制度.docx").json()["kind"] == "document"
    kept = _file(both, id, PNG, "../../etc/<b>\u202e.png").json()
    assert (kept["kind"], kept["name"]) == ("picture", "<b>.png")
    unknown = {"marks": [{"clause": "1.1", "mark": "met", "evidence": ["0" * 64]}]}
    assert both("PUT", f"/accreditations/{id}/marks", unknown).status_code == 422


@pytest.mark.parametrize(
    "body", [{}, [], {"marks": []}, {"marks": "x"}, {"marks": [1]}, {"marks": [{"clause": "1.1"}]},
             {"marks": [{"clause": "1.1", "mark": "met", "x": 1}]}, {"marks": [{"clause": "1.1", "mark": "best"}]},
             {"marks": [{"clause": "1.1", "mark": "met", "version": -1}]},
             {"marks": [{"clause": "1.1", "mark": "met", "note": "\x00"}]}],
)  # fmt: skip
def test_malformed_marks_are_refused(both: Caller, scene: Scene, body: Any) -> None:
    id = _apply(both, scene).json()["id"]
    assert both("PUT", f"/accreditations/{id}/marks", body).status_code in (400, 422)


def test_certificates_are_for_anybody(both: Caller, scene: Scene) -> None:
    certificate = scene.granted()
    listed = both.bare("GET", "/certificates").json()["items"]
    assert [one["number"] for one in listed] == [certificate.number]
    code = certifying.code_of(certificate)
    told = both.bare("GET", f"/certificates/{code}").json()
    assert (told["verdict"], told["signed"], told["certificate"]["holder"]) == ("valid", True, certificate.holder)
    assert both.bare("GET", f"/certificates/{certificate.number}").json()["signed"] is False
    assert both.bare("GET", "/certificates/MJ-ZLRZ-2026-00009").json()["verdict"] == "unknown"
    assert both.bare("GET", f"/certificates/{code[:-3]}AAA").json()["verdict"] == "forged"
    assert both.bare("GET", "/certificates/nonsense").status_code == 422
    assert both.bare("GET", "/certificates?standing=best").status_code == 422
    assert both.bare("GET", "/certificates?q=%25").json()["items"] == []
    assert len(both.bare("GET", f"/standards/{STANDARD.name}").json()["clauses"]) == len(STANDARD.clauses)
    assert both.bare("GET", "/standards/none").status_code == 404


def test_a_program_answers_a_finding_of_its_own_application(both: Caller, scene: Scene) -> None:
    key = _as_program(both, scene)
    id, raised = scene.audited({"2.5": ("not", "minor")})
    digest = _file(both, id, PDF, secret=key).json()["digest"]
    body = {"cause": "没有责任人", "action": "已指定责任人", "evidence": [digest]}
    wrong = both("POST", f"/nonconformities/{raised[0]}/answer", {**body, "evidence": ["1" * 64]}, secret=key)
    assert wrong.status_code == 422
    done = both("POST", f"/nonconformities/{raised[0]}/answer", body, secret=key)
    assert (done.status_code, done.json()["state"], done.json()["cause"]) == (200, "answered", "没有责任人")
    scene.verify(raised[0])
    assert both("GET", f"/accreditations/{id}", secret=key).json()["state"] == "deciding"


def _as_program(call: Caller, scene: Scene) -> str:
    """Let the scene's institution be a program; its secret."""
    with call.database.write() as tx:
        key, secret = issue_key(tx, house("tests"), "clinic", ["accreditation.apply"])
    scene.who["clinic"] = Principal(key.id, "key", "clinic", scopes=("accreditation.apply",))
    assert "accreditation.apply" in scopes()
    return secret
