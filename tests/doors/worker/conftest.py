"""A receiver of webhooks, and a desk that may reach it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mingjian.records.storage.database import Database
from tests.doors.api.desks import Caller, desk_over
from tests.doors.worker.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server on this machine."""
    with receiving() as found:
        yield found


@pytest.fixture
def both(database: Database, tmp_path: Path) -> Caller:
    """A caller over each kind of store; its desk may send to this machine."""
    return Caller(desk_over(database, tmp_path, webhook_private_networks=True))


@pytest.fixture
def call(sqlite_database: Database, tmp_path: Path) -> Caller:
    """The same over SQLite."""
    return Caller(desk_over(sqlite_database, tmp_path, webhook_private_networks=True))
