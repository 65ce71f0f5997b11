"""A desk with live rooms, and a process that watches them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mingjian import api
from mingjian.core.live.model import About
from mingjian.doors.desk.opening import Desk
from mingjian.doors.desk.settings import DeskSettings
from mingjian.doors.live.settings import LiveSettings
from mingjian.doors.live.worker import LiveWorker, Raised
from mingjian.governance.live import rooms
from mingjian.governance.screening.service import Screening
from mingjian.records.clock import SystemClock
from mingjian.records.live.model import Room
from mingjian.records.storage import live_inbox
from mingjian.records.storage.database import Database

SETTINGS: dict[str, Any] = {"poll_seconds": 0.02, "sync_seconds": 0.05, "lease_seconds": 2.0}
BOARD, POINTED = "水光针", "大家看背景板,今天299,想要的扣1"
"""An incident that takes both, minutes apart."""
SPOKEN = ("姐妹们水光针今天三百八", "想做水光针的扣1,点下面小黄车下单")


class House:
    """A desk, its workers, and short ways to push and to wait."""

    def __init__(self, database: Database, folder: Path) -> None:
        database.clock = SystemClock()  # rooms run in real time
        engine = api.engine()
        self.database = database
        self.desk = Desk(DeskSettings(data=folder / "data"), database, engine, Screening(database, engine), b"s" * 32)
        self.raised: list[Raised] = []
        self.workers: list[LiveWorker] = []
        self._count = 0

    def room(self, id: str = "r1", **about: Any) -> Room:
        known = {"platform": "douyin", "title": "护肤好物", "publisher": {"id": "u1", "kind": "creator"}, **about}
        with self.database.write() as tx:
            return rooms.open_room(tx, rooms.HOUSE, About(id, **known))

    def worker(self, *, start: bool = True, **settings: Any) -> LiveWorker:
        most = settings.pop("most", None)
        own = settings.pop("own", False)
        made = LiveWorker(
            self.desk, LiveSettings(**{**SETTINGS, **settings}), most=most, own=own, told=self.raised.append
        )
        self.workers.append(made)
        if start:
            made.start()
        return made

    def push(self, *texts: str, room: str = "r1", channel: str = "speech", source: str = "api:t", **more: Any) -> int:
        entries = []
        for text in texts:
            self._count += 1
            entries.append((f"p{self._count}", {"channel": channel, "text": text, **more}))
        with self.database.write() as tx:
            return live_inbox.push(tx, room, source, entries)

    def stop(self) -> None:
        for worker in self.workers:
            worker.stop()


@pytest.fixture
def house(sqlite_database: Database, tmp_path: Path) -> Iterator[House]:
    """Over SQLite."""
    made = House(sqlite_database, tmp_path)
    yield made
    made.stop()


@pytest.fixture
def both(database: Database, tmp_path: Path) -> Iterator[House]:
    """Over each kind of store."""
    made = House(database, tmp_path)
    yield made
    made.stop()


def until(test: Callable[[], Any], seconds: float = 20.0) -> Any:
    """What a test gives once it gives anything; a failure after so long."""
    end = time.monotonic() + seconds
    while not (found := test()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)
    return found
