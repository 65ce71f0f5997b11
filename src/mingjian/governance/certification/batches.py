"""Batches: a frozen list with its digest, approved by another person, carried out piece by piece, and taken back.

Each piece is one transaction that makes the decisions and marks the members, so that a batch that was killed anywhere
goes on where it was, and nobody is dealt with twice."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import date
from typing import Any

from mingjian.desk.people.model import Principal, house
from mingjian.desk.people.permissions import demand
from mingjian.governance.certification import whatif
from mingjian.governance.certification.adopting import APPROVES, policy_named, policy_on
from mingjian.governance.certification.carrying import carry_out, take_back
from mingjian.governance.certification.model import Policy
from mingjian.governance.certification.whatif import Holder, Impact, Risks
from mingjian.governance.decisions.law import Basis, basis_in_force
from mingjian.governance.decisions.words import required
from mingjian.records.canonical import canonical, digest
from mingjian.records.certification.model import BATCH_KINDS, Batch
from mingjian.records.clock import day
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import append, append_all
from mingjian.records.journal.model import Event
from mingjian.records.storage import certification_batches as stored
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import hold_head

RUNNER = house("certification")
PIECE = 50
_LISTED = 500  # members in one event


def impact(
    tx: Tx, principal: Principal, kind: str, policy: str, as_of: date | None = None, *, risks: Risks | None = None
) -> Impact:
    """What a policy would do to those who hold a badge (``revoke``) or lost it (``readmit``); nothing is written."""
    demand(principal, "certification.read")
    if kind not in BATCH_KINDS:
        raise Invalid(f"批次只能是:{'、'.join(BATCH_KINDS)}", field="kind")
    ask = whatif.revocation if kind == "revoke" else whatif.readmission
    return ask(tx, policy_named(tx, policy), as_of or day(tx.now), risks=risks)


def preview(tx: Tx, principal: Principal, kind: str, policy: str, reason: str, *, risks: Risks | None = None) -> Batch:
    """Freeze the list of everybody a policy in force would hit, under a digest that the approver must name."""
    demand(principal, "certification.manage")
    reason = required(reason)
    hold_head(tx)
    found = _in_force(tx, policy)
    told = impact(tx, principal, kind, policy, risks=risks)
    if not told.hit:
        raise Conflict("没有需要处理的主体,不必建立批次")
    if any(one.programme == found.programme and one.state in ("approved", "running", "undoing")
           for one in stored.batches(tx)):  # fmt: skip
        raise Conflict("这个认证项目已有批次正在执行,请等它结束")
    members = [_row(one) for one in told.hit]
    id = tx.new_id("cbt")
    body = {"kind": kind, "programme": found.programme, "policy": policy, "as_of": told.as_of.isoformat(),
            "list": list_digest(kind, policy, members), "number": len(members), "reason": reason}  # fmt: skip
    pieces = [Event("certification_batch.listed", id, {"first": at, "members": members[at : at + _LISTED]},
                    principal.actor) for at in range(0, len(members), _LISTED)]  # fmt: skip
    append_all(tx, [Event("certification_batch.previewed", id, body, principal.actor), *pieces])
    return batch_of(tx, id)


def list_digest(kind: str, policy: str, members: Sequence[Sequence[Any]]) -> str:
    """The digest of a frozen list: SHA-256 of its canonical JSON."""
    return digest(canonical({"kind": kind, "policy": policy, "members": members}))


def _row(one: Holder) -> list[Any]:
    return [one.entity.id, one.entity.kind, one.certificate, one.qualified]


def frozen_digest(tx: Tx, batch: Batch) -> str:
    """The digest of the list as it is stored: the one in the batch unless somebody tampered."""
    members = [[one.entity, one.kind, one.certificate, one.qualified] for one in stored.members(tx, batch.id)]
    return list_digest(batch.kind, batch.policy, members)


def approve(tx: Tx, principal: Principal, id: str, seen: str) -> Batch:
    """Another person lets the batch run. ``seen`` is the digest of the list they looked at."""
    demand(principal, APPROVES)
    hold_head(tx)
    found = batch_of(tx, id)
    if principal.actor == found.made_by:
        raise Forbidden("建立批次的人不能自己批准,请由他人批准。")
    if found.state == "approved" and found.approved_by == principal.actor:
        return found
    _demand_state(found, "previewed")
    if not hmac.compare_digest(seen.encode(), found.list.encode()) or frozen_digest(tx, found) != found.list:
        raise Conflict("名单的指纹不符:你看到的不是要执行的那一份,请重新打开名单", field="digest")
    _in_force(tx, found.policy)
    append(tx, Event("certification_batch.approved", id, {"list": found.list}, principal.actor))
    return batch_of(tx, id)


def cancel(tx: Tx, principal: Principal, id: str, reason: str) -> Batch:
    """A batch that nobody has begun to carry out is dropped."""
    demand(principal, "certification.manage")
    reason = required(reason)
    hold_head(tx)
    found = batch_of(tx, id)
    if found.state == "cancelled":
        return found
    _demand_state(found, "previewed", "approved")
    append(tx, Event("certification_batch.cancelled", id, {"reason": reason}, principal.actor))
    return batch_of(tx, id)


def undo(tx: Tx, principal: Principal, id: str, reason: str) -> Batch:
    """Ask that everything a batch did be taken back, as far as it still stands; the duty carries it out in pieces. A
    batch in the middle of its run stops there."""
    demand(principal, "certification.manage")
    demand(principal, "decision.reverse")
    reason = required(reason)
    hold_head(tx)
    found = batch_of(tx, id)
    if found.state in ("undoing", "undone"):
        return found
    _demand_state(found, "running", "done")
    append(tx, Event("certification_batch.undoing", id, {"reason": reason}, principal.actor))
    return batch_of(tx, id)


def advance(tx: Tx, id: str, limit: int = PIECE, *, basis: Basis | None = None) -> int:
    """Carry out (or take back) the next members of a batch in this transaction; how many, 0 when there is nothing to
    do. Safe to call at any time, by several processes."""
    hold_head(tx)
    found = batch_of(tx, id)
    basis = basis or basis_in_force()
    if found.state in ("approved", "running"):
        waiting = stored.members(tx, id, ("waiting",), limit=limit + 1)
        done = carry_out(tx, found, waiting[:limit], RUNNER, basis)
        body = {"members": done, "last": len(waiting) <= limit}
        append(tx, Event("certification_batch.ran", id, body, RUNNER.actor))
        return max(1, len(done))
    if found.state == "undoing":
        finished = stored.members(tx, id, ("done",), limit=limit + 1)
        done = take_back(tx, found, finished[:limit], RUNNER, basis)
        body = {"members": done, "last": len(finished) <= limit}
        append(tx, Event("certification_batch.unran", id, body, RUNNER.actor))
        return max(1, len(done))
    return 0


def run_batches(database: Database, piece: int = PIECE) -> int:
    """The duty: one piece of each batch that is to be carried out or taken back; how many members."""
    with database.read() as tx:
        waiting = [one.id for one in stored.batches(tx, ("approved", "running", "undoing"))]
    done = 0
    for id in waiting:
        with database.write() as tx:
            done += advance(tx, id, piece)
    return done


def batch_of(tx: Tx, id: str) -> Batch:
    """The batch, or NotFound."""
    found = stored.batch_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有批次 {id}")
    return found


def _in_force(tx: Tx, id: str) -> Policy:
    named = policy_named(tx, id)
    today = policy_on(tx, named.programme, day(tx.now))
    if today is None or today.id != id:
        now = today.id if today is not None else "无"
        raise Conflict(f"{id} 现在没有生效(生效的是:{now}),不能按它执行批次。请先提出并批准这项政策", field="policy")
    return today


def _demand_state(found: Batch, *states: str) -> None:
    if found.state not in states:
        raise Conflict("批次的状态已经变化,请刷新后再看")
