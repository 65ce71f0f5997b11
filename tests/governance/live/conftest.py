"""The live desk on both stores."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mingjian.records.clock import SteppedClock
from mingjian.records.storage.database import Database
from tests.governance.live.staged import Live
from tests.governance.world import calm_queues


@pytest.fixture
def live(database: Database, clock: SteppedClock) -> Iterator[Live]:
    """On SQLite and on PostgreSQL."""
    with calm_queues():
        yield Live(database, clock)


@pytest.fixture
def lone(sqlite_database: Database, clock: SteppedClock) -> Iterator[Live]:
    """On SQLite, for what has nothing to do with the kind of store."""
    with calm_queues():
        yield Live(sqlite_database, clock)
