"""Who is behind what rooms sell: an incident's goods joined through product cards, accounts and the registry to
merchants and institutions, over all rooms; what scorecards get to know of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mingjian.core.live.model import Moment
from mingjian.core.model import PUBLISHER_KINDS
from mingjian.desk.people.model import Principal, house
from mingjian.desk.people.permissions import demand
from mingjian.governance.ladders.subjects import ENTITY, owners_of
from mingjian.governance.live.rooms import READS
from mingjian.governance.scorecards.observing import MOST_ROWS, observe
from mingjian.governance.scorecards.sources import observed
from mingjian.records.clock import day
from mingjian.records.live.model import LIVING, Happening, Room
from mingjian.records.registry.model import Entity
from mingjian.records.scores.model import day_at
from mingjian.records.storage import live_incidents, live_rooms, registry, ring_marks
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import cursor_of, events_after, move_cursor
from mingjian.records.storage.score_observations import observations_of

DUTY = "live-scores"
SELLERS = ("institution", "merchant", "agency")
MEASURES = ("restricted", "interrupted")
_SAYS = ("live.incident_raised", "live.incident_dismissed", "live.incident_reinstated", "live.act_sent",
         "live.act_lifted")  # fmt: skip
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class LiveMerchant:
    """A merchant or institution with the incidents that stand and concern it: how many, in how many ``rooms``, how many
    of these were interrupted, and what was promoted. ``entity`` is None where the registry does not know it;
    ``institutions`` those it is a branch of (itself, when it is one)."""

    id: str
    entity: Entity | None
    institutions: tuple[Entity, ...]
    incidents: int
    rooms: int
    interrupted: int
    what: tuple[str, ...]
    last_at: int


def concerned(tx: Tx, room: Room, moments: Sequence[Moment]) -> list[str]:
    """The ids of those behind an incident: the merchants and institutions its product cards name (ids of the registry
    where it knows them, else the platform's own), and the sellers that the host's account belongs to. Nobody is named
    on a guess: cards that are not part of the incident name nobody."""
    found: dict[str, None] = {}
    products = [one.ref for one in moments if one.channel == "product"]
    numbers = {str(one["product"]) for one in products if one.get("product")}
    cards = [one for one in live_rooms.cards_of(tx, room.id, room.session) if one.product in numbers] if numbers else []
    for kind in ("merchant", "institution"):
        named = {str(one[kind]) for one in products if one.get(kind)} | {
            one for card in cards if (one := getattr(card, kind)) is not None
        }
        known = registry.entities_by_keys(tx, kind, named) if named else {}
        found |= dict.fromkeys(known[one].id if one in known else one for one in sorted(named))
    if room.publisher:
        place = (room.publisher, room.platform)
        for owner in owners_of(tx, [place], {place: day(tx.now)}).get(place, ()):
            if owner.kind in SELLERS:
                found[owner.id] = None
    return [one[:200] for one in found]


def merchants(tx: Tx, principal: Principal, after: str = "", limit: int = 50) -> tuple[list[LiveMerchant], str | None]:
    """The merchants that standing incidents concern, by id, behind one; and the one to go on from."""
    demand(principal, READS)
    counted, onward = live_incidents.merchants_concerned(tx, after, limit)
    ids = [id for id, _, _ in counted]
    entities = registry.entities_by_id(tx, [id for id in ids if id.startswith(ENTITY)])
    above = institutions_of(tx, entities)
    behind = live_incidents.incidents_of_merchants(tx, ids)
    cut = _interrupted_rooms(tx, [one for some in behind.values() for one in some])
    made = []
    for id, number, rooms in counted:
        mine = behind[id]
        made.append(LiveMerchant(
            id, entities.get(id), above.get(id, ()), number, rooms,
            len({(one.room, one.session) for one in mine} & cut),
            tuple(dict.fromkeys(what for one in mine for what in one.what)), mine[-1].said_at,
        ))  # fmt: skip
    return made, onward


def institutions_of(tx: Tx, entities: Mapping[str, Entity]) -> dict[str, tuple[Entity, ...]]:
    """The institutions each of these is a branch of today; an institution is its own."""
    today = day(tx.now)
    links = registry.links_from(tx, list(entities), ("branch_of",))
    found = registry.entities_by_id(tx, {link.target for mine in links.values() for link in mine if link.holds(today)})
    return {
        id: (entity,) if entity.kind == "institution" else tuple(
            found[link.target] for link in links.get(id, ())
            if link.target in found and found[link.target].kind == "institution"
        )
        for id, entity in entities.items()
    }  # fmt: skip


def _interrupted_rooms(tx: Tx, incidents: Iterable[Happening]) -> set[tuple[str, int]]:
    some = list(incidents)
    since = min((one.raised_at for one in some), default=0)
    acts = live_incidents.acts_of_rooms(tx, {one.room for one in some}, since)
    return {(one.room, one.session) for one in acts if one.measure == "interrupt" and one.state in LIVING}


def report(tx: Tx, limit: int = _AT_ONCE) -> int:
    """Tell the scorecards, of everybody the last events concern, how many incidents and interruptions each day stand;
    how many events were read. Recounted, so that what is dismissed or lifted does not stay counted."""
    events = events_after(tx, cursor_of(tx, DUTY), limit=limit, kinds=_SAYS)
    if not events:
        return 0
    ids = {event.subject if event.kind.startswith("live.incident") else str(event.body["incident"]) for event in events}
    touched = live_incidents.incidents_by_id(tx, ids).values()
    _tell(tx, {one.publisher for one in touched if one.publisher}, {who for one in touched for who in one.merchants})
    move_cursor(tx, DUTY, events[-1].seq)
    return len(events)


def _tell(tx: Tx, publishers: set[str], sellers: set[str]) -> None:
    source = observed().get("live")
    if source is None or not set(MEASURES) <= set(source.measures):
        return  # a deployer's sources do without it
    kinds = ring_marks.kinds_of_publishers(tx, publishers)
    entities = registry.entities_by_id(tx, [one for one in sellers if one.startswith(ENTITY)])
    found: dict[tuple[str, str], list[Happening]] = {(one, kinds[one]): [] for one in publishers if one in kinds}
    for happened in live_incidents.incidents_of_publishers(tx, publishers):
        key = (happened.publisher or "", kinds.get(happened.publisher or "", ""))
        if key in found:
            found[key].append(happened)
    behind = live_incidents.incidents_of_merchants(tx, entities)
    for id, entity in entities.items():
        found.setdefault((entity.key, entity.kind), []).extend(behind.get(id, ()))
    rows = [row for (actor, kind), some in sorted(found.items()) if kind in PUBLISHER_KINDS
            for row in _rows(tx, source.name, actor, kind, some)]  # fmt: skip
    for first in range(0, len(rows), MOST_ROWS):
        observe(tx, house(DUTY), rows[first : first + MOST_ROWS])


def _rows(tx: Tx, source: str, actor: str, kind: str, some: Sequence[Happening]) -> list[dict[str, object]]:
    """What is to be told of an actor: every day on which something stands, and those told before where nothing does."""
    cut = _interrupted_rooms(tx, some)
    days: dict[str, dict[str, int]] = {}
    rooms: dict[str, set[tuple[str, int]]] = {}
    for one in {one.id: one for one in some}.values():
        on = day(one.raised_at).isoformat()
        days.setdefault(on, dict.fromkeys(MEASURES, 0))["restricted"] += 1
        if (one.room, one.session) in cut:
            rooms.setdefault(on, set()).add((one.room, one.session))
    for on, which in rooms.items():
        days[on]["interrupted"] = len(which)
    for known in observations_of(tx, [actor], source):
        if any(known.values.values()):
            days.setdefault(day_at(known.day).isoformat(), dict.fromkeys(MEASURES, 0))
    return [{"source": source, "actor": actor, "kind": kind, "day": on, "values": values}
            for on, values in sorted(days.items())]  # fmt: skip
