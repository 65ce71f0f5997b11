"""The whole journal held against all that speaks for it: its chain, checkpoints, keys, time stamps and contents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from mingjian.records.blobs import Blobs
from mingjian.records.evidence.keys import is_signed, key_id
from mingjian.records.evidence.model import NOTHING, Announced, Checkpoint, Timestamp, announcement
from mingjian.records.evidence.timestamps import WrongToken, check_token
from mingjian.records.journal.verify import MOST, Problem, Verified, verify
from mingjian.records.storage import checkpoints as store
from mingjian.records.storage.database import Database
from mingjian.records.storage.evidence_queries import damaged, missing_contents

SAMPLE = 2000


@dataclass(frozen=True, slots=True)
class Examined:
    """What was looked at and what is wrong (the first MOST of ``wrong``). ``notes`` are things to know that prove
    nothing wrong."""

    chain: Verified
    checkpoints: int
    timestamps: int
    contents: int
    files: int
    wrong: int
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return self.wrong == 0


def examine(
    database: Database,
    *,
    pinned: bytes | None = None,
    copies: Sequence[Checkpoint] = (),
    roots: Sequence[bytes] = (),
    sample: int | None = SAMPLE,
    blobs: Blobs | None = None,
    progress: Callable[[int], None] | None = None,
) -> Examined:
    """Look at everything. ``pinned`` is the public key one knows from elsewhere (the data folder's), ``copies`` are
    checkpoints kept elsewhere, ``roots`` certificates (PEM) of time-stamp authorities, ``sample`` how many contents are
    hashed (None: all), ``blobs`` the media folder when its files are to be hashed too."""
    with database.read() as tx:
        kept, known, stamps = store.checkpoints(tx), store.signers(tx), store.timestamps(tx)
    problems, notes = list(_keys(known, pinned)), list(_key_notes(known))
    keys = {one.id: one.public for one in known}
    problems += _series(kept, keys)
    kept_by_number = {one.number: one for one in kept}
    for copy in copies:
        if copy.key not in keys or not is_signed(keys[copy.key], copy.statement, copy.signature):
            problems.append(Problem(copy.seq, "signature", f"副本中的检查点 {copy.number}"))
        elif copy.number not in kept_by_number:
            problems.append(Problem(copy.seq, "taken", f"检查点 {copy.number}"))
    marks: dict[int, bytes] = {}
    for one in (*kept, *copies):
        genuine = one.key in keys and is_signed(keys[one.key], one.statement, one.signature)
        if genuine and marks.setdefault(one.seq, one.hash) != one.hash:
            problems.append(Problem(one.seq, "checkpoint", f"两个检查点 {one.number} 不一致"))
    problems += _stamps(stamps, kept_by_number, roots, notes)
    chain = verify(database, marks=marks, progress=progress)
    with database.read() as tx:
        looked, bad = damaged(tx, sample, start=chain.hash.hex())
        gone = missing_contents(tx)
    problems += [Problem(0, "content", name) for name in bad]
    problems += [Problem(seq, "missing", name) for seq, name in gone]
    files, bad_files = _files(blobs)
    problems += [Problem(0, "file", name) for name in bad_files]
    if not kept and chain.events:
        notes.append("还没有签名检查点:重算整条链的改动现在查不出来。用 mingjian evidence checkpoint 签一个。")
    elif kept and chain.seq > kept[-1].seq:
        notes.append(f"最后 {chain.seq - kept[-1].seq} 条事件还没有检查点作证。")
    everything = [*chain.problems, *problems]
    wrong = chain.wrong + len(problems)
    return Examined(chain, len(kept), len(stamps), looked, files, wrong, tuple(everything[:MOST]), tuple(notes))


def _keys(known: Sequence[Announced], pinned: bytes | None) -> Iterable[Problem]:
    seen: dict[str, bytes] = {}
    found = False
    for one in known:
        told = announcement(one.id, one.public, one.by)
        vouched = one.by is None or (one.by in seen and is_signed(seen[one.by], told, one.signature or b""))
        if key_id(one.public) != one.id or not vouched:
            yield Problem(one.seq, "signer", one.id)
        elif found and one.by is None:  # whoever can write to the store can begin a key of his own
            yield Problem(one.seq, "stranger", one.id)
        found = found or one.public == pinned
        seen[one.id] = one.public
    if pinned is not None and known and not found:
        yield Problem(known[-1].seq, "stranger", f"{known[-1].id},应为 {key_id(pinned)}")


def _key_notes(known: Sequence[Announced]) -> Iterable[str]:
    for one in known[1:]:
        if one.by is None:
            yield f"密钥 {one.id} 启用时没有旧密钥的签名(旧密钥遗失);请核实这次更换。"


def _series(kept: Sequence[Checkpoint], keys: Mapping[str, bytes]) -> Iterable[Problem]:
    before, number = NOTHING, 0
    for one in kept:
        number += 1
        if one.number != number or one.previous != before:
            yield Problem(one.seq, "taken", f"检查点 {number} 起")
            number = one.number
        if one.key not in keys or not is_signed(keys[one.key], one.statement, one.signature):
            yield Problem(one.seq, "signature", f"检查点 {one.number}")
        before = one.digest


def _stamps(
    stamps: Sequence[Timestamp], kept: Mapping[int, Checkpoint], roots: Sequence[bytes], notes: list[str]
) -> Iterable[Problem]:
    for stamp in stamps:
        one = kept.get(stamp.checkpoint)
        if one is None:
            yield Problem(0, "taken", f"检查点 {stamp.checkpoint}")
            continue
        try:
            check_token(stamp.token, one.statement, roots)
        except WrongToken as error:
            yield Problem(one.seq, "timestamp", str(error))
    if stamps and not roots:
        notes.append("没有给出时间戳机构的证书(--ca):只核对了时间戳所指的内容,没有核对机构的签名。")


def _files(blobs: Blobs | None) -> tuple[int, list[str]]:
    looked, bad = 0, []
    if blobs is not None and blobs.folder.is_dir():
        for path in sorted(blobs.folder.glob("??/*")):
            state = sha256()
            with path.open("rb") as file:
                while piece := file.read(1 << 20):
                    state.update(piece)
            looked += 1
            if state.hexdigest() != path.name:
                bad.append(path.name)
    return looked, bad
