"""One live room as its page shows it: put together from the store and from what lies on this machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mingjian.core.live.model import Gap, Signal
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed
from mingjian.doors.console import live_views as views
from mingjian.doors.console.filters import address
from mingjian.doors.console.i18n import labeller, speaker
from mingjian.doors.console.live_recorded import Recorded, Tails, frames_of
from mingjian.doors.console.live_timeline import Mark, timeline
from mingjian.doors.console.subjects import names_of
from mingjian.doors.desk.opening import Desk
from mingjian.doors.live.settings import room_folder
from mingjian.governance.live import evidence
from mingjian.governance.live.wall import RoomPage, room_page
from mingjian.records.clock import MICROSECONDS
from mingjian.records.live.model import Happening, Room, RoomGap
from mingjian.records.storage import live_looking, live_pulses
from mingjian.records.storage.database import Tx
from mingjian.records.storage.live_pulses import Pulse

TAILS = Tails()
PARTS = ("head", "said", "line")
_LINES, _COMMENTS, _FRAMES, _READ = 140, 80, 24, 40
KINDS = ("name", "hint", "steer", "point", "ask", "promote")


def shown(opened: Desk, asks: Principal, id: str, lang: str, *, incident: str = "", session: int | None = None,
          parts: Sequence[str] = PARTS) -> dict[str, Any]:  # fmt: skip
    """What the templates of a room want; only what ``parts`` of it need."""
    with opened.database.read() as tx:
        found = room_page(tx, asks, id, session)
        room = found.room
        recorded = TAILS.read(room_folder(opened.settings.data, room.id, found.session))
        pulse = live_pulses.pulses(tx, [room.id]).get(room.id)
        recorded = _grown(recorded, room, pulse, tx.now)
        values: dict[str, Any] = {"room": room, "recorded": recorded, "session": found.session}
        standing = views.worst_first(found.incidents)
        chosen = next((one for one in found.incidents if one.id == incident), standing[0] if standing else None)
        values["chosen"] = chosen
        values["acts_allowed"] = allowed(asks, "live.act")
        if "head" in parts:
            values |= _head(tx, asks, found, chosen, pulse, lang)
        noticed = _noticed(tx, found.incidents) if {"said", "line"} & set(parts) else {}
        if "said" in parts:
            values |= _said(recorded, noticed, lang)
    if "line" in parts:
        frames = frames_of(room_folder(opened.settings.data, id, values["session"]), 0.0, recorded.now, _FRAMES)
        values["frames"] = views.stills(id, values["session"], frames)
        values["line"] = _line(found, recorded, noticed, lang)
    query = {"incident": incident, "session": session}
    return values | {"asked": address("", query), "parts": f"/live/rooms/{id}/parts",
                     "here": address(f"/live/rooms/{id}", query)}  # fmt: skip


def _grown(recorded: Recorded, room: Room, pulse: Pulse | None, now: int) -> Recorded:
    """Room time goes on while nothing is said, as whoever watches tells; where nobody does and nothing is here, by the
    wall clock."""
    told = pulse.now if pulse is not None and pulse.session == room.session else 0.0
    lasted = 0.0 if recorded.here or told else ((room.closed_at or now) - room.opened_at) / MICROSECONDS
    return replace(recorded, now=max(recorded.now, told, lasted))


def _head(tx: Tx, asks: Principal, found: RoomPage, chosen: Happening | None, pulse: Pulse | None,
          lang: str) -> dict[str, Any]:  # fmt: skip
    room = found.room
    looking = [one for one in live_looking.lookers(tx, [room.id]).get(room.id, ()) if one != asks.actor]
    acts = views.grouped(found.acts)
    actors = [*looking, *(one.by for one in found.incidents)]
    actors += [one for act in found.acts for one in (act.asked_by, act.answered_by) if one]
    names = names_of(tx, actors)
    return {
        "risk": round(found.risk), "severity": views.severity_of(found.risk),
        "channels": views.lights_of(pulse, found.gaps, room),
        "away": found.worker is None and views.away(room, pulse, tx.now),
        "newest": views.picture_of(room, pulse), "others": [names[one] for one in looking],
        "incidents": sorted(found.incidents, key=lambda one: -one.seq), "acts_of": acts.by_incident,
        "proposed": acts.proposed, "names": names, "reasons": reasons_for(chosen, lang),
    }  # fmt: skip


def reasons_for(chosen: Happening | None, lang: str) -> Mapping[str, str]:
    """What an operator most likely gives as the reason, to be changed or sent as it is; by measure."""
    speak = speaker(lang)
    what = "、".join(chosen.what) if chosen is not None else ""
    told = speak("直播间推销{what}", what=what) if what else speak("直播间推销禁限内容")
    return dict.fromkeys(("warn", "mask", "interrupt"), told)


def _noticed(tx: Tx, incidents: Sequence[Happening]) -> dict[int, list[Signal]]:
    """Signals by the moment they are in, of the newest incidents."""
    found: dict[int, list[Signal]] = {}
    for one in sorted(incidents, key=lambda one: -one.seq)[:_READ]:
        known = evidence.told(tx, one)
        for signal in known.signals if known is not None else ():
            found.setdefault(signal.moment, []).append(signal)
    return found


def _said(recorded: Recorded, noticed: Mapping[int, Sequence[Signal]], lang: str) -> dict[str, Any]:
    words = kinds_of(lang)
    spoken = recorded.spoken[-_LINES:]
    since = spoken[0].start if spoken else 0.0
    gaps = [gap for gap in recorded.gaps if gap.end is None or gap.end >= since]
    return {"lines": views.lines_of(spoken, gaps, noticed, words),
            "comments": views.lines_of(recorded.comments[-_COMMENTS:], (), noticed, words)}  # fmt: skip


def kinds_of(lang: str) -> dict[str, str]:
    """What kinds of signals are called."""
    word = labeller(lang)
    return {kind: word(kind, "live_signal") for kind in KINDS}


def _line(found: RoomPage, recorded: Recorded, noticed: Mapping[int, Sequence[Signal]], lang: str) -> Any:
    word, speak = labeller(lang), speaker(lang)
    marks = [_incident(one, word) for one in found.incidents]
    opened = found.room.opened_at
    for act in found.acts:
        at = (act.asked_at - opened) / MICROSECONDS
        marks.append(Mark("act", at, at, f"{word(act.measure, 'measure')} · {word(act.state, 'live_act')}"))
    marks += [_gap(gap, recorded.now, word) for gap in recorded.gaps or found.gaps]
    spoken = {one.number: one for one in (*recorded.spoken, *recorded.comments)}
    for number, signals in noticed.items():
        moment = spoken.get(number)
        if moment is not None:
            told = "、".join(dict.fromkeys(word(one.kind, "live_signal") for one in signals))
            marks.append(Mark(moment.channel, moment.start, moment.start, told))
    head = [speak("起"), speak("止"), speak("通道"), speak("内容")]
    return timeline(marks, recorded.now, speak("时间线"), lambda row: word(row, "live_row"), head)


def _incident(one: Happening, word: Callable[[str, str], str]) -> Mark:
    told = "、".join(one.what) or word(one.kind, "live_kind")
    gone = f" · {word('dismissed', 'live_incident')}" if one.state == "dismissed" else ""
    return Mark("incident", one.from_, one.to, told + gone, one.severity, f"/live/incidents/{one.id}")


def _gap(gap: Gap | RoomGap, now: float, word: Callable[[str, str], str]) -> Mark:
    end = now if gap.end is None else gap.end
    return Mark("gap", gap.start, end, f"{word(gap.channel, 'live_light')} · {word(gap.why, 'live_gap')}")
