"""A ring of three accounts in a store, for tests of pages and addresses."""

from __future__ import annotations

from collections.abc import Sequence

from mingjian.governance.rings import service
from mingjian.governance.rings.find import find_rings
from mingjian.governance.rings.gathering import Gathering
from mingjian.records.journal.append import append
from mingjian.records.storage.database import Database

DAY = 86_400_000_000


def ring(database: Database, items: Sequence[str], name: str = "acc") -> str:
    """The id of a ring whose accounts show these items, three for a case, of which the first is the original."""
    gathered = Gathering()
    with database.write() as tx:
        for case in range(0, len(items) - 2, 3):
            for place in range(3):
                gathered.post(
                    items[case + place], f"{name}{place}", tx.now - (20 - case) * DAY + place, "测试门诊", "person"
                )
            for place in (1, 2):
                gathered.likeness(items[case + place], items[case], "picture", 1.0)
        for place in range(3):
            gathered.mark(f"{name}{place}", "payment", f"purse-{name}")
        (told,) = find_rings(gathered.evidence())
        id = tx.new_id("rng")
        append(tx, service.found_event(tx, id, told, "duty:rings"))
    return id
