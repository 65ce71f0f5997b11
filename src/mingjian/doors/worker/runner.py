"""All duties of a process, started and stopped together. None can stop another."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from mingjian.desk.people.signing import tidy
from mingjian.desk.webhooks.outbox import tidy_deliveries
from mingjian.doors.desk.metrics import PENDING
from mingjian.doors.live.settings import LiveSettings
from mingjian.doors.live.worker import LiveWorker
from mingjian.doors.live.worker import tidy as tidy_live
from mingjian.doors.lookups.duty import Lookups
from mingjian.doors.sweeps import SweepDuty
from mingjian.doors.worker.duty import Duty, DutyThread
from mingjian.doors.worker.evidence import Evidence
from mingjian.doors.worker.registry import Imports
from mingjian.doors.worker.webhooks import Webhooks
from mingjian.governance.accreditation.tending import tend as tend_accreditation
from mingjian.governance.actions.standing import lapse_due
from mingjian.governance.certification.batches import run_batches
from mingjian.governance.engagement.loads import work as look_at_engagement
from mingjian.governance.enquiries.reminding import warn as warn_of_enquiries
from mingjian.governance.ladders.reinstate import give_back_due
from mingjian.governance.live.merchants import report as report_live
from mingjian.governance.live.tending import anything_to_tend
from mingjian.governance.live.tending import tend as tend_live
from mingjian.governance.patrols.duty import work as patrol
from mingjian.governance.policies.service import look
from mingjian.governance.reuse.observing import observe_reuse
from mingjian.governance.rings.duty import Rings
from mingjian.governance.rings.marking import AT_ONCE as MARKED
from mingjian.governance.scorecards import service as scorecards
from mingjian.records.blobs import Blobs
from mingjian.records.search.service import cut_items, index_items, keep_cut
from mingjian.records.storage.database import Tx
from mingjian.records.storage.idempotency import forget_answers
from mingjian.records.storage.items import count_pending

if TYPE_CHECKING:
    from mingjian.doors.desk.opening import Desk

_AT_ONCE = 64  # items judged in one go
_INDEXED = 100  # items taken into the search index in one go
_COUNTED = 100  # events whose actors are scored in one go
_REST = 0.2  # seconds
_HOUR = 3600.0


class Runner:
    """The duties over an open desk: screening (as many threads as the settings say), webhooks, deadlines, the search
    index, and tidying up."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._threads = [DutyThread(duty) for duty in duties(desk)]
        live = LiveSettings()
        self._live = LiveWorker(desk, live) if live.rooms else None

    def start(self) -> None:
        """Begin all duties, and watch live rooms that nobody watches."""
        for thread in self._threads:
            thread.start()
        if self._live is not None:
            self._live.start()

    def stop(self, seconds: float = 20.0) -> bool:
        """Let the rounds that run now end, and no new ones begin; whether all ended in time."""
        for thread in self._threads:
            thread.ask_to_stop()
        end = time.monotonic() + seconds
        if self._live is not None:
            self._live.stop(seconds / 2)
        ended = [thread.join(max(0.1, end - time.monotonic())) for thread in self._threads]
        return all(ended)


