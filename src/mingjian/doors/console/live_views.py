"""Live rooms as the pages show them: tiles of the wall, lines of a transcript with what was noticed in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote

from mingjian.core.live.model import GAP_CHANNELS, Gap, Moment, Signal
from mingjian.core.report.model import WORST_FIRST
from mingjian.desk.people.masking import mask
from mingjian.doors.console.live_recorded import Frame
from mingjian.doors.console.subjects import names_of
from mingjian.governance.live.wall import RoomRow
from mingjian.records.clock import MICROSECONDS
from mingjian.records.live.model import LIVING, Act, Happening, Room, RoomGap
from mingjian.records.storage import actions, live_looking, live_pulses
from mingjian.records.storage.database import Tx
from mingjian.records.storage.live_pulses import Pulse

AWAY = 15 * MICROSECONDS
"""An open room of which nobody told for so long is watched by nobody."""
_MARK_ORDER = ("name", "hint", "steer", "point", "promote", "ask")


@dataclass(frozen=True, slots=True)
class Light:
    """A channel of a room: ``state`` is ``on``, ``gap`` or ``off``; ``why`` a word of gaps."""

    channel: str
    state: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A room on the wall. ``picture`` is the address of its newest picture, ``standing`` the measures in force,
    ``lasts`` how long it has been open in microseconds, ``looking`` who else looks at it."""

    room: Room
    risk: int
    severity: str | None
    incidents: int
    last: Happening | None
    waiting: int
    standing: tuple[str, ...]
    gaps: int
    lights: tuple[Light, ...]
    away: bool
    picture: str | None
    looking: tuple[str, ...]
    lasts: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters of a line; ``kind`` is a kind of signal, empty for the rest."""

    text: str
    kind: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A moment as it is read, or a gap. ``at`` is room time; ``hit``: something in it counts for an incident."""

    at: float
    channel: str = ""
    speaker: str | None = None
    runs: tuple[Piece, ...] = ()
    hit: bool = False
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class Still:
    """A frame to be shown."""

    at: float
    address: str


def tiles_of(tx: Tx, rows: Sequence[RoomRow], me: str) -> list[Tile]:
    """The wall's rows with their pictures and who looks at them."""
    ids = [row.room.id for row in rows]
    seen, looks = live_pulses.pulses(tx, ids), live_looking.lookers(tx, ids)
    names = names_of(tx, [actor for one in looks.values() for actor in one])
    return [_tile(row, seen.get(row.room.id), [names[one] for one in looks.get(row.room.id, ()) if one != me], tx.now)
            for row in rows]  # fmt: skip


def _tile(row: RoomRow, pulse: Pulse | None, looking: Sequence[str], now: int) -> Tile:
    room = row.room
    standing = tuple(dict.fromkeys(act.measure for act in row.acts if act.state in LIVING))
    return Tile(
        room, round(row.risk), severity_of(row.risk), row.incidents, row.last, len(row.waiting), standing,
        len(row.gaps), lights_of(pulse, row.gaps, room), row.worker is None and away(room, pulse, now),
        picture_of(room, pulse), tuple(looking), (room.closed_at or now) - room.opened_at,
    )  # fmt: skip


def severity_of(risk: float) -> str | None:
    """The colour of a risk."""
    return next((word for least, word in ((75, "critical"), (50, "high"), (25, "medium"), (1, "low"))
                 if risk >= least), None)  # fmt: skip


def away(room: Room, pulse: Pulse | None, now: int) -> bool:
    """Whether a room should be watched and is not."""
    return room.state == "open" and (pulse is None or pulse.session != room.session or now - pulse.at > AWAY)


def picture_of(room: Room, pulse: Pulse | None) -> str | None:
    """Where the newest small picture of a room is, if there may be one."""
    if pulse is None or pulse.session != room.session:
        return None
    return f"/live/rooms/{quote(room.id, safe='')}/picture?at={pulse.at}"


