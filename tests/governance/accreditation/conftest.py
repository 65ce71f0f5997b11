"""The scene, on both stores."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mingjian.records.clock import SteppedClock
from mingjian.records.storage.database import Database
from tests.governance.accreditation.scene import Scene
from tests.governance.world import calm_queues


@pytest.fixture
def scene(database: Database, clock: SteppedClock) -> Iterator[Scene]:
    """On SQLite and on PostgreSQL."""
    with calm_queues():
        yield Scene(database, clock)


@pytest.fixture
def small(sqlite_database: Database, clock: SteppedClock) -> Iterator[Scene]:
    """On SQLite, for what has nothing to do with the kind of store."""
    with calm_queues():
        yield Scene(sqlite_database, clock)
