"""Quality samples: a share of closed cases is asked again, of another person who does not see the first answer."""

from __future__ import annotations

from collections.abc import Sequence

from mingjian.desk.cases.chance import drawn
from mingjian.desk.cases.model import Case, CaseRequest
from mingjian.desk.queues.model import Queue


def sample_of(case: Case, queue: Queue, barred: Sequence[str]) -> CaseRequest | None:
    """The request to ask a closed case again, if chance draws it; never of those who answered it."""
    if queue.sample_queue is None or not drawn(queue.sample_share, "sample", case.id):
        return None
    return CaseRequest(
        case.kind, case.subject, case.facts, "sample", queue.sample_queue, "质检抽样", tuple(barred), parent=case.id
    )


def correction_of(sample: Case, case: Case | None, barred: Sequence[str]) -> CaseRequest | None:
    """The request to look anew at what a closed sample found wrong: another outcome than its ``case`` had or, of what
    no person had answered (``case`` None: the machine let it pass), any but pass. None when nothing was wrong."""
    if sample.outcome == ("pass" if case is None else case.outcome):
        return None
    return CaseRequest(
        sample.kind,
        sample.subject,
        sample.facts,
        "manual",
        None if case is None else case.queue,
        f"质检改判:原为 {'机器放行' if case is None else case.outcome},质检为 {sample.outcome}",
        tuple(barred),
        parent=sample.id,
    )
