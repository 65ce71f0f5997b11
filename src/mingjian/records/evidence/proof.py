"""The part of the chain that proves some events, with nothing of the events between them but their leaves."""

from __future__ import annotations

from collections.abc import Sequence

from mingjian.records.errors import Conflict
from mingjian.records.evidence.model import Checkpoint
from mingjian.records.evidence.package import Stretch
from mingjian.records.journal.model import Recorded
from mingjian.records.storage import checkpoints as store
from mingjian.records.storage.database import Tx
from mingjian.records.storage.evidence_queries import hash_at, leaves


def stretches(tx: Tx, events: Sequence[Recorded]) -> tuple[list[Stretch], list[Checkpoint]]:
    """For events in order: the stretches of the chain that hold them, and the checkpoint at the end of each. Conflict
    when some come after the last checkpoint."""
    found: list[Stretch] = []
    ends: list[Checkpoint] = []
    for event in events:
        if ends and event.seq <= ends[-1].seq:
            continue
        end = store.checkpoint_at(tx, event.seq)
        if end is None:
            raise Conflict("最新的事件还没有签名检查点作证:请先生成检查点(mingjian evidence checkpoint)。")
        after = event.seq - 1
        found.append(Stretch(after, hash_at(tx, after), tuple(leaves(tx, after, end.seq))))
        ends.append(end)
    return found, ends
