"""Examining a store: whatever somebody with write access to it does, shows."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa

from mingjian.records.blobs import Blobs
from mingjian.records.evidence.checkpoints import checkpoint, rotate
from mingjian.records.evidence.examine import examine
from mingjian.records.evidence.keys import Signer, new_signer, open_signer
from mingjian.records.evidence.model import Checkpoint
from mingjian.records.evidence.timestamps import stamp
from mingjian.records.items.model import Submission
from mingjian.records.items.submit import submit
from mingjian.records.journal.append import append
from mingjian.records.journal.model import GENESIS, Event, link
from mingjian.records.storage import checkpoints as store
from mingjian.records.storage.checkpoints import CHECKPOINTS, SIGNERS, TIMESTAMPS
from mingjian.records.storage.contents import CONTENTS, delete_content
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import EVENTS, HEAD, events_after
from tests.records.evidence.authority import Authority

AUTHORITY = Authority(datetime(2026, 3, 2, 1, 30, tzinfo=UTC))


@pytest.fixture
def signer() -> Signer:
    return new_signer()


@pytest.fixture
def kept(database: Database, signer: Signer) -> Database:
    """Three items, three checkpoints, the last one stamped."""
    for number in range(3):
        with database.write() as tx:
            submit(tx, [Submission({"id": str(number), "text": f"护肤 {number}"})], "user:1")
            assert checkpoint(tx, signer)
    assert stamp(database, "http://tsa.example", AUTHORITY)
    return database


def copies_of(database: Database) -> list[Checkpoint]:
    with database.read() as tx:
        return store.checkpoints(tx)


def words(database: Database, signer: Signer, copies: list[Checkpoint] | None = None) -> list[str]:
    found = examine(database, pinned=signer.public, copies=copies or [], roots=[AUTHORITY.root_pem])
    assert found.whole == (not found.problems)
    assert all(str(problem) for problem in found.problems)
    return sorted({problem.word for problem in found.problems})


def test_an_untouched_store_is_whole(kept: Database, signer: Signer) -> None:
    found = examine(kept, pinned=signer.public, copies=copies_of(kept), roots=[AUTHORITY.root_pem])
    assert found.whole and found.notes == ()
    assert (found.chain.events, found.checkpoints, found.timestamps, found.contents) == (4, 3, 1, 3)


def test_an_empty_store_is_whole(database: Database) -> None:
    assert examine(database).whole


def test_what_is_not_proven_is_said(kept: Database) -> None:
    with kept.write() as tx:
        append(tx, Event("note.made", "a", {}))
    notes = examine(kept).notes
    assert any("1 条事件还没有检查点" in note for note in notes)
    assert any("没有核对机构的签名" in note for note in notes)
    with kept.write() as tx:
        tx.run(TIMESTAMPS.delete())
        tx.run(CHECKPOINTS.delete())
    assert any("还没有签名检查点" in note for note in examine(kept).notes)


def set_checkpoint(number: int, **values: object) -> Callable[[Tx], object]:
    return lambda tx: tx.run(CHECKPOINTS.update().where(CHECKPOINTS.c.number == number), values)


def drop_checkpoint(number: int) -> Callable[[Tx], object]:
    return lambda tx: tx.run(CHECKPOINTS.delete().where(CHECKPOINTS.c.number == number))


def change_content(tx: Tx) -> None:
    name = tx.scalar(sa.select(sa.func.min(CONTENTS.c.digest)))
    tx.run(CONTENTS.update().where(CONTENTS.c.digest == name), {"body": zlib.compress(b"other words")})


def garble_content(tx: Tx) -> None:
    tx.run(CONTENTS.update(), {"body": b"\x00\x01"})


def lose_content(tx: Tx) -> None:
    tx.run(CONTENTS.delete())


def foreign_token(tx: Tx) -> None:
    tx.run(TIMESTAMPS.update(), {"checkpoint": 1})


@pytest.mark.parametrize(
    ("tamper", "expected"),
    [
        (set_checkpoint(2, hash=bytes(32)), ["signature", "taken"]),
        (set_checkpoint(2, signature=bytes(64)), ["signature"]),
        (set_checkpoint(2, at=1), ["signature", "taken"]),
        (set_checkpoint(2, key="0" * 16), ["signature", "taken"]),
        (drop_checkpoint(1), ["taken"]),
        (drop_checkpoint(2), ["taken"]),
        (lambda tx: tx.run(SIGNERS.update(), {"public": bytes(32)}), ["signature", "signer", "stranger"]),
        (lambda tx: tx.run(TIMESTAMPS.update(), {"token": b"0"}), ["timestamp"]),
        (foreign_token, ["timestamp"]),
        (change_content, ["content"]),
        (garble_content, ["content"]),
        (lose_content, ["missing"]),
        (lambda tx: tx.run(EVENTS.update().where(EVENTS.c.seq == 3), {"body": "{}"}), ["edited"]),
        (lambda tx: tx.run(EVENTS.delete().where(EVENTS.c.seq == 3)), ["gap"]),
        (lambda tx: tx.run(EVENTS.delete().where(EVENTS.c.seq == 4)), ["cut", "head"]),
    ],
)
def test_any_change_shows(kept: Database, signer: Signer, tamper: Callable[[Tx], object], expected: list[str]) -> None:
    with kept.write() as tx:
        tamper(tx)
    assert words(kept, signer) == expected


def test_the_last_checkpoint_taken_away_shows_against_a_copy(kept: Database, signer: Signer) -> None:
    copies = copies_of(kept)
    with kept.write() as tx:
        tx.run(TIMESTAMPS.delete())
        drop_checkpoint(3)(tx)
    assert words(kept, signer) == []
    assert words(kept, signer, copies) == ["taken"]


def rewrite(tx: Tx, forger: Signer | None = None) -> None:
    """The chain made anew around a changed event; with a forger's key his own checkpoints too."""
    before = GENESIS
    events = events_after(tx, 0)
    for event in events:
        text = event.text.replace("api", "abi") if event.seq == 1 else event.text
        if forger is not None and event.kind == "signer.announced":
            tx.run(SIGNERS.delete())
            text = event.text
        made = link(before, event.seq, event.at, event.kind, event.subject, event.actor, text)
        tx.run(EVENTS.update().where(EVENTS.c.seq == event.seq), {"body": text, "hash": made})
        before = made
    tx.run(HEAD.update(), {"hash": before})
    if forger is not None:
        tx.run(TIMESTAMPS.delete())
        tx.run(CHECKPOINTS.delete())
        checkpoint(tx, forger)


