"""What is demanded of requests and answers, and of who gives them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from mingjian.desk.cases.model import CASE_KINDS, FACTS, ORIGINS, Case, CaseRequest, ReviewInput
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed, demand
from mingjian.desk.queues.load import book
from mingjian.desk.queues.model import Queue
from mingjian.records.canonical import canonical
from mingjian.records.clock import moment
from mingjian.records.errors import Conflict, Forbidden, Invalid
from mingjian.records.storage import case_queries
from mingjian.records.storage.database import Tx

_FACTS_BYTES = 4096
_WIDTH = {"publisher": 200, "platform": 64, "department": 64}  # the others are words of ours
_LONGEST = 24 * 3600  # seconds on one case
_NOTE, _CODES = 2000, 50


def check_request(request: CaseRequest) -> None:
    """Invalid when no case can be made of it."""
    if request.kind not in CASE_KINDS:
        raise Invalid(f"案件类型“{request.kind}”不对,可用:{'、'.join(CASE_KINDS)}。", field="kind")
    if request.origin not in ORIGINS:
        raise Invalid(f"案件来源“{request.origin}”不对,可用:{'、'.join(ORIGINS)}。", field="origin")
    if not request.subject or len(request.subject) > 200 or "\n" in request.subject:
        raise Invalid("案件对象应为 1 到 200 个字符的编号。", field="subject")
    if len(request.reason) > _NOTE:
        raise Invalid(f"立案理由不能超过 {_NOTE} 个字。", field="reason")
    _check_size(request.facts, "facts", "案件事实")
    for name in FACTS:
        value = request.facts.get(name)
        if value is not None and (not isinstance(value, str) or len(value) > _WIDTH.get(name, 32)):
            raise Invalid(f"案件事实 {name} 应为不超过 {_WIDTH.get(name, 32)} 个字符的文字。", field=f"facts.{name}")


def _check_size(value: Mapping[str, Any], field: str, name: str) -> None:
    try:
        size = len(canonical(dict(value)))
    except (TypeError, ValueError) as error:
        raise Invalid(f"{name}只能含文字、数、真假和它们的列表、映射。", field=field) from error
    if size > _FACTS_BYTES:
        raise Invalid(f"{name}太大:{size} 字节,上限 {_FACTS_BYTES}。", field=field)


def check_answer(queue: Queue, answer: ReviewInput) -> None:
    """Invalid when the queue does not take such an answer."""
    if answer.measure not in queue.measures:
        allowed_here = "、".join(queue.measures)
        raise Invalid(f"“{queue.title}”不能用“{answer.measure}”,可用:{allowed_here}。", field="measure")
    known = {reason.name: reason for reason in queue.reasons}
    for name in answer.reasons:
        if name not in known:
            raise Invalid(f"“{queue.title}”没有理由“{name}”,可用:{'、'.join(known)}。", field="reasons")
    if answer.measure in queue.reasons_for and not answer.reasons:
        raise Invalid("请至少选一个理由。", field="reasons")
    if any(known[name].note for name in answer.reasons) and not answer.note.strip():
        raise Invalid("选了“其他”类理由,请写备注。", field="note")
    if len(answer.note) > _NOTE:
        raise Invalid(f"备注不能超过 {_NOTE} 个字。", field="note")
    if len(answer.codes) > _CODES or any(not code or len(code) > 80 for code in answer.codes):
        raise Invalid(f"规则编号最多 {_CODES} 个,每个 1 到 80 个字符。", field="codes")
    if len(answer.cites) > _CODES or any(not cite or len(cite) > 80 for cite in answer.cites):
        raise Invalid(f"引用的法条最多 {_CODES} 条,每条 1 到 80 个字符。", field="cites")
    if not math.isfinite(answer.seconds) or not 0 <= answer.seconds <= _LONGEST:
        raise Invalid(f"用时应在 0 到 {_LONGEST} 秒之间。", field="seconds")
    _check_size(answer.terms, "terms", "处置期限等附加项")


def stages_of(principal: Principal, queue: Queue) -> tuple[str, ...]:
    """The stages of a queue's cases that somebody may answer."""
    may = ("first", "second") if allowed(principal, queue.permission, queue.name) else ()
    return (*may, "expert") if allowed(principal, "case.expert", queue.name) else may


def demand_turn(tx: Tx, principal: Principal, case: Case, queue: Queue) -> None:
    """Go on when this person may answer this case now; Forbidden or Conflict when not."""
    demand(principal, "case.expert" if case.stage == "expert" else queue.permission, queue.name)
    if not own_department(principal, case, queue):
        raise Forbidden("这是其他科室的案件,不能审核。")
    if case.stage == "closed":
        raise Conflict("案件已结案,请刷新。")
    if case.lease_holder is not None and case.lease_holder != principal.actor:
        until = moment(case.lease_until or 0).strftime("%H:%M")
        raise Conflict(f"案件正由他人审核,最晚 {until} 释放。请审下一件,或稍后再来。")
    if case.assignee is not None and case.assignee != principal.actor:
        raise Conflict("案件已分派给他人。")
    if case_queries.is_barred(tx, case.id, principal.actor):
        raise Forbidden("你与本案有关(作者,或审过前一轮),须由他人审核。")
    if any(review.reviewer == principal.actor for review in case_queries.reviews_of_case(tx, case.id)):
        raise Forbidden("你已审过本案,复审须由他人进行。")


def own_department(principal: Principal, case: Case, queue: Queue) -> bool:
    """Whether the case is one of somebody's own department, where the queue asks for that. Who belongs to none, and
    what belongs to none, are not held apart."""
    if not queue.own_department or principal.department is None or case.department is None:
        return True
    return case.department == principal.department


def queue_of(case: Case) -> Queue:
    """The case's queue; Conflict when the queue file no longer has it."""
    found = book().queues.get(case.queue)
    if found is None:
        raise Conflict(f"队列“{case.queue}”已从队列文件中删除,请先把案件移到别的队列。")
    return found


def facts_of(case: Case) -> dict[str, Any]:
    """What conditions look at."""
    return {**case.facts, "kind": case.kind, "origin": case.origin}
