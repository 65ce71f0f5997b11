"""Live rooms on the demonstration's desk: staged by their scripts, judged as they would be, acted on by the escalation
and by people. Some still run; one was interrupted, one is honest, one alarm was false."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mingjian.core.live.model import About, Gap, Incident, Moment
from mingjian.desk.people.model import Principal, house
from mingjian.desk.webhooks import service as webhooks
from mingjian.doors.demo.stage.model import Staged
from mingjian.doors.demo.stage.moments import about, numbered
from mingjian.doors.demo.stage.script import stage
from mingjian.doors.desk.opening import Desk
from mingjian.doors.live.log import RoomLog, gap_entry, moment_entry
from mingjian.doors.live.settings import room_folder
from mingjian.governance.live import acting, codewords, evidence, incidents, rooms
from mingjian.governance.live.evidence import Seal
from mingjian.governance.live.judging import RoomJudge
from mingjian.records.blobs import Blobs
from mingjian.records.clock import MICROSECONDS, SteppedClock, micros
from mingjian.records.live.model import Happening, Room
from mingjian.records.storage import live_incidents as store
from mingjian.records.storage.live_pulses import Pulse, put_pulses

HOUSE = house("live")
BEFORE, AFTER, MOST_FRAMES = 6.0, 6.0, 8
FILM = 8.0  # seconds
_ORDERS = ("live.act_sent", "live.act_lifted")


@dataclass(frozen=True, slots=True)
class Plan:
    """A room: what is planted in it, and how it goes on. ``ends``: ``open``, ``closed`` or ``interrupted``."""

    number: int
    minutes: float
    planted: tuple[str, ...] = ()
    trade: str | None = None
    ends: str = "open"
    gap: bool = False
    dismissed: bool = False


PLANS = (
    Plan(1, 10, ("card", "speech_variant"), "skin_care", ends="interrupted"),
    Plan(2, 12, ("hint_house", "steer_viewers"), "makeup", gap=True),
    Plan(3, 11, ("code_word", "pinned"), "clinic_qa"),
    Plan(4, 8, trade="education"),
    Plan(5, 8, trade="clinic_qa", gap=True),
    Plan(6, 6, ("board",), ends="closed", dismissed=True),
)
SEED, COMMENTS = 11, 0.15


def can_stage() -> bool:
    """Whether what pictures need is installed; rooms have none otherwise."""
    return all(find_spec(name) is not None for name in ("PIL", "cv2"))


@dataclass
class _Played:
    """A room while it is played. ``frames``: room time → JPEG; ``over``: when it was interrupted."""

    plan: Plan
    staged: Staged
    about: About
    room: Room
    moments: list[Moment]
    frames: dict[float, bytes] = field(default_factory=dict)
    over: int | None = None

    @property
    def now(self) -> float:
        """Room time at its end."""
        if self.over is None:
            return self.plan.minutes * 60
        return (self.over - self.room.opened_at) / MICROSECONDS


class LiveRooms:
    """Plays the rooms on a desk over the demonstration's store and clock."""

    def __init__(self, desk: Desk, clock: SteppedClock, staff: Mapping[str, Principal]) -> None:
        self._desk, self._clock, self._staff = desk, clock, staff
        self._blobs = Blobs(desk.settings.blobs)
        self._filmed = False

    def play(self, until: datetime) -> None:
        """All of them, side by side, the longest over a little before ``until``; the platform hears and obeys until it
        unsubscribes at the end."""
        longest = max(plan.minutes for plan in PLANS) + 5
        self._until(micros(until - timedelta(minutes=longest)))
        with self._desk.database.write() as tx:
            address = "https://live-platform.example.com/orders"
            endpoint = webhooks.register(tx, self._staff["admin"], address, _ORDERS, "演示:直播平台")
        played = [self._open(plan) for plan in PLANS]
        raised = sorted((one for each in played for one in self._judged(each)), key=lambda one: one[0])
        for at, each, incident in raised:
            self._until(at)
            self._raise(each, incident)
        self._until(max(each.room.opened_at + round(each.plan.minutes * 60 * MICROSECONDS) for each in played))
        for each in played:
            self._people(each)
            self._end(each)
        with self._desk.database.write() as tx:
            webhooks.remove(tx, self._staff["admin"], endpoint.id)

    def _open(self, plan: Plan) -> _Played:
        planted = len(plan.planted)
        staged = stage(plan.number, "tune", minutes=plan.minutes, violations=planted, seed=SEED, comments=COMMENTS,
                       trade=plan.trade, only=plan.planted or None)  # fmt: skip
        known = about(staged)
        host = {**known.publisher, "id": f"直播达人-演示{plan.number}"}
        known = replace(known, id=f"demo-live-{plan.number}", publisher=host)
        with self._desk.database.write() as tx:
            room = rooms.open_room(tx, HOUSE, known)
        moments, _ = numbered(staged, room.opened_at)
        played = _Played(plan, staged, known, room, [replace(one, room=room.id) for one in moments])
        if can_stage():
            played.frames.update(_drawn(staged))
        return played

    def _judged(self, played: _Played) -> list[tuple[int, _Played, Incident]]:
        """Incidents with the moment (wall clock) at which the judge gives them, and the code words it learnt."""
        judge = RoomJudge(played.about, self._desk.engine)
        found: list[tuple[int, _Played, Incident]] = []
        second = 0
        for moment in played.moments:
            now = (moment.taken_at - played.room.opened_at) / MICROSECONDS
            while second < now:
                found += [(moment.taken_at, played, one) for one in judge.tick(second)]
                second += 1
            found += [(moment.taken_at, played, one) for one in judge.take(moment)]
        with self._desk.database.write() as tx:
            for word in judge.proposals():
                codewords.propose(tx, played.room.id, word)
        return found

    def _raise(self, played: _Played, incident: Incident) -> None:
        with self._desk.database.read() as tx:
            if rooms.the(tx, played.room.id).state != "open":
                return
        known = {one.number: one for one in played.moments}
        mine = [known[number] for number in incident.moments]
        raised = incidents.raise_now(self._desk.screening, played.room, incident, mine)
        if raised.act is not None:
            with self._desk.database.write() as tx:
                acting.acknowledge(tx, HOUSE, raised.act.id)
        if raised.proposed is not None and played.plan.ends == "interrupted":
            self._until(self._clock.now() + 8 * MICROSECONDS)
            with self._desk.database.write() as tx:
                acting.confirm(tx, self._staff["shenhe1"], raised.proposed.id, "公然售卖,核对无误")
                acting.acknowledge(tx, HOUSE, raised.proposed.id)
                rooms.close_room(tx, HOUSE, played.room.id, "平台已中断直播")
                played.over = tx.now
        self._seal(played, raised.incident)

    def _people(self, played: _Played) -> None:
        """What people make of it: one alarm was false."""
        if not played.plan.dismissed:
            return
        with self._desk.database.write() as tx:
            for one in store.incidents_of_session(tx, played.room.id, played.room.session):
                incidents.dismiss(tx, self._staff["shenhe2"], one.id, "背景板是防晒科普的项目对比表,没有售卖。")

    def _end(self, played: _Played) -> None:
        """Those that run were seen a moment ago; the others are over."""
        self._write(played)
        room, told = played.room, max(played.frames, default=None)
        lights = {"stream": "on", "picture": "on", "sound": "on", "speech": "on",
                  "comments": "gap" if played.plan.gap else "on", "judging": "on"}  # fmt: skip
        picture = played.frames[told] if told is not None else None
        with self._desk.database.write() as tx:
            if played.plan.ends == "closed":
                rooms.close_room(tx, HOUSE, room.id, "直播结束")
            pulse = Pulse(room.id, room.session, self._clock.now(), "demo", played.now, lights,
                          COMMENTS, {}, picture)  # fmt: skip
            put_pulses(tx, [pulse])
            if played.plan.gap:
                rooms.record_gap(tx, room.id, self._gap(played))

    def _gap(self, played: _Played) -> Gap:
        return Gap(played.room.id, "comments", played.plan.minutes * 60 - 30, None, "feed_lost")

    def _write(self, played: _Played) -> None:
        """Its log and its frames, as whoever watches it leaves them."""
        folder = room_folder(self._desk.settings.data, played.room.id, played.room.session)
        log = RoomLog(folder / "log")
        entries: list[Mapping[str, Any]] = [moment_entry(one) for one in played.moments if one.end <= played.now]
        log.write([*entries, gap_entry(self._gap(played))] if played.plan.gap else entries, 1)
        log.close()
        played.frames = {at: picture for at, picture in played.frames.items() if at <= played.now}
        (folder / "frames").mkdir(exist_ok=True)
        for at, picture in played.frames.items():
            (folder / "frames" / f"{round(at * 1000):012d}.jpg").write_bytes(picture)

    def _seal(self, played: _Played, incident: Happening) -> None:
        first, last = max(0.0, incident.from_ - BEFORE), incident.to + AFTER
        within = [one for one in played.moments if first <= one.start <= last]
        said, comments = (b"".join(_line(one) for one in within if (one.channel == "comment") == written)
                          for written in (False, True))  # fmt: skip
        near = [at for at in sorted(played.frames) if first <= at <= last]
        frames = [(self._put(played.frames[at]), at) for at in near]
        film = self._film(played, incident)
        clip, why = (self._put(film), "") if film is not None else (None, "演示只录了第一条线索")
        what = Seal(first, last, clip, len(film or b""), frames, said, comments, why_no_clip=why)
        self._until(self._clock.now() + round(AFTER * MICROSECONDS))
        with self._desk.database.write() as tx:
            evidence.seal(tx, incident.id, what)

    def _film(self, played: _Played, incident: Happening) -> bytes | None:
        """The first incident is on film, as a stretch of the recording and as its clip."""
        if self._filmed or played.plan.ends != "interrupted" or not can_stage():
            return None
        self._filmed = True
        first, last = max(0.0, incident.from_ - 2), max(0.0, incident.from_ - 2) + FILM
        film = _filmed(played.staged, first, last)
        if film is None:
            return None
        folder = room_folder(self._desk.settings.data, played.room.id, played.room.session) / "segments"
        folder.mkdir(parents=True)
        entry = {"name": f"{round(first * 1000):012d}.mp4", "start": first, "end": last, "bytes": len(film)}
        (folder / str(entry["name"])).write_bytes(film)
        (folder / "index.jsonl").write_text(json.dumps(entry) + "\n", "utf-8")
        return film

    def _put(self, body: bytes) -> str:
        return self._blobs.put(io.BytesIO(body), len(body))[0]

    def _until(self, at: int) -> None:
        self._clock.move(timedelta(microseconds=max(0, at - self._clock.now())))


