"""Trying another engine or other options on stored items: the items as they were read are judged again, on the day
they were judged for, and compared. Nothing is written."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from mingjian.core.engine.options import Options
from mingjian.core.model import Verdict
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.policies.backtest import checked
from mingjian.governance.policies.trial import Diff, Tally
from mingjian.governance.screening.service import Judge, item_of
from mingjian.records.canonical import canonical, digest
from mingjian.records.errors import Conflict
from mingjian.records.items.model import Stored
from mingjian.records.policies.model import TrialFilter
from mingjian.records.storage import actions, contents
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.trials import judged_items, judging_events

BATCH = 200
GONE, NEW = "-", "+"


def begin_rules(
    tx: Tx, principal: Principal, judge: Judge, options: Options, chosen: TrialFilter | None = None, limit: int = 1000
) -> Diff:
    """An empty diff for ``step_rules``. ``options.as_of`` is not looked at: each item keeps its day."""
    demand(principal, "policy.read")
    return Diff("rules", "", checked(chosen or TrialFilter(), limit), limit, _what(judge, options))


def step_rules(tx: Tx, diff: Diff, judge: Judge, options: Options, size: int = BATCH) -> Diff:
    """The diff after the next ``size`` items: changes of the verdict's value, families and codes that come or go
    (``codes``: items with the code before and after; ``samples`` also by (GONE or NEW, code)). Conflict when the
    engine or the options are others than before."""
    if diff.done:
        return diff
    if _what(judge, options) != diff.against:
        raise Conflict("规则库或选项与开始时不同,请重新开始。")
    size = min(size, diff.limit - diff.seen)
    found = judged_items(tx, diff.filter, diff.cursor, size)
    items = [item for _, item in found]
    before = actions.findings_of_items(tx, (item.id for item in items))
    tally = Tally()
    for item, verdict in _judged_again(tx, items, judge, options):
        old = {one.code: one.family for one in before.get(item.id, ())}
        new = {one.code: one.family for one in verdict.findings}
        tally.codes_before.update(old.keys())
        tally.codes_after.update(new.keys())
        apart = old.keys() ^ new.keys()
        tally.add(item.id, str(item.value), verdict.value, {(old | new)[code] for code in apart} or {"-"})
        for code in sorted(apart):
            tally.sample((GONE if code in old else NEW, code), item.id)
    tally.skipped = len(found) - sum(tally.changes.values())
    done = len(found) < size or diff.seen + len(found) >= diff.limit
    return tally.onto(diff, len(found), found[-1][0] if found else diff.cursor, done)


def backtest_rules(
    database: Database,
    principal: Principal,
    judge: Judge,
    options: Options,
    chosen: TrialFilter | None = None,
    limit: int = 1000,
    *,
    resume: Diff | None = None,
    progress: Callable[[Diff], None] | None = None,
    batch: int = BATCH,
) -> Diff:
    """The whole trial; ``Options(as_of=…, preview=True)`` with the same engine tries the rules in preview."""
    if resume is None:
        with database.read() as tx:
            diff = begin_rules(tx, principal, judge, options, chosen, limit)
    else:
        demand(principal, "policy.read")
        diff = resume
    while not diff.done:
        with database.read() as tx:
            diff = step_rules(tx, diff, judge, options, batch)
        if progress is not None:
            progress(diff)
    return diff


def _judged_again(tx: Tx, items: Sequence[Stored], judge: Judge, options: Options) -> list[tuple[Stored, Verdict]]:
    events = judging_events(tx, (item.id for item in items))
    reads = {id: event.body["read"] for id, event in events.items()}
    bodies = contents.get_many(tx, reads.values())
    by_day: dict[str, list[Stored]] = defaultdict(list)
    for item in items:
        if item.as_of is not None and reads.get(item.id) in bodies:
            by_day[item.as_of].append(item)
    answers: list[tuple[Stored, Verdict]] = []
    for as_of, some in by_day.items():
        read = [item_of(json.loads(bodies[reads[item.id]])) for item in some]
        verdicts = judge.check(read, replace(options, as_of=date.fromisoformat(as_of)))
        answers += zip(some, verdicts, strict=True)
    return answers


def _what(judge: Judge, options: Options) -> str:
    said = [judge.rulebook, list(options.select), list(options.ignore), options.min_severity, options.preview,
            options.classifier, options.disguises]  # fmt: skip
    return digest(canonical(said))[:16]
