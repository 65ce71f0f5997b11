"""What check digits promise: a wrong digit and two swapped neighbours are noticed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric
from stdnum.cn import uscc as stdnum_uscc

from mingjian.core.credentials import verify
from mingjian.core.credentials.digits import ID_CHECKS, USCC_ALPHABET, id_card, org, uscc

from . import made

CASES = [("uscc", made.credit_codes(), USCC_ALPHABET), ("id_card", made.identity_numbers(), "0123456789")]


@pytest.mark.parametrize(("kind", "numbers", "alphabet"), CASES)
def test_one_wrong_character_is_always_noticed(
    kind: str, numbers: st.SearchStrategy[str], alphabet: str
) -> None:
    @given(numbers, st.integers(0, 17), st.sampled_from(alphabet))
    @settings(max_examples=150, deadline=None)
    def check(number: str, at: int, char: str) -> None:
        assert verify(kind, number, made.DAY).ok is not False
        if char != number[at]:
            assert verify(kind, number[:at] + char + number[at + 1 :], made.DAY).ok is False

    check()


@pytest.mark.parametrize(("kind", "numbers", "alphabet"), CASES)
def test_swapped_neighbours_are_always_noticed(kind: str, numbers: st.SearchStrategy[str], alphabet: str) -> None:
    @given(numbers, st.integers(0, 16))
    @settings(max_examples=150, deadline=None)
    def check(number: str, at: int) -> None:
        swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        if swapped != number:
            assert verify(kind, swapped, made.DAY).ok is False

    check()


@given(made.credit_codes())
def test_credit_codes_agree_with_stdnum(number: str) -> None:
    assert stdnum_uscc.calc_check_digit(number[:17]) == uscc(number) == number[17]


@given(made.identity_numbers())
def test_identity_numbers_agree_with_stdnum(number: str) -> None:
    assert ric.calc_check_digit(number) == id_card(number) == number[17]
    assert number[17] in ID_CHECKS


def test_the_law_books_own_examples() -> None:
    assert uscc("91990102MA9DEMW13") == "1"
    assert (org("MA9DEMW1"), org("400DEMQ1")) == ("3", "1")
    assert id_card("99010119900101001") == "9"
