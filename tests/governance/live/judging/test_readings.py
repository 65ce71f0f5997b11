"""Names in hiding, and ordinary words that only look like them."""

from __future__ import annotations

import pytest

from mingjian.api import engine
from mingjian.governance.live.judging.folded import fold
from mingjian.governance.live.judging.naming import Names
from mingjian.governance.live.judging.settings import settings


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(engine(), settings())


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("水广针", "水光针"),
        ("水光zhēn", "水光针"),
        ("水*光*针", "水光针"),
        ("水光💉", "水光针"),
        ("水光钅十", "水光针"),
        ("光子嫩👧", "光子嫩肤"),
        ("guangzi嫩肤", "光子嫩肤"),
        ("光子女敕肤", "光子嫩肤"),
        ("英倫大提升", "英伦大提升"),
        ("YL大提升", "英伦大提升"),
        ("皮m激光", "皮秒激光"),
        ("激光qu色素", "激光祛除色素"),
        ("洗 眉 毛", "洗眉毛"),
    ],
)
def test_a_hidden_name_is_read_where_it_stands(names: Names, text: str, item: str) -> None:
    folded, found = names.find(f"今天的{text}只要99")
    assert [one.item for one in found] == [item]
    low, high = folded.span(found[0].start, found[0].end)
    assert f"今天的{text}只要99"[low:high].strip() == text


@pytest.mark.parametrize(
    "text",
    [
        "这个水光真的绝了",
        "双眼疲劳的看过来",
        "水光肌养成",
        "水光、补水、提亮",
        "洗脸的时候眉毛里的粉要揉开",
        "品质大提升",
        "补水光靠喷不够",
        "玻尿酸面膜",
        "微电机不用换皮带",
        "sgzx2000",
        "少女真好看",
    ],
)
def test_ordinary_words_are_no_names(names: Names, text: str) -> None:
    assert names.find(text)[1] == ()


def test_folding_keeps_the_place_of_every_character() -> None:
    folded = fold("Ａ💉\u200b針B")
    assert folded.text == "a针针b" and list(folded.origin) == [0, 1, 3, 4]
    assert folded.span(1, 3) == (1, 4) and folded.span(3, 4) == (4, 5)
