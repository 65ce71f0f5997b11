"""A process that watches live rooms: takes open ones by lease, steps them, tells the desk what was found, and seals the
evidence. Three threads: one steps the rooms and never waits for the store, one talks with the store, one seals.

The store away: rooms go on, what was found waits (it is in the room's log) and is told when the store is back.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from mingjian.doors.desk.bell import WORK
from mingjian.doors.live.log import Held
from mingjian.doors.live.room import LiveRoom
from mingjian.doors.live.sealing import seal_of, span_of
from mingjian.doors.live.settings import LiveSettings, room_folder, worker_name
from mingjian.doors.live.watched import Watched, comments_of, stream_of
from mingjian.governance.live import codewords, evidence, incidents, leases, rooms, tending
from mingjian.records.blobs import Blobs
from mingjian.records.clock import MICROSECONDS
from mingjian.records.errors import DeskError, Invalid, Unavailable
from mingjian.records.live.model import Act, Happening, Room
from mingjian.records.storage import live_inbox, live_pulses

if TYPE_CHECKING:
    from mingjian.core.live.model import Incident
    from mingjian.doors.desk.opening import Desk
    from mingjian.perception.live import Eyes

_AT_ONCE = 2000
_CLAIMED = 2  # rooms taken in one go, so that processes that start together share them
_REST_S = 0.05
_SETTLE_S = 0.5
_PULSE_S = 2.0
_TEND_S = 1.0
_WORDS_S = 10.0
_LATER_S = (1.0, 5.0, 30.0)
_LOG = structlog.get_logger("mingjian.live")


@dataclass(frozen=True, slots=True)
class Raised:
    """What the desk took in and what it did: ``act`` went out, ``proposed`` waits for an operator."""

    room: str
    incident: Happening
    act: Act | None
    proposed: Act | None


class LiveWorker:
    """Over an open desk. ``most`` rooms at a time; ``own``: watch only rooms that ``watch`` is given, and take none by
    lease of itself. ``told`` is called with what was raised."""

    def __init__(
        self, desk: Desk, settings: LiveSettings, *, most: int | None = None, own: bool = False,
        told: Callable[[Raised], None] | None = None,
    ) -> None:  # fmt: skip
        self.desk, self.settings = desk, settings
        _check(settings)
        self.name = worker_name()
        self.most = settings.rooms if most is None else most
        self.watched: dict[str, Watched] = {}
        self.away = False
        """Whether the store could not be reached when it was last asked."""
        self._own, self._told = own, told
        self._rows: dict[str, Room] = {}
        self._eyes: Eyes | None = None
        self._lock = threading.RLock()
        self._stopped = threading.Event()
        self._step, self._store = threading.Event(), threading.Event()
        self._blobs = Blobs(desk.settings.blobs)
        self._next: dict[str, float] = {}
        self._shunned: dict[str, float] = {}
        self._later: dict[tuple[str, str], float] = {}
        self._words: Any = None
        self._taken = 0
        WORK.listen(self._store)
        self._threads = [
            threading.Thread(target=self._forever, args=(work, wait), name=f"live-{name}", daemon=True)
            for name, work, wait in (
                ("steps", self._step_all, self._wait_step),
                ("store", self._store_round, self._wait_store),
                ("seals", self._seal_round, lambda: self._stopped.wait(_SETTLE_S)),
            )
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float = 20.0) -> None:
        """End in order: what was heard is written down, rooms are given to whoever takes them next."""
        self._stopped.set()
        self._step.set()
        self._store.set()
        end = time.monotonic() + seconds
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.1, end - time.monotonic()))
        left = self._all()
        for one in left:
            one.quiet()
            while one.room.step():
                pass
        with contextlib.suppress(DeskError):  # else whoever takes the room next finds it in the log
            self._raise_found()
        with self._lock:
            self.watched.clear()
        for one in left:
            with contextlib.suppress(OSError):
                one.room.close("stop")
        with contextlib.suppress(DeskError), self.desk.database.write() as tx:
            self._tell_rest(tx, left)
            leases.release(tx, self.name, [one.room.id for one in left])
        if self._eyes is not None:
            self._eyes.close()

    def watch(self, row: Room, **how: Any) -> Watched:
        """Watch a room that is leased to this process. Held when another process has its log."""
        with self.desk.database.read() as tx:
            about = rooms.about_of(tx, row)
        room = LiveRoom(about, row.session, row.opened_at, room_folder(self.desk.settings.data, row.id, row.session),
                        self.desk.engine, self.settings, self._words, pace=how.get("pace", 1.0),
                        wrong=how.pop("wrong", None), gap=how.pop("gap", None))  # fmt: skip
        how.setdefault("source", stream_of(row.url))
        how.setdefault("feeds", comments_of(self.settings.comments, row.id, row.external, row.platform,
                                            self.settings.private_networks))  # fmt: skip
        try:
            made = Watched(room, self.settings, self.desk.settings, eyes=self.eyes, **how)
        except BaseException:
            room.close("stop")
            raise
        room.retold = self._step.set
        with self._lock:
            self.watched[row.id], self._rows[row.id] = made, row
        made.start()
        self._step.set()
        return made

    def eyes(self) -> Eyes:
        """What reads letters for all rooms of this process."""
        from mingjian.perception.live import Eyes

        with self._lock:
            if self._eyes is None:
                self._eyes = Eyes()
            return self._eyes

    # --- threads --------------------------------------------------------------------------------------------------

    def _forever(self, work: Callable[[], None], wait: Callable[[], object]) -> None:
        while not self._stopped.is_set():
            try:
                work()
            except Unavailable as error:
                if not self.away:
                    _LOG.warning("store_away", why=error.message)
                self.away = True
                self._stopped.wait(_SETTLE_S)
            except Exception:  # one room or one fault does not end the watching of the others
                _LOG.exception("live_failed")
                self._stopped.wait(_SETTLE_S)
            wait()

    def _wait_step(self) -> None:
        self._step.wait(_REST_S)
        self._step.clear()

    def _wait_store(self) -> None:
        self._store.wait(self.settings.poll_seconds)
        self._store.clear()

    def _step_all(self) -> None:
        for one in self._all():
            try:
                if one.room.step():
                    self._step.set()
            except OSError as error:  # the disk is full: tried again, and what is told waits meanwhile
                _LOG.error("room_log_failed", room=one.room.id, why=str(error))
                continue
            except Exception:  # one room's fault is not the others'
                _LOG.exception("room_failed", room=one.room.id)
                continue
            if one.room.found or len(one.room.safe) > _AT_ONCE:
                self._store.set()

    def _store_round(self) -> None:
        now = time.monotonic()
        self._raise_found()
        if self._due("lease", now, self.settings.lease_seconds / 4):
            self._keep_leases()
        if not self._own and len(self.watched) < self.most and self._due("claim", now, 0.25):
            self._claim()
        self._fetch()
        if self._due("words", now, _WORDS_S):
            self._learn()
        if self._due("settle", now, _SETTLE_S):
            self._settle(self._due("pulse", now, _PULSE_S))
        if self._due("tend", now, _TEND_S):
            self._tend()
        if self.away:
            self.away = False
            _LOG.info("store_back")

    # --- with the store -------------------------------------------------------------------------------------------

    def _raise_found(self) -> None:
        """Each in a transaction of its own, at once: warnings wait for nothing."""
        for one in self._all():
            for _ in range(len(one.room.found)):
                incident = one.room.found[0]
                key = (one.room.id, incident.key)
                if self._later.get(key, 0.0) > time.monotonic():
                    one.room.found.rotate(-1)
                    continue
                try:
                    self._raise(one, incident)
                except Unavailable:
                    raise
                except Exception:
                    owed = one.room.owed.get(incident.key)
                    tries = 0 if owed is None else owed.tries
                    if owed is not None:
                        owed.tries += 1
                    self._later[key] = time.monotonic() + _LATER_S[min(tries, len(_LATER_S) - 1)]
                    _LOG.exception("raise_failed", room=one.room.id, key=incident.key, tries=tries + 1)
                    one.room.found.rotate(-1)
                    continue
                one.room.found.popleft()
                self._later.pop(key, None)

    def _raise(self, one: Watched, incident: Incident) -> None:
        row = self._rows[one.room.id]
        moments = one.room.recent.named(incident.moments)
        made = incidents.raise_now(self.desk.screening, row, incident, moments, session=one.room.session)
        one.room.raised(incident.key, made.incident.id)
        WORK.ring()
        if self._told is not None and made.fresh:
            self._told(Raised(one.room.id, made.incident, made.act, made.proposed))

    def _keep_leases(self) -> None:
        ids = [one.room.id for one in self._all()]
        if not ids:
            return
        with self.desk.database.write() as tx:
            still = set(leases.renew(tx, self.name, ids, self.settings.lease_seconds))
            gone = [id for id in ids if id not in still]
            rows = {id: rooms.the(tx, id) for id in gone}
        for id in gone:
            row, mine = rows[id], self._rows[id]
            if row.state == "closed" or row.session != mine.session:
                self._finish(id)
            else:  # another process took it while the store was away from here
                _LOG.warning("lease_lost", room=id)
                self._drop(id, "lease_lost")

    def _claim(self) -> None:
        with self.desk.database.read() as tx:
            if not leases.rooms_waiting(tx):
                return
        now = time.monotonic()
        most = min(_CLAIMED, self.most - len(self.watched))
        with self.desk.database.write() as tx:
            found = leases.claim_rooms(tx, self.name, most, self.settings.lease_seconds)
            shunned = [row.id for row in found if self._shunned.get(row.id, 0.0) > now]
            if shunned:
                leases.release(tx, self.name, shunned)
        for row in found:
            if row.id in shunned or row.id in self.watched:
                continue
            try:
                self.watch(row)
                _LOG.info("room_taken", room=row.id, worker=self.name)
            except Held:  # whoever had it is still at its log: it is not free yet
                self._shun(row.id, 1.0)
            except (DeskError, OSError):
                _LOG.exception("room_refused", room=row.id)
                self._shun(row.id, 30.0)

    def _shun(self, id: str, seconds: float) -> None:
        self._shunned[id] = time.monotonic() + seconds
        with self.desk.database.write() as tx:
            leases.release(tx, self.name, [id])

    def _fetch(self) -> None:
        ids = [one.room.id for one in self._all()]
        if not ids:
            return
        with self.desk.database.read() as tx:
            rows = live_inbox.waiting(tx, ids, _AT_ONCE)
        for row in rows:
            if (one := self.watched.get(row.room)) is not None:
                one.room.push([row])
        if rows:
            self._step.set()

    def _learn(self) -> None:
        """Code words that people accepted or declined."""
        from mingjian.governance.live.judging import Accepted

        with self.desk.database.read() as tx:
            words = Accepted(codewords.accepted(tx), codewords.declined(tx))
        if words != self._words:
            self._words = words
            for one in self._all():
                one.room.use(words)

    def _settle(self, pulse: bool) -> None:
        """What can wait half a second goes in one transaction."""
        told = [(one, list(one.room.told_gaps), list(one.room.safe), list(one.room.proposed)) for one in self._all()]
        at = self.desk.database.clock.now()
        pulses = [one.pulse(self.name, at) for one, *_ in told] if pulse else []
        for one, *_ in told:
            one.listened()
        if pulses or any(gaps or safe or words for _, gaps, safe, words in told):
            with self.desk.database.write() as tx:
                for one, gaps, safe, words in told:
                    for gap in gaps:
                        rooms.record_gap(tx, one.room.id, gap, session=one.room.session)
                    live_inbox.taken(tx, safe)
                    for word in words:
                        codewords.propose(tx, one.room.id, word)
                live_pulses.put_pulses(tx, pulses)
            for one, gaps, safe, words in told:
                _drop_left(one.room.told_gaps, len(gaps))
                _drop_left(one.room.safe, len(safe))
                _drop_left(one.room.proposed, len(words))
                one.room.landed(safe)
        for one in self._all():
            self._look_at_end(one)

    def _look_at_end(self, one: Watched) -> None:
        if one.closing or self._own:
            return
        if one.lost:
            one.again()
        elif one.over:
            with self.desk.database.write() as tx:
                rooms.close_room(tx, rooms.HOUSE, one.room.id, "直播流已结束")
            self._next.pop("lease", None)

    def _tend(self) -> None:
        with self.desk.database.read() as tx:
            if not tending.anything_to_tend(tx):
                return
        with self.desk.database.write() as tx:
            done = tending.tend(tx)
        if done:
            WORK.ring()

    def _finish(self, id: str) -> None:
        """The room is closed: what was pushed before that is taken, and all evidence sealed with what there is."""
        one = self.watched[id]
        one.closing = True
        one.quiet()
        with self.desk.database.read() as tx:
            one.room.push(live_inbox.waiting(tx, [id], 50_000))
        while one.room.step():
            pass
        one.room.sync()
        self._raise_found()
        self._seal_all(one)
        self._settle(pulse=True)
        self._drop(id, "closed")

    def _drop(self, id: str, why: str) -> None:
        with self._lock:
            one = self.watched.pop(id)
            self._rows.pop(id, None)
        if not one.closing:
            one.quiet()
        one.room.close(why)
        if why == "closed":
            with self.desk.database.write() as tx:
                self._tell_rest(tx, [one])
                leases.release(tx, self.name, [id])
        _LOG.info("room_left", room=id, why=why)

    def _tell_rest(self, tx: Any, left: list[Watched]) -> None:
        for one in left:
            for gap in one.room.told_gaps:
                rooms.record_gap(tx, one.room.id, gap, session=one.room.session)
            live_inbox.taken(tx, list(one.room.safe))

    # --- sealing --------------------------------------------------------------------------------------------------

    def _seal_round(self) -> None:
        for one in self._all():
            if not one.closing:
                self._seal_due(one)

    def _seal_due(self, one: Watched) -> None:
        now = one.room.clock.now()
        for owed in list(one.room.owed.values()):
            _, to = span_of(owed.incident)
            if owed.id is not None and now >= to and one.recorded(to):
                self._seal(one, owed.incident, owed.id)

    def _seal_all(self, one: Watched) -> None:
        for owed in list(one.room.owed.values()):
            if owed.id is not None:
                self._seal(one, owed.incident, owed.id)

    def _seal(self, one: Watched, incident: Incident, id: str) -> None:
        made = seal_of(one.room, incident, self._blobs, one.source is not None)
        with self.desk.database.write() as tx:
            evidence.seal(tx, id, made)
        one.room.sealed(incident.key)

    # --- small ----------------------------------------------------------------------------------------------------

    def _all(self) -> list[Watched]:
        with self._lock:
            return list(self.watched.values())

    def _due(self, what: str, now: float, every: float) -> bool:
        if now < self._next.get(what, 0.0):
            return False
        self._next[what] = now + every
        return True


def _check(settings: LiveSettings) -> None:
    """Invalid when the deployer's file of judging is none: told at the start, not by every room."""
    from mingjian.governance.live.judging import read_settings

    if settings.judging is not None:
        try:
            read_settings(settings.judging)
        except ValueError as error:
            raise Invalid(str(error), field="judging") from error


def _drop_left(queue: Any, count: int) -> None:
    for _ in range(count):
        queue.popleft()


def tidy(desk: Desk, settings: LiveSettings) -> int:
    """Forget what running rooms left in the store and on disk; how much."""
    import shutil

    day = 86_400 * MICROSECONDS
    with desk.database.write() as tx:
        done = live_inbox.forget_inbox(tx, tx.now - day // 4, tx.now - 7 * day)
        done += live_pulses.forget_pulses(tx, tx.now - day)
    old = time.time() - settings.keep_days * 86_400
    for alive in (desk.settings.data / "live").glob("*/*/alive"):
        if alive.stat().st_mtime < old:
            shutil.rmtree(alive.parent, ignore_errors=True)
            done += 1
    return done
