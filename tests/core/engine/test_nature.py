"""Nature without the classifier: stated, shown by marks and cues, or presumed; with its evidence."""

from __future__ import annotations

import pytest

from mingjian.core.model import NATURE_SOURCES, NATURES, Item, Part, Publisher
from tests.core.engine.fixtures import DAY, OPTIONS, engine, judge

ENGINE = engine()


@pytest.mark.parametrize(
    ("text", "value", "source"),
    [
        ("皮肤会更好", "advertisement", "presumed"),
        ("", "advertisement", "presumed"),
        ("玻尿酸体验价,加微信", "advertisement", "marks"),
        ("火锅体验价,加微信", "advertisement", "marks"),
        ("该病的病因是过敏,临床上常用面诊判断,不良反应少见,个体差异大", "education", "marks"),
        ("据报道,记者日前走访了这里,截至目前没有结果", "news", "marks"),
        ("《医疗广告管理办法》规定,广告不得含有这些内容", "official", "marks"),
        ("我上周去了门诊,医生跟我说要休息,我妈也来了", "experience", "marks"),
        ("本院成立于2008年,诊疗科目见执业许可,门诊时间八点到五点", "disclosure", "marks"),
    ],
)
def test_what_a_text_shows(text: str, value: str, source: str) -> None:
    nature = judge(ENGINE, text).nature
    assert (nature.value, nature.source) == (value, source)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("government", "皮肤会更好", "official"),
        ("media", "皮肤会更好", "news"),
        ("media", "玻尿酸体验价,加微信", "advertisement"),
        ("institution", "皮肤会更好", "advertisement"),
    ],
)
def test_who_speaks_counts_until_the_text_sells(kind: str, text: str, value: str) -> None:
    assert judge(ENGINE, text, publisher=Publisher(kind)).nature.value == value


@pytest.mark.parametrize("stated", NATURES)
def test_a_stated_nature_is_used(stated: str) -> None:
    nature = judge(ENGINE, "皮肤会更好", nature=stated).nature
    assert (nature.value, nature.source, nature.contradiction) == (stated, "stated", None)


def test_cues_do_not_outweigh_promotion() -> None:
    text = "病因是过敏,临床上常用玻尿酸,体验价仅需99元,加微信"
    assert judge(ENGINE, text).nature.value == "advertisement"


def test_evidence_points_at_the_words_in_the_right_part() -> None:
    item = Item("1", (Part("玻尿酸"), Part("今日体验价,加\u200b微信")))
    nature = ENGINE.check([Item.of("前一条"), item], OPTIONS)[1].nature
    assert [(e.part, e.quote, e.mark) for e in nature.evidence] == [
        (1, "体验价", "lure_price"), (1, "加\u200b微信", "contact_wechat")
    ]  # fmt: skip
    assert all(item.parts[e.part].text[e.start : e.end] == e.quote for e in nature.evidence)


def test_the_same_word_is_evidence_once() -> None:
    nature = judge(ENGINE, "玻尿酸体验价,体验价,体验价").nature
    assert [e.quote for e in nature.evidence] == ["体验价"]


def test_sources_are_the_public_ones() -> None:
    assert judge(ENGINE, "皮肤", as_of=DAY).nature.source in NATURE_SOURCES
