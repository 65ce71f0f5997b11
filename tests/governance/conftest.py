"""The small desk, for tests of governing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mingjian.records.clock import SteppedClock
from mingjian.records.storage.database import Database
from tests.governance.world import World, calm_queues


@pytest.fixture
def world(database: Database, clock: SteppedClock) -> Iterator[World]:
    """The desk on SQLite and on PostgreSQL."""
    with calm_queues():
        yield World(database, clock)


@pytest.fixture
def small(sqlite_database: Database, clock: SteppedClock) -> Iterator[World]:
    """The desk on SQLite, for what has nothing to do with the kind of store."""
    with calm_queues():
        yield World(sqlite_database, clock)
