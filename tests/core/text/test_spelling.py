"""Spellings made when the rulebook is compiled: split and look-alike characters, letters for words."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.core.text.spelling import MIN_INITIALS, initials, spellings
from mingjian.core.text.views import normalise

CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=6).map(normalise)


@pytest.mark.parametrize(
    ("term", "letters"), [("玻尿酸", "bns"), ("热玛吉", "rmj"), ("根治", None), ("a型肉毒", None), ("", None)]
)
def test_initials(term: str, letters: str | None) -> None:
    assert initials(term) == letters


@pytest.mark.parametrize(
    ("term", "spelling", "disguise"),
    [
        ("玻尿酸", "王皮尿酸", "split"),
        ("玻尿酸", "坡尿酸", "look-alike"),
        ("玻尿酸", "b尿酸", "initial"),
        ("玻尿酸", "玻n酸", "initial"),
        ("玻尿酸", "bns", "initials"),
    ],
)
def test_how_a_name_is_hidden(term: str, spelling: str, disguise: str) -> None:
    assert (spelling, disguise) in set(spellings(term))


@given(CHINESE)
def test_spellings_are_folded_and_never_the_name_itself(term: str) -> None:
    made = list(spellings(term))
    assert term not in [spelling for spelling, _ in made]
    assert all(normalise(spelling) == spelling for spelling, _ in made)
    assert {disguise for _, disguise in made} <= {"split", "look-alike", "initial", "initials"}


@given(CHINESE)
def test_a_name_of_two_characters_keeps_both_or_is_taken_apart(term: str) -> None:
    """One changed character of two is ordinary text too often."""
    if len(term) < MIN_INITIALS:
        assert {disguise for _, disguise in spellings(term)} <= {"split"}


@given(CHINESE)
def test_spellings_are_few(term: str) -> None:
    assert len(list(spellings(term))) <= 12 * len(term) + 2


def test_yaml_is_not_needed_to_read_with_a_cached_rulebook() -> None:
    program = "import sys, mingjian.core.text.spelling; sys.exit('yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
