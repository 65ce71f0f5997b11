"""The work list: who does what of it, done, put off for a reason."""

from __future__ import annotations

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed, demand
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.patrols.model import Entry
from mingjian.records.storage import patrol_entries as store
from mingjian.records.storage import people
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head

_REASON = 500
_FARTHEST = 366 * 24 * 3600 * 1_000_000


def get_entry(tx: Tx, principal: Principal, id: str) -> Entry:
    """One entry."""
    demand(principal, "patrol.read")
    return _the(tx, id)


def assign(tx: Tx, principal: Principal, id: str, assignee: str | None) -> Entry:
    """Give it to somebody (an actor, ``user:usr_…``), or to nobody. Oneself may take it; giving it to others takes
    patrol.manage."""
    demand(principal, "patrol.read")
    if assignee != principal.actor and not allowed(principal, "patrol.manage"):
        raise Forbidden("只能由自己领取;分派给别人须有“管理巡查”权限。")
    hold_head(tx)
    found = _open(tx, id)
    if assignee is not None and people.user_by_id(tx, assignee.removeprefix("user:")) is None:
        raise NotFound("没有这个账号。")
    if found.assignee != assignee:
        append(tx, Event("entry.assigned", id, {"assignee": assignee}, principal.actor))
    return _the(tx, id)


def done(tx: Tx, principal: Principal, id: str, note: str) -> Entry:
    """It is dealt with; ``note`` says how."""
    demand_work(principal)
    hold_head(tx)
    _open(tx, id)
    append(tx, Event("entry.done", id, {"reason": _said(note, "请写明处理结果")}, principal.actor))
    return _the(tx, id)


def snooze(tx: Tx, principal: Principal, id: str, until: int, reason: str) -> Entry:
    """Put it off until a moment (microseconds, within a year), for a reason."""
    demand_work(principal)
    hold_head(tx)
    _open(tx, id)
    if not tx.now < until <= tx.now + _FARTHEST:
        raise Invalid("推迟到的时间应在将来一年之内。", field="until")
    body = {"until": until, "reason": _said(reason, "请写明推迟的理由")}
    append(tx, Event("entry.snoozed", id, body, principal.actor))
    return _the(tx, id)


def reopen(tx: Tx, principal: Principal, id: str, reason: str) -> Entry:
    """It was not dealt with after all, or is not to be put off."""
    demand_work(principal)
    hold_head(tx)
    found = _the(tx, id)
    if found.state == "superseded":
        raise Conflict("这一项已由新的一项代替。")
    if found.state == "open" and found.snoozed_until is None:
        raise Conflict("这一项没有办结,也没有推迟。")
    append(tx, Event("entry.reopened", id, {"reason": _said(reason, "请写明重开的理由")}, principal.actor))
    return _the(tx, id)


def may_work(principal: Principal) -> bool:
    """Whether somebody may deal with entries: they hold patrol.manage or enquiry.manage."""
    return allowed(principal, "patrol.manage") or allowed(principal, "enquiry.manage")


def demand_work(principal: Principal) -> None:
    """Go on, or Forbidden."""
    if not may_work(principal):
        demand(principal, "patrol.manage")


def _said(words: str, wish: str) -> str:
    if not words.strip() or len(words) > _REASON:
        raise Invalid(f"{wish},最多 {_REASON} 字。", field="reason")
    return words.strip()


def _open(tx: Tx, id: str) -> Entry:
    found = _the(tx, id)
    if found.state != "open":
        raise Conflict("这一项已经办结或被代替。")
    return found


def _the(tx: Tx, id: str) -> Entry:
    found = store.entry_by_id(tx, id)
    if found is None:
        raise NotFound(f"工作清单里没有这一项:{id}")
    return found
