"""Doing what a sweep has to have done: all of it, for a command that waits, or a little, for a duty."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from mingjian.governance.decisions.law import Basis
from mingjian.governance.screening.service import Screening
from mingjian.governance.sweeps import undoing
from mingjian.governance.sweeps.engines import Engine
from mingjian.governance.sweeps.service import RUNNER, pause, sweep_of
from mingjian.governance.sweeps.taking import Taker
from mingjian.governance.sweeps.trying import Told, judge_all
from mingjian.records.errors import DeskError, Unavailable
from mingjian.records.storage import sweeps as stored
from mingjian.records.storage.database import Database
from mingjian.records.sweeps.model import Sweep

_LITTLE = 4  # pieces that a duty has judged in one round


@dataclass
class Driver:
    """``folder`` holds the results; ``engine_name`` is the function that gives workers their engine
    (``module:name``)."""

    database: Database
    screening: Screening
    folder: Path
    engine: Engine
    engine_name: str
    basis: Basis | None = None
    _taker: Taker = field(init=False)

    def __post_init__(self) -> None:
        self._taker = Taker(self.database, self.screening, self.folder, basis=self.basis)

    def finish(self, id: str, told: Told | None = None) -> Sweep:
        """Go on until there is nothing to do but wait for people; the sweep as it is then."""
        judge_all(self.database, id, self.engine, self.folder, self.engine_name, self._rulebook, told)
        while self._taker.step(id) or undoing.step(self.database, id, basis=self.basis):
            if told is not None:
                told(self._now(id))
        return self._now(id)

    def little(self) -> int:
        """A little of each sweep that has something to do; how much. One that cannot go on is paused with the reason:
        it must not hold up the others."""
        with self.database.read() as tx:
            ids = stored.working(tx)
        done = 0
        for id in ids:
            try:
                done += self._some(id)
            except Unavailable:  # of the store or the engine: another time
                raise
            except DeskError as error:
                with self.database.write() as tx:
                    pause(tx, RUNNER, id, error.message)
        return done

    def _some(self, id: str) -> int:
        state = self._now(id).state
        if state == "trying":
            return judge_all(self.database, id, self.engine, self.folder, self.engine_name, self._rulebook,
                             most=_LITTLE)  # fmt: skip
        return self._taker.step(id) if state == "running" else undoing.step(self.database, id, basis=self.basis)

    @property
    def _rulebook(self) -> str:
        return self.screening.judge.rulebook

    def _now(self, id: str) -> Sweep:
        with self.database.read() as tx:
            return sweep_of(tx, id)
