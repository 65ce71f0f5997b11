"""Comments follow their words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mingjian.clinic.publication.anchors import moved

TEXT = "第一段说病因。第二段说治疗,疗程一般为7天。第三段说预防。"


def at(text: str, words: str) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


@pytest.mark.parametrize(
    ("after", "words", "found"),
    [
        (TEXT, "疗程一般为7天", "疗程一般为7天"),
        ("开头加一句。" + TEXT, "第一段", "第一段"),
        (TEXT + "结尾加一句。", "第三段说预防", "第三段说预防"),
        (TEXT.replace("第二段说治疗", "接着谈治疗"), "疗程一般为7天", "疗程一般为7天"),
        (TEXT.replace("病因", "发病的原因"), "疗程一般", "疗程一般"),
        ("疗程一般为7天。前面是挪来的。" + TEXT.replace("疗程一般为7天。", ""), "疗程一般为7天", "疗程一般为7天"),
        (TEXT.replace("7天", "3天"), "疗程一般为7天", None),
        (TEXT.replace("疗程一般为7天", ""), "疗程", None),
        (TEXT.replace("治疗", "护理") + "另有治疗。", "治疗", None),
        ("", "第一段", None),
    ],
)
def test_the_place_in_the_next_version(after: str, words: str, found: str | None) -> None:
    place = moved(TEXT, after, *at(TEXT, words))
    assert (None if place is None else after[slice(*place)]) == found


def test_the_right_one_of_several() -> None:
    before = "保证有效。注意事项。保证有效。"
    place = moved(before, "开头。" + before, 10, 14)
    assert place == (13, 17)


_words = some.text(alphabet="甲乙丙丁。\n", max_size=40)


@given(_words, _words, some.integers(0, 39), some.integers(1, 10))
def test_what_is_found_are_the_same_words(before: str, after: str, start: int, size: int) -> None:
    end = min(len(before), start + size)
    if start < end:
        place = moved(before, after, start, end)
        assert place is None or after[slice(*place)] == before[start:end]


@given(_words, _words, _words)
def test_words_that_were_not_touched_are_found(left: str, middle: str, right: str) -> None:
    words = "独一无二的这几个字"
    before = left + words + middle
    place = moved(before, right + left + words + middle, *at(before, words))
    assert place is not None
