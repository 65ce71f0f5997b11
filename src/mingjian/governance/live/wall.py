"""What operators look at: the rooms ordered by risk, and one room with everything that was found and done in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mingjian.core.live.model import About
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.live.carrying import text_of
from mingjian.governance.live.escalation import obeyed, risk_of
from mingjian.governance.live.escalation_load import escalation
from mingjian.governance.live.leases import holders
from mingjian.governance.live.rooms import READS, about_of, the
from mingjian.records.clock import MICROSECONDS
from mingjian.records.live.model import Act, Card, Happening, Room, RoomGap
from mingjian.records.storage import live_incidents as incidents
from mingjian.records.storage import live_rooms as rooms
from mingjian.records.storage.database import Tx
from mingjian.records.storage.live_rooms import RoomFilter

MOST_ASTIR = 2000
"""Rooms in which something happens that one wall orders by risk; those where it happened last."""
_FADED = 12
"""Half-lives behind which an incident no longer moves a room on the wall."""


@dataclass(frozen=True, slots=True)
class WallFilter:
    """Which rooms a wall shows. ``state`` None: closed ones too; ``least``: risk at least; ``waiting``: only those
    where an operator is asked for an answer, or an act failed."""

    state: str | None = "open"
    platform: str | None = None
    publisher: str | None = None
    least: float = 0.0
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class RoomRow:
    """A room on the wall. ``incidents`` counts those of this session that stand, ``last`` is the last of them;
    ``waiting`` are acts that want an operator (proposed or failed), ``acts`` the session's last ones, the newest first;
    ``gaps`` those that last; ``worker`` who reads the room, None when nobody does."""

    room: Room
    risk: float
    incidents: int
    last: Happening | None
    waiting: tuple[Act, ...]
    acts: tuple[Act, ...]
    gaps: tuple[RoomGap, ...]
    worker: str | None


@dataclass(frozen=True, slots=True)
class RoomPage:
    """One session of a room. Lists are in order, the newest last; ``texts`` is what the host was told, by act;
    ``obeyed`` None while nothing was told or the grace runs."""

    room: Room
    about: About
    session: int
    risk: float
    obeyed: bool | None
    incidents: tuple[Happening, ...]
    acts: tuple[Act, ...]
    gaps: tuple[RoomGap, ...]
    cards: tuple[Card, ...]
    worker: str | None
    texts: Mapping[str, str]


def wall(
    tx: Tx, principal: Principal, wanted: WallFilter | None = None, *, offset: int = 0, limit: int = 50
) -> tuple[list[RoomRow], int]:
    """Rooms, the riskiest first (then those in which something happened last), from ``offset`` on; and how many there
    are in all."""
    demand(principal, READS)
    wanted = wanted or WallFilter()
    told = RoomFilter(wanted.state, wanted.platform, wanted.publisher)
    faded = tx.now - round(_FADED * escalation().risk.half_life_minutes * 60 * MICROSECONDS)
    astir = incidents.rooms_astir(tx, wanted.state, faded, MOST_ASTIR)
    found = [one for one in rooms.rooms_by_id(tx, astir).values()
             if wanted.platform in (None, one.platform) and wanted.publisher in (None, one.publisher)]  # fmt: skip
    known = _Known(tx, found)
    found.sort(key=lambda one: (-known.risk(one), -one.version))
    if wanted.least > 0 or wanted.waiting:
        found = [one for one in found if known.risk(one) >= wanted.least
                 and (not wanted.waiting or _waiting(known.acts.get(one.id, ())))]  # fmt: skip
        total = len(found)
        shown = found[offset : offset + limit]
    else:
        total = rooms.count_matching(tx, told)
        shown = found[offset : offset + limit]
        behind = rooms.quiet_rooms(tx, told, [one.id for one in found], max(offset - len(found), 0),
                                   limit - len(shown)) if len(shown) < limit else []  # fmt: skip
        known = _Known(tx, [*shown, *behind])
        shown += behind
    return _rows(tx, shown, known), total


def room_page(tx: Tx, principal: Principal, id: str, session: int | None = None) -> RoomPage:
    """A session of a room (None: the last); NotFound."""
    demand(principal, READS)
    room = the(tx, id)
    of = session or room.session
    found = incidents.incidents_of_session(tx, id, of)
    acts = incidents.acts_of_session(tx, id, of)
    policy = escalation()
    return RoomPage(
        room, about_of(tx, room), of, risk_of(policy, found, acts, tx.now), obeyed(policy, acts, found, tx.now),
        tuple(found), tuple(acts), tuple(reversed(rooms.gaps_of(tx, id, of))),
        tuple(reversed(rooms.cards_of(tx, id, of))), holders(tx, [id]).get(id),
        {one.id: text_of(tx, one) for one in acts},
    )  # fmt: skip


class _Known:
    """What was found and done in the sessions of now of some rooms."""

    def __init__(self, tx: Tx, some: Sequence[Room]) -> None:
        sessions = {one.id: one.session for one in some}
        since = min((one.opened_at for one in some), default=0)
        self._at = tx.now
        self.incidents: dict[str, list[Happening]] = {}
        for happened in incidents.incidents_since(tx, sessions, since) if some else ():
            if happened.session == sessions[happened.room]:
                self.incidents.setdefault(happened.room, []).append(happened)
        self.acts: dict[str, list[Act]] = {}
        for act in incidents.acts_of_rooms(tx, self.incidents, since) if self.incidents else ():
            if act.session == sessions[act.room]:
                self.acts.setdefault(act.room, []).append(act)
        self._risks: dict[str, float] = {}

    def risk(self, room: Room) -> float:
        """Recounted from what stands."""
        if room.id not in self._risks:
            mine, done = self.incidents.get(room.id, ()), self.acts.get(room.id, ())
            self._risks[room.id] = risk_of(escalation(), mine, done, self._at)
        return self._risks[room.id]


def _rows(tx: Tx, shown: Sequence[Room], known: _Known) -> list[RoomRow]:
    ids = [one.id for one in shown]
    gaps: dict[str, list[RoomGap]] = {}
    for gap in rooms.open_gaps(tx, ids):
        gaps.setdefault(gap.room, []).append(gap)
    workers = holders(tx, ids)
    rows = []
    for one in shown:
        stand = [each for each in known.incidents.get(one.id, ()) if each.state == "open"]
        done = known.acts.get(one.id, [])
        rows.append(RoomRow(one, known.risk(one), len(stand), stand[-1] if stand else None, _waiting(done),
                            tuple(reversed(done[-5:])), tuple(gaps.get(one.id, ())), workers.get(one.id)))  # fmt: skip
    return rows


def _waiting(acts: Sequence[Act]) -> tuple[Act, ...]:
    return tuple(one for one in acts if one.state in ("proposed", "failed"))
