"""An official page, replayed on this machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.doors.lookups.pages import Official, official


@pytest.fixture
def page() -> Iterator[Official]:
    """A server on this machine."""
    with official() as found:
        yield found
