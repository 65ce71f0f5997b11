"""Opening the desk: one object that every door holds."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from mingjian.core.engine.check import Engine
from mingjian.doors import cache
from mingjian.doors.desk.settings import DeskSettings
from mingjian.governance.screening.service import Screening
from mingjian.records.clock import Clock
from mingjian.records.storage.database import Database


@dataclass(frozen=True, slots=True)
class Desk:
    """The store, the engine and the services over them. Threads may share it."""

    settings: DeskSettings
    database: Database
    engine: Engine
    screening: Screening
    secret: bytes
    """Signs sessions and tokens; made once, kept in the data folder."""

    def close(self) -> None:
        """Give the store's connections back."""
        self.database.close()


def open_desk(settings: DeskSettings, *, clock: Clock | None = None) -> Desk:
    """Open the store (which must have been migrated) and the engine."""
    database = Database(settings.database_url, clock=clock)
    engine = cache.engine()
    return Desk(settings, database, engine, Screening(database, engine), secret_of(settings.secrets / "session.key"))


def secret_of(path: Path) -> bytes:
    """A secret of 32 bytes kept in a file of the owner's; made when it is not there."""
    try:
        return bytes.fromhex(path.read_text("ascii").strip())
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = secrets.token_bytes(32)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was first
        return secret_of(path)
    with os.fdopen(handle, "w") as file:
        file.write(made.hex())
    return made
