"""Queues without chance for every test of sweeps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.governance.world import calm_queues


@pytest.fixture(autouse=True)
def calm() -> Iterator[None]:
    with calm_queues():
        yield
