"""What scorecards get to know of rings: how many accounts are in the ring a publisher belongs to, as an observation
of the source ``rings``. Dismissing, merging or splitting a ring reports it anew, so that nothing stays counted."""

from __future__ import annotations

import json
from collections.abc import Iterable

from mingjian.core.model import PUBLISHER_KINDS
from mingjian.desk.people.model import house
from mingjian.governance.scorecards.observing import MOST_ROWS, observe
from mingjian.governance.scorecards.sources import observed
from mingjian.records.clock import day
from mingjian.records.scores.model import day_at
from mingjian.records.storage import contents, ring_marks, rings
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import cursor_of, events_after, move_cursor
from mingjian.records.storage.score_observations import observations_of

DUTY = "ring-scores"
_SAYS = ("ring.found", "ring.changed", "ring.merged", "ring.dismissed", "ring.reopened")
_AT_ONCE = 50


def report(tx: Tx, limit: int = _AT_ONCE) -> int:
    """Report the rings of those whose rings changed since the last time; how many events were read."""
    begin = cursor_of(tx, DUTY)
    events = events_after(tx, begin, limit=limit, kinds=_SAYS)
    if not events:
        return 0
    accounts = {one for some in rings.members_of(tx, [event.subject for event in events]).values() for one in some}
    for story in {event.body["before"] for event in events if event.body.get("before")}:
        accounts |= set(json.loads(contents.get(tx, story) or b"{}").get("accounts", ()))
    _tell(tx, sorted(accounts))
    move_cursor(tx, DUTY, events[-1].seq)
    return len(events)


def _tell(tx: Tx, accounts: Iterable[str]) -> None:
    source = observed().get("rings")
    if source is None or "size" not in source.measures:
        return  # a deployer's sources do without it
    wanted = list(accounts)
    kinds = ring_marks.kinds_of_publishers(tx, wanted)
    inside = rings.rings_with(tx, "account", wanted)
    sizes = {
        id: ring.accounts
        for id, ring in rings.rings_by_id(tx, {one for some in inside.values() for one in some}).items()
    }
    now = {account: max((sizes[id] for id in inside.get(account, ())), default=0) for account in wanted}
    today = day(tx.now)
    days = {(account, today): size for account, size in now.items()}
    for known in observations_of(tx, [account for account, size in now.items() if not size], source.name):
        if known.values.get("size"):  # it was told on that day and turned out not to be so
            days[known.actor, day_at(known.day)] = 0
    rows = [
        {"source": source.name, "actor": account, "kind": kinds[account], "day": on.isoformat(),
         "values": {"size": size}}
        for (account, on), size in sorted(days.items()) if kinds.get(account) in PUBLISHER_KINDS
    ]  # fmt: skip
    for first in range(0, len(rows), MOST_ROWS):
        observe(tx, house(DUTY), rows[first : first + MOST_ROWS])
