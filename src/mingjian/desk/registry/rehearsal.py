"""A dry run: what a file would change, without writing. Entities that earlier rows would have made are remembered by
their key, so that later rows and links find them; that a later row contradicts an earlier one is seen only within a
stretch of rows."""

from __future__ import annotations

from collections.abc import Sequence

from mingjian.desk.registry.changing import Change, Run, change
from mingjian.desk.registry.model import Parsed, Problem, Recorded
from mingjian.desk.registry.numbers import look
from mingjian.desk.registry.service import standing_for
from mingjian.records.clock import day
from mingjian.records.registry.documents import full
from mingjian.records.storage.database import Tx
from mingjian.records.storage.registry_ids import Ids

_REHEARSED = "ent_rehearsed"


class Rehearsal:
    """What would be known by now beyond what is."""

    def __init__(self) -> None:
        self._made: set[tuple[str, str]] = set()

    def plan(self, tx: Tx, parsed: Sequence[Parsed]) -> list[Recorded | list[Problem]]:
        """What would become of these, one after the other."""
        standing = standing_for(tx, parsed)
        made: list[Recorded | list[Problem]] = []
        for one in parsed:
            key = (one.entity.get("kind", ""), one.entity.get("key", ""))
            if key in self._made and key not in standing.ids:
                id = f"{_REHEARSED}:{key[0]}:{key[1]}"
                standing.ids[key] = id
                standing.kinds[id] = key[0]
                standing.entities[id] = full("entity", {"name": "", **one.entity, "id": id, "version": 1})
            for link in one.links:
                end = link.get("target", {})
                other = (end.get("kind", ""), end.get("key", ""))
                if other in self._made and other not in standing.ids:
                    standing.ids[other] = f"{_REHEARSED}:{other[0]}:{other[1]}"
        today = day(tx.now)
        run = Run(standing, Ids(tx), today.isoformat(), 1 << 62)
        changes = [change(run, one) for one in parsed]
        look((values for versions in run.numbers.values() for values in versions), today)
        for each in changes:
            if isinstance(each, Change):
                told = each.counted()
                made.append(told)
                if told.fresh:
                    self._made.add((told.kind, told.key))
            else:
                made.append(each)
        return made
