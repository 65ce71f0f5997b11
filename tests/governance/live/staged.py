"""A small live desk for tests: a room, incidents that the real engine judges, and somebody who listens for orders."""

from __future__ import annotations

from typing import Any

from mingjian.core.live.model import About, Incident, Moment, Signal
from mingjian.desk.people.model import house
from mingjian.desk.webhooks.service import register
from mingjian.governance.live import incidents, rooms
from mingjian.governance.live.incidents import Raised
from mingjian.records.clock import MICROSECONDS
from mingjian.records.live.model import Act, Room
from mingjian.records.storage import live_incidents as store
from mingjian.records.storage.database import Tx
from tests.governance.world import World, person

HOUSE = house("live")
OPERATOR, OTHER = person("op", "reviewer"), person("op2", "reviewer")
LEAD, ADMIN = person("lead", "desk_lead"), person("adm", "administrator")
SAID = "家人们,水光针 299 一支,保证有效不反弹,扣1下单"
CODES = ("LEC-33-live-medical-sale",)


class Live(World):
    """The desk of one test. ``room`` is opened at once; ``platform`` listens for orders unless ``deaf``."""

    def __init__(self, database: Any, clock: Any, *, deaf: bool = False) -> None:
        super().__init__(database, clock)
        self.keys = 0
        with database.write() as tx:
            if not deaf:
                register(tx, ADMIN, "https://platform.example/live", ["live.act_sent", "live.act_lifted"])
            self.room = rooms.open_room(tx, LEAD, about())

    def incident(self, **fields: Any) -> tuple[Incident, Moment]:
        """An incident of the room, said at this moment."""
        self.keys += 1
        return incident_in(self.room, self.clock.now(), self.keys, **fields)

    def raised(self, **fields: Any) -> Raised:
        made, moment = self.incident(**fields)
        return incidents.raise_now(self.screening, self.room, made, [moment])

    def acts(self) -> list[Act]:
        with self.database.read() as tx:
            return store.acts_of_session(tx, self.room.id, self.room.session)

    def now(self, tx: Tx) -> Room:
        return rooms.the(tx, self.room.id)


def about(**fields: Any) -> About:
    given = {"id": "room1", "platform": "douyin", "title": "小美护肤直播", "external": "9001",
             "publisher": {"id": "host", "kind": "creator"}, "domain": "medical_aesthetics"} | fields  # fmt: skip
    return About(**given)


def incident_in(
    room: Room, now: int, number: int = 1, *, severity: str = "high", text: str = SAID, **fields: Any
) -> tuple[Incident, Moment]:
    """An incident of a room with the moment it rests on, said now."""
    at = (now - room.opened_at) / MICROSECONDS
    moment = Moment(room.id, number, "speech", at, at + 2, text, now, now, "host")
    item = {
        "id": "x", "kind": "live", "channel": "live", "platform": "douyin", "nature": "advertisement",
        "domain": "medical_aesthetics", "publisher": {"id": room.publisher, "kind": "creator"},
        "parts": [{"role": "speech", "text": text}],
    }  # fmt: skip
    given = {"kind": "named", "codes": CODES, "what": ("水光针",), "split": ("speech",)} | fields
    signal = Signal(number, "name", 4, 7, "水光针", "水光针")
    made = Incident(room.id, f"k{number}", given["kind"], (number,), (signal,), at, at + 2, now, item, given["codes"],
                    severity, given["what"], given["split"])  # fmt: skip
    return made, moment
