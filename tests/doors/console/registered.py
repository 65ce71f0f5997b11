"""A few invented entities for the tests of the registry's pages."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from mingjian.core.credentials.digits import id_card, org, uscc
from mingjian.desk.people.model import house
from mingjian.desk.registry.model import Record
from mingjian.desk.registry.service import record
from mingjian.doors.desk.opening import Desk
from mingjian.records.blobs import Blobs
from mingjian.records.clock import day
from tests.doors.console.seeded import HOSTILE

ORG = "MA9DEMW1" + org("MA9DEMW1")
USCC = (head := f"91110105{ORG}") + uscc(head)
LICENCE = f"{ORG}11010517D1542"
BORN = (born := "11010519850102123") + id_card(born)
QUALIFICATION = f"2010111{'10'}{BORN}"
PRACTICE = "110110105000123"
DEVICE = "国械注准20213090001"
PHONE = "13812345678"


def registered(desk: Desk) -> Mapping[str, str]:
    """Put them in; ids by name."""
    today = day(desk.database.clock.now())
    digest, _ = Blobs(desk.settings.blobs).put(io.BytesIO(b"%PDF-1.4 licence"), 1 << 20)
    soon = (today + timedelta(days=20)).isoformat()
    clinic: dict[str, Any] = {
        "kind": "institution", "key": LICENCE, "name": "青禾示例医疗美容门诊部",
        "attributes": {"province": "北京", "ownership": "private", "profit": True, "phone": PHONE},
    }  # fmt: skip
    papers: list[dict[str, Any]] = [
        {"kind": "business_licence", "number": USCC, "issuer": "示例区市场监管局", "valid_from": "2018-01-01"},
        {"kind": "practice_licence", "number": LICENCE, "issuer": "示例区卫生健康委", "scope": ["14.01", "14.03"],
         "valid_from": "2020-03-01", "valid_to": soon, "evidence": digest},
        {"kind": "ad_review", "number": "(沪)医广〔2024〕第13-45-001号", "valid_from": "2024-03-01"},
    ]  # fmt: skip
    doctor = {"kind": "physician", "key": PRACTICE, "name": "林示例", "attributes": {"id_number": BORN}}
    certificates: list[dict[str, Any]] = [
        {"kind": "physician_qualification", "number": QUALIFICATION, "valid_from": "2010-12-01"},
        {"kind": "physician_practice", "number": PRACTICE, "scope": ["临床"], "valid_from": "2012-05-01"},
    ]
    at = {"kind": "practises_at", "target": {"kind": "institution", "key": LICENCE}, "scope": ["14.01"],
          "valid_from": "2021-01-01"}  # fmt: skip
    used = {"kind": "used_by", "target": {"kind": "institution", "key": LICENCE}, "valid_from": "2022-01-01"}
    owned = {"kind": "belongs_to", "target": {"kind": "institution", "key": LICENCE}, "valid_from": "2023-01-01"}
    records = {
        "clinic": Record(clinic, papers),
        "doctor": Record(doctor, certificates, [at]),
        "device": Record({"kind": "device", "key": DEVICE, "name": "示例射频治疗仪"},
                         [{"kind": "device_registration", "number": DEVICE}], [used]),
        "account": Record({"kind": "account", "key": "douyin:1001", "name": "青禾示例医美"}, links=[owned]),
        "hostile": Record({"kind": "creator", "key": "evil-1", "name": HOSTILE[:190], "attributes": {"note": HOSTILE}}),
    }  # fmt: skip
    with desk.database.write() as tx:
        made = record(tx, house("tests"), list(records.values()), "tests")
    ids = {name: one.entity for name, one in zip(records, made, strict=True)}
    return ids | {"licence": made[0].credentials[1], "review": made[0].credentials[2], "practises": made[1].links[0]}
