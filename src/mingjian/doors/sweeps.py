"""Sweeps over an open desk: which engine the settings name, where results lie, which archives the server may read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mingjian.governance.sweeps.driving import Driver
from mingjian.governance.sweeps.engines import Engine, engine_of
from mingjian.records.clock import moment
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.storage import sweeps as stored
from mingjian.records.sweeps.model import Sweep

if TYPE_CHECKING:
    from mingjian.doors.desk.opening import Desk

ENGINE_VARIABLE = "MINGJIAN_SWEEP_ENGINE"
ADDRESS_VARIABLE = "MINGJIAN_SWEEP_ADDRESS"
JUDGES = "mingjian.doors.cache:engine"


def folder_of(data: Path) -> Path:
    """Where results lie, a folder a sweep."""
    return data / "sweeps"


def archives_of(data: Path) -> Path:
    """Archives that people may choose from in the console and by the API; the command line reads any."""
    return data / "archives"


def archive_named(data: Path, name: str) -> Path:
    """One of these archives. NotFound when it is none."""
    if name in archive_names(data):
        return archives_of(data) / name
    raise NotFound(f"档案文件夹里没有“{name[:80]}”。请把档案放到 {archives_of(data)} 下面。")


def archive_names(data: Path) -> list[str]:
    """Their names, in order."""
    folder = archives_of(data)
    return sorted(one.name for one in folder.iterdir() if not one.name.startswith(".")) if folder.is_dir() else []


def chosen_engine(name: str | None = None, address: str | None = None, workers: int | None = None) -> Engine:
    """The engine an option or else the environment names; ``native`` when neither does."""
    return engine_of(
        name or os.environ.get(ENGINE_VARIABLE) or "native", address or os.environ.get(ADDRESS_VARIABLE), workers
    )


def driver_of(desk: Desk, engine: Engine) -> Driver:
    """What does the work."""
    return Driver(desk.database, desk.screening, folder_of(desk.settings.data), engine, JUDGES)


class SweepDuty:
    """A little of every sweep that has something to do. Judging goes through the engine of the settings; where that
    is not installed, a sweep that asks for it is an error of the duty, not of the desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._driver: Driver | None = None

    def round(self) -> int:
        """How much was done."""
        with self._desk.database.read() as tx:
            waiting = stored.working(tx)
        if not waiting:
            return 0
        if self._driver is None:
            self._driver = driver_of(self._desk, _for_duty())
        return self._driver.little()


def _for_duty() -> Engine:
    """A server judges a few pieces at a time: by default in a process of its own, so that the pages stay quick."""
    try:
        return chosen_engine(workers=1 if not os.environ.get(ENGINE_VARIABLE) else None)
    except Invalid:
        if os.environ.get(ENGINE_VARIABLE):
            raise
        return engine_of("inline")


def sweep_dict(sweep: Sweep) -> dict[str, Any]:
    """A sweep for programs."""
    names = ("id", "name", "state", "policy", "rulebook", "as_of", "source_kind", "source", "rows", "chunks", "judged",
             "judged_chunks", "bad", "acting", "stage", "taken", "undone", "reason", "made_by", "plan",
             "manifest")  # fmt: skip
    times = {name: _time(getattr(sweep, name)) for name in ("made_at", "tried_at", "ended_at")}
    return {**{name: getattr(sweep, name) for name in names}, "stages": list(sweep.stages), **times}


def _time(at: int | None) -> str | None:
    return None if at is None else moment(at).isoformat()
