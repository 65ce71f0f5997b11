"""Numbers in posts: what offline verification says of them becomes a finding, as of the item's day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mingjian import Item, check_all
from mingjian.api import engine as shipped
from mingjian.core.engine.options import Options
from mingjian.core.model import Verdict
from mingjian.core.rulebook.schema import parse_rule
from tests.core.engine.fixtures import engine, judge, quotes, rule

DEVICE = {"kind": "number", "numbers": ["device_registration"], "finds": ["malformed"], "anchors": ["械注"]}
REVIEW = {"kind": "number", "numbers": ["medical_ad"], "finds": ["expired"], "anchors": ["医广"]}
PLACEHOLDER = {"kind": "number", "numbers": ["medical_ad"], "finds": ["placeholder"], "anchors": ["医广"],
               "regex": "医广[^,。]{0,4}?(?:第|号|[0-9x])[^,。]{0,6}"}  # fmt: skip

TABLE: list[tuple[str, dict[str, Any], str, list[str]]] = [
    ("malformed", DEVICE, "双眼皮。京械注准20213090001正品", ["京械注准20213090001"]),
    ("holds", DEVICE, "国械注准20213090001", []),
    ("spaces and width", DEVICE, "京械注准 20213090001", ["京械注准 20213090001"]),
    ("two in a sentence", DEVICE, "京械注准20213090001和沪械注准20213090002",
     ["京械注准20213090001", "沪械注准20213090002"]),
    ("expired", REVIEW, "(京)医广〔2023〕第11-15-001号", ["(京)医广〔2023〕第11-15-001号"]),
    ("in force", REVIEW, "(京)医广〔2024〕第11-15-001号", []),
    ("malformed is not expired", REVIEW, "(京)医广〔2020〕第13-45-001号", []),
    ("placeholder", PLACEHOLDER, "诊所医广xxxx号", ["医广xxxx号"]),
    ("a number is no placeholder", PLACEHOLDER, "诊所(京)医广〔2024〕第11-15-001号", []),
]


@pytest.mark.parametrize(("match", "text", "found"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_matches(match: dict[str, Any], text: str, found: list[str]) -> None:
    assert quotes(judge(engine(rule("T-1", match)), text, nature="advertisement")) == found


def test_the_reason_goes_into_the_message() -> None:
    verdict = judge(engine(rule("T-1", DEVICE, message="“{match}”:{why}")), "京械注准20213090001")
    assert "省级药监部门只注册第二类器械" in verdict.findings[0].message


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"numbers": ["passport"]}, "'passport' is not one of"),
        ({"finds": ["ugly"]}, "'ugly' is not one of malformed, expired, placeholder"),
        ({"anchors": []}, "needs anchors"),
        ({"finds": ["placeholder"]}, "says what a placeholder looks like"),
        ({"numbers": []}, "names some of"),
    ],
)
def test_a_number_match_that_is_wrong_says_why(change: dict[str, Any], complaint: str) -> None:
    problems: list[Any] = []
    parse_rule(rule("T-1", DEVICE | change), "T-1", problems)
    assert complaint in str(problems[0])


def told(text: str, as_of: date = date(2026, 11, 1), **context: Any) -> Verdict:
    return check_all([Item.of(text, **context)], as_of=as_of)[0]


def test_the_day_of_publication_decides_over_the_day_of_asking() -> None:
    text = "青禾示例诊所,(京)医广〔2025〕第03-15-001号"
    assert [f.code for f in told(text).findings] == ["MA-13-expired"]
    published = Item.of(text, published_at=date(2025, 6, 1))
    assert not shipped().check([published], Options(as_of=date(2026, 11, 1)))[0].findings


def test_a_number_that_the_registry_vouches_for_is_left_alone() -> None:
    text = "医用敷料,京械注准20213090001"
    assert [f.status for f in told(text).findings] == ["needs_evidence"]
    assert not told(text, facts={"product_registration": True}).findings
    denied = told(text, facts={"product_registration": False})
    assert [f.status for f in denied.findings] == ["violation"]


@pytest.mark.parametrize(
    "text",
    [
        "青禾示例诊所,(鲁)中医广【2026】第0302-001号",
        "医用冷敷贴,京械广审(文)第281231-00001号",
        "统一社会信用代码:91990102MA9DEMW131",
        "网传的国药准字K20210001是假的",
        "国药准字K20210001是真的吗?",
    ],
)
def test_sound_numbers_and_talk_about_numbers_are_silent(text: str) -> None:
    assert not told(text).findings


def test_one_number_is_found_once() -> None:
    for text in ("(京)医广〔2026〕第13-45-001号", "(湘)医广第123号", "沪医广【2023】第0102号"):
        assert len(told(f"青禾示例诊所,{text}").findings) == 1, text
