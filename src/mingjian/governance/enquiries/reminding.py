"""Telling of enquiries whose answer is due soon: once for each due time, by an event that webhooks carry on."""

from __future__ import annotations

from mingjian.desk.people.model import house
from mingjian.desk.queues.load import book as queue_book
from mingjian.desk.queues.workdays import china, due_after
from mingjian.governance.enquiries.letters import LETTERS
from mingjian.records.journal.append import append_all
from mingjian.records.journal.model import Event
from mingjian.records.storage import enquiries
from mingjian.records.storage.database import Tx

REMINDERS = house("enquiries")
_AT_ONCE = 200


def horizon(now: int) -> int:
    """Up to when a due time counts as near: so many working days from now as the letters' file says. Microseconds."""
    held = queue_book()
    return due_after(now, LETTERS.current().remind_days, "days", held.opens, held.closes, china())


def warn(tx: Tx) -> int:
    """Tell of those that came near; how many it were."""
    near = enquiries.unwarned(tx, horizon(tx.now), _AT_ONCE)
    events = [Event("enquiry.due_soon", one.id, {"due_at": one.due_at}, REMINDERS.actor) for one in near]
    return len(append_all(tx, events))
