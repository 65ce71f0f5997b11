"""Callers of the API in tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from mingjian.records.storage.database import Database
from tests.doors.api.desks import Caller, desk_over


@pytest.fixture
def call(sqlite_database: Database, tmp_path: Path) -> Caller:
    """A caller with every scope, over SQLite."""
    return Caller(desk_over(sqlite_database, tmp_path))


@pytest.fixture
def both(database: Database, tmp_path: Path) -> Caller:
    """The same, over each kind of store."""
    return Caller(desk_over(database, tmp_path))
