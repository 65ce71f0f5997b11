"""Taking a sweep back, a stretch at a time: measures are reversed, cases that nobody has answered are withdrawn. What
people, appeals or time have changed since stays as they left it."""

from __future__ import annotations

from collections.abc import Sequence

from mingjian.desk.cases.service import withdraw_case
from mingjian.governance.decisions.law import Basis
from mingjian.governance.decisions.make import principal_action
from mingjian.governance.decisions.service import reverse_many
from mingjian.governance.sweeps.service import RUNNER, sweep_of
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import actions
from mingjian.records.storage import sweeps as stored
from mingjian.records.storage.case_queries import cases_by_id, reviews_of_case
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import hold_head
from mingjian.records.sweeps.model import Sweep, Taken

AT_ONCE = 100


def step(database: Database, id: str, *, basis: Basis | None = None, at_once: int = AT_ONCE) -> int:
    """Take the next items back; how many (0: nothing to do). The last step says that all is undone."""
    with database.write() as tx:
        hold_head(tx)
        sweep = sweep_of(tx, id)
        if sweep.state != "undoing":
            return 0
        found = stored.taken(tx, id, limit=at_once, standing=True)
        if not found:
            append(tx, Event("sweep.undone", id, {}, RUNNER.actor))
            return 1
        place = found[0].place
        found = [one for one in found if one.place == place]
        _take_back(tx, sweep, found, basis)
        body = {"place": place, "rows": [one.row for one in found]}
        append(tx, Event("sweep.undid", id, body, RUNNER.actor))
    return len(found)


def _take_back(tx: Tx, sweep: Sweep, found: Sequence[Taken], basis: Basis | None) -> None:
    reason = f"撤销回查 {sweep.id}:{sweep.why}"[:2000]
    decisions = actions.decisions_by_id(tx, [one.decision for one in found if one.decision])
    own = [
        action.id
        for action in actions.actions_of_decisions(tx, decisions)
        if action.in_force(tx.now) and principal_action(action, decisions[action.decision])
        and decisions[action.decision].state == "in_force"
    ]  # fmt: skip
    reverse_many(tx, RUNNER, own, reason, basis=basis)
    for case in cases_by_id(tx, [one.case for one in found if one.case]).values():
        if case.state != "closed" and not reviews_of_case(tx, case.id):
            withdraw_case(tx, RUNNER, case.id, reason)