def duties(desk: Desk) -> list[Duty]:
    """What is done in a process."""
    webhooks, evidence, lookups = Webhooks(desk), Evidence(desk), Lookups(desk)
    imports, sweeps = Imports(desk), SweepDuty(desk)
    rings = Rings(desk.database, desk.secret)
    screening = [
        Duty(f"screening-{number}", lambda: desk.screening.work(_AT_ONCE), idle=0.5, wakes=True)
        for number in range(1, desk.settings.workers + 1)
    ]
    return [
        *screening,
        Duty("webhooks-fill", webhooks.fill, idle=0.5, wakes=True),
        # Two, so that one batch with a slow address in it does not hold up what became due meanwhile.
        *(Duty(f"webhooks-send-{number}", webhooks.send, idle=0.5, wakes=True) for number in (1, 2)),
        Duty("deadlines", _in_store(desk, lapse_due), idle=15.0),
        Duty("reinstatement", _in_store(desk, give_back_due), idle=60.0),
        Duty("certification", lambda: run_batches(desk.database), idle=5.0, wakes=True),
        Duty("enquiries", _in_store(desk, warn_of_enquiries), idle=300.0),
        Duty("patrols", lambda: patrol(desk.database, desk.screening), idle=20.0),
        Duty("engagement", lambda: look_at_engagement(desk.database, Blobs(desk.settings.blobs)), idle=5.0, wakes=True),
        Duty("sweeps", sweeps.round, idle=5.0, wakes=True),
        Duty("lookups", lookups.round, idle=3.0, wakes=True),
        Duty(
            "scores", _gently(_in_store(desk, lambda tx: scorecards.count_touched(tx, _COUNTED)), _COUNTED), idle=15.0
        ),
        Duty("score-bands", _gently(_in_store(desk, scorecards.follow_bands)), idle=15.0),
        Duty("score-nightly", _once(lambda: scorecards.nightly(desk.database)), idle=600.0),
        Duty("ring-marks", _gently(rings.mark, MARKED), idle=5.0),
        Duty("rings", rings.count, idle=20.0),
        Duty("ring-scores", _gently(rings.tell), idle=15.0),
        Duty("live-acts", lambda: _tend_live(desk), idle=1.0, wakes=True),
        Duty("live-scores", _gently(_in_store(desk, report_live)), idle=15.0),
        Duty("search", lambda: _index(desk), idle=1.0),
        Duty("reuse-index", _once(lambda: reuse_ahead(desk)), idle=2.0),
        Duty("reuse-observed", _gently(_in_store(desk, lambda tx: observe_reuse(tx, _COUNTED)), _COUNTED), idle=30.0),
        Duty("registry-imports", imports.step, idle=5.0, wakes=True),
        Duty("registry-rejects", _once(imports.tidy), idle=_HOUR),
        Duty("tidy", _once(_in_store(desk, _tidy)), idle=_HOUR),
        Duty("live-tidy", _once(lambda: tidy_live(desk, LiveSettings())), idle=_HOUR),
        Duty("rulebook", _once(evidence.keep_rulebook), idle=_HOUR),
        Duty("checkpoints", _once(evidence.checkpoint), idle=30.0),
        Duty("breaker", _once(lambda: _look(desk)), idle=300.0),
        Duty("accreditation", _once(_in_store(desk, tend_accreditation)), idle=600.0),
        Duty("gauges", _once(lambda: _gauges(desk)), idle=15.0),
    ]


def _tend_live(desk: Desk) -> int:
    """Acts on live rooms that want something: asked first without standing in the way of those who write."""
    with desk.database.read() as tx:
        if not anything_to_tend(tx):
            return 0
    with desk.database.write() as tx:
        return tend_live(tx)


def _index(desk: Desk) -> int:
    """Some items at a time. On SQLite they are cut into words before the store is held: others want it too. On
    PostgreSQL nobody waits for this but the same duty of other processes, which would cut the same ones."""
    if desk.database.dialect == "postgresql":
        with desk.database.write() as tx:
            done = index_items(tx, _INDEXED)
    else:
        with desk.database.read() as tx:
            cut = cut_items(tx, _INDEXED)
        if cut is None:
            return 0
        with desk.database.write() as tx:
            done = keep_cut(tx, cut)
    return done if done >= _INDEXED else 0  # what trickles in is taken once a second, not one by one


def reuse_ahead(desk: Desk) -> int:
    """The index of prints read ahead of those who wait for an answer."""
    return desk.screening.reuse.catch_up() if desk.screening.reuse is not None else 0


def _look(desk: Desk) -> int:
    """Rules and clauses whose hits leap lose their power to act."""
    return look(desk.database)


def _in_store(desk: Desk, work: Callable[[Tx], int]) -> Callable[[], int]:
    def round() -> int:
        with desk.database.write() as tx:
            return work(tx)

    return round


def _gently(work: Callable[[], int], most: int = 1) -> Callable[[], int]:
    """Work in short rounds with a rest behind each that goes on: those who wait for an answer go first. Less than
    ``most`` was all there is, and what trickles in waits for the next time."""

    def round() -> int:
        done = work()
        if done < most:
            return 0
        time.sleep(_REST)
        return done

    return round


def _once(work: Callable[[], int]) -> Callable[[], int]:
    """Work that is done in one round, however much of it there was."""

    def round() -> int:
        work()
        return 0

    return round


def _tidy(tx: Tx) -> int:
    return tidy(tx) + forget_answers(tx) + tidy_deliveries(tx)


def _gauges(desk: Desk) -> int:
    with desk.database.read() as tx:
        PENDING.set(count_pending(tx))
    return 0
