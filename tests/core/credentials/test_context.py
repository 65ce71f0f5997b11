"""A number compared with what is known besides."""

from __future__ import annotations

from typing import Any

import pytest

from mingjian.core.credentials import verify

from .made import DAY

LICENCE = "MA9DEMW1311010517D1542"
ID = "110105199001010010"

AGAINST = [
    ("practice_licence", LICENCE, {"uscc": "91110105MA9DEMW13M"}, True, ""),
    ("practice_licence", LICENCE, {"uscc": "91110105MA9EDMW19X"}, False, "与统一社会信用代码第9–17位“MA9EDMW19”不一致"),
    ("practice_licence", LICENCE, {"province": "北京"}, True, ""),
    ("practice_licence", LICENCE, {"province": "上海市"}, False, "编号所示地区是北京,登记的所在地是上海"),
    ("practice_licence", LICENCE, {"region": "310101"}, False, "登记的所在地是上海"),
    ("practice_licence", LICENCE, {"profit": False}, False, "末位表示营利性,登记的是非营利性"),
    ("practice_licence", LICENCE, {"profit": True}, True, ""),
    ("practice_licence", LICENCE, {"institution_kind": "outpatient"}, True, ""),
    ("practice_licence", LICENCE, {"institution_kind": "hospital"}, False, "与登记的机构类别不一致"),
    ("uscc", "91110105MA9DEMW13M", {"regno": LICENCE}, True, ""),
    ("uscc", "91110105MA9DEMW13M", {"regno": "400DEMQ1111010517D1542"}, False, "与执业许可证登记号前9位"),
    ("uscc", "91110105MA9DEMW13M", {"ownership": "public"}, None, "公立机构"),
    ("uscc", "91110105MA9DEMW13M", {"region": "310101"}, None, "与所在地不一致"),
    ("org_code", "MA9DEMW13", {"uscc": "91110105MA9EDMW19X"}, False, "不一致"),
    ("medical_ad", "(京)医广〔2026〕第01-15-001号", {"province": "沪"}, False, "登记的所在地是上海"),
    ("medical_ad", "(京)医广〔2026〕第01-15-001号", {"region": "11"}, True, ""),
    ("physician_qualification", f"2015111 10{ID}".replace(" ", ""), {"id_number": ID}, True, ""),
    ("physician_qualification", f"201511110{ID}", {"id_number": "110105199001020016"}, False, "身份证号不一致"),
    ("physician_practice", "110110105000123", {"qualification": f"201511110{ID}"}, True, ""),
    ("physician_practice", "120110105000123", {"qualification": f"201511110{ID}"}, False, "执业类别与医师资格证书编码"),
    ("physician_practice", "210110105000123", {"qualification": f"201511110{ID}"}, False, "级别与医师资格证书编码"),
    ("physician_practice", "110110105000123", {"category": "20"}, False, "与登记的执业类别不一致"),
    ("device_registration", "国械注准20263130001", {"device_class": 2}, False, "第三类器械,登记(宣称)的是第二类"),
    ("device_filing", "京东械备20260001号", {"device_class": 3}, False, "编号所示为第一类器械"),
    ("device_registration", "国械注进20263130001", {"made": "domestic"}, False, "与登记的产地(境内)不一致"),
    ("drug_approval", "国药准字SJ20171003", {"made": "domestic"}, False, "境外或港澳台生产"),
    ("drug_approval", "国药准字SJ20171003", {"made": "imported", "region": "310101"}, True, ""),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "number", "context", "ok", "reason"), AGAINST)
def test_contradictions(kind: str, number: str, context: dict[str, Any], ok: bool | None, reason: str) -> None:
    check = verify(kind, number, DAY, context)
    assert check.ok is ok, check
    assert reason in "".join(check.reasons)
    assert ID not in "".join(check.reasons)


def test_what_is_not_known_contradicts_nothing() -> None:
    assert verify("practice_licence", LICENCE, DAY, {"uscc": None, "province": "", "region": "abc"}).ok is True
