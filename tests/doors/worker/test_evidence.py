"""The evidence duties: signed when due, copied outside of the store, the rulebook kept once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from mingjian import api
from mingjian.core.engine.check import Engine
from mingjian.doors.desk.opening import Desk
from mingjian.doors.desk.settings import DeskSettings
from mingjian.doors.worker.evidence import Evidence
from mingjian.records.errors import Unavailable
from mingjian.records.evidence.checkpoints import read_copies
from mingjian.records.evidence.examine import examine
from mingjian.records.evidence.keys import open_signer
from mingjian.records.evidence.snapshots import bundle, kept_bundle
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage.checkpoints import checkpoints
from mingjian.records.storage.database import Database


@dataclass(frozen=True)
class Opened:
    """What the duties need of a desk."""

    settings: DeskSettings
    database: Database
    engine: Engine


def duties(database: Database, folder: Path, **settings: Any) -> Evidence:
    desk = Opened(DeskSettings(data=folder, **settings), database, api.engine())
    return Evidence(cast(Desk, desk))


def test_the_head_is_signed_when_due_and_a_copy_kept(sqlite_database: Database, tmp_path: Path) -> None:
    evidence = duties(sqlite_database, tmp_path)
    assert evidence.checkpoint() == 0
    with sqlite_database.write() as tx:
        append(tx, Event("note.made", "a", {}))
    assert (evidence.checkpoint(), evidence.checkpoint()) == (1, 0)
    copies = read_copies(tmp_path / "checkpoints.jsonl")
    with sqlite_database.read() as tx:
        assert checkpoints(tx) == copies
    assert examine(sqlite_database, pinned=open_signer(tmp_path / "secrets").public, copies=copies).whole


def test_an_authority_that_is_away_costs_no_checkpoint(sqlite_database: Database, tmp_path: Path) -> None:
    evidence = duties(sqlite_database, tmp_path, timestamp_url="http://127.0.0.1:1/")
    with sqlite_database.write() as tx:
        append(tx, Event("note.made", "a", {}))
    with pytest.raises(Unavailable, match="没有应答"):
        evidence.checkpoint()
    assert len(read_copies(tmp_path / "checkpoints.jsonl")) == 1


def test_the_rulebook_is_kept(sqlite_database: Database, tmp_path: Path) -> None:
    evidence = duties(sqlite_database, tmp_path)
    assert (evidence.keep_rulebook(), evidence.keep_rulebook()) == (1, 0)
    with sqlite_database.read() as tx:
        assert kept_bundle(tx, api.engine().rulebook) == bundle()
