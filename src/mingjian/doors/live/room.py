"""One live room as a process watches it: what is told of it is written down, then judged. Stepped by one thread; told
by any."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from mingjian.core.live.model import About, Gap, Incident, Moment, Proposed
from mingjian.doors.live import tracking
from mingjian.doors.live.clock import RoomClock
from mingjian.doors.live.feeds import Found, Lost, Told, Wrong
from mingjian.doors.live.heard import Heard, heard_of
from mingjian.doors.live.intake import Intake, Recent, told_as
from mingjian.doors.live.log import (
    Place,
    RoomLog,
    entries,
    gap_entry,
    gap_of,
    incident_entry,
    incident_of,
    moment_entry,
    moment_of,
    segments,
)
from mingjian.doors.live.tracking import Owed, Snapshot
from mingjian.perception.live.model import Alive, Ended, Observed, Said, Shown
from mingjian.records.clock import MICROSECONDS
from mingjian.records.errors import Invalid
from mingjian.records.storage.live_inbox import Pushed

if TYPE_CHECKING:
    from mingjian.core.engine.check import Engine
    from mingjian.doors.live.settings import LiveSettings
    from mingjian.governance.live.judging import Accepted, RoomJudge

AT_ONCE = 500
"""Told things taken in one step: no room keeps the others waiting."""
BACKLOG = 20_000
"""Told things that wait in memory; beyond them viewers' comments are dropped, which is a gap."""
_TICK_S = 0.2
_BEAT_S = 1.0
_PROPOSE_S = 5.0
_LOG = structlog.get_logger("mingjian.live.room")


