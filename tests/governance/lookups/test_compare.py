"""What official rows say of what is registered."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mingjian.governance.lookups.compare import compare, day_of, same

TODAY = date(2026, 3, 2)
KNOWN: dict[str, Any] = {
    "number": "国械注准20193130001",
    "name": "虚构射频治疗仪",
    "institution": "",
    "valid_to": "2027-01-01",
}
ROW = {"number": "国械注准20193130001", "name": "虚构射频治疗仪", "state": "有效", "valid_to": "2027-01-01"}


def outcome(row: dict[str, str], **known: Any) -> tuple[str, str]:
    found = compare([{**ROW, **row}], {**KNOWN, **known}, TODAY)
    return found[0], found[1]


def test_the_same_confirms() -> None:
    assert outcome({}) == ("confirmed", "与官方一致")


@pytest.mark.parametrize(("row", "why"), [
    ({"state": "已注销"}, "官方状态为注销"), ({"state": "吊销"}, "官方状态为吊销"),
    ({"name": "另一台仪器"}, "官方登记的名称与本处不符"),
    ({"valid_to": "2026年3月1日"}, "官方显示有效期到 2026-03-01,已过"),
    ({"valid_to": "2026-12-31"}, "官方显示有效期到 2026-12-31,早于登记的 2027-01-01"),
    ({"institution": "乙门诊部"}, "官方登记的执业机构与本处不符"),
])  # fmt: skip
def test_what_contradicts(row: dict[str, str], why: str) -> None:
    assert outcome(row, institution="甲医院" if "institution" in row else "") == ("contradicted", why)


def test_not_ended_is_not_ended() -> None:
    assert outcome({"state": "未注销"})[0] == "confirmed"


def test_a_longer_term_confirms_and_says_so() -> None:
    assert outcome({"valid_to": "至 2028/05/06"}) == (
        "confirmed",
        "与官方一致;官方有效期到 2028-05-06,登记的是 2027-01-01",
    )


def test_a_number_that_is_not_there() -> None:
    assert outcome({"number": "国械注准20193130002"})[0] == "not_found"
    assert compare([], KNOWN, TODAY)[0] == "not_found"


def test_masked_numbers_and_widths() -> None:
    assert same("国械注准2019****001", "国械注准20193130001") and not same("国械注准2019****002", "国械注准20193130001")
    assert same("(虚构)门诊部", "(虚构) 门诊部")


def test_without_numbers_a_name_and_its_place_are_asked() -> None:
    row = {"name": "张某某", "institution": "甲医院"}
    asked = {"number": "110", "name": "张某某", "institution": "甲医院"}
    assert compare([row], asked, TODAY)[0] == "confirmed"
    assert compare([row], {**asked, "institution": "乙门诊部"}, TODAY)[0] == "not_found"


def test_one_of_several_is_enough() -> None:
    assert compare([{**ROW, "state": "注销"}, ROW], KNOWN, TODAY)[0] == "confirmed"


def test_the_reason_names_nobody() -> None:
    for row in ({"name": "李某"}, {"institution": "某处"}):
        assert "李某" not in outcome(row, institution="甲医院")[1]


def test_names_of_institutions_with_and_without_the_place() -> None:
    assert outcome({"name": "北京虚构射频治疗仪"})[0] == "confirmed"
    assert compare([{**ROW, "name": "王芳"}], {**KNOWN, "name": "王芳芳"}, TODAY)[0] == "contradicted"


@pytest.mark.parametrize(("shown", "found"), [
    ("2026-02-30", None), ("", None), ("2020-01-01 至 2025-01-01", date(2025, 1, 1)), ("2026.3.5", date(2026, 3, 5)),
])  # fmt: skip
def test_days(shown: str, found: date | None) -> None:
    assert day_of(shown) == found
