"""A text's tokens hang on the text alone, and each knows where it stands in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.core.reuse.lexicon import FIRST_WORD, LAST, NAME, _groups, lexicon
from mingjian.core.reuse.tokens import tokenise

PIECES = st.sampled_from(
    ["张", "王医生", "医疗美容", "上海", "2024年5月3日", "13812345678", "三", "天", "。", " ", "效果", "很好", "好",
     "✨", "A1b2c3d4", "\x1e", "\ue010", "\U00020000", "小美", "月", "百", "5", "元"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=12).map("".join)


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_a_text_has_the_same_tokens_in_any_company(texts: list[str]) -> None:
    found = tokenise(texts)
    for at, text in enumerate(texts):
        place = slice(*found.bounds[at : at + 2].tolist())
        alone = tokenise([text])
        starts = found.starts[place].tolist()
        assert found.tokens[place].tolist() == alone.tokens.tolist()
        assert starts == alone.starts.tolist()
        assert found.blanks[at] == alone.blanks[0]
        assert all(0 <= start < len(text) for start in starts)
        assert sorted(set(starts)) == starts


def test_what_fills_the_slots_counts_in_any_order() -> None:
    one, other, another = tokenise(["张医生在上海", "在上海的张医生", "李医生在上海"]).blanks.tolist()
    assert one == other != another


def test_a_letter_that_looks_like_a_code_is_none() -> None:
    tokens = tokenise([f"甲{chr(NAME)}{chr(FIRST_WORD)}乙"]).tokens
    assert not any(NAME <= token <= LAST for token in tokens.tolist())


def test_words_of_one_meaning_share_a_canon_and_keep_their_codes() -> None:
    one, other = (tokenise([word]).tokens for word in ("恢复期", "恢复时间"))
    assert one.tolist() != other.tolist()
    assert lexicon().canon[one].tolist() == lexicon().canon[other].tolist()


def test_every_mistake_in_the_synonyms_is_named_at_once() -> None:
    with pytest.raises(ValueError, match=r"group 1: 药 has one character; group 2: 漂亮 stands in group 1 too"):
        _groups(["药 漂亮 好看", "漂亮 美丽"])
