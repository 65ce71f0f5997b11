"""Passwords: what may be one, and how one is kept."""

from __future__ import annotations

from typing import Literal

import pytest
from argon2 import PasswordHasher, extract_parameters

from mingjian.desk.people import passwords
from mingjian.records.errors import Invalid
from tests.desk.people.cheap import CHEAP


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(Invalid) as wrong:
        passwords.check_password("aaaa", login="zhao")
    assert "至少 10 个字符" in wrong.value.message
    assert "5 种不同" in wrong.value.message
    assert "两类" in wrong.value.message
    assert wrong.value.field == "password"


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short-7", "至少 10"),
        ("x1" * 129, "最多 256"),
        ("ababab-aba", "种不同"),
        ("onlyletterss", "两类"),
        ("my-Zhao-2026!", "登录名"),
    ],
)
def test_what_is_no_password(password: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        passwords.check_password(password, login="zhao")


def test_the_old_one_is_not_a_new_one() -> None:
    passwords.check_password("correct-horse-7", login="zhao")
    with pytest.raises(Invalid, match="原密码"):
        passwords.check_password("correct-horse-7", login="zhao", before="correct-horse-7")


def test_a_hash_opens_to_its_password_only_and_holds_none_of_it() -> None:
    kept = passwords.hash_password("密码·correct-7")
    assert kept.startswith("$argon2id$")
    assert "correct" not in kept
    assert passwords.verify_password(kept, "密码·correct-7")
    assert passwords.verify_password(kept, "密码·ｃｏｒｒｅｃｔ-7"), "typed in full width it is the same"
    assert not passwords.verify_password(kept, "密码·correct-8")
    assert not passwords.verify_password("not a hash", "密码·correct-7")


def test_nobody_costs_as_much_as_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            asked.append(str(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "HASHER", Counting(time_cost=2, memory_cost=16, parallelism=1))
    assert not passwords.verify_password(None, "whatever-1")
    assert not passwords.verify_password(None, "")
    assert len(asked) == 2, "argon2 ran although there was nothing to compare with"
    assert all(extract_parameters(kept) == extract_parameters(passwords.hash_password("x")) for kept in asked)


def test_other_parameters_are_outdated() -> None:
    kept = passwords.hash_password("correct-horse-7")
    assert not passwords.outdated(kept)
    stronger = type(CHEAP)(time_cost=2, memory_cost=8, parallelism=1)
    assert passwords.outdated(stronger.hash("correct-horse-7"))
