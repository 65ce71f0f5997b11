"""The weeks' reviews: one that conflicts leaves nothing behind."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mingjian.desk.cases import service as cases
from mingjian.desk.people.model import house
from mingjian.doors.demo.history import Weeks
from mingjian.governance.decisions import service as decisions
from mingjian.records.clock import SteppedClock
from mingjian.records.errors import Conflict
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import all_events
from mingjian.records.storage.metadata import metadata
from mingjian.records.storage.tables import load_tables


def test_a_review_that_conflicts_half_way_is_undone_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SteppedClock(datetime(2026, 3, 2, tzinfo=UTC))
    database = Database(f"sqlite:///{tmp_path / 'desk.db'}", clock=clock)
    load_tables()
    metadata.create_all(database.engine)
    seen: list[str] = []

    def half(tx: Tx, principal: Any, _answer: Any) -> None:
        seen.append(append(tx, Event("test.half", "x", {}, principal.actor))[0].kind)
        raise Conflict("有人更快")

    monkeypatch.setattr(cases, "next_case", lambda *_: SimpleNamespace(kind="item"))
    monkeypatch.setattr(decisions, "review_case", half)
    monkeypatch.setattr(Weeks, "_answer", lambda *_: None)
    screening: Any = SimpleNamespace(database=database)
    weeks = Weeks(screening, clock, {"a": house("test")}, iter(()), random.Random(1))
    assert weeks._review(house("test"), "content")
    assert seen == ["test.half"]
    with database.read() as tx:
        assert not [event for batch in all_events(tx) for event in batch]
    database.close()