def lights_of(pulse: Pulse | None, gaps: Iterable[RoomGap], room: Room) -> tuple[Light, ...]:
    """The channels of a running room, as told last and by the gaps that last."""
    if room.state != "open":
        return ()
    whys = {gap.channel: gap.why for gap in gaps if gap.end is None}
    told = pulse.lights if pulse is not None and pulse.session == room.session else {}
    known = [name for name in GAP_CHANNELS if name in told or name in whys]
    return tuple(Light(name, "gap" if name in whys else str(told[name]), whys.get(name, "")) for name in known)


def lines_of(moments: Iterable[Moment], gaps: Iterable[Gap], noticed: Mapping[int, Sequence[Signal]],
             words: Mapping[str, str]) -> list[Line]:  # fmt: skip
    """Moments and gaps in order of time, personal data covered; ``noticed`` are signals by the moment's number, and
    ``words`` say their kinds."""
    lines = [Line(one.start, one.channel, one.speaker, cut(one.text, noticed.get(one.number, ()), words),
                  one.number in noticed) for one in moments]  # fmt: skip
    lines += [Line(gap.start, gap=gap) for gap in gaps]
    return sorted(lines, key=lambda line: line.at)


def cut(text: str, signals: Sequence[Signal], words: Mapping[str, str]) -> tuple[Piece, ...]:
    """A text in pieces, where signals begin and end; of signals that overlap the gravest counts."""
    shown = _covered(text)
    kinds = [""] * len(shown)
    titles = [""] * len(shown)
    for signal in sorted(signals, key=lambda one: -_rank(one.kind)):
        told = words.get(signal.kind, signal.kind)
        title = ":".join(part for part in (told, signal.what) if part)
        for at in range(max(0, signal.start), min(len(shown), signal.end)):
            kinds[at], titles[at] = signal.kind, title
    pieces: list[Piece] = []
    begin = 0
    for at in range(1, len(shown) + 1):
        if at == len(shown) or (kinds[at], titles[at]) != (kinds[begin], titles[begin]):
            pieces.append(Piece(shown[begin:at], kinds[begin], titles[begin]))
            begin = at
    return tuple(pieces)


def _rank(kind: str) -> int:
    return _MARK_ORDER.index(kind) if kind in _MARK_ORDER else len(_MARK_ORDER)


@lru_cache(maxsize=8192)
def _covered(text: str) -> str:
    return mask(text)


def stills(room: str, session: int, frames: Sequence[Frame]) -> list[Still]:
    """Frames with their addresses."""
    base = f"/live/rooms/{quote(room, safe='')}/sessions/{session}/frames"
    return [Still(one.at, f"{base}/{one.name}") for one in frames]


def worst_first(incidents: Iterable[Happening]) -> list[Happening]:
    """Those that stand, the gravest and newest first."""
    standing = [one for one in incidents if one.state == "open"]
    return sorted(standing, key=lambda one: (WORST_FIRST.index(one.severity), -one.seq))


@dataclass(frozen=True, slots=True)
class Grouped:
    """Acts by incident, and those that wait for somebody."""

    by_incident: dict[str, list[Act]] = field(default_factory=dict)
    proposed: list[Act] = field(default_factory=list)


def grouped(acts: Iterable[Act]) -> Grouped:
    """Acts as a room's page lists them."""
    found = Grouped()
    for act in acts:
        found.by_incident.setdefault(act.incident, []).append(act)
        if act.state == "proposed":
            found.proposed.append(act)
    return found


def provisional(tx: Tx, acts: Iterable[Act]) -> frozenset[str]:
    """Acts that the house took by itself and no person has made a decision of: they count on no ladder."""
    by_decision = {act.decision: act.id for act in acts if act.decision and act.state in ("sent", "acknowledged")}
    found = actions.decisions_by_id(tx, by_decision)
    return frozenset(by_decision[id] for id, one in found.items() if one.automatic and one.state == "in_force")
