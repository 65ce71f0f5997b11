"""The duty that takes uploaded registers in: one stretch of rows a round, so that stopping never waits long and going
on begins where it stopped."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mingjian.desk.people.model import Principal
from mingjian.desk.registry.importing import Going, Reading, options_of
from mingjian.intake.source import Source
from mingjian.records.blobs import Blobs
from mingjian.records.clock import MICROSECONDS
from mingjian.records.errors import Conflict, Invalid
from mingjian.records.registry.model import Import
from mingjian.records.storage.registry_imports import (
    forget_rejects,
    import_by_id,
    imports_in,
    needs_file,
    save_import,
)

if TYPE_CHECKING:
    from mingjian.doors.desk.opening import Desk

QUIET = 120
"""Seconds without a step after which an import is taken for left alone by the process that had it."""
KEPT_DAYS = 30
"""Days that rows which were not taken are kept after the end of their import."""
CHUNK = 2000


class Imports:
    """The imports of a process: at most one at a time."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.blobs = Blobs(desk.settings.blobs)
        self._going: Going | None = None

    def step(self) -> int:
        """Take one stretch of rows; 0 when there is nothing to do."""
        if self._going is None:
            self._going = self._next()
        if self._going is None:
            return 0
        going = self._going
        try:
            more = going.step()
        except Conflict:  # another process has it
            self._going = None
            return 1
        except Invalid as error:
            self._fail(going.one, error.message)
            more = False
        except BaseException:
            self._going = None  # begun anew from the place that was committed
            raise
        if not more:
            self._going = None
            self._drop_file(going.one)
        return 1

    def tidy(self) -> int:
        """Drop the rows of imports that ended long ago."""
        with self.desk.database.write() as tx:
            return forget_rejects(tx, tx.now - KEPT_DAYS * 86_400 * MICROSECONDS)

    def _next(self) -> Going | None:
        """One that waits, or that a process left alone; held from now on by its time."""
        with self.desk.database.read() as tx:
            waiting = [one for one in imports_in(tx, "waiting", "running", "retrying") if self._ours(one, tx.now)]
        for one in waiting:
            path = self.blobs.path(one.digest)
            if not path.is_file():
                if one.options.get("duty"):
                    self._fail(one, "上传的文件不在了,请重新上传。")
                continue
            with self.desk.database.write() as tx:
                found = import_by_id(tx, one.id)
                if found != one:
                    continue
                held = save_import(tx, replace(one, state="running" if one.state == "waiting" else one.state))
            try:
                reading = Reading(Source(one.name, one.name, path), options_of(one.options))
            except Invalid as error:
                self._fail(held, error.message)
                continue
            return Going(self.desk.database, _who(one), held, reading, CHUNK)
        return None

    @staticmethod
    def _ours(one: Import, now: int) -> bool:
        quiet = now - one.changed_at > QUIET * MICROSECONDS
        return quiet or (one.state == "waiting" and bool(one.options.get("duty")))

    def _fail(self, one: Import, why: str) -> None:
        with self.desk.database.write() as tx:
            found = import_by_id(tx, one.id)
            if found is not None and found.state != "finished":
                save_import(tx, replace(found, state="failed", why=why[:500]))

    def _drop_file(self, one: Import) -> None:
        """What was uploaded holds what the register holds, and cannot be erased one by one."""
        with self.desk.database.read() as tx:
            needed = needs_file(tx, one.digest)
        if not needed:
            self.blobs.delete(one.digest)


def _who(one: Import) -> Principal:
    """Whoever uploaded it: permission was asked for then."""
    kind, _, id = one.actor.partition(":")
    if kind == "user":
        return Principal(id, "user", id)
    return Principal(id, "key", id) if kind == "key" else Principal(one.actor, "system", one.actor)
