"""A desk of its own for a rehearsal: a store in a temporary folder, empty, and forgotten afterwards."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from mingjian.doors.desk.opening import Desk, install, open_desk
from mingjian.doors.desk.settings import DeskSettings
from mingjian.records.storage.migrate import build


@contextlib.contextmanager
def rehearsal(base: DeskSettings) -> Iterator[Desk]:
    """The desk, under the deployer's files; nothing of it reaches the real one."""
    with tempfile.TemporaryDirectory(prefix="mingjian-rehearsal-") as folder:
        desk = open_desk(base.model_copy(update={"data": Path(folder), "database": None}))
        try:
            with desk.database.write() as tx:
                build(tx, None)
            install(desk)
            yield desk
        finally:
            desk.close()
