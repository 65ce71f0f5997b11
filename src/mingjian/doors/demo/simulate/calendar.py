"""When things happen: items spread over the days, few at night, many in the evening."""

from __future__ import annotations

from typing import Any

import numpy as np

from mingjian.doors.demo.simulate.params import Params

SECOND = 1_000_000
DAY = 86_400 * SECOND
# Share of a day's items that have come by an hour.
_HOURS = np.array([0, 6, 8, 10, 12, 14, 17, 19, 22, 24], dtype=np.float64) / 24
_COME = np.array([0, 0.03, 0.09, 0.19, 0.33, 0.43, 0.56, 0.70, 0.94, 1.0])


class Calendar:
    """Slot (the item's number in order of time) ↔ moment in microseconds UTC."""

    def __init__(self, params: Params) -> None:
        self.items, self.days = params.items, params.days
        self.start = int(params.start.timestamp()) * SECOND
        self.end = self.start + self.days * DAY

    def moments(self, slots: Any) -> Any:
        """The moments of slots (numpy int64)."""
        place = (np.asarray(slots) + 0.5) / self.items * self.days
        day = np.floor(place)
        return (self.start + (day + np.interp(place - day, _COME, _HOURS)) * DAY).astype(np.int64)

    def slot(self, moment: int) -> int:
        """The slot nearest to a moment."""
        place = (moment - self.start) / DAY
        day = np.floor(place)
        slot = int((day + np.interp(place - day, _HOURS, _COME)) / self.days * self.items)
        return min(max(slot, 0), self.items - 1)
