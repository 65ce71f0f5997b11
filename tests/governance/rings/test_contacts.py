"""Contact handles as marks: the same however written, other ones other, and no way back without the salt."""

from __future__ import annotations

import pytest

from mingjian.governance.rings.contacts import contacts_of, mark_of


@pytest.mark.parametrize("other", [
    "电话 138 1234 5678 找我", "幺三八一二三四五六七八", "TEL:138-1234-5678",
])  # fmt: skip
def test_one_number_however_written(other: str) -> None:
    assert contacts_of(["加我 13812345678"]) & contacts_of([other])


def test_what_differs_and_what_is_no_contact() -> None:
    assert not contacts_of(["加我 13812345678"]) & contacts_of(["加我 13812345679"])
    assert contacts_of(["微信 beauty_lady88"]) == contacts_of(["V信:beauty_lady88"]) != set()
    assert contacts_of(["恢复第7天,花了12800元,很自然"]) == set()


def test_the_salt_makes_them_ones_own() -> None:
    assert mark_of("phone", "13812345678", b"a") != mark_of("phone", "13812345678", b"b")
    assert "138" not in mark_of("phone", "13812345678", b"a")
