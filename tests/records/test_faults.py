"""Full disks, lost databases and clocks set wrong: a clear error, nothing half written, and a journal that is whole."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mingjian.records.blobs import Blobs
from mingjian.records.clock import SteppedClock
from mingjian.records.errors import Unavailable
from mingjian.records.evidence.checkpoints import checkpoint
from mingjian.records.evidence.examine import examine
from mingjian.records.evidence.keys import new_signer
from mingjian.records.items.model import Submission
from mingjian.records.items.submit import submit
from mingjian.records.journal.verify import verify
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import head
from mingjian.records.storage.items import ITEMS, count_pending
from tests.stores import _program, all_tables, postgres_server


def hand_in(database: Database, number: int, size: int = 100) -> None:
    noise = os.urandom(size // 2).hex()  # does not get smaller in the store
    with database.write() as tx:
        submit(tx, [Submission({"id": str(number), "text": f"护肤 {noise}"})], "user:1")


def state(database: Database) -> tuple[int, int, int]:
    """Events, items, waiting."""
    with database.read() as tx:
        return head(tx).seq, int(tx.scalar(sa.select(sa.func.count()).select_from(ITEMS))), count_pending(tx)


def fill(database: Database, most: int = 500) -> int:
    """Hand in until the disk is full; how many went in."""
    for number in range(most):
        try:
            hand_in(database, number, 20_000)
        except Unavailable as error:
            assert "什么都没有改动" in error.message
            return number
    raise AssertionError("never full")


def test_a_full_disk_changes_nothing_and_room_made_lets_it_go_on(sqlite_database: Database) -> None:
    pages = {"most": 400}

    def limit(connection: Any, *_more: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages['most']}")

    sqlite_database.engine.dispose()
    sa.event.listen(sqlite_database.engine, "connect", limit)
    kept = fill(sqlite_database)
    assert state(sqlite_database) == (kept, kept, kept)
    assert verify(sqlite_database).whole
    with pytest.raises(Unavailable, match="full"):
        hand_in(sqlite_database, kept, 20_000)
    pages["most"] = 100_000
    sqlite_database.engine.dispose()
    hand_in(sqlite_database, kept, 20_000)
    assert state(sqlite_database) == (kept + 1, kept + 1, kept + 1)
    assert examine(sqlite_database).whole


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    folder.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("mounting a small disk needs rights that this machine does not give")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_disk_that_is_really_full(tmp_path: Path, clock: SteppedClock) -> None:
    with small_disk(tmp_path / "disk", "4m") as disk:
        database = Database(f"sqlite:///{disk / 'desk.db'}", clock=clock)
        with contextlib.closing(database):
            all_tables().create_all(database.engine)
            kept = fill(database)
            with pytest.raises(Unavailable, match="磁盘已满"):
                Blobs(disk / "blobs").put(BytesIO(bytes(4 << 20)), 8 << 20)
            assert not list((disk / "blobs").rglob("*.*"))
            assert state(database) == (kept, kept, kept)
            subprocess.run(["mount", "-o", "remount,size=16m", str(disk)], check=True)
            hand_in(database, kept, 20_000)
            assert examine(database).whole


def test_a_deleted_store_is_noticed_and_taken_up_again_when_it_is_back(sqlite_database: Database) -> None:
    path = sqlite_database.path
    assert path is not None
    hand_in(sqlite_database, 1)
    sqlite_database.close()  # the log of changes goes into the file
    hand_in(sqlite_database, 2)
    aside = path.with_name("aside.db")
    with sqlite_database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    path.rename(aside)
    for _ in range(2):
        with pytest.raises(Unavailable, match="数据库文件不在了"):
            hand_in(sqlite_database, 3)
        with pytest.raises(Unavailable, match="数据库文件不在了"):
            state(sqlite_database)
    assert not path.exists()  # no new, empty store in its place
    shutil.copy(aside, path)
    assert state(sqlite_database) == (2, 2, 2)
    hand_in(sqlite_database, 3)
    assert state(sqlite_database) == (3, 3, 3)
    assert examine(sqlite_database).whole


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    path.write_bytes(b"not a database, whatever its name may be" * 100)
    with contextlib.closing(Database(f"sqlite:///{path}")) as database, pytest.raises(Unavailable, match="已损坏"):
        hand_in(database, 1)
    assert path.read_bytes().startswith(b"not a database")


def test_postgresql_stopped_on_the_way(clock: SteppedClock) -> None:
    with postgres_server() as url:
        home = sa.make_url(url).query["host"]
        database = Database(url, clock=clock)
        with contextlib.closing(database):
            all_tables().create_all(database.engine)
            hand_in(database, 1)
            with pytest.raises(Unavailable, match="什么都没有改动"), database.write() as tx:
                submit(tx, [Submission({"id": "2", "text": "护肤"})], "user:1")
                control(str(home), "stop", "-m", "immediate")
                submit(tx, [Submission({"id": "3", "text": "护肤"})], "user:1")
            with pytest.raises(Unavailable, match="什么都没有改动"):
                state(database)
            control(str(home), "-o", f"-k {home} -c listen_addresses=''", "-l", f"{home}/log", "start")
            assert state(database) == (1, 1, 1)
            hand_in(database, 2)
            assert state(database) == (2, 2, 2)
            assert examine(database).whole


def control(home: str, *words: str) -> None:
    """Stop or start the server of our own."""
    pg_ctl = _program("pg_ctl")
    assert pg_ctl is not None
    user: dict[str, Any] = {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}
    subprocess.run(
        [pg_ctl, "-D", f"{home}/data", "-w", *words], cwd=home, check=True, stdout=subprocess.DEVNULL, **user
    )


def test_clocks_set_wrong_do_not_disturb_the_order(database: Database, clock: SteppedClock) -> None:
    signer = new_signer()
    for number, step in enumerate((timedelta(0), timedelta(days=-400), timedelta(days=4000), timedelta(hours=-9))):
        clock.move(step)
        hand_in(database, number)
        with database.write() as tx:
            assert checkpoint(tx, signer)
    found = examine(database, pinned=signer.public)
    assert found.whole, found.problems
    assert state(database) == (5, 4, 4)
