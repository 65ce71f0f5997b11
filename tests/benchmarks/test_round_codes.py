"""The benchmark of round codes: what counts as found, what as a false alarm, and that it draws the same again."""

from __future__ import annotations

import hashlib
from itertools import islice

import pytest
from round_codes import Box, Outcome, near, pictures, table

from tests.perception.media import needs_fonts

CODE = (100, 200, 80, 80)


@pytest.mark.parametrize(
    ("box", "found", "hit", "alarm"),
    [
        (CODE, ((102, 198, 84, 84),), True, False),
        (CODE, (), False, False),
        (CODE, ((400, 200, 80, 80),), False, True),
        (CODE, (CODE, (400, 200, 80, 80)), True, True),
        (None, (), False, False),
        (None, (CODE,), False, True),
    ],
)
def test_what_counts(box: Box | None, found: tuple[Box, ...], hit: bool, alarm: bool) -> None:
    outcome = Outcome("200 pixels", box, found, 0.1)
    assert (outcome.hit, outcome.alarm) == (hit, alarm)


def test_near_wants_half_of_both() -> None:
    assert near(CODE, CODE) and near(CODE, (100, 200, 80, 50))
    assert not near(CODE, (100, 200, 80, 30)) and not near(CODE, (0, 0, 1000, 1000))


def test_the_table_keeps_codes_and_others_apart() -> None:
    rows = table([Outcome("200 pixels", CODE, (CODE,), 0.1), Outcome("clock", None, (CODE,), 0.3)])
    assert rows[-2].startswith("| **all codes** | 1/1 (100.0 %") and "| 0/1 (0.0 %" in rows[-2]
    assert rows[-1].startswith("| **all others** | – | 1/1 (100.0 %")


@needs_fonts
def test_the_same_seed_draws_the_same() -> None:
    def drawn() -> list[tuple[str, Box | None, str]]:
        made = islice(pictures(1, 3), 5)
        return [(kind, box, hashlib.sha256(rgb.tobytes()).hexdigest()) for kind, box, rgb in made]

    first = drawn()
    assert first == drawn()
    assert [box is not None for _, box, _ in first] == [True] * 4 + [False]
