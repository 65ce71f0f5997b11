"""Many at once say what one by one says."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.core.credentials import CODES, Kind, UnknownKind, kinds, verify, verify_many
from mingjian.core.credentials.model import Form

from . import made
from .test_verify import DOUBTED, FAIL, HOLD, WRITINGS

DAYS = st.dates(date(2000, 1, 1), date(2035, 12, 31))


@given(st.data(), made.any_form(), DAYS)
@settings(max_examples=400, deadline=None)
def test_bulk_agrees_with_one_by_one(data: st.DataObject, chosen: tuple[Kind, Form], day: date) -> None:
    kind, form = chosen
    numbers = data.draw(st.lists(made.shaped(form), min_size=1, max_size=8))
    codes = [CODES[code] for code in verify_many(kind.name, numbers, day)]
    assert codes == [verify(kind.name, number, day).code for number in numbers]


@given(st.lists(st.text(max_size=30), max_size=6), st.sampled_from(sorted(kinds())))
@settings(max_examples=200, deadline=None)
def test_bulk_agrees_on_any_text(numbers: list[str], kind: str) -> None:
    codes = [CODES[code] for code in verify_many(kind, numbers, made.DAY)]
    assert codes == [verify(kind, number, made.DAY).code for number in numbers]


@given(st.lists(st.one_of(made.credit_codes(), made.identity_numbers()), min_size=1, max_size=20))
@settings(max_examples=50, deadline=None)
def test_whole_numbers_hold_in_bulk(numbers: list[str]) -> None:
    for kind in ("uscc", "id_card"):
        codes = verify_many(kind, numbers, made.DAY).tolist()
        assert codes == [CODES.index(verify(kind, number, made.DAY).code) for number in numbers]


def test_tables_agree_in_bulk() -> None:
    rows = [(kind, number) for kind, number, *_ in (*HOLD, *FAIL, *DOUBTED, *WRITINGS) if kind in kinds()]
    for kind in kinds():
        numbers = [number for own, number in rows if own == kind] * 3
        codes = [CODES[code] for code in verify_many(kind, numbers, made.DAY)]
        assert codes == [verify(kind, number, made.DAY).code for number in numbers]


def test_chunks_and_arrays() -> None:
    numbers = ["91110105MA9DEMW13M", "91110105MA9DEMW13A", "9"] * 15_000
    codes = verify_many("uscc", numbers, made.DAY)
    assert codes.dtype == np.uint8 and len(codes) == 45_000
    assert codes.reshape(-1, 3).tolist() == [[0, CODES.index("digit"), CODES.index("form")]] * 15_000
    assert verify_many("uscc", np.array(numbers[:3]), made.DAY).tolist() == codes[:3].tolist()
    assert verify_many("uscc", [], made.DAY).tolist() == []
    with pytest.raises(UnknownKind):
        verify_many("passport", ["E1"], made.DAY)
