"""Domain: stated, spoken for by words of the field, or presumed."""

from __future__ import annotations

from typing import Any

import pytest

from mingjian.core.model import DOMAIN_SOURCES, DOMAINS, Item, Part
from tests.core.engine.fixtures import OPTIONS, engine, judge

LEXICONS: list[dict[str, Any]] = [
    {"name": "injections", "title": "注射", "domain": "medical_aesthetics", "terms": ["玻尿酸", "水光针"]},
    {"name": "teeth", "title": "口腔", "domain": "dental", "terms": ["种植牙", "牙齿矫正"]},
    {"name": "medicine", "title": "医疗", "domain": "medical", "terms": ["门诊", "住院", "手术"]},
    {"name": "pills", "title": "药品", "domain": "drug", "terms": ["阿司匹林"]},
    {"name": "plain", "title": "无领域", "terms": ["活动"]},
]
ENGINE = engine(lexicons=LEXICONS)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("打玻尿酸和水光针", "medical_aesthetics"),
        ("种植牙", "dental"),
        ("门诊住院", "medical"),
        ("住院后打玻尿酸", "medical_aesthetics"),
        ("种植牙和阿司匹林", "dental"),
        ("玻尿酸。种植牙,牙齿矫正", "dental"),
    ],
)
def test_the_words_speak(text: str, value: str) -> None:
    domain = judge(ENGINE, text).domain
    assert (domain.value, domain.source) == (value, "lexicon")


@pytest.mark.parametrize("text", ["", "活动", "今天天气真好"])
def test_nothing_of_the_field_is_other(text: str) -> None:
    domain = judge(ENGINE, text).domain
    assert (domain.value, domain.source) == ("other", "presumed")


@pytest.mark.parametrize("stated", DOMAINS)
def test_a_stated_domain_is_used(stated: str) -> None:
    domain = judge(ENGINE, "玻尿酸", domain=stated).domain
    assert (domain.value, domain.source) == (stated, "stated")


def test_all_parts_speak_and_neighbours_in_a_batch_do_not() -> None:
    items = [Item("1", (Part("玻尿酸"), Part("种植牙"), Part("牙齿矫正"))), Item.of("天气")]
    assert [v.domain.value for v in ENGINE.check(items, OPTIONS)] == ["dental", "other"]


def test_sources_are_the_public_ones() -> None:
    assert {judge(ENGINE, text).domain.source for text in ("玻尿酸", "")} < set(DOMAIN_SOURCES)
