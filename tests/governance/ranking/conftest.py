"""The field on both stores."""

from __future__ import annotations

import pytest

from mingjian.records.storage.database import Database
from tests.governance.ranking.field import Field


@pytest.fixture
def field(database: Database) -> Field:
    return Field(database)


@pytest.fixture
def small(sqlite_database: Database) -> Field:
    """On SQLite, for what has nothing to do with the kind of store."""
    return Field(sqlite_database)
