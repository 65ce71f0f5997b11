"""Backups: tested by restoring them, on both databases and across, and by everything that may be wrong with a file."""

from __future__ import annotations

import contextlib
import io
import json
import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mingjian.records.backup import Summary, backup
from mingjian.records.blobs import Blobs
from mingjian.records.canonical import canonical, digest
from mingjian.records.clock import SteppedClock
from mingjian.records.errors import Conflict, DeskError, Invalid, Unavailable
from mingjian.records.evidence.checkpoints import checkpoint
from mingjian.records.evidence.examine import examine
from mingjian.records.evidence.keys import Signer, open_signer
from mingjian.records.items.model import Submission
from mingjian.records.items.submit import submit
from mingjian.records.journal.append import refold
from mingjian.records.restoring import restore
from mingjian.records.storage import dump
from mingjian.records.storage.accesses import accesses, put_access
from mingjian.records.storage.contents import delete_content
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import cursor_of, move_cursor
from mingjian.records.storage.metadata import metadata
from mingjian.records.storage.migrate import build, shape
from tests.stores import all_tables


class Place:
    """A data folder with a store."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder
        self.blobs, self.secrets = Blobs(folder / "blobs"), folder / "secrets"

    def fill(self, count: int = 3) -> Signer:
        """Items, an erased one, a picture, looks, checkpoints, cursors."""
        signer = open_signer(self.secrets)
        for number in range(count):
            with self.database.write() as tx:
                (taken,) = submit(tx, [Submission({"id": f"{number}", "text": f"护肤\n\0\u2028“{number}”"})], "user:1")
                put_access(tx, "user:1", "item.read", taken.item.id, ["phone"])
                move_cursor(tx, "webhooks", number)
                move_cursor(tx, "search", number)
                checkpoint(tx, signer)
        with self.database.write() as tx:
            delete_content(tx, taken.item.digest)
        self.blobs.put(io.BytesIO(b"a picture"), 100)
        return signer

    def save(self, out: Path, secrets: bool = False) -> Summary:
        return backup(self.database, out, blobs=self.blobs, secrets=self.secrets if secrets else None)

    def load(self, source: Path, **more: Any) -> Summary:
        return restore(source, self.database, blobs=self.blobs.folder, secrets=self.secrets, **more)

    def rows(self) -> dict[str, list[Any]]:
        """Every row of every table that is carried over."""
        with self.database.read() as tx:
            return {name: sorted((tuple(row) for row in tx.rows(sa.select(metadata.tables[name]))
                                  if row[0] != "search"), key=repr) for name in dump.tables()}  # fmt: skip

    def files(self) -> dict[str, bytes]:
        return {str(path.relative_to(self.folder)): path.read_bytes()
                for name in ("blobs", "secrets") for path in sorted((self.folder / name).rglob("*"))
                if path.is_file()}  # fmt: skip


@pytest.fixture
def filled(database: Database, tmp_path: Path) -> Place:
    place = Place(database, tmp_path / "first")
    place.fill()
    return place


@pytest.fixture
def bare(tmp_path: Path, clock: SteppedClock) -> Iterator[Place]:
    """A place where nothing is yet."""
    with contextlib.closing(Database(f"sqlite:///{tmp_path / 'second' / 'desk.db'}", clock=clock)) as opened:
        yield Place(opened, tmp_path / "second")


def left_over(place: Place) -> list[str]:
    return sorted(path.name for path in place.folder.iterdir()) if place.folder.exists() else []


def swept(place: Place) -> dict[str, bytes]:
    """The results of sweeps, by name."""
    folder = place.folder / "sweeps"
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def result(place: Place, sweep: str, body: bytes) -> None:
    path = place.folder / "sweeps" / sweep / "part-000000.parquet"
    path.parent.mkdir(parents=True)
    path.write_bytes(body)


def test_results_of_sweeps_come_along(filled: Place, bare: Place, tmp_path: Path) -> None:
    """Whole files only; what stands there already goes, unless the backup was made without results."""
    result(filled, "swp_1", b"PAR1 results")
    (filled.folder / "sweeps" / "swp_1" / ".part-000001.parquet.77").write_bytes(b"half")
    with_them, without = tmp_path / "with.zip", tmp_path / "without.zip"
    made = backup(filled.database, with_them, blobs=filled.blobs, sweeps=filled.folder / "sweeps")
    assert made.sweeps == 1
    assert filled.save(without).sweeps == 0
    result(bare, "swp_0", b"another")
    place = {"sweeps": bare.folder / "sweeps"}
    with pytest.raises(Conflict, match="已有数据"):
        bare.load(with_them, **place)
    assert bare.load(with_them, replace=True, **place).sweeps == 1
    assert swept(bare) == {"swp_1/part-000000.parquet": b"PAR1 results"}
    assert bare.load(without, replace=True, **place).sweeps == 0
    assert swept(bare) == {"swp_1/part-000000.parquet": b"PAR1 results"}


def test_what_was_saved_is_restored(filled: Place, bare: Place, tmp_path: Path) -> None:
    before, out = filled.rows(), tmp_path / "backup.zip"
    made = filled.save(out, secrets=True)
    assert (made.seq, made.blobs, made.secrets, made.revision) == (4, 1, 1, None)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file() and path.suffix == ".zip") == [
        "backup.zip"
    ]
    assert bare.load(out) == made
    assert left_over(bare) == ["blobs", "desk.db", "secrets"]
    assert bare.rows() == before
    assert bare.files() == filled.files()
    found = examine(bare.database, pinned=open_signer(bare.secrets).public, blobs=bare.blobs)
    assert found.whole and found.checkpoints == 3
    refold(bare.database)
    assert bare.rows() == before
    with bare.database.read() as tx:
        assert (cursor_of(tx, "webhooks"), cursor_of(tx, "search")) == (2, 0)  # the index is filled anew
    bare.fill(5)  # and it goes on
    assert examine(bare.database).whole


def test_from_sqlite_into_the_other_and_back(
    sqlite_database: Database, database: Database, bare: Place, tmp_path: Path
) -> None:
    if database.dialect == "sqlite":
        pytest.skip("the other is PostgreSQL")
    first, other = Place(sqlite_database, tmp_path / "a"), Place(database, tmp_path / "b")
    first.fill()
    before = first.rows()
    first.save(tmp_path / "1.zip")
    other.load(tmp_path / "1.zip")
    assert other.rows() == before
    with database.write() as tx:  # PostgreSQL gives numbers behind those that came in
        put_access(tx, "user:2", "item.read", "itm_1", [])
    with database.read() as tx:
        assert [look.seq for look in accesses(tx)] == [4, 3, 2, 1]
    before = other.rows()
    other.save(tmp_path / "2.zip")
    bare.load(tmp_path / "2.zip")
    assert bare.rows() == before
    assert examine(bare.database).whole


def test_keys_stay_when_the_backup_holds_none(filled: Place, tmp_path: Path) -> None:
    assert filled.save(tmp_path / "backup.zip").secrets == 0
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        assert not [name for name in archive.namelist() if name.startswith("secrets/")]
    before = filled.files()
    filled.load(tmp_path / "backup.zip", replace=True)
    assert filled.files() == before


def test_a_store_that_holds_something_is_replaced_only_when_asked(filled: Place, tmp_path: Path) -> None:
    out = tmp_path / "backup.zip"
    filled.save(out, secrets=True)
    before, files = filled.rows(), filled.files()
    filled.fill(6)
    filled.blobs.put(io.BytesIO(b"another picture"), 100)
    with pytest.raises(Conflict, match="--replace"):
        filled.load(out)
    filled.load(out, replace=True)
    assert (filled.rows(), filled.files()) == (before, files)
    assert examine(filled.database).whole
    assert not [name for name in left_over(filled) if name.startswith(".")]


def test_keys_are_not_lost_to_a_backup_by_chance(filled: Place, bare: Place, tmp_path: Path) -> None:
    filled.save(tmp_path / "backup.zip", secrets=True)
    own = open_signer(bare.secrets)
    with pytest.raises(Conflict, match="已有密钥"):
        bare.load(tmp_path / "backup.zip")
    assert open_signer(bare.secrets).public == own.public


def test_a_file_is_never_overwritten(filled: Place, tmp_path: Path) -> None:
    (tmp_path / "backup.zip").write_bytes(b"precious")
    with pytest.raises(Conflict, match="已存在"):
        filled.save(tmp_path / "backup.zip")
    assert (tmp_path / "backup.zip").read_bytes() == b"precious"
    with pytest.raises(Unavailable, match="没有写成"):
        filled.save(tmp_path / "missing" / "backup.zip")


def test_a_store_in_use_is_not_replaced(filled: Place, tmp_path: Path, clock: SteppedClock) -> None:
    if filled.database.dialect != "sqlite":
        pytest.skip("PostgreSQL replaces its tables in one transaction, whoever looks")
    filled.save(tmp_path / "backup.zip")
    before = filled.rows()
    other = Database(str(filled.database.url), clock=clock)
    with contextlib.closing(other), other.read() as tx:
        dump.revision_of(tx)  # another process, looking
        with pytest.raises(Unavailable, match="正在使用"):
            filled.load(tmp_path / "backup.zip", replace=True)
    assert filled.rows() == before


def test_a_migrated_store_is_restored_with_its_revision(database: Database, tmp_path: Path) -> None:
    place, wanted = Place(database, tmp_path / "first"), shape(database).wanted
    with dump.rebuilt(database) as tx:
        build(tx, wanted)
    place.fill()
    before = place.rows()
    assert place.save(tmp_path / "backup.zip").revision == wanted
    place.load(tmp_path / "backup.zip", replace=True)
    assert place.rows() == before
    assert shape(database).current
    place.fill(4)
    assert examine(database).whole


Files = dict[str, bytes]


def swap(name: str, change: Callable[[bytes], bytes]) -> Callable[[Files], Files]:
    return lambda files: files | {name: change(files[name])}


def honest(change: Callable[[Files], Files]) -> Callable[[Files], Files]:
    """The list made anew around what was changed."""

    def made(files: Files) -> Files:
        changed = change(files)
        told = json.loads(changed["backup.json"])
        listed = told["files"]
        for name, content in changed.items():
            if name != "backup.json":
                listed[name] = listed.get(name, {"columns": []}) | {"sha256": digest(content), "size": len(content)}
        told["files"] = {name: entry for name, entry in listed.items() if name in changed}
        return changed | {"backup.json": canonical(told)}

    return made


def told(**values: object) -> Callable[[Files], Files]:
    return swap("backup.json", lambda content: canonical(json.loads(content) | values))


def without(name: str) -> Callable[[Files], Files]:
    return lambda files: {other: content for other, content in files.items() if other != name}


EVENTS, ITEMS = "tables/events.jsonl", "tables/items.jsonl"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (swap(ITEMS, lambda c: c.replace(b"user:1", b"user:2")), "摘要不符"),
        (swap(ITEMS, lambda c: c + b"\n"), "大小与清单不符"),
        (without(ITEMS), "清单与内容不符"),
        (without("backup.json"), "没有 backup.json"),
        (swap("backup.json", lambda _: b"{"), "不合格式"),
        (swap("backup.json", lambda _: b"[]"), "不合格式"),
        (swap("backup.json", lambda _: b"[" * 50_000), "不合格式"),
        (told(format="mingjian.backup/9"), "不是本程序认识"),
        (told(revision="9999"), "版本更新的程序"),
        (told(revision=3), "不是本程序认识"),
        (told(seq=3), "清单说到第 3 条"),
        (told(hash="00"), "没有恢复"),
        (honest(lambda f: f | {"../outside": b"x"}), "不该有的文件名"),
        (honest(lambda f: f | {"/etc/outside": b"x"}), "不该有的文件名"),
        (honest(lambda f: f | {"secrets/../outside": b"x"}), "不该有的文件名"),
        (honest(lambda f: f | {"secrets/.hidden": b"x"}), "不该有的文件名"),
        (honest(lambda f: f | {"sweeps/../../part-000000.parquet": b"x"}), "不该有的文件名"),
        (honest(lambda f: f | {"tables/sqlite_master.jsonl": b""}), "不认识的表"),
        (honest(lambda f: f | {"blobs/" + "0" * 64: b"x"}), "与其摘要不符"),
        (honest(lambda f: f | {"tables/events.jsonl": bytes(50 << 20)}), "压缩比异常"),
        (honest(swap(EVENTS, lambda c: c.replace(b"user:1", b"user:2"))), "日志不完整"),
        (honest(swap(EVENTS, lambda c: c[c.index(b"\n") + 1 :])), "日志不完整"),
        (honest(swap(EVENTS, lambda c: c + c)), "放不进去"),
        (honest(swap(EVENTS, lambda c: c[:-1])), "最后一行不完整"),
        (honest(swap(ITEMS, lambda c: c + b"{}\n")), "第 4 行"),
        (honest(swap(ITEMS, lambda c: c + b"[1]\n")), "第 4 行"),
        (honest(swap(ITEMS, lambda c: b"[" * 50_000 + b"\n")), "第 1 行"),
    ],
)
def test_a_backup_that_was_tampered_with_changes_nothing(
    sqlite_database: Database, bare: Place, tmp_path: Path, change: Callable[[Files], Files], says: str
) -> None:
    first = Place(sqlite_database, tmp_path / "first")
    first.fill()
    first.save(tmp_path / "whole.zip", secrets=True)
    with zipfile.ZipFile(tmp_path / "whole.zip") as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(tmp_path / "changed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in change(files).items():
            archive.writestr(name, content)
    with pytest.raises(Invalid, match=says):
        bare.load(tmp_path / "changed.zip")
    assert left_over(bare) == []
    before = (first.rows(), first.files())
    with pytest.raises(Invalid, match=says):
        first.load(tmp_path / "changed.zip", replace=True)
    assert (first.rows(), first.files()) == before
    assert left_over(first) == ["blobs", "secrets"]


def test_a_file_cut_short_or_garbled_changes_nothing(sqlite_database: Database, bare: Place, tmp_path: Path) -> None:
    first, broken = Place(sqlite_database, tmp_path / "first"), tmp_path / "broken.zip"
    first.fill()
    first.save(tmp_path / "whole.zip")
    whole = (tmp_path / "whole.zip").read_bytes()
    places = range(0, len(whole), max(1, len(whole) // 40))
    for content in [whole[:at] for at in places] + [whole[:at] + os.urandom(8) + whole[at + 8 :] for at in places]:
        broken.write_bytes(content)
        with contextlib.suppress(DeskError):  # some bytes of a zip mean nothing: then it is as it was
            bare.load(broken)
            assert bare.rows() == first.rows()
            bare.load(broken, replace=True)
            continue
        assert not [name for name in left_over(bare) if name.startswith(".")]


def test_on_postgresql_nothing_of_a_bad_backup_stays(filled: Place, tmp_path: Path) -> None:
    filled.save(tmp_path / "whole.zip")
    before = filled.rows()
    with zipfile.ZipFile(tmp_path / "whole.zip") as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    changed = honest(swap(EVENTS, lambda content: content.replace(b"user:1", b"user:2")))(files)
    with zipfile.ZipFile(tmp_path / "changed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in changed.items():
            archive.writestr(name, content)
    with pytest.raises(Invalid, match="日志不完整"):
        filled.load(tmp_path / "changed.zip", replace=True)
    assert filled.rows() == before
    assert examine(filled.database).whole


def test_every_table_is_carried_over_or_left_out_on_purpose() -> None:
    assert {*dump.tables(), *dump.LEFT_OUT} == set(all_tables().tables)
