"""What is done to an application, its audits, findings, certificate and appeals: each a form's POST of its own that
goes back to the application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed, demand
from mingjian.doors.console.context import Flash, desk, posted, redirect, spoken, text, user
from mingjian.governance.accreditation import (
    appealing,
    applying,
    auditing,
    correcting,
    deciding,
    reviewing,
    standing,
)
from mingjian.governance.accreditation.access import APPLY, AUDIT, DECIDE, MANAGE
from mingjian.governance.accreditation.auditing import Plan
from mingjian.governance.accreditation.correcting import Answer
from mingjian.governance.accreditation.deciding import Wish
from mingjian.records.errors import Invalid
from mingjian.records.evidence.checkpoints import current_signer
from mingjian.records.evidence.keys import Signer
from mingjian.records.storage.database import Tx

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Call:
    """What an action is given: who asks, the id in the address, the form, and the key to sign with."""

    tx: Tx
    asks: Principal
    id: str
    form: FormData
    signer: Signer | None

    def text(self, name: str) -> str:
        """A field."""
        return text(self.form, name, 4001)

    def many(self, name: str) -> list[str]:
        """All values of a field."""
        return [one for one in self.form.getlist(name) if isinstance(one, str) and one]

    @property
    def version(self) -> int | None:
        """The version of the thing as it was seen."""
        given = self.text("version")
        return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None

    def number(self, name: str) -> int:
        """A whole number."""
        given = self.text(name)
        if not (given.isascii() and given.isdigit() and len(given) < 6):
            raise Invalid("应填整数。", field=name)
        return int(given)

    def day(self, name: str) -> date:
        """A day."""
        try:
            return date.fromisoformat(self.text(name))
        except ValueError as error:
            raise Invalid("请写日期,如 2026-03-02。", field=name) from error

    def plan(self) -> Plan:
        """Who audits, and when."""
        return Plan(self.text("lead"), self.many("auditor"), self.day("first"), self.day("last"))


Act = Callable[[Call], str]
"""Does it; the application to go back to."""


def _decide(call: Call) -> str:
    assert call.signer is not None
    wish = Wish(call.text("outcome"), call.text("reason"), call.many("clause"))
    return deciding.decide(call.tx, call.asks, call.id, wish, call.signer, version=call.version).id


def _verify(call: Call) -> str:
    verdict = call.text("verdict")
    if verdict not in ("accept", "refuse"):
        raise Invalid("请选验证结论。", field="verdict")
    remark = call.text("remark")
    return correcting.verify(call.tx, call.asks, call.id, verdict == "accept", remark, call.version).accreditation


APPLICATION: dict[str, tuple[tuple[str, ...], str, Act]] = {
    "assess": ((APPLY,), "已提交自评,等待文件评审。",
               lambda c: applying.assess(c.tx, c.asks, c.id, c.version).id),
    "recall": ((APPLY,), "已撤回自评。", lambda c: applying.recall(c.tx, c.asks, c.id, c.version).id),
    "withdraw": ((APPLY, MANAGE), "已撤回申请。",
                 lambda c: applying.withdraw(c.tx, c.asks, c.id, c.text("reason"), c.version).id),
    "resume": ((APPLY, MANAGE), "已恢复申请。", lambda c: applying.resume(c.tx, c.asks, c.id, c.version).id),
    "take": ((MANAGE,), "已领取评审。", lambda c: reviewing.take(c.tx, c.asks, c.id, c.version).id),
    "release": ((MANAGE,), "已退回评审任务。", lambda c: reviewing.release(c.tx, c.asks, c.id, c.version).id),
    "return": ((MANAGE,), "已退回补正。", lambda c: reviewing.send_back(
        c.tx, c.asks, c.id, c.many("clause"), c.text("reason"), c.version).id),
    "pass": ((MANAGE,), "文件评审通过,请安排现场审核。",
             lambda c: reviewing.let_pass(c.tx, c.asks, c.id, c.version).id),
    "reopen": ((MANAGE,), "已重开文件评审。",
               lambda c: reviewing.reopen(c.tx, c.asks, c.id, c.text("reason"), c.version).id),
    "plan": ((MANAGE,), "已安排审核,请审核员作无利益关系声明。",
             lambda c: auditing.plan(c.tx, c.asks, c.id, c.plan(), version=c.version).accreditation),
    "submit": ((MANAGE,), "已提交决定。",
               lambda c: correcting.submit(c.tx, c.asks, c.id, c.text("reason"), c.version).id),
    "decide": ((DECIDE,), "已作出决定。", _decide),
    "undo": ((DECIDE,), "决定已撤回。",
             lambda c: deciding.undo(c.tx, c.asks, c.id, c.text("reason"), version=c.version).id),
    "appeal": ((APPLY,), "申诉已收到。",
               lambda c: appealing.lodge(c.tx, c.asks, c.id, c.text("grounds")).accreditation),
}  # fmt: skip
AUDITS: dict[str, tuple[tuple[str, ...], str, Act]] = {
    "replan": ((MANAGE,), "已改期,请审核员重新声明。",
               lambda c: auditing.replan(c.tx, c.asks, c.id, c.plan(), c.version).accreditation),
    "cancel": ((MANAGE,), "已取消这次审核。",
               lambda c: auditing.cancel(c.tx, c.asks, c.id, c.text("reason"), c.version).accreditation),
    "declare": ((AUDIT,), "已声明。", lambda c: auditing.declare(c.tx, c.asks, c.id).accreditation),
    "open": ((AUDIT,), "审核开始。", lambda c: auditing.begin(c.tx, c.asks, c.id, c.version).accreditation),
    "close": ((AUDIT,), "审核结束。",
              lambda c: auditing.close(c.tx, c.asks, c.id, c.text("summary"), c.version).accreditation),
    "reopen": ((AUDIT,), "审核已重开。",
               lambda c: auditing.reopen(c.tx, c.asks, c.id, c.text("reason"), c.version).accreditation),
    "findings": ((AUDIT,), "已开出。", lambda c: correcting.raise_one(
        c.tx, c.asks, c.id, c.text("clause"), c.text("grade"), c.text("words")).accreditation),
}  # fmt: skip
FINDINGS: dict[str, tuple[tuple[str, ...], str, Act]] = {
    "change": ((AUDIT,), "已改写。", lambda c: correcting.change(
        c.tx, c.asks, c.id, c.text("grade"), c.text("words"), c.version).accreditation),
    "withdraw": ((AUDIT,), "已撤回。",
                 lambda c: correcting.withdraw(c.tx, c.asks, c.id, c.text("reason"), c.version).accreditation),
    "restore": ((AUDIT,), "已恢复。", lambda c: correcting.restore(c.tx, c.asks, c.id, c.version).accreditation),
    "answer": ((APPLY,), "已回复,等待验证。", lambda c: correcting.answer(
        c.tx, c.asks, c.id, Answer(c.text("cause"), c.text("action"), c.many("evidence")), c.version).accreditation),
    "verify": ((AUDIT,), "已记录验证结论。", _verify),
    "reopen": ((AUDIT,), "已重开。",
               lambda c: correcting.reopen(c.tx, c.asks, c.id, c.text("reason"), c.version).accreditation),
    "extend": ((MANAGE,), "已延期。", lambda c: correcting.extend(
        c.tx, c.asks, c.id, c.number("days"), c.text("reason"), c.version).accreditation),
}  # fmt: skip
CERTIFICATES: dict[str, tuple[tuple[str, ...], str, Act]] = {
    "suspend": ((DECIDE,), "证书已暂停。", lambda c: standing.suspend(
        c.tx, c.asks, c.id, c.text("reason"), c.many("clause"), c.version).accreditation),
    "restore": ((DECIDE,), "证书已恢复。",
                lambda c: standing.restore(c.tx, c.asks, c.id, c.text("reason"), c.version).accreditation),
    "withdraw": ((DECIDE,), "证书已撤销。", lambda c: standing.withdraw(
        c.tx, c.asks, c.id, c.text("reason"), c.many("clause"), c.version).accreditation),
    "fulfil": ((AUDIT, DECIDE), "已确认附带的条件完成。",
               lambda c: standing.fulfil(c.tx, c.asks, c.id, c.text("reason"), c.version).accreditation),
    "unfulfil": ((DECIDE,), "附带的条件已重开。",
                 lambda c: standing.unfulfil(c.tx, c.asks, c.id, c.text("reason"), c.version).accreditation),
}  # fmt: skip
APPEALS: dict[str, tuple[tuple[str, ...], str, Act]] = {
    "answer": ((appealing.ANSWER,), "已答复申诉。", lambda c: appealing.answer(
        c.tx, c.asks, c.id, c.text("outcome"), c.text("reason")).accreditation),
}  # fmt: skip


def _endpoint(name: str, needs: tuple[str, ...], told: str, act: Act) -> Callable[..., Response]:
    def endpoint(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
        asks = user(request)
        if not any(allowed(asks, one) for one in needs):
            demand(asks, needs[0])
        opened = desk(request)
        signer = current_signer(opened.database, opened.settings.secrets) if name == "decide" else None
        with opened.database.write() as tx:
            back = act(Call(tx, asks, id, form, signer))
        return redirect(request, f"/accreditations/{back}", Flash(spoken(request, told)))

    endpoint.__doc__ = told
    return endpoint


for _where, _acts in (
    ("/accreditations/{id}", APPLICATION), ("/accreditations/audits/{id}", AUDITS),
    ("/accreditations/findings/{id}", FINDINGS), ("/accreditations/certificates/{id}", CERTIFICATES),
    ("/accreditations/appeals/{id}", APPEALS),
):  # fmt: skip
    for _name, (_needs, _told, _act) in _acts.items():
        router.add_api_route(f"{_where}/{_name}", _endpoint(_name, _needs, _told, _act), methods=["POST"],
                             name=f"{_where.split('/')[-2]} {_name}")  # fmt: skip
