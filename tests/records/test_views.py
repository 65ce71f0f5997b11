"""Saved filters."""

from __future__ import annotations

import pytest

from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.storage.database import Database
from mingjian.records.storage.views import MOST, drop_view, save_view, views_of


def test_a_name_is_kept_once_and_seen_by_its_owner_and_whom_it_is_shared_with(database: Database) -> None:
    with database.write() as tx:
        save_view(tx, "user:a", "queues", " 高危  抖音 ", "/queues/content?platform=douyin")
        kept = save_view(tx, "user:a", "queues", "高危 抖音", "/queues/content?severity=high")
        save_view(tx, "user:b", "queues", "全组", "/queues/all", shared=True)
        save_view(tx, "user:b", "search", "别的页", "/search?q=1")
    with database.read() as tx:
        assert [(view.name, view.address) for view in views_of(tx, "user:a", "queues")] == [
            ("全组", "/queues/all"),
            ("高危 抖音", "/queues/content?severity=high"),
        ]
        assert [view.name for view in views_of(tx, "user:c", "queues")] == ["全组"]
    with pytest.raises(NotFound), database.write() as tx:
        drop_view(tx, "user:b", kept.id)
    with database.write() as tx:
        drop_view(tx, "user:a", kept.id)
        assert [view.name for view in views_of(tx, "user:a", "queues")] == ["全组"]


@pytest.mark.parametrize(
    ("name", "address"),
    [("", "/q"), ("长" * 61, "/q"), ("x", "//evil"), ("x", "https://evil"), ("x", "/" + "a" * 1000)],
)
def test_names_and_addresses_are_looked_at(sqlite_database: Database, name: str, address: str) -> None:
    with pytest.raises(Invalid), sqlite_database.write() as tx:
        save_view(tx, "user:a", "queues", name, address)


def test_there_is_a_limit(sqlite_database: Database) -> None:
    with sqlite_database.write() as tx:
        for number in range(MOST):
            save_view(tx, "user:a", "queues", f"筛选{number}", "/queues")
    with pytest.raises(Conflict), sqlite_database.write() as tx:
        save_view(tx, "user:a", "queues", "再一个", "/queues")
    with sqlite_database.write() as tx:
        save_view(tx, "user:b", "queues", "别人的", "/queues")
