"""Numbers in a text, and which kind a number is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.core.credentials import find_numbers, guess, kinds, masked, verify

from .made import DAY
from .test_verify import HOLD

TEXTS = [
    ("青禾示例诊所⟦(京)医广〔2026〕第01-15-001号⟧欢迎预约", "medical_ad"),
    ("文号⟦鲁中医广【2026】第0302-001号⟧", "medical_ad"),
    ("⟦京械广审（文）第281231-00001号⟧,请按说明书使用", "product_ad"),
    ("敷料⟦国械注准20263130001⟧正品", "device_registration"),
    ("旧证⟦国食药监械(准)字2010第3460001号⟧", "device_registration"),
    ("⟦京东械备20260001号⟧", "device_filing"),
    ("⟦国药准字H20200001⟧", "drug_approval"),
    ("统一社会信用代码:⟦91110105MA9DEMW13M⟧", "uscc"),
    ("执业许可证登记号⟦MA9DEMW1311010517D1542⟧", "practice_licence"),
    ("医师执业证书编码⟦110110105000123⟧", "physician_practice"),
    ("⟦国妆特字20220001⟧", "cosmetic_registration"),
    ("⟦粤G妆网备字2024012345⟧", "cosmetic_filing"),
    ("⟦国食健注G20200123⟧", "health_food"),
]


@pytest.mark.parametrize(("text", "kind"), TEXTS)
def test_numbers_are_found_where_they_stand(text: str, kind: str) -> None:
    start, end = text.index("⟦"), text.index("⟧") - 1
    plain = text.replace("⟦", "").replace("⟧", "")
    assert find_numbers(plain) == [(start, end, kind)]
    assert find_numbers(plain, ("org_code",)) == []


@pytest.mark.parametrize(
    "text",
    ["订单号110110105000123", "91110105MA9DEMW13M", "医广审字样见海报右下角", "认准国妆特字编号", "010-00000000", ""],
)
def test_ordinary_runs_of_digits_are_left_alone(text: str) -> None:
    assert find_numbers(text) == []


@given(st.text(max_size=200))
def test_places_are_ordered_and_inside(text: str) -> None:
    end = 0
    for start, stop, kind in find_numbers(text):
        assert end <= start < stop <= len(text) and kind in kinds()
        end = stop


@pytest.mark.parametrize(("kind", "number"), [(k, n) for k, n in HOLD if k not in ("clinic_filing",)])
def test_the_kind_is_told_from_the_writing(kind: str, number: str) -> None:
    found = guess(number, DAY)
    assert found is not None and found.kind == kind


def test_a_kind_is_told_from_its_words_even_when_the_form_fails() -> None:
    found = guess("国药准字K20210001", DAY)
    assert found is not None and (found.kind, found.ok) == ("drug_approval", False)
    assert guess("你好", DAY) is None


def test_personal_numbers_are_shown_masked() -> None:
    assert masked("id_card", "110105199001010010") == "110*************10"
    assert masked("physician_qualification", "201511110110105199001010010") == "201511110****************10"
    assert masked("id_card", "123") == "***"
    assert masked("uscc", "91110105MA9DEMW13M") == "91110105MA9DEMW13M"
    assert masked("whatever", "1") == "1"


def test_examples_of_the_kinds_are_never_wrong() -> None:
    for kind in kinds().values():
        assert verify(kind.name, kind.example, DAY).ok is not False, kind.name
