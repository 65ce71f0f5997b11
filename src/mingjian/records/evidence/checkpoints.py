"""Checkpoints: every so often the chain's head is signed, so that nobody without the key can write history anew.

A copy of each goes to a file beside the store (``copy_checkpoint``), and should go to whoever is to be convinced: what
is only in the store can be deleted from it.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

from mingjian.records.canonical import canonical
from mingjian.records.errors import Conflict, Invalid, Unavailable
from mingjian.records.evidence.keys import (
    FILE,
    NEXT,
    Signer,
    find_signer,
    keep_signer,
    new_signer,
    open_signer,
)
from mingjian.records.evidence.model import NOTHING, Checkpoint, announcement
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import checkpoints as store
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import head, hold_head

EVENTS, MINUTES = 1000, 60
ACTOR = "duty:evidence"


def checkpoint(tx: Tx, signer: Signer) -> Checkpoint | None:
    """Sign the chain's head; None when there is nothing since the last one. The first time the key is announced.
    Conflict when the store goes by another key than ``signer``."""
    end = hold_head(tx)
    last = store.last_checkpoint(tx)
    if end.seq == (last.seq if last else 0):
        return None
    announce(tx, signer)
    end = hold_head(tx)
    made = Checkpoint(
        number=last.number + 1 if last else 1,
        seq=end.seq,
        at=max(tx.now, end.at),
        hash=end.hash,
        previous=last.digest if last else NOTHING,
        key=signer.id,
    )
    made = replace(made, signature=signer.sign(made.statement))
    store.put_checkpoint(tx, made)
    return made


def checkpoint_due(tx: Tx, signer: Signer, *, events: int = EVENTS, minutes: float = MINUTES) -> Checkpoint | None:
    """Sign when so many events came since the last checkpoint, or any and so much time has passed; else None."""
    end, last = head(tx), store.last_checkpoint(tx)
    fresh = end.seq - (last.seq if last else 0)
    waited = tx.now - last.at if last else None
    if fresh >= events or (fresh and (waited is None or waited >= minutes * 60_000_000)):
        return checkpoint(tx, signer)
    return None


def announce(tx: Tx, signer: Signer) -> None:
    """Let the journal know the first key. Conflict when it knows others and not this as its last."""
    known = store.signers(tx)
    if not known:
        append(tx, Event("signer.announced", signer.id, _body(signer, None), ACTOR))
    elif known[-1].id != signer.id:
        raise Conflict(
            f"数据文件夹里的签名密钥 {signer.id} 不是存证记录在用的 {known[-1].id}。请恢复原来的密钥;"
            "确已遗失的,用 mingjian evidence checkpoint --new-key --lost 启用新密钥。"
        )


def rotate(database: Database, folder: Path, *, lost: bool = False) -> Signer:
    """Begin a new key, vouched for by the old (unless that was ``lost``). Whatever stops this half way, the folder's
    key is afterwards the one that the journal knows (see ``current_signer``)."""
    old = current_signer(database, folder)
    fresh = new_signer()
    if not keep_signer(folder, fresh, NEXT):
        raise Conflict("另一个进程正在更换签名密钥,请稍后再试。")
    try:
        with database.write() as tx:
            known = store.signers(tx)
            by = None
            if known and known[-1].id == old.id:
                by = old
            elif known and not lost:
                raise Conflict(f"没有旧密钥 {known[-1].id},不能为新密钥作证;确已遗失请加 --lost。")
            append(tx, Event("signer.announced", fresh.id, _body(fresh, by), ACTOR))
    except BaseException:
        # It may have been committed all the same (the connection broke on the way back): then it is found there.
        current_signer(database, folder, quiet=True)
        raise
    return current_signer(database, folder)


def current_signer(database: Database, folder: Path, *, quiet: bool = False) -> Signer:
    """The folder's key; a change of keys that was stopped half way is finished, or taken back, as the journal says."""
    waiting = find_signer(folder, NEXT)
    if waiting is not None:
        try:
            with database.read() as tx:
                known = store.signers(tx)
        except Unavailable:
            if not quiet:
                raise
            return waiting
        if known and known[-1].id == waiting.id:
            (folder / NEXT).replace(folder / FILE)
        else:
            (folder / NEXT).unlink(missing_ok=True)
    return open_signer(folder)


def _body(signer: Signer, by: Signer | None) -> dict[str, str | None]:
    told = announcement(signer.id, signer.public, by.id if by else None)
    return {"public": signer.public.hex(), "by": by.id if by else None,
            "signature": by.sign(told).hex() if by else None}  # fmt: skip


def as_line(checkpoint: Checkpoint) -> bytes:
    """A checkpoint as a line of JSON, to be kept by others."""
    values = {name: getattr(checkpoint, name) for name in ("number", "seq", "at", "previous", "key")}
    return canonical({**values, "hash": checkpoint.hash.hex(), "signature": checkpoint.signature.hex()}) + b"\n"


def copy_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Add a checkpoint to a file beside the store. Unavailable when it cannot be written."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as file:
            file.write(as_line(checkpoint))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise Unavailable(f"检查点副本没有写成 {path}:{error.strerror or type(error).__name__}") from error


def read_copies(path: Path) -> list[Checkpoint]:
    """The checkpoints of such a file. Invalid names the first line that is none; a last line that was cut off by a
    crash is left out."""
    found: list[Checkpoint] = []
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines[:-1], 1):
        if not line:
            continue
        try:
            value = json.loads(line)
            found.append(
                Checkpoint(int(value["number"]), int(value["seq"]), int(value["at"]), bytes.fromhex(value["hash"]),
                           str(value["previous"]), str(value["key"]), bytes.fromhex(value["signature"]))
            )  # fmt: skip
        except (ValueError, KeyError, TypeError) as error:
            raise Invalid(f"{path} 第 {number} 行不是检查点。") from error
    return found
