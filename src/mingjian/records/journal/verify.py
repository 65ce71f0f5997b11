"""Is the journal as it was written? Finds any edit, gap or change of order, and a cut-off end.

Whoever can write to the store can compute the whole chain anew; what he cannot make is a checkpoint's signature
(records/evidence/checkpoints.py), so the chain is also held against those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from mingjian.records.journal.model import GENESIS
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import head, raw_events

MOST = 100  # problems named; more say nothing new
PROBLEMS = {
    "edited": "内容与链上的哈希不符:这一条或它前面的哈希被改动",
    "gap": "缺少事件",
    "reordered": "时间早于前一条:次序被改动",
    "head": "链尾记录与最后一条事件不符:结尾被删除或改动",
    "checkpoint": "与已签名的检查点不符:检查点之前的历史被重写",
    "cut": "检查点之后的结尾缺失:有签名的事件不在了",
    "signature": "检查点的签名不对:被改动或伪造",
    "taken": "检查点缺失:被删除或改动",
    "signer": "签名密钥的登记不对:被改动或伪造",
    "stranger": "签名用的不是本数据文件夹的密钥",
    "timestamp": "时间戳不对",
    "content": "原文与摘要不符:被改动",
    "missing": "事件所指的原文不在了,也没有删除记录",
    "file": "媒体文件与摘要不符:被改动",
}
"""What can be wrong: the first six in the chain itself, the rest in what speaks for it (records/evidence)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at an event (``seq`` 0: at none); ``word`` is a key of PROBLEMS."""

    seq: int
    word: str
    detail: str = ""

    def __str__(self) -> str:
        place = f"第 {self.seq} 条:" if self.seq else ""
        return place + PROBLEMS[self.word] + (f"({self.detail})" if self.detail else "")


@dataclass(frozen=True, slots=True)
class Verified:
    """``events`` looked at, the last ``seq`` and its hash, and what is wrong (the first MOST of ``wrong``)."""

    events: int
    seq: int
    hash: bytes
    wrong: int = 0
    problems: tuple[Problem, ...] = field(default=())

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return self.wrong == 0


def verify(
    database: Database, *, marks: Mapping[int, bytes] | None = None, progress: Callable[[int], None] | None = None
) -> Verified:
    """Walk the whole chain. ``marks`` are the hashes that signed checkpoints vouch for, by event number;
    ``progress`` hears now and then how many events are done."""
    with database.read() as tx:
        return verify_in(tx, marks=marks, progress=progress)


def verify_in(
    tx: Tx, *, marks: Mapping[int, bytes] | None = None, progress: Callable[[int], None] | None = None
) -> Verified:
    """The same in a transaction that is open already."""
    end = head(tx)
    found = walk(raw_events(tx), marks or {}, progress)
    problems = list(found.problems)
    wrong = found.wrong
    if (end.seq, end.hash) != (found.seq, found.hash):
        wrong += 1
        problems.append(Problem(end.seq, "head", f"应到第 {end.seq} 条,实际到第 {found.seq} 条"))
    return Verified(found.events, found.seq, found.hash, wrong, tuple(problems[:MOST]))


Row = tuple[int, int, str, str, str, str, bytes]


def walk(
    batches: Iterable[Iterable[Row]],
    marks: Mapping[int, bytes],
    progress: Callable[[int], None] | None = None,
) -> Verified:
    """Walk rows (seq, at, kind, subject, actor, body, hash) in the order of their numbers."""
    problems: list[Problem] = []
    wrong = count = last_seq = last_at = 0
    before = GENESIS

    def note(seq: int, word: str, detail: str = "") -> None:
        nonlocal wrong
        wrong += 1
        if len(problems) < MOST:
            problems.append(Problem(seq, word, detail))

    for batch in batches:
        for seq, at, kind, subject, actor, text, kept in batch:
            # Written out (journal.model.link): a call for each of a million events costs a third of the time.
            leaf = sha256(f"{seq}\n{at}\n{kind}\n{subject}\n{actor}\n{text}".encode()).digest()
            made = sha256(before + leaf).digest()
            kept = bytes(kept)
            if seq != last_seq + 1:
                note(seq, "gap", f"第 {last_seq + 1}–{seq - 1} 条" if seq > last_seq + 1 else f"第 {last_seq} 条之后")
            elif made != kept:
                note(seq, "edited")
            if at < last_at:
                note(seq, "reordered")
            if seq in marks and marks[seq] != kept:
                note(seq, "checkpoint")
            last_seq, last_at, before = seq, at, kept
            count += 1
        if progress is not None:
            progress(count)
    beyond = [seq for seq in marks if seq > last_seq]
    if beyond:
        note(max(beyond), "cut", f"检查点到第 {max(beyond)} 条,实际到第 {last_seq} 条")
    return Verified(count, last_seq, before, wrong, tuple(problems))
