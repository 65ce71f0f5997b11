"""Cases, to be read: working on them is people's, in the console."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from mingjian.desk.cases.model import PRIORITIES, Case, CaseFilter
from mingjian.desk.cases.service import get_case, list_cases
from mingjian.desk.people.permissions import demand
from mingjian.doors.api import paging
from mingjian.doors.api.answers import answer, time_of
from mingjian.doors.api.asking import Caller
from mingjian.doors.api.openapi import gives
from mingjian.doors.desk.sessions import desk_of
from mingjian.records.errors import Invalid

router = APIRouter(tags=["cases"])
Word = Annotated[str | None, Query(max_length=128)]


@router.get("/cases", responses=gives({200: "CasePage"}))
def list_(
    request: Request,
    principal: Caller,
    queue: Word = None,
    state: Annotated[str | None, Query(description="open, leased, second, expert, closed, live")] = None,
    kind: Word = None,
    origin: Word = None,
    subject: Word = None,
    publisher: Word = None,
    overdue: bool = False,
    cursor: paging.Cursor = None,
    limit: paging.Limit = 50,
) -> Response:
    """Cases of the queues the key may see, the most urgent first."""
    demand(principal, "case.read")
    desk = desk_of(request)
    if any("\x00" in value for value in request.query_params.values()):
        raise Invalid("筛选条件里不能有空字符。")
    wanted = CaseFilter(queue=queue, state=state, kind=kind, origin=origin, subject=subject, publisher=publisher,
                        overdue=overdue)  # fmt: skip
    place = paging.read(desk.secret, ("cases", wanted), cursor)
    with desk.database.read() as tx:
        page = list_cases(tx, principal, wanted, place, limit)
    next = None if page.next is None else paging.made(desk.secret, ("cases", wanted), page.next)
    return answer({"items": [case_dict(case) for case in page.items], "next": next})


@router.get("/cases/{id}", responses=gives({200: "Case"}))
def get(request: Request, principal: Caller, id: str) -> Response:
    """One case."""
    demand(principal, "case.read")
    with desk_of(request).database.read() as tx:
        found = get_case(tx, principal, id)
    return answer(case_dict(found), headers={"ETag": f'"{found.version}"'})


def case_dict(case: Case) -> dict[str, Any]:
    """A case for programs."""
    return {
        "id": case.id,
        "queue": case.queue,
        "kind": case.kind,
        "subject": case.subject,
        "origin": case.origin,
        "state": case.state,
        "priority": PRIORITIES[case.priority],
        "due_at": time_of(case.due_at),
        "opened_at": time_of(case.opened_at),
        "version": case.version,
        "reason": case.reason,
        "assignee": case.assignee,
        "lease_holder": case.lease_holder,
        "lease_until": time_of(case.lease_until),
        "outcome": case.outcome,
        "closed_at": time_of(case.closed_at),
        "parent": case.parent,
    }
