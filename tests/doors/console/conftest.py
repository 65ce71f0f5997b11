"""A seeded desk, whole for each test that changes something."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mingjian.desk.queues.load import using
from tests.desk.people.cheap import cheap_hashing
from tests.desk.staff import certain
from tests.doors.console.browsing import Visitor
from tests.doors.console.seeded import Seeded, opened, seeded

__all__ = ["cheap_hashing"]


@pytest.fixture(scope="package")
def made(tmp_path_factory: pytest.TempPathFactory) -> Seeded:
    """A desk made once; copy its folder rather than use it."""
    found = seeded(tmp_path_factory.mktemp("console") / "desk")
    found.desk.close()
    return found


@pytest.fixture
def full(made: Seeded, tmp_path: Path) -> Iterator[Seeded]:
    """A desk of one's own."""
    folder = tmp_path / "desk"
    shutil.copytree(made.desk.settings.data, folder)
    desk = opened(folder)
    with using(certain()):
        yield Seeded(desk, made.items, made.cases, made.users)
    desk.close()


@pytest.fixture
def visit(full: Seeded) -> Callable[[str | None], Visitor]:
    """``visit("chen")``: somebody signed in; ``visit(None)`` nobody."""

    def come(login: str | None) -> Visitor:
        return Visitor(full.desk, login)

    return come
