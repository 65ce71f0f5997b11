"""Time stamps: only what the authority said about this very checkpoint counts."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mingjian.records.clock import micros
from mingjian.records.errors import Unavailable
from mingjian.records.evidence.checkpoints import checkpoint
from mingjian.records.evidence.keys import new_signer
from mingjian.records.evidence.timestamps import Fetch, WrongToken, check_token, stamp
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage.checkpoints import last_checkpoint, timestamps
from mingjian.records.storage.database import Database
from tests.records.evidence.authority import Authority

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
URL = "http://tsa.example/"
AUTHORITY = Authority(AT)


@pytest.fixture
def signed(sqlite_database: Database) -> Database:
    with sqlite_database.write() as tx:
        append(tx, Event("note.made", "a", {}))
        assert checkpoint(tx, new_signer())
    return sqlite_database


def test_the_last_checkpoint_is_stamped_once(signed: Database) -> None:
    authority = Authority(AT)
    made = stamp(signed, URL, authority, roots=[authority.root_pem])
    assert made is not None and (made.checkpoint, made.at) == (1, micros(AT))
    assert stamp(signed, URL, authority) is None
    assert authority.asked == 1
    with signed.read() as tx:
        assert timestamps(tx) == [made]
        last = last_checkpoint(tx)
    assert last is not None
    assert check_token(made.token, last.statement, [authority.root_pem]) == AT


def test_nothing_is_stamped_without_a_checkpoint(sqlite_database: Database) -> None:
    assert stamp(sqlite_database, URL, Authority(AT)) is None


def test_openssl_agrees(signed: Database, tmp_path: Path) -> None:
    authority = Authority(AT)
    made = stamp(signed, URL, authority)
    with signed.read() as tx:
        last = last_checkpoint(tx)
    assert made is not None and last is not None
    for name, content in (("data", last.statement), ("reply", made.token), ("ca", authority.root_pem)):
        (tmp_path / name).write_bytes(content)
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-data", "data", "-in", "reply", "-CAfile", "ca", "-attime",
         str(int(AT.timestamp()))], cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def offline(_request: bytes) -> bytes:
    raise OSError("HTTP 503")


def replayed() -> Fetch:
    """An authority that gives everybody the answer to the first question."""
    authority, kept = Authority(AT), list[bytes]()

    def fetch(request: bytes) -> bytes:
        kept.append(authority(request))
        return kept[0]

    fetch(b"\x30\x32\x02\x01\x01\x30\x2d\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x20" + bytes(32))
    return fetch


def changed(request: bytes) -> bytes:
    answer = bytearray(AUTHORITY(request))
    answer[-1] ^= 1
    return bytes(answer)


@pytest.mark.parametrize(
    ("fetch", "says"),
    [
        (offline, "没有应答"),
        (lambda _request: b"<html>", "不是 RFC 3161"),
        (lambda _request: b"", "不是 RFC 3161"),
        (Authority(AT, status=2), "没有签发"),
        (replayed(), "所指的内容"),
        (changed, "签名不对"),
    ],
)
def test_an_answer_that_proves_nothing_is_not_kept(signed: Database, fetch: Fetch, says: str) -> None:
    with pytest.raises(Unavailable, match=says):
        stamp(signed, URL, fetch, roots=[AUTHORITY.root_pem])
    with signed.read() as tx:
        assert timestamps(tx) == []


def test_another_root_is_not_believed(signed: Database) -> None:
    authority = Authority(AT)
    made = stamp(signed, URL, authority)
    with signed.read() as tx:
        last = last_checkpoint(tx)
    assert made is not None and last is not None
    with pytest.raises(WrongToken, match="签名不对"):
        check_token(made.token, last.statement, [Authority(AT).root_pem])
    with pytest.raises(WrongToken, match="不是这个检查点"):
        check_token(made.token, last.statement + b" ", [authority.root_pem])


def test_an_old_answer_to_another_request_is_refused(signed: Database) -> None:
    authority, first = Authority(AT), list[bytes]()

    def fetch(request: bytes) -> bytes:
        first.append(authority(request))
        return first[0]

    assert stamp(signed, URL, fetch) is not None
    other: Callable[[bytes], bytes] = fetch
    with pytest.raises(Unavailable, match="不是对这次请求"):
        stamp(signed, "http://other.example/", other)
