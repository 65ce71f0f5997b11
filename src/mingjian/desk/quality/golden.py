"""Golden items: cases whose right answer is known, put among the others to see how well reviewers answer.

One comes to a reviewer in place of the next case, in the queue's share, drawn so that nobody can foresee it. It is
opened for that moment and looks like any other; nothing follows from its answer. Nobody gets one they know.
"""

from __future__ import annotations

from mingjian.desk.cases.chance import drawn, fraction
from mingjian.desk.cases.checks import check_request
from mingjian.desk.cases.model import CaseRequest
from mingjian.desk.cases.opening import opened
from mingjian.desk.people.model import Principal, house
from mingjian.desk.people.permissions import demand
from mingjian.desk.queues.load import book
from mingjian.desk.queues.model import Queue
from mingjian.records.cases.model import Golden
from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import quality
from mingjian.records.storage.database import Tx


def add_golden(tx: Tx, principal: Principal, request: CaseRequest, measures: tuple[str, ...]) -> Golden:
    """Make a golden item of ``request.queue``: its right answer is any of ``measures``, its facts and reason are what
    reviewers will see. Needs quality.manage. Conflict: the subject is one already."""
    demand(principal, "quality.manage", request.queue)
    check_request(request)
    queue = book().queue(request.queue or "")
    if request.kind not in queue.kinds:
        raise Invalid(f"“{queue.title}”不收 {request.kind} 类案件。", field="kind")
    if not measures or not set(measures) <= set(queue.measures):
        raise Invalid(f"标准答案应为以下的一个或几个:{'、'.join(queue.measures)}。", field="measures")
    if any(one.subject == request.subject for one in quality.goldens(tx, queue.name) if one.active):
        raise Conflict("这个对象已是本队列的标准题。", field="subject")
    id = tx.new_id("gld")
    body = {
        "queue": queue.name,
        "kind": request.kind,
        "subject": request.subject,
        "measures": sorted(set(measures)),
        "facts": {name: value for name, value in request.facts.items() if value is not None},
        "reason": request.reason,
    }
    append(tx, Event("golden.added", id, body, principal.actor))
    return _golden(tx, id)


def retire_golden(tx: Tx, principal: Principal, golden: str) -> Golden:
    """Put it among the cases no more; what was answered stays counted. Needs quality.manage."""
    demand(principal, "quality.manage", _golden(tx, golden).queue)
    append(tx, Event("golden.retired", golden, {}, principal.actor))
    return _golden(tx, golden)


def list_goldens(tx: Tx, principal: Principal, queue: str | None = None) -> list[Golden]:
    """Golden items, newest first, with how often each was answered. Needs quality.manage."""
    demand(principal, "quality.manage", queue)
    return quality.goldens(tx, queue)


def _golden(tx: Tx, id: str) -> Golden:
    found = quality.golden_by_id(tx, id)
    if found is None:
        raise NotFound("没有这道标准题。")
    return found


def golden_instead(tx: Tx, principal: Principal, queue: Queue, case: str) -> str | None:
    """The case of a golden item this reviewer shall get in place of ``case``, opened; None in most calls."""
    if not queue.golden_share:
        return None
    actor = principal.actor
    fresh = quality.goldens_unknown_to(tx, queue.name, actor)
    if not fresh:
        return None
    # What was given before is part of the lot: after a golden item the same case draws anew.
    lot = f"{actor}:{case}:{quality.goldens_given(tx, actor)}"
    if not drawn(queue.golden_share, "golden", lot):
        return None
    golden = min(fresh, key=lambda one: fraction("which golden", f"{lot}:{one.id}"))
    request = CaseRequest(golden.kind, golden.subject, golden.facts, "golden", queue.name, golden.reason)
    id = tx.new_id("cas")
    append(tx, opened(book(), request, id, tx.now, house("quality").actor, golden.id))
    return id
