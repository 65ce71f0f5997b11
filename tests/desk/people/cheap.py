"""Hashing that costs nothing, for tests that sign people in. Use it by naming the fixture in a conftest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from mingjian.desk.people import passwords

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def cheap_hashing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Passwords are hashed with the least that argon2 takes."""
    monkeypatch.setattr(passwords, "HASHER", CHEAP)
    yield
