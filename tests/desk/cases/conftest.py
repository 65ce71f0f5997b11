"""Cases are tested on a desk without chance."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mingjian.desk.queues.load import using
from mingjian.desk.queues.model import Book
from tests.desk.staff import certain


@pytest.fixture(autouse=True)
def book() -> Iterator[Book]:
    with using(certain()) as held:
        yield held
