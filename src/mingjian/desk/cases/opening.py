"""Opening cases: routed, ranked, given a due time; the same wish twice is one case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from mingjian.desk.cases.checks import check_request
from mingjian.desk.cases.model import Case, CaseRequest
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed, demand
from mingjian.desk.queues.load import book
from mingjian.desk.queues.model import Book
from mingjian.records.errors import Invalid
from mingjian.records.journal.append import append_all
from mingjian.records.journal.model import Event
from mingjian.records.storage import case_queries
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head

_ASKS = ("step", "application")  # what a case asks for: two questions about one subject are two cases
_BY_HAND = ("item", "actor", "product")  # drafts and appeals have services of their own, which ask for permission


def route(request: CaseRequest) -> str:
    """The queue the request names, else the one the routes choose. NotFound: unknown queue; Invalid: the queue does
    not take this kind."""
    check_request(request)
    held = book()
    facts = {**request.facts, "kind": request.kind, "origin": request.origin}
    queue = held.queue(request.queue if request.queue is not None else held.route(facts))
    if request.kind not in queue.kinds:
        raise Invalid(f"“{queue.title}”不收 {request.kind} 类案件,只收:{'、'.join(queue.kinds)}。", field="queue")
    return queue.name


def open_cases(tx: Tx, principal: Principal, requests: Sequence[CaseRequest]) -> list[Case]:
    """Open cases; they come back in the order of the requests. A live case about the same subject, of the same kind
    and origin, in the same queue and with the same question is given back instead of a second one. Opening one by
    hand (``manual``) needs case.review or case.assign; what other services open they have asked permission for."""
    for request in requests:
        if request.origin == "manual" and request.kind in _BY_HAND and not allowed(principal, "case.assign"):
            demand(principal, "case.review")
    routed = [replace(request, queue=route(request)) for request in requests]
    if not routed:
        return []
    hold_head(tx)  # from here on nobody else opens any
    live = case_queries.live_cases_about(tx, (request.subject for request in routed))
    known = {_key(case): case.id for case in live}
    ids: list[str] = []
    events: list[Event] = []
    for request in routed:
        id = known.get(_key(request))
        if id is None:
            id = known[_key(request)] = tx.new_id("cas")
            events.append(opened(book(), request, id, tx.now, principal.actor))
        ids.append(id)
    append_all(tx, events)
    cases = case_queries.cases_by_id(tx, ids)
    return [cases[id] for id in ids]


def _key(what: Case | CaseRequest) -> tuple[Any, ...]:
    asks = (what.facts.get(name) for name in _ASKS)
    return what.kind, what.subject, what.origin, what.queue, *asks


def opened(held: Book, request: CaseRequest, id: str, at: int, actor: str, golden: str | None = None) -> Event:
    """The event of a case in ``request.queue``."""
    queue = held.queue(request.queue or "")
    facts = {**request.facts, "kind": request.kind, "origin": request.origin}
    priority, due_at = held.urgency(queue, facts, at)
    body: dict[str, Any] = {
        "queue": queue.name,
        "kind": request.kind,
        "subject": request.subject,
        "origin": request.origin,
        "priority": priority,
        "due_at": due_at,
        "facts": {name: value for name, value in request.facts.items() if value is not None},
        "reason": request.reason,
        "barred": sorted(set(request.barred)),
        "parent": request.parent,
        "golden": golden,
    }
    return Event("case.opened", id, {name: value for name, value in body.items() if value is not None}, actor)