def test_a_history_made_anew_shows_against_the_checkpoints(kept: Database, signer: Signer) -> None:
    with kept.write() as tx:
        rewrite(tx)
    assert words(kept, signer) == ["checkpoint"]


def test_a_history_signed_by_a_forger_shows_against_the_folders_key(kept: Database, signer: Signer) -> None:
    copies = copies_of(kept)
    with kept.write() as tx:
        rewrite(tx, new_signer())
    assert words(kept, signer) == ["stranger"]
    assert "stranger" in words(kept, signer, copies) and "signature" in words(kept, signer, copies)


def test_a_key_begun_by_somebody_else_shows(kept: Database, signer: Signer) -> None:
    forger = new_signer()
    body = {"public": forger.public.hex(), "by": None, "signature": None}
    with kept.write() as tx:
        append(tx, Event("signer.announced", forger.id, body))
    assert words(kept, signer) == ["stranger"]
    assert any("没有旧密钥的签名" in note for note in examine(kept).notes)


def test_a_key_with_a_forged_voucher_shows(kept: Database, signer: Signer) -> None:
    forger = new_signer()
    body = {"public": forger.public.hex(), "by": signer.id, "signature": "00" * 64}
    with kept.write() as tx:
        append(tx, Event("signer.announced", forger.id, body))
    assert words(kept, signer) == ["signer"]


def test_keys_may_change(sqlite_database: Database, tmp_path: Path) -> None:
    first = open_signer(tmp_path)
    with sqlite_database.write() as tx:
        submit(tx, [Submission({"id": "1", "text": "护肤"})], "user:1")
        checkpoint(tx, first)
    second = rotate(sqlite_database, tmp_path)
    with sqlite_database.write() as tx:
        checkpoint(tx, second)
    for pinned in (first, second):
        assert examine(sqlite_database, pinned=pinned.public).whole


def test_words_that_were_deleted_are_not_missed(kept: Database, signer: Signer) -> None:
    with kept.write() as tx:
        delete_content(tx, tx.scalar(sa.select(CONTENTS.c.digest).limit(1)))
    assert words(kept, signer) == []


def test_a_sample_goes_round_the_end(kept: Database) -> None:
    assert examine(kept, sample=2).contents == 2
    assert examine(kept, sample=3).contents == 3
    assert examine(kept, sample=9).contents == 3
    assert examine(kept, sample=None).contents == 3


def test_media_files_are_hashed_when_asked(kept: Database, tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    name, _ = blobs.put(BytesIO(b"a picture"), 100)
    found = examine(kept, blobs=blobs)
    assert (found.whole, found.files) == (True, 1)
    blobs.path(name).write_bytes(b"another")
    assert [problem.word for problem in examine(kept, blobs=blobs).problems] == ["file"]