class LiveRoom:
    """``about`` is what is known of it, ``opened_at`` the wall clock at room time 0. An earlier process's log and
    snapshot in ``folder`` are gone on from: ``doors.live.log.Held`` when another process is at it."""

    def __init__(
        self, about: About, session: int, opened_at: int, folder: Path, engine: Engine, settings: LiveSettings,
        accepted: Accepted | None = None, *, pace: float = 1.0,
        wrong: Callable[[Wrong], None] | None = None,
        gap: Callable[[Gap], None] | None = None,
    ) -> None:  # fmt: skip
        self.about, self.session, self.folder, self.settings = about, session, folder, settings
        self.id = about.id
        self.log = RoomLog(folder / "log")
        self.owed: dict[str, Owed] = {}
        self.settled: set[str] = set()
        self.gaps: dict[tuple[str, str], Gap] = {}
        self.past_gaps: deque[Gap] = deque(maxlen=200)
        self.words: dict[str, int] = {}
        self.recent = Recent()
        self.ended: Ended | None = None
        self.alive: Alive | None = None
        self.heard_at: dict[str, float] = {}
        self.comments = self.wrongs = 0
        self.found: deque[Incident] = deque()
        self.told_gaps: deque[Gap] = deque()
        self.proposed: deque[Proposed] = deque()
        self.safe: deque[int] = deque()
        """Inbox rows that are on disk here and may go."""
        self.retold: Callable[[], None] = lambda: None
        """Called when something is told, so that nobody waits for the next round."""
        self._wrong, self._say_gap = wrong, gap
        self._told: deque[Told | Observed | Pushed] = deque()
        self._flight: set[int] = set()
        self._unsafe: list[int] = []
        self._next = dict.fromkeys(("tick", "sync", "beat", "save", "words"), 0.0)
        self._dropping = self._closed = False
        self._lock = threading.RLock()
        try:
            self._go_on(opened_at, engine, accepted, pace)
        except BaseException:
            self.log.close()
            raise

    # --- told, by any thread -------------------------------------------------------------------------------------

    def tell(self, told: Told | Observed) -> None:
        """Something of a feed or a stream."""
        if len(self._told) >= BACKLOG and isinstance(told, Heard) and told.channel == "comment":
            self._dropping = True
            return
        self._told.append(told)
        self.retold()

    def played(self) -> float:
        """Seconds of the file that is played in the room's place; room time where it is no file."""
        skew = self.intake.skew
        return -1.0 if skew is None else self.clock.now() - skew

    def push(self, rows: list[Pushed]) -> None:
        """Rows of the inbox; one that is here already is passed by."""
        for row in rows:
            if row.seq not in self._flight and len(self._told) < BACKLOG:
                self._flight.add(row.seq)
                self._told.append(row)

    def landed(self, seqs: list[int]) -> None:
        """These rows have gone from the inbox."""
        self._flight.difference_update(seqs)

    # --- stepped, by one thread ----------------------------------------------------------------------------------

    def step(self) -> bool:
        """Take what was told, judge, and write down; whether more waits."""
        with self._lock:
            return not self._closed and self._step()

    def _step(self) -> bool:
        now = self.clock.now()
        steady = time.monotonic()
        moments = self._take(now)
        incidents: list[Incident] = []
        for moment in moments:
            incidents += self._judged(partial(self.judge.take, moment))
        if self._due("tick", steady, _TICK_S):
            incidents += self._judged(partial(self.judge.tick, now))
        self._find(incidents)
        if self._due("words", steady, _PROPOSE_S):
            self._propose()
        if self._due("sync", steady, self.settings.sync_seconds):
            self.sync()
        if self._due("beat", steady, _BEAT_S):
            tracking.beat(self.folder, now)
        if self._due("save", steady, self.settings.snapshot_seconds):
            self.save()
        return bool(self._told)

    def sync(self) -> None:
        """What was taken is safe on disk."""
        with self._lock:
            self.log.sync()
            self.safe.extend(self._unsafe)
            self._unsafe.clear()

    def raised(self, key: str, id: str) -> None:
        """The desk has the incident."""
        with self._lock:
            if (one := self.owed.get(key)) is not None:
                one.id = id
            self._write([{"k": "raised", "key": key, "id": id}])

    def sealed(self, key: str) -> None:
        """Its evidence is sealed: nothing more is owed."""
        with self._lock:
            self.owed.pop(key, None)
            self.settled.add(key)
            self._write([{"k": "sealed", "key": key}])

    def begin_gap(self, channel: str, why: str, detail: str = "", start: float | None = None) -> None:
        """Nothing is perceived in a channel from now on, for this reason."""
        with self._lock:
            if (channel, why) not in self.gaps:
                began = self.clock.now() if start is None else start
                self._gap(Gap(self.id, channel, round(began, 3), None, why, detail[:200]))

    def end_gap(self, channel: str, why: str) -> None:
        """It is perceived again."""
        with self._lock:
            if (gap := self.gaps.get((channel, why))) is not None:
                self._gap(replace(gap, end=round(max(gap.start, self.clock.now()), 3)))

    def use(self, accepted: Accepted) -> None:
        """Code words that people accepted or declined meanwhile."""
        with self._lock:
            self.judge.use(accepted)

    def save(self) -> None:
        """Write down what another process goes on from."""
        place = self.log.place
        state = self._state()
        if state is None:
            return  # the log has it all
        made = Snapshot(place, self.intake.number, self.clock.now(), state, self.owed, sorted(self.settled),
                        list(self.gaps.values()), self.intake.lines, self.words)  # fmt: skip
        tracking.save(self.folder, made)

    def close(self, why: str = "stop") -> None:
        """Take the rest, write down, and let others have it."""
        with self._lock:
            if self._closed:
                return
            while self._step():
                pass
            self.save()
            self._write([{"k": "stop", "why": why, "s": round(self.clock.now(), 3)}])
            self.sync()
            self._closed = True
            self.log.close()

    # --- within ---------------------------------------------------------------------------------------------------

    def _go_on(self, opened_at: int, engine: Engine, accepted: Accepted | None, pace: float) -> None:
        from mingjian.governance.live.judging import RoomJudge, read_settings

        kept = tracking.load(self.folder)
        lines = list(entries(self.folder / "log", kept.place))
        least = max(kept.time, tracking.last_beat(self.folder), *(float(one.get("s") or 0.0) for one in lines), 0.0)
        self.clock = RoomClock(opened_at, least, pace=pace)
        self.intake = Intake(self.id, self.clock)
        self.intake.number, self.intake.lines = kept.number, kept.lines
        self.owed, self.settled, self.words = kept.owed, set(kept.settled), kept.words
        self.gaps = {(one.channel, one.why): one for one in kept.gaps}
        known = None if self.settings.judging is None else read_settings(self.settings.judging)
        self.judge: RoomJudge = (RoomJudge(self.about, engine, known, accepted) if kept.judge is None
                                 else RoomJudge.resume(self.about, engine, kept.judge, known, accepted))  # fmt: skip
        self._remember(kept.place, kept.number)
        incidents: list[Incident] = []
        stopped = False
        for entry in lines:
            stopped = entry["k"] == "stop"
            incidents += self._once_more(entry)
        self._write([{"k": "start", "s": round(self.clock.now(), 3), "session": self.session}])
        self._find(incidents)  # found by nobody before: the process died between hearing and writing down
        self.found = deque(one.incident for one in self.owed.values() if one.id is None)
        for gap in list(self.gaps.values()):
            self._gap(replace(gap, end=round(max(gap.start, least), 3)))
        self.resumed = bool(lines) or kept.number > 0
        self.away = (least, "restarted" if stopped else "process_died") if self.resumed else None

    def _remember(self, place: Place, number: int) -> None:
        """The last moments before the snapshot: evidence for what is found soon, and known when told again."""
        names = [path.name for path in segments(self.folder / "log") if path.name <= place.segment]
        for entry in entries(self.folder / "log", Place(names[-1], 0)) if names else ():
            if entry["k"] == "moment" and entry["n"] <= number:
                moment = moment_of(entry)
                self.recent.add(moment)
                self.intake.again(moment, entry)

    def _once_more(self, entry: Mapping[str, Any]) -> list[Incident]:
        kind = entry["k"]
        if kind == "moment":
            moment = moment_of(entry)
            self.intake.again(moment, entry)
            self.recent.add(moment)
            then = (moment.taken_at - self.clock.opened_at) / MICROSECONDS
            return [*self._judged(partial(self.judge.take, moment)), *self._judged(partial(self.judge.tick, then))]
        if kind == "gap":
            self._mark(gap_of(entry))
        elif kind == "incident":
            incident = incident_of(entry)
            if incident.key not in self.settled:
                self.owed.setdefault(incident.key, Owed(incident))
        elif kind == "raised" and entry["key"] in self.owed:
            self.owed[entry["key"]].id = entry["id"]
        elif kind == "sealed":
            self.owed.pop(entry["key"], None)
            self.settled.add(entry["key"])
        return []

    def missed(self, channels: tuple[str, ...]) -> None:
        """What no process watched before this one took over: told of these channels as gaps that are over."""
        if self.away is None:
            return
        least, why = self.away
        for channel in channels:
            gap = Gap(self.id, channel, round(least, 3), round(max(least, self.clock.now()), 3), why)
            self._gap(gap)
        self.away = None

    def _take(self, now: float) -> list[Moment]:
        moments: list[Moment] = []
        lines: list[Mapping[str, Any]] = []
        first = self.intake.number + 1
        for _ in range(min(AT_ONCE, len(self._told))):
            told = self._told.popleft()
            made = self._moment(told, now)
            if made is not None:
                moment, beside = made
                moments.append(moment)
                lines.append({**moment_entry(moment), **beside})
                self.recent.add(moment)
                self.heard_at[moment.channel] = now
                self.comments += moment.channel == "comment"
        if self._dropping:
            self.begin_gap("comments", "overload", "评论太多,来不及看")
            self._dropping = len(self._told) > BACKLOG // 2
            if not self._dropping:
                self.end_gap("comments", "overload")
        self.log.write(lines, first)
        return moments

    def _moment(self, told: Told | Observed | Pushed, now: float) -> tuple[Moment, dict[str, Any]] | None:
        made: Moment | None = None
        beside: dict[str, Any] = {}
        if isinstance(told, Pushed):
            row = told
            self._unsafe.append(row.seq)
            try:
                told = heard_of({**row.body, "id": row.ref}, row.source)
            except Invalid as error:  # the address looked at it before; whatever it is now, it stops nobody
                told = Wrong(row.source, row.seq, error.message)
        if isinstance(told, Heard):
            made, beside = self.intake.heard(told, now), told_as(told)
        elif isinstance(told, Shown):
            made = self.intake.shown(told, now)
        elif isinstance(told, Said):
            made = self.intake.said(told, now)
        elif isinstance(told, Gap):
            self._gap(told)
        elif isinstance(told, Alive):
            self.alive = told
            if self.intake.skew is None and told.picture is not None:
                self.intake.skew = told.picture
        elif isinstance(told, Ended):
            self.ended = told
        elif isinstance(told, Lost):
            self.begin_gap(told.channel, told.why, told.detail)
        elif isinstance(told, Found):
            self.end_gap(told.channel, "feed_lost")
        elif isinstance(told, Wrong):
            self._report(told)
        return None if made is None else (made, beside)

    def _report(self, wrong: Wrong) -> None:
        self.wrongs += 1
        if self._wrong is not None:
            self._wrong(wrong)
        elif self.wrongs <= 10:
            _LOG.warning("line_refused", room=self.id, where=wrong.where, line=wrong.line, problem=wrong.problem)

    def _judged(self, work: Callable[[], list[Incident]]) -> list[Incident]:
        """The judge's answer. What breaks it is a gap; the room goes on."""
        try:
            found = work()
        except Exception:
            if ("judging", "judge_failed") not in self.gaps:
                _LOG.exception("judging_failed", room=self.id)
                self.begin_gap("judging", "judge_failed")
            return []
        self.end_gap("judging", "judge_failed")
        return found

    def _find(self, incidents: list[Incident]) -> None:
        lines: list[Mapping[str, Any]] = []
        for incident in incidents:
            named = self._of_session(incident)
            if named.key in self.owed or named.key in self.settled:
                continue
            self.owed[named.key] = Owed(named)
            self.found.append(named)
            lines.append(incident_entry(named))
        if lines:
            self._write(lines)

    def _of_session(self, incident: Incident) -> Incident:
        """Keys are a room's for ever: those of a later session say so."""
        if self.session == 1:
            return incident
        key = f"{self.session}.{incident.key}"
        return replace(incident, key=key, item={**incident.item, "id": f"{self.id}:{key}"})

    def _propose(self) -> None:
        try:
            proposals = self.judge.proposals()
        except Exception:
            _LOG.exception("judging_failed", room=self.id)
            return
        for one in proposals:
            if self.words.get(one.word) != one.times:
                self.words[one.word] = one.times
                self.proposed.append(one)

    def _gap(self, gap: Gap) -> None:
        self._mark(gap)
        self.told_gaps.append(gap)
        if self._say_gap is not None:
            self._say_gap(gap)
        self._write([gap_entry(gap)])

    def _mark(self, gap: Gap) -> None:
        if gap.end is None:
            self.gaps[(gap.channel, gap.why)] = gap
        else:
            self.gaps.pop((gap.channel, gap.why), None)
            self.past_gaps.append(gap)

    def _state(self) -> Mapping[str, Any] | None:
        try:
            state: Mapping[str, Any] = self.judge.state()
            return state
        except Exception:
            _LOG.exception("judging_failed", room=self.id)
            return None

    def _write(self, lines: list[Mapping[str, Any]]) -> None:
        if self._closed:  # another process may be at the log by now; what it does not find there it does again
            return
        self.log.write(lines, self.intake.number + 1)

    def _due(self, what: str, steady: float, every: float) -> bool:
        if steady < self._next[what]:
            return False
        self._next[what] = steady + every
        return True
