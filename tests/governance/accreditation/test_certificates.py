"""Certificates: signed lines that cannot be forged, standing told as it is, and what time brings about by itself."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.governance.accreditation import appealing, applying, auditing, certifying, correcting, looking, standing
from mingjian.governance.accreditation.applying import Application
from mingjian.governance.accreditation.tending import REASONS, tend
from mingjian.records.accreditation.model import Certificate
from mingjian.records.errors import Conflict, Invalid
from mingjian.records.evidence.keys import new_signer
from mingjian.records.journal.append import refold
from mingjian.records.storage import accreditation_certificates as store
from tests.governance.accreditation.scene import STANDARD, Scene


def _tend(scene: Scene) -> int:
    with scene.database.write() as tx:
        return tend(tx)


def _verdict(scene: Scene, given: str) -> str:
    with scene.database.read() as tx:
        return looking.prove(tx, given).verdict


def _edited(code: str, place: int, value: object) -> str:
    """The line with one thing changed, signature as it was."""
    payload, _, signature = code.partition(".")
    said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    said[place] = value
    packed = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    return f"{base64.urlsafe_b64encode(packed).decode().rstrip('=')}.{signature}"


def test_a_line_proves_itself_and_nothing_else_does(scene: Scene) -> None:
    certificate = scene.granted()
    code = certifying.code_of(certificate)
    checked = certifying.check(code, [scene.signer.public])  # offline: the public key is enough
    assert checked.signed
    assert checked.said.holder == "测试医疗美容门诊部"
    assert _verdict(scene, code) == "valid"
    assert _verdict(scene, f"https://desk.example/verify/{code}") == "valid"
    assert _verdict(scene, certificate.number.lower()) == "valid"
    assert _verdict(scene, "MJ-ZLRZ-2026-99999") == "unknown"
    changes = {1: "MJ-ZLRZ-2026-00002", 2: "另一家门诊部", 4: "other@1", 5: "excellent!", 6: ["14", "15"],
               8: "2099-12-31"}  # fmt: skip
    for place, value in changes.items():
        assert _verdict(scene, _edited(code, place, value)) == "forged"
        assert not certifying.check(_edited(code, place, value), [scene.signer.public]).signed
    assert _verdict(scene, _edited(code, 9, "0123456789abcdef")) == "foreign"
    assert not certifying.check(code, [new_signer().public]).signed
    other = new_signer()
    said = certifying.check(code, []).said
    forged = certifying.line(said.payload(), bytes.fromhex(certifying.sign(said, other)))
    assert _verdict(scene, forged) == "forged"  # signed by somebody else under our key's name
    assert _verdict(scene, code[:-1] + ("A" if code[-1] != "A" else "B")) == "forged"
    with pytest.raises(Invalid):
        _verdict(scene, "随便写的")


def test_a_genuine_line_of_another_store_is_told_apart(small: Scene) -> None:
    """The same key signed it, but no certificate of this register says that."""
    certificate = small.granted()
    said = certifying.check(certifying.code_of(certificate), []).said
    moved = certifying.Said(certificate.number, "另一家", said.holder_key, said.standard, said.level, said.scope,
                            said.valid_from, said.valid_to, said.key)  # fmt: skip
    code = certifying.line(moved.payload(), bytes.fromhex(certifying.sign(moved, small.signer)))
    assert certifying.check(code, [small.signer.public]).signed
    assert _verdict(small, code) == "forged"


@given(st.text(max_size=300))
def test_hostile_lines_are_refused_quietly(given_text: str) -> None:
    packed = base64.urlsafe_b64encode(given_text.encode()).decode().rstrip("=")
    for code in (given_text, f"{packed}.{'A' * 86}", f"{'A' * 60}.{'B' * 86}"):
        with pytest.raises(Invalid):
            certifying.check(code, [])


@pytest.mark.parametrize("value", ["[1]", "{}", "null", "[true,1,2,3,4,5,6,7,8,9]", "[" * 3000, '["a",' * 9])
def test_malformed_payloads_are_refused(value: str) -> None:
    packed = base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")
    with pytest.raises(Invalid):
        certifying.check(f"{packed.ljust(40, 'A')}.{'A' * 86}", [])


def test_standing_is_told_as_it_is(small: Scene) -> None:
    certificate = small.granted()
    code = certifying.code_of(certificate)
    with small.database.write() as tx:
        standing.suspend(tx, small.who["lead"], certificate.id, "收到严重投诉,暂停核查", ["8.2"])
    assert _verdict(small, code) == "suspended"
    with small.database.write() as tx:
        standing.restore(tx, small.who["lead"], certificate.id, "核查后没有问题")
    assert _verdict(small, code) == "valid"
    with small.database.write() as tx:
        standing.withdraw(tx, small.who["lead"], certificate.id, "伪造病历,撤销证书", ["6.8"])
    assert _verdict(small, code) == "withdrawn"
    with small.database.write() as tx, pytest.raises(Conflict):
        standing.restore(tx, small.who["lead"], certificate.id, "反悔了不算")
    with small.database.write() as tx:
        appeal = appealing.lodge(tx, small.who["clinic"], certificate.accreditation, "事实不清")
        appealing.answer(tx, small.who["otto"], appeal.id, "overturned", "证据不足")
    assert _verdict(small, code) == "valid"


def test_an_expired_certificate_says_so(small: Scene) -> None:
    certificate = small.granted()
    small.licence(valid_to="2040-12-31")
    small.clock.at += (certificate.valid_to - small.today + timedelta(days=1)).days * 86_400_000_000
    assert _verdict(small, certifying.code_of(certificate)) == "expired"
    with small.database.read() as tx:
        assert [one.id for one in store.certificate_page(tx, small.today, standing="expired")] == [certificate.id]
        assert store.certificate_page(tx, small.today, standing="valid") == []


def test_surveillance_is_called_missed_and_made_up(scene: Scene) -> None:
    certificate = scene.granted()
    scene.licence(valid_to="2040-12-31")
    assert _tend(scene) == 0
    scene.clock.move(timedelta(days=310))
    assert _tend(scene) == 1
    assert _tend(scene) == 0
    with scene.database.read() as tx:
        assert [one.state for one in store.surveillance_of(tx, [certificate.id])] == ["called", "waiting"]
    # The desk stood still for months: the next run finds all that fell due meanwhile.
    scene.clock.move(timedelta(days=100))
    assert _tend(scene) == 2
    gone = scene.certificate(certificate.id)
    assert (gone.state, gone.reason) == ("suspended", REASONS["surveillance"])
    with scene.database.write() as tx, pytest.raises(Conflict, match="监督审核"):
        standing.restore(tx, scene.who["lead"], certificate.id, "先恢复再说")
    audit = scene.opened(certificate.accreditation)
    assert scene.audit(audit).kind == "surveillance"
    with scene.database.read() as tx:
        asked = auditing.asked(tx, STANDARD, scene.audit(audit))
    assert set(asked) == {code for code, clause in STANDARD.clauses.items() if clause.critical}
    scene.mark(certificate.accreditation, "audit", "ann", audit=audit, only=asked)
    scene.close(audit)
    with scene.database.read() as tx:
        assert store.surveillance_of(tx, [certificate.id])[0].state == "done"
    with scene.database.write() as tx:
        assert standing.restore(tx, scene.who["lead"], certificate.id, "监督审核已补做").state == "valid"
    refold(scene.database)
    assert scene.certificate(certificate.id).state == "valid"


def test_findings_of_surveillance_must_be_mended_in_time(small: Scene) -> None:
    certificate = small.granted()
    audit = small.opened(certificate.accreditation)
    assert small.audit(audit).kind == "special"  # none is due yet
    with small.database.read() as tx:
        asked = auditing.asked(tx, STANDARD, small.audit(audit))
    small.mark(certificate.accreditation, "audit", "ann", {"5.2": "not"}, audit=audit, only=asked)
    finding = small.raised(audit, "5.2", "major")
    small.close(audit)
    assert _tend(small) == 0
    small.clock.move(timedelta(days=40))
    assert _tend(small) == 1
    assert small.certificate(certificate.id).reason == REASONS["nonconformity"]
    small.answer(finding)
    small.verify(finding)
    with small.database.write() as tx:
        assert standing.restore(tx, small.who["lead"], certificate.id, "整改已验证").state == "valid"


def test_without_a_licence_no_certificate_stands(small: Scene) -> None:
    certificate = small.granted()
    small.licence(state="revoked")
    assert _tend(small) == 1
    assert small.certificate(certificate.id).reason == REASONS["licence"]
    with small.database.write() as tx, pytest.raises(Conflict, match="许可证"):
        standing.restore(tx, small.who["lead"], certificate.id, "应该没事了")
    small.clock.move(timedelta(days=200))
    assert _tend(small) == 1
    assert small.certificate(certificate.id).state == "withdrawn"


def test_conditions_not_met_in_time_suspend(small: Scene) -> None:
    id, _ = small.audited({"2.5": ("not", "minor")})
    with small.database.write() as tx:
        correcting.submit(tx, small.who["manager"], id, "一般项在整改")
    small.decide(id, "conditional")
    small.clock.move(timedelta(days=120))
    assert _tend(small) == 1
    assert small.certificate(id).reason == REASONS["conditions"]


def test_a_renewal_follows_without_a_gap(small: Scene) -> None:
    first = small.granted()
    small.licence(valid_to="2040-12-31")
    with pytest.raises(Conflict, match="仍在有效期"):
        small.apply()
    with pytest.raises(Conflict, match="起才可以"):
        small.apply(previous=first.id)
    small.clock.at += ((first.valid_to - small.today).days - 100) * 86_400_000_000
    id = small.reviewed(previous=first.id)
    assert small.now(id).kind == "renewal"
    audit = small.opened(id)
    small.mark(id, "audit", "ann", audit=audit)
    small.close(audit)
    small.decide(id)
    renewed: Certificate = small.certificate(id)
    assert small.certificate(first.id).state == "replaced"
    assert (renewed.valid_to - first.valid_to).days in (1095, 1096)
    assert _verdict(small, certifying.code_of(first)) == "replaced"


def test_a_decision_needs_the_licence_still(small: Scene) -> None:
    id, _ = small.audited()
    small.licence(state="suspended")
    with pytest.raises(Conflict, match="许可证"):
        small.decide(id)
    assert small.decide(id, "refuse", clauses=("1.1",)).state == "refused"


def test_an_application_for_somebody_elses_certificate_is_refused(small: Scene) -> None:
    first = small.granted()
    other = small.register("别家诊所", "MDY0009")
    with small.database.write() as tx, pytest.raises(Invalid, match="不是这家"):
        given_ = Application(other, STANDARD.name, ("14",), previous=first.id)
        applying.apply(tx, small.who["clinic2"], given_)
