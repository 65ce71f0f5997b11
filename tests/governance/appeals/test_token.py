"""The token of a statement's link."""

from __future__ import annotations

import pytest

from mingjian.governance.appeals.token import make_token, read_token
from mingjian.records.errors import Forbidden

SECRET = bytes(range(32))


def test_who_holds_the_token_is_the_person_concerned() -> None:
    token = make_token(SECRET, "dec_1")
    assert read_token(SECRET, token).decision == "dec_1"
    assert read_token(SECRET, token).actor == "concerned:dec_1"
    assert make_token(SECRET, "dec_1") == token


@pytest.mark.parametrize("change", [
    lambda token: "",
    lambda token: "dec_1",
    lambda token: "dec_1.",
    lambda token: "." + token.partition(".")[2],
    lambda token: token.replace("dec_1", "dec_2"),
    lambda token: token[:-1],
    lambda token: token + "A",
    lambda token: token + "医",
    lambda token: make_token(b"another secret", "dec_1"),
])  # fmt: skip
def test_any_other_is_refused(change: object) -> None:
    assert callable(change)
    with pytest.raises(Forbidden):
        read_token(SECRET, change(make_token(SECRET, "dec_1")))
