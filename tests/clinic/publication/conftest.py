"""Publication is tested on a desk without chance."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mingjian.desk.queues.load import using
from tests.desk.staff import certain


@pytest.fixture(autouse=True)
def no_chance() -> Iterator[None]:
    with using(certain()):
        yield
