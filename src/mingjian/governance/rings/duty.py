"""The duty: marks of new items, rings counted again when there is something new, what scorecards get to know."""

from __future__ import annotations

import time

from mingjian.governance.rings.marking import mark_items
from mingjian.governance.rings.observing import report
from mingjian.governance.rings.service import recount
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import cursor_of, events_after, head, move_cursor

DUTY = "rings"
NEWS = ("reuse.found", "item.erased", "engagement.confirmed", "engagement.dismissed", "engagement.reopened",
        "engagement.again")  # fmt: skip
"""What may make other rings of what is known."""
REST, SHARE = 60.0, 10.0
"""Seconds between two counts at least, and how many times as long as a count took."""
_FAR = 5000


class Rings:
    """The duty with its patience, over a store. ``salt`` makes digests of contact handles the desk's own."""

    def __init__(self, database: Database, salt: bytes = b"") -> None:
        self._database, self._salt = database, salt
        self._not_before = 0.0

    def mark(self) -> int:
        """Read some judged items for marks."""
        return mark_items(self._database, self._salt)

    def count(self) -> int:
        """Count again if there is news and the last count is long enough ago; always 0, being done in one go."""
        if time.monotonic() < self._not_before:
            return 0
        with self._database.read() as tx:
            begin, end = cursor_of(tx, DUTY), head(tx).seq
            news = bool(events_after(tx, begin, limit=1, kinds=NEWS))
        if not news and end - begin < _FAR:
            return 0
        began = time.monotonic()
        if news:
            recount(self._database)
        with self._database.write() as tx:
            if cursor_of(tx, DUTY) < end:
                move_cursor(tx, DUTY, end)
        took = time.monotonic() - began
        self._not_before = time.monotonic() + max(REST, SHARE * took)
        return 0

    def tell(self) -> int:
        """Report ring sizes to the scorecards."""
        with self._database.write() as tx:
            return report(tx)
