"""The patrols' duty: account for what is due, go on with what runs, and with re-screening."""

from __future__ import annotations

from mingjian.governance.patrols import rescreening, service
from mingjian.governance.screening.service import Screening
from mingjian.records.storage.database import Database


def work(database: Database, screening: Screening) -> int:
    """One round; how much was done. Safe to run anywhere, any number of times."""
    return service.plan(database) + service.advance(database) + rescreening.advance(database, screening)
