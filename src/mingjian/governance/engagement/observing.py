"""Confirmed alarms as observations of the publishers they were about (source ``engagement``, in thousands): counted
from the alarms in force, never added up, so that taking one back takes its numbers back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mingjian.desk.people.model import house
from mingjian.governance.scorecards.observing import MOST_ROWS, observe
from mingjian.governance.scorecards.sources import observed
from mingjian.records.scores.model import day_at, number_at
from mingjian.records.storage import engagement as store
from mingjian.records.storage.database import Tx
from mingjian.records.storage.score_observations import observations_of

SOURCE, ABNORMAL, ALL = "engagement", "abnormal", "interactions"
_DUTY = house("engagement")
_THOUSAND = 1000


def observe_publishers(tx: Tx, publishers: Iterable[str]) -> int:
    """Tell anew what is abnormal of these publishers' days; how many days. Publishers of whom the desk has no items
    are of no kind that is scored, and left out. How many interactions there were in all is told only where no other
    source did."""
    wanted = sorted(set(publishers))
    source = observed().get(SOURCE)
    if not wanted or source is None or ABNORMAL not in source.measures:
        return 0
    kinds = store.kinds_of(tx, wanted)
    told = {(one.actor, one.day): one.values for one in observations_of(tx, wanted, SOURCE)}
    now = {(publisher, day): (mine, total) for publisher, day, mine, total in store.confirmed_days(tx, wanted)}
    emptied = {key: (0, 0) for key, values in told.items() if values.get(ABNORMAL) and key not in now}
    rows: list[dict[str, Any]] = []
    for (publisher, day), (mine, total) in sorted({**now, **emptied}.items()):
        if publisher not in kinds or day > number_at(tx.now):
            continue
        values = {ABNORMAL: min(mine, total) / _THOUSAND}
        if ALL in source.measures and ALL not in told.get((publisher, day), {}):
            values[ALL] = total / _THOUSAND
        rows.append({"source": SOURCE, "actor": publisher, "kind": kinds[publisher], "day": day_at(day).isoformat(),
                     "values": values})  # fmt: skip
    for first in range(0, len(rows), MOST_ROWS):
        observe(tx, _DUTY, rows[first : first + MOST_ROWS])
    return len(rows)
