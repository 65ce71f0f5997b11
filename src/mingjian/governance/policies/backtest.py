"""Trying a policy on stored items: what would have come out otherwise. Nothing is written but the answer.

Both sides are worked out anew from the stored verdicts, under the policies that are live now: the items' own course
since then (reviews, other policies, held rules) does not blur the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.policies.active import Active, read_active
from mingjian.governance.policies.model import Found, Outcome
from mingjian.governance.policies.parse import parse_policy
from mingjian.governance.policies.states import version_of
from mingjian.governance.policies.stored import opened_items
from mingjian.governance.policies.trial import Diff, Tally
from mingjian.records.canonical import canonical, digest
from mingjian.records.clock import day
from mingjian.records.errors import Conflict, Invalid
from mingjian.records.policies.model import TrialFilter
from mingjian.records.storage import contents, policies
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.trials import judged_items

MOST = 1_000_000
BATCH = 500
Progress = Callable[[Diff], None]


def begin(tx: Tx, principal: Principal, policy: str, chosen: TrialFilter | None = None, limit: int = 10_000) -> Diff:
    """An empty diff for a kept version, ready for ``step``. Invalid: a filter or limit that is none."""
    demand(principal, "policy.read")
    chosen = checked(chosen or TrialFilter(), limit)
    return Diff(policy, version_of(tx, policy).digest, chosen, limit, _against(_active(tx)))


def step(tx: Tx, diff: Diff, size: int = BATCH) -> Diff:
    """The diff after the next ``size`` items: go on with it later, in another transaction, as often as it takes.
    Conflict when policies changed since it began: the two halves would not be of one kind."""
    if diff.done:
        return diff
    active = _active(tx)
    if _against(active) != diff.against:
        raise Conflict("回测期间生效的策略或规则状态有变动,请重新开始。")
    body = contents.get(tx, diff.digest)
    if body is None:
        raise Conflict("策略原文已不在,不能回测。")
    candidate = parse_policy(body.decode(), diff.subject)
    new = active.live.with_(candidate)
    size = min(size, diff.limit - diff.seen)
    found = judged_items(tx, diff.filter, diff.cursor, size)
    tally = Tally()
    for item, seen, about in opened_items(tx, [one for _, one in found], active.live.asks | new.asks, active.shadowed):
        before, after = active.live.outcome(seen, about), new.outcome(seen, about)
        tally.add(item.id, before.word, after.word, _families(seen, before, after))
    tally.skipped = len(found) - sum(tally.changes.values())
    done = len(found) < size or diff.seen + len(found) >= diff.limit
    return tally.onto(diff, len(found), found[-1][0] if found else diff.cursor, done)


def backtest(
    database: Database,
    principal: Principal,
    policy: str,
    chosen: TrialFilter | None = None,
    limit: int = 10_000,
    *,
    resume: Diff | None = None,
    progress: Progress | None = None,
    batch: int = BATCH,
) -> Diff:
    """The whole trial, newest items first, a short transaction a batch; ``progress`` is called after each with the
    diff so far, which is also what ``resume`` goes on with."""
    if resume is None:
        with database.read() as tx:
            diff = begin(tx, principal, policy, chosen, limit)
    else:
        demand(principal, "policy.read")
        diff = resume
    while not diff.done:
        with database.read() as tx:
            diff = step(tx, diff, batch)
        if progress is not None:
            progress(diff)
    return diff


def checked(chosen: TrialFilter, limit: int) -> TrialFilter:
    """The filter; Invalid when a day is none or the limit is out of bounds."""
    if not 0 < limit <= MOST:
        raise Invalid(f"limit 应为 1 到 {MOST} 之间的整数", field="limit")
    for name in ("since", "until"):
        given = getattr(chosen, name)
        try:
            if given is not None:
                date.fromisoformat(given)
        except ValueError as error:
            raise Invalid(f"{name} 应为日期,如 2026-01-31,不是“{given}”", field=name) from error
    return chosen


def _active(tx: Tx) -> Active:
    return read_active(tx, policies.book_version(tx), day(tx.now))


def _against(active: Active) -> str:
    """What the candidate is compared with, so that both halves of a long trial are of one kind."""
    return digest(canonical([[policy.id for policy in active.live.policies], sorted(active.shadowed)]))[:16]


def _families(findings: Sequence[Found], before: Outcome, after: Outcome) -> set[str]:
    """The families of the findings that one outcome rests on and the other does not, or else of all."""
    apart = set(before.codes) ^ set(after.codes)
    return {one.family for one in findings if one.code in apart} or {one.family for one in findings} or {"-"}