def _line(moment: Moment) -> bytes:
    return json.dumps(moment_entry(moment), ensure_ascii=False).encode() + b"\n"


def _drawn(staged: Staged) -> dict[float, bytes]:
    """What is on the screen at moments spread over the room, small."""
    from mingjian.doors.demo.stage.drawing import Studio
    from mingjian.perception.jpeg import jpeg
    from mingjian.perception.lettering import NoFont

    shown = [line for line in staged.lines if line.channel == "screen"]
    marked = [line.at + 0.5 for line in staged.lines if line.mark is not None]
    times = sorted(line.at + 0.5 for line in shown)
    times = sorted({*marked[:MOST_FRAMES], *(times[:: -(-len(times) // MOST_FRAMES)] if times else [5.0])})
    studio = Studio(staged.id)
    try:
        return {at: jpeg(studio.still([line for line in shown if line.at <= at < line.end])[::2, ::2], 78)
                for at in times}  # fmt: skip
    except NoFont:
        return {}


def _filmed(staged: Staged, first: float, last: float) -> bytes | None:
    """A stretch of the room as a film; None where what that takes is not installed."""
    if find_spec("av") is None:
        return None
    from mingjian.doors.demo.stage.files import write
    from mingjian.perception.lettering import NoFont

    lines = tuple(replace(line, at=max(0.0, line.at - first), end=min(line.end, last) - first)
                  for line in staged.lines if line.end > first and line.at < last)  # fmt: skip
    with TemporaryDirectory(prefix="mingjian-demo-") as scratch:
        try:
            write(replace(staged, minutes=(last - first) / 60, lines=lines, planted=()), Path(scratch))
        except NoFont:
            return None
        return (Path(scratch) / "video.mp4").read_bytes()


__all__ = ["PLANS", "LiveRooms", "can_stage"]
