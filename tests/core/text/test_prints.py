"""Marks of texts: what is shared is seen, what changes nothing for a reader changes nothing here."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mingjian.core.model import Part
from mingjian.core.text.prints import (
    GRAM,
    SHARED,
    digest,
    marks,
    marks_of,
    plain,
    text_prints,
    words_of,
)

CLAIM = "热玛吉五代一次见效永不反弹术后零风险放心变美"
WORDS = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5) | st.sampled_from("abc019"), max_size=60)
PASSAGE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=SHARED + 3, max_size=40)
ANY = st.text(max_size=80)
NOISE = st.sampled_from((" ", "\n", "\u3000", "😀", "✨", "\u200b", ",", "。", "!", "~", "·"))


@given(before=WORDS, shared=PASSAGE, after=WORDS, other_before=WORDS, other_after=WORDS)
def test_a_shared_run_gives_a_shared_mark(
    before: str, shared: str, after: str, other_before: str, other_after: str
) -> None:
    one, other = plain(before + shared + after), plain(other_before + shared + other_after)
    run = next((one[at : at + SHARED] for at in range(len(one) - SHARED + 1) if one[at : at + SHARED] in other), None)
    assume(run is not None)
    assert set(marks(before + shared + after)) & set(marks(other_before + shared + other_after))


@given(st.data())
def test_a_passage_of_the_least_length_is_seen_in_any_surroundings(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(CLAIM) - SHARED))
    before, after = data.draw(WORDS), data.draw(WORDS)
    text = before + CLAIM[start : start + SHARED] + after
    assume(CLAIM[start : start + SHARED] in plain(text))
    assert set(marks(CLAIM)) & set(marks(text))


@given(noise=st.lists(NOISE, min_size=len(CLAIM), max_size=len(CLAIM)))
def test_what_a_reader_reads_over_changes_nothing(noise: list[str]) -> None:
    strewn = "".join(sign + mark for sign, mark in zip(CLAIM, noise, strict=True))
    assert marks(strewn) == marks(CLAIM)
    assert digest(strewn) == digest(CLAIM)


@pytest.mark.parametrize("other", ["ABC热玛吉", "ABC熱瑪吉", "abc热玛玛吉", "a b c\n热,玛。吉"])
def test_width_case_script_and_doubling_change_nothing(other: str) -> None:
    assert digest(other) == digest("abc热玛吉")


@given(ANY)
def test_any_text_has_marks_once_it_is_long_enough(text: str) -> None:
    found = marks(text)
    assert list(found) == sorted(set(found)) and all(0 <= mark < 2**64 for mark in found)
    assert bool(found) == (len(plain(text)) >= GRAM)


def test_texts_that_share_nothing_share_no_mark() -> None:
    assert not set(marks(CLAIM)) & set(marks("饭后散步半小时对血糖有好处请按医嘱服药并定期复查"))


def test_marks_are_fewer_than_characters() -> None:
    text = "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(4000))
    assert len(plain(text)) / 5 < len(marks(text)) < len(plain(text)) / 3.3


def test_marks_do_not_hang_on_the_process() -> None:
    """Stores keep them, so these very numbers must come again."""
    script = f"from mingjian.core.text.prints import marks; print(marks({CLAIM[:12]!r}))"
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", script], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == str(marks(CLAIM[:12]))
    assert [f"{mark:016x}" for mark in marks(CLAIM[:12])] == KEPT


KEPT = ["6c744a665d002ed0"]


def test_prints_of_an_item() -> None:
    parts = (
        Part("热玛吉一次见效,"),
        Part("永不反弹", "ocr"),
        Part("永不 反弹!", "subtitle"),
        Part("前后对比图", "depicted"),
    )
    own, words = text_prints(words_of(parts))
    assert (own.kind, own.value) == ("text_sha256", digest("热玛吉一次见效永不反弹"))
    assert words.kind == "text" and marks_of(words.value) == set(marks("热玛吉一次见效永不反弹"))
    assert [each.kind for each in text_prints(["短"])] == ["text_sha256"]
    assert text_prints(["", " \n😀"]) == ()


def test_a_broken_value_is_refused() -> None:
    with pytest.raises(ValueError, match="16"):
        marks_of("abc")
