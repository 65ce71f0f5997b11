"""One duty in a thread of its own: it works while there is work, sleeps when there is none, and outlives its faults."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from mingjian.doors.desk.bell import WORK
from mingjian.doors.desk.metrics import DUTY_DONE, DUTY_FAILED

LONGEST_WAIT = 60.0  # seconds between tries of a duty that fails again and again
_LOG = structlog.get_logger("mingjian.duty")


@dataclass(frozen=True, slots=True)
class Duty:
    """``round`` does some of the work and says how much it was: 0 when there was none. ``idle`` is how many seconds
    to sleep then. ``wakes``: the bell ends the sleep."""

    name: str
    round: Callable[[], int]
    idle: float
    wakes: bool = False


class DutyThread:
    """Does a duty until it is stopped."""

    def __init__(self, duty: Duty) -> None:
        self.duty = duty
        self._stopped, self._awake = threading.Event(), threading.Event()
        if duty.wakes:
            WORK.listen(self._awake)
        self._thread = threading.Thread(target=self._run, name=f"duty-{duty.name}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """End after the round that runs now."""
        self._stopped.set()
        self._awake.set()

    def join(self, seconds: float) -> bool:
        """Wait for the end; whether it came."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        failures = 0
        while not self._stopped.is_set():
            self._awake.clear()  # before looking: what is brought from now on rings again
            if self._stopped.is_set():
                break
            try:
                done = self.duty.round()
            except Exception:
                failures += 1
                DUTY_FAILED.labels(self.duty.name).inc()
                _LOG.exception("duty_failed", duty=self.duty.name, failures=failures)
                self._stopped.wait(wait_after(failures))  # no bell makes a broken duty run hot
                continue
            failures = 0
            if done:
                DUTY_DONE.labels(self.duty.name).inc(done)
            else:
                self._awake.wait(self.duty.idle)


def wait_after(failures: int) -> float:
    """Seconds before the next try after so many failures in a row: doubling from half a second."""
    return min(LONGEST_WAIT, 0.5 * 2.0 ** min(failures - 1, 10))
