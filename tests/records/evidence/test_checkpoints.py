"""Checkpoints: signed, numbered, each naming the one before; keys that vouch for one another."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from mingjian.records.clock import SteppedClock
from mingjian.records.errors import Conflict, Invalid, Unavailable
from mingjian.records.evidence import checkpoints as module
from mingjian.records.evidence.checkpoints import (
    as_line,
    checkpoint,
    checkpoint_due,
    copy_checkpoint,
    current_signer,
    read_copies,
    rotate,
)
from mingjian.records.evidence.keys import FILE, NEXT, find_signer, is_signed, new_signer, open_signer, pem
from mingjian.records.evidence.standalone import public_key, signed
from mingjian.records.journal.append import append, refold
from mingjian.records.journal.model import Event
from mingjian.records.storage.checkpoints import checkpoint_at, checkpoints, last_checkpoint, signers
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import head


def write(database: Database, count: int = 1) -> None:
    with database.write() as tx:
        append(tx, *(Event("note.made", f"n{number}", {"n": number}) for number in range(count)))


def test_the_head_is_signed_and_the_key_announced(database: Database) -> None:
    signer = new_signer()
    with database.write() as tx:
        assert checkpoint(tx, signer) is None  # nothing to speak for
    write(database)
    with database.write() as tx:
        made = checkpoint(tx, signer)
        assert made is not None
        assert (made.number, made.seq, made.hash) == (1, 2, head(tx).hash)
        assert checkpoint(tx, signer) is None
    write(database)
    with database.write() as tx:
        second = checkpoint(tx, signer)
    assert second is not None and (second.number, second.seq, second.previous) == (2, 3, made.digest)
    for one in (made, second):
        assert is_signed(signer.public, one.statement, one.signature)
        assert signed(signer.public, one.statement, one.signature)  # and the package's own arithmetic agrees
        assert not signed(signer.public, one.statement + b" ", one.signature)
    with database.read() as tx:
        assert checkpoints(tx) == [made, second]
        assert last_checkpoint(tx) == second
        assert [checkpoint_at(tx, seq) for seq in (1, 2, 3, 4)] == [made, made, second, None]
        (known,) = signers(tx)
    assert (known.id, known.public, known.by) == (signer.id, signer.public, None)
    refold(database)
    with database.read() as tx:
        assert signers(tx) == [known]
        assert checkpoints(tx) == [made, second]


def test_a_checkpoint_is_due_after_so_many_events_or_so_long(sqlite_database: Database, clock: SteppedClock) -> None:
    signer = new_signer()
    write(sqlite_database)
    with sqlite_database.write() as tx:
        assert checkpoint_due(tx, signer, events=5, minutes=60)  # the first as soon as there is anything
        assert not checkpoint_due(tx, signer, events=5, minutes=60)
    write(sqlite_database, 4)
    with sqlite_database.write() as tx:
        assert not checkpoint_due(tx, signer, events=5, minutes=60)
    write(sqlite_database)
    with sqlite_database.write() as tx:
        assert checkpoint_due(tx, signer, events=5, minutes=60)
    clock.move(timedelta(minutes=61))
    with sqlite_database.write() as tx:
        assert not checkpoint_due(tx, signer, events=5, minutes=60)  # nothing new
    write(sqlite_database)
    with sqlite_database.write() as tx:
        assert checkpoint_due(tx, signer, events=5, minutes=60)


def test_a_checkpoint_is_never_before_its_event(sqlite_database: Database, clock: SteppedClock) -> None:
    write(sqlite_database)
    with sqlite_database.read() as tx:
        at = head(tx).at
    clock.move(timedelta(days=-1))
    with sqlite_database.write() as tx:
        made = checkpoint(tx, new_signer())
    assert made is not None and made.at == at


def test_another_folders_key_signs_nothing(sqlite_database: Database) -> None:
    write(sqlite_database)
    with sqlite_database.write() as tx:
        checkpoint(tx, new_signer())
    write(sqlite_database)
    with pytest.raises(Conflict, match="签名密钥"), sqlite_database.write() as tx:
        checkpoint(tx, new_signer())


def test_the_key_is_the_owners_alone_and_kept(tmp_path: Path) -> None:
    made = open_signer(tmp_path / "secrets")
    path = tmp_path / "secrets" / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert open_signer(tmp_path / "secrets").public == made.public
    assert public_key(pem(made.public).decode()) == public_key(made.public.hex()) == made.public
    assert [entry.name for entry in path.parent.iterdir()] == [FILE]


@pytest.mark.parametrize(
    "content", [b"", b"not a key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_a_damaged_key_is_said_and_not_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(Unavailable, match="签名密钥已损坏"):
        open_signer(tmp_path)
    assert (tmp_path / FILE).read_bytes() == content


def test_the_old_key_vouches_for_the_new(database: Database, tmp_path: Path) -> None:
    write(database)
    old = current_signer(database, tmp_path)
    with database.write() as tx:
        checkpoint(tx, old)
    new = rotate(database, tmp_path)
    assert new.public != old.public
    assert open_signer(tmp_path).public == new.public
    assert not (tmp_path / NEXT).exists()
    with database.write() as tx:
        made = checkpoint(tx, new)
        first, second = signers(tx)
    assert made is not None and made.key == new.id
    assert (first.by, second.by) == (None, old.id)
    assert second.signature and is_signed(old.public, b"mingjian signer 1\nkey %b\npublic %b\nby %b\n" % (
        new.id.encode(), new.public.hex().encode(), old.id.encode()), second.signature)  # fmt: skip


def test_a_lost_key_must_be_said_to_be_lost(sqlite_database: Database, tmp_path: Path) -> None:
    write(sqlite_database)
    with sqlite_database.write() as tx:
        checkpoint(tx, new_signer())
    before = current_signer(sqlite_database, tmp_path)
    with pytest.raises(Conflict, match="--lost"):
        rotate(sqlite_database, tmp_path)
    assert current_signer(sqlite_database, tmp_path).public == before.public
    rotate(sqlite_database, tmp_path, lost=True)
    with sqlite_database.read() as tx:
        assert [one.by for one in signers(tx)] == [None, None]


def test_a_change_of_keys_that_was_stopped_is_finished_or_taken_back(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(sqlite_database)
    old = current_signer(sqlite_database, tmp_path)
    with sqlite_database.write() as tx:
        checkpoint(tx, old)

    def killed(*_arguments: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:  # before it was recorded
        patch.setattr(module, "append", killed)
        patch.setattr(module, "current_signer", lambda *_a, **_m: old)
        with pytest.raises(KeyboardInterrupt):
            rotate(sqlite_database, tmp_path)
    assert find_signer(tmp_path, NEXT) is not None
    assert current_signer(sqlite_database, tmp_path).public == old.public
    assert find_signer(tmp_path, NEXT) is None
    with monkeypatch.context() as patch:  # after it was recorded
        patch.setattr(module, "current_signer", lambda *_a, **_m: old)
        rotate(sqlite_database, tmp_path)
    waiting = find_signer(tmp_path, NEXT)
    assert waiting is not None
    assert current_signer(sqlite_database, tmp_path).public == waiting.public
    assert find_signer(tmp_path, NEXT) is None


def test_copies_are_read_back(sqlite_database: Database, tmp_path: Path) -> None:
    signer, path = new_signer(), tmp_path / "checkpoints.jsonl"
    made = []
    for _ in range(3):
        write(sqlite_database)
        with sqlite_database.write() as tx:
            one = checkpoint(tx, signer)
        assert one is not None
        copy_checkpoint(path, one)
        made.append(one)
    assert read_copies(path) == made
    path.write_bytes(path.read_bytes()[:-10])  # the power went
    assert read_copies(path) == made[:2]
    path.write_bytes(as_line(made[0]) + b"{}\n")
    with pytest.raises(Invalid, match="第 2 行"):
        read_copies(path)
    with pytest.raises(Unavailable, match="没有写成"):
        copy_checkpoint(tmp_path / "missing" / "file", made[0])
