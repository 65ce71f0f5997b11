"""Numbers stay over recounting, and what people decided stays decided."""

from __future__ import annotations

from mingjian.governance.rings.matching import Standing, match


def known(id: str, accounts: str, state: str = "open", pinned: bool = False) -> Standing:
    return Standing(id, state, frozenset(accounts), pinned)


def test_a_new_part_is_a_new_ring() -> None:
    plan = match(["abc"], [], 3)
    assert plan.fresh == ((("a", "b", "c"), None),) and not plan.keep


def test_a_ring_that_grew_and_one_that_shrank_keep_their_numbers() -> None:
    plan = match(["abcd", "xy"], [known("R", "abc"), known("S", "wxyz")], 2)
    assert plan.keep == {"R": tuple("abcd"), "S": tuple("xy")} and not plan.fresh


def test_a_ring_that_is_not_found_any_more_stays_as_it_is() -> None:
    plan = match([], [known("R", "abc")], 3)
    assert (plan.keep, plan.fresh, plan.swallowed) == ({}, (), {})


def test_two_rings_that_became_one() -> None:
    plan = match(["abcdef"], [known("R", "abcd"), known("S", "ef")], 2)
    assert plan.keep == {"R": tuple("abcdef")} and plan.swallowed == {"S": "R"}


def test_a_ring_that_was_acted_on_is_not_swallowed() -> None:
    plan = match(["abcdef"], [known("R", "abcd"), known("S", "ef", "acted")], 2)
    assert plan.swallowed == {}


def test_one_ring_that_became_two() -> None:
    plan = match(["abcd", "efg"], [known("R", "abcdefg")], 3)
    assert plan.keep == {"R": tuple("abcd")} and plan.fresh == ((tuple("efg"), "R"),) and plan.split == {"R": 1}


def test_a_dismissed_ring_is_not_raised_again_though_it_grew_a_little() -> None:
    plan = match(["abcd"], [known("R", "abc", "dismissed")], 3)
    assert (plan.keep, plan.fresh, plan.silent) == ({}, (), 1)


def test_a_dismissed_ring_does_not_come_back_inside_another() -> None:
    plan = match(["abcwxyz"], [known("R", "abc", "dismissed"), known("S", "wxyz")], 3)
    assert plan.keep == {"S": tuple("wxyz")} and not plan.fresh


def test_a_dismissed_account_may_be_in_quite_another_ring() -> None:
    plan = match(["awxyz"], [known("R", "abc", "dismissed")], 3)
    assert plan.fresh == ((tuple("awxyz"), None),)


def test_who_people_put_together_stays_together() -> None:
    plan = match(["abc", "def"], [known("R", "abcdef", pinned=True)], 3)
    assert plan.keep == {"R": tuple("abcdef")} and not plan.fresh


def test_who_people_parted_stays_apart_and_newcomers_join_the_greater() -> None:
    plan = match(["abcdefn"], [known("R", "abcd", pinned=True), known("S", "ef", pinned=True)], 3)
    assert plan.keep == {"R": ("a", "b", "c", "d", "n"), "S": ("e", "f")} and not plan.fresh


def test_one_common_account_does_not_make_two_rings_the_same() -> None:
    plan = match(["awxyz"], [known("R", "abc")], 3)
    assert not plan.keep and plan.fresh == ((tuple("awxyz"), None),)
