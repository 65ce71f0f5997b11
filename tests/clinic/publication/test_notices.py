"""Notices: when they are due, when they are met, where they go."""

from __future__ import annotations

import copy
from importlib import resources
from typing import Any

import pytest
import yaml

from mingjian.clinic.publication.notices import due, inserted, notices, parse_notices
from mingjian.core.rulebook.load import load
from mingjian.records.errors import Invalid

AD = {"nature": "advertisement", "domain": "medical"}
EDUCATION = {"nature": "education", "domain": "medical_aesthetics"}


def shipped() -> Any:
    file = resources.files("mingjian.clinic") / "data" / "notices.yaml"
    return yaml.safe_load(file.read_text("utf-8"))


def names(facts: dict[str, str]) -> set[str]:
    return {one.notice.name for one in due(facts, [""], {})}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (EDUCATION, {"medical_advice"}),
        ({"nature": "education", "domain": "other"}, set()),
        ({"nature": "official", "domain": "medical"}, set()),
        ({**EDUCATION, "publisher_kind": "physician"}, {"medical_advice", "personal_view"}),
        ({**EDUCATION, "publisher_kind": "institution"}, {"medical_advice"}),
        (AD, {"ad_mark", "medical_ad_certificate"}),
        ({"nature": "advertisement", "domain": "drug"}, {"ad_mark", "product_ad_number"}),
        ({"nature": "advertisement", "domain": "cosmetics"}, {"ad_mark"}),
    ],
)
def test_when_a_notice_is_due(facts: dict[str, str], expected: set[str]) -> None:
    assert names(facts) == expected


@pytest.mark.parametrize(
    ("facts", "name", "text", "met"),
    [
        (EDUCATION, "medical_advice", "本文仅供参考,具体请遵医嘱。", True),
        (EDUCATION, "medical_advice", "仅供参考,请遵医嘱", True),
        (EDUCATION, "medical_advice", "价格仅供参考", False),
        (EDUCATION, "medical_advice", "请遵医嘱", False),
        ({"publisher_kind": "physician"}, "personal_view", "个人观点,不代表医院立场", True),
        ({"publisher_kind": "physician"}, "personal_view", "个人观点,不代表所在医院的官方立场", True),
        ({"publisher_kind": "physician"}, "personal_view", "这是我的个人观点", False),
        (AD, "ad_mark", "【广告】春季义诊", True),
        (AD, "ad_mark", "春季义诊\n广告\n欢迎", True),
        (AD, "ad_mark", "广告|春季义诊", True),
        (AD, "ad_mark", "春季义诊 #广告", True),
        (AD, "ad_mark", "广告做得好不如疗效好", False),
        (AD, "ad_mark", "我们从不打广告", False),
        (AD, "medical_ad_certificate", "(京)医广【2025】第03-12-001号", True),
        (AD, "medical_ad_certificate", "(湘)医广〔2026〕第01-20-05号", True),
        (AD, "medical_ad_certificate", "已取得医疗广告审查证明", False),
        ({"nature": "advertisement", "domain": "drug"}, "product_ad_number", "国药广审(文)第250101-00123号", True),
        ({"nature": "advertisement", "domain": "device"}, "product_ad_number", "京械广审(文)第251231-01234号", True),
        ({"nature": "advertisement", "domain": "drug"}, "product_ad_number", "国药准字Z20250001", False),
    ],
)
def test_when_a_notice_is_met(facts: dict[str, str], name: str, text: str, met: bool) -> None:
    found = {one.notice.name: one for one in due(facts, ["标题", text], {})}[name]
    assert found.met is met and found.blocks is (not met)


def test_every_offer_meets_its_notice() -> None:
    numbers = {
        "medical_ad_certificate": "(京)医广【2025】第03-12-001号",
        "product_ad_number": "国药广审(文)第250101-00123号",
    }
    for notice in notices():
        fact = numbers.get(notice.name)
        offer = notice.insert.replace("{review_certificate}", fact or "")
        assert any(pattern.search(inserted("正文。", notice, offer)) for pattern in notice.met), notice.name


def test_what_needs_a_fact_is_not_offered_without_it() -> None:
    without, having = (
        {one.notice.name: one.offer for one in due(AD, [""], known)}
        for known in ({"review_certificate": None}, {"review_certificate": "(京)医广【2025】第03-12-001号"})
    )
    assert without["medical_ad_certificate"] is None and without["ad_mark"] == "【广告】"
    assert having["medical_ad_certificate"] == "(京)医广【2025】第03-12-001号"


def test_every_notice_cites_law_that_is_there() -> None:
    known = {f"{one.slug}/{provision.id}" for one in load().instruments for provision in one.provisions}
    for notice in notices():
        assert notice.cites and set(notice.cites) <= known, notice.name


def test_a_notice_may_be_for_one_platform_and_only_offered() -> None:
    data = shipped()
    entry = copy.deepcopy(data["notices"]["ad_mark"]) | {"when": {"platform": "douyin"}, "demand": False}
    among = parse_notices({"notices": {"only": entry}})
    assert [one.notice.name for one in due({"platform": "douyin"}, [""], {}, among=among)] == ["only"]
    assert not due({"platform": "wechat"}, [""], {}, among=among)
    assert not due({"platform": "douyin"}, [""], {}, among=among)[0].blocks


@pytest.mark.parametrize(
    "change",
    [
        {"when": {"nature": "nonsense"}},
        {"met": ["("]},
        {"insert": {"at": "middle", "text": "x"}},
        {"title": None, "met": None},
    ],
)
def test_a_file_with_faults_says_which(change: dict[str, Any]) -> None:
    data = shipped()
    data["notices"]["ad_mark"] |= change
    with pytest.raises(Invalid, match="ad_mark"):
        parse_notices(data)
