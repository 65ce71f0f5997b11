"""Who had a hand in a decision: none of them may answer the appeal against it."""

from __future__ import annotations

from mingjian.records.actions.model import Appeal, Decision
from mingjian.records.storage.actions import actions_of_decisions
from mingjian.records.storage.certification_batches import batch_by_id
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import events_of


def involved(tx: Tx, decision: Decision, appeal: Appeal | None = None) -> frozenset[str]:
    """The actors who made the decision or took its actions, who made or approved the batch it was part of, who
    reviewed, took or assigned its case, and who lodged the appeal. Read from the journal and what it folds into, so
    that nothing that happened is left out."""
    found = {decision.made_by}
    found |= {action.taken_by for action in actions_of_decisions(tx, [decision.id])}
    batch = batch_by_id(tx, str(decision.facts["batch"])) if "batch" in decision.facts else None
    found |= {actor for actor in (batch.made_by, batch.approved_by) if actor} if batch is not None else set()
    for event in events_of(tx, decision.case) if decision.case else ():
        found.add(event.actor)
        assignee = event.body.get("assignee")
        found |= {assignee} if isinstance(assignee, str) else set()
    if appeal is not None:
        found.add(appeal.lodged_by)
    return frozenset(actor for actor in found if not actor.startswith(("duty:", "system")))
