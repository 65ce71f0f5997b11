"""Alarms about engagement: looked at, confirmed, dismissed, and each of that taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.engagement.observing import observe_publishers
from mingjian.records.engagement.model import Kept
from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import engagement as store
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head

READS, MANAGES = "engagement.read", "engagement.manage"
_REASON = 500


def get_alarm(tx: Tx, principal: Principal, id: str) -> tuple[Kept, Mapping[str, Any] | None]:
    """An alarm with its members and evidence (None once those were deleted)."""
    demand(principal, READS)
    found = _the(tx, id)
    return found, store.content_of(tx, found.content)


def confirm(tx: Tx, principal: Principal, id: str, reason: str) -> Kept:
    """A person holds it for bought engagement: from now it counts in the scores of those it was about."""
    return _decide(tx, principal, id, "engagement.confirmed", ("open",), reason)


def dismiss(tx: Tx, principal: Principal, id: str, reason: str) -> Kept:
    """A person holds it for none. The same accounts are not raised again."""
    return _decide(tx, principal, id, "engagement.dismissed", ("open",), reason)


def reopen(tx: Tx, principal: Principal, id: str, reason: str) -> Kept:
    """Take a confirmation or a dismissal back."""
    return _decide(tx, principal, id, "engagement.reopened", ("confirmed", "dismissed"), reason)


def _decide(
    tx: Tx, principal: Principal, id: str, kind: str, states: tuple[str, ...], reason: str
) -> Kept:  # fmt: skip
    demand(principal, MANAGES)
    hold_head(tx)
    found = _the(tx, id)
    if found.state not in states:
        raise Conflict("这条线索的状态已经变了,请刷新后再看。")
    if not reason.strip() or len(reason) > _REASON:
        raise Invalid(f"请写明理由,最多 {_REASON} 字。", field="reason")
    append(tx, Event(kind, id, {"reason": reason.strip()}, principal.actor))
    observe_publishers(tx, {day.publisher for day in store.days_of(tx, id)})
    return _the(tx, id)


def _the(tx: Tx, id: str) -> Kept:
    found = store.alarm_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有这条异动线索:{id[:40]}")
    return found
