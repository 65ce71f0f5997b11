"""Stages as written, and which rows they take."""

from __future__ import annotations

import pytest

from mingjian.governance.sweeps.stages import read_stages, row_key
from mingjian.records.errors import Invalid


def rows(number: int = 4000) -> list[dict[str, object]]:
    return [{"key": row_key("swp_1", f"n{one}"), "word": "queue" if one % 3 else "limit+queue", "clause": "grave",
             "platform": "douyin" if one % 2 else None} for one in range(number)]  # fmt: skip


def test_shares_hold_one_another_and_are_about_as_large_as_they_say() -> None:
    small, large, whole = read_stages(["1%", "25%", "100%"])
    taken = [{one["key"] for one in rows() if stage.takes(one)} for stage in (small, large, whole)]
    assert taken[0] < taken[1] < taken[2]
    assert len(taken[2]) == 4000
    assert len(taken[0]) == pytest.approx(40, abs=20)
    assert len(taken[1]) == pytest.approx(1000, abs=100)


def test_slices_take_rows_of_one_kind() -> None:
    by_platform, by_outcome, _ = read_stages(["platform=douyin", "outcome=limit+queue", "100%"])
    assert {one["platform"] for one in rows() if by_platform.takes(one)} == {"douyin"}
    assert {one["word"] for one in rows() if by_outcome.takes(one)} == {"limit+queue"}


def test_two_sweeps_do_not_begin_with_the_same_items() -> None:
    first = {f"n{one}" for one in range(4000) if row_key("swp_1", f"n{one}") < 1 << 60}
    second = {f"n{one}" for one in range(4000) if row_key("swp_2", f"n{one}") < 1 << 60}
    assert len(first & second) < len(first) / 4


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["5%"], "最后一个阶段须为 100%"),
        ([], "最后一个阶段须为 100%"),
        (["10%", "5%", "100%"], "一个比一个大"),
        (["0%", "100%"], "“0%”"),
        (["120%"], "“120%”"),
        (["city=上海", "100%"], "“city=上海”"),
        (["platform=", "100%"], "“platform=”"),
        (["x", "y", "100%"], "“x”应为份额"),
    ],
)
def test_what_is_no_stage_is_told(texts: list[str], told: str) -> None:
    with pytest.raises(Invalid, match=told):
        read_stages(texts)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(Invalid) as error:
        read_stages(["x", "y", "100%"])
    assert "“x”" in error.value.message
    assert "“y”" in error.value.message
