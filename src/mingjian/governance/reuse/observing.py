"""What reuse says to scorecards: how many items of a publisher, of a day, are like earlier items of others. Recounted
each time from the likenesses and the items, never added up."""

from __future__ import annotations

from datetime import date
from typing import Any

from mingjian.core.model import PUBLISHER_KINDS
from mingjian.desk.people.model import house
from mingjian.governance.scorecards.observing import MOST_ROWS, observe
from mingjian.records.errors import Invalid
from mingjian.records.storage import reuse
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import cursor_of, events_after, move_cursor

DUTY = "reuse-observed"
SOURCE, MEASURE = "rings", "reused"
WORKER = house("reuse")


def observe_reuse(tx: Tx, limit: int = 100) -> int:
    """Recount the publishers and days of up to ``limit`` finds; how many finds that were. The cursor moves in the same
    transaction. A deployer's sources may lack the measure: then nothing is told."""
    begin = cursor_of(tx, DUTY)
    events = events_after(tx, begin, limit=limit, kinds=("reuse.found",))
    if not events:
        return 0
    of_others = [event.subject for event in events if any(not pair["own"] for pair in event.body["with"])]
    rows = [
        {"source": SOURCE, "actor": publisher, "kind": kind, "day": on,
         "values": {MEASURE: reuse.reusing_on(tx, publisher, on)}}
        for publisher, kind, on in sorted(reuse.publishers_of(tx, of_others))
        if kind in PUBLISHER_KINDS and _is_day(on)
    ]  # fmt: skip
    _tell(tx, rows)
    move_cursor(tx, DUTY, events[-1].seq)
    return len(events)


def _tell(tx: Tx, rows: list[dict[str, Any]]) -> None:
    for first in range(0, len(rows), MOST_ROWS):
        try:
            observe(tx, WORKER, rows[first : first + MOST_ROWS])
        except Invalid:  # no such source here
            return


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return len(text) == 10
