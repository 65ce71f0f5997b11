"""What outside sources report of the demonstration's publishers, day by day, and the scores that come of it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from mingjian.desk.people.model import house
from mingjian.doors.demo.notes import material
from mingjian.governance.scorecards import service
from mingjian.records.clock import day
from mingjian.records.storage.database import Database

FEED = house("demo")
_ROUNDS = 30  # of what follows from bands, in one day


class Scores:
    """Reports and nightly counts of the weeks that are played. The last publishers of each kind are the bad ones."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database, self.rng = database, random.Random(seed)
        known: list[dict[str, str]] = material()["publishers"]
        self.publishers = known
        self.bad = {one["id"] for at, one in enumerate(known) if at % 7 == 3}
        with database.write() as tx:
            service.install_cards(tx)

    def on(self, number: int) -> None:
        """One day: what was reported, then everybody counted and what bands do. Reports begin in the second week."""
        with self.database.write() as tx:
            today = day(tx.now).isoformat()
            rows = [row for one in self.publishers for row in self._rows(one, today)] if number >= 7 else []
            for first in range(0, len(rows), service.MOST_ROWS):
                service.observe(tx, FEED, rows[first : first + service.MOST_ROWS])
        service.nightly(self.database)
        for _ in range(_ROUNDS):
            with self.database.write() as tx:
                if not service.follow_bands(tx):
                    return

    def _rows(self, one: Mapping[str, str], today: str) -> list[dict[str, Any]]:
        bad, roll = one["id"] in self.bad, self.rng.random
        told: list[tuple[str, dict[str, float]]] = []
        if roll() < (0.5 if bad else 0.08):
            upheld = self.rng.choice((1, 1, 2) if bad else (0, 0, 1))
            hurt = int(bad and roll() < 0.15)
            told.append(("complaints", {"received": upheld + 1, "upheld": upheld, "injury": hurt}))
        if one["kind"] in ("creator", "person", "agency", "media"):
            liked = round(0.2 + 4 * roll(), 2)
            told.append(("engagement", {"views": round(liked * 20, 1), "interactions": liked,
                                        "abnormal": round(liked * (0.35 * roll() if bad else 0.04), 3)}))  # fmt: skip
            if bad and roll() < 0.2:
                told.append(("rings", {"reused": self.rng.randint(1, 3), "size": self.rng.randint(4, 12)}))
        elif roll() < 0.6:
            many = self.rng.randint(3, 20)
            told.append(("reviews", {"count": many, "stars": round(many * (3.1 if bad else 4.6)),
                                     "fake": self.rng.randint(0, 3) if bad else 0}))  # fmt: skip
            told.append(("orders", {"count": many * 3, "refunded": round(many * (0.5 if bad else 0.1)),
                                    "disputed": round(many * (0.2 if bad else 0.02))}))  # fmt: skip
        return [{"source": source, "actor": one["id"], "kind": one["kind"], "day": today, "values": values}
                for source, values in told]  # fmt: skip
