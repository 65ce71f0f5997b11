"""Both stores for tests: SQLite in a file, and a real PostgreSQL server started for the run.

Tests ask for ``database`` (each test runs on both) and ``clock`` (stands still until moved).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from mingjian.records.clock import SteppedClock
from mingjian.records.storage.database import Database
from mingjian.records.storage.metadata import metadata
from mingjian.records.storage.tables import load_tables

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, nine in the morning in China
MISSING = "PostgreSQL is not installed: `make test` as root installs it (scripts/setup_postgres.sh)"


def all_tables() -> sa.MetaData:
    """The metadata with every noun's tables in it."""
    load_tables()
    return metadata


def _program(name: str) -> str | None:
    found = shutil.which(name)
    if found:
        return found
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: path.parts[4])
    return str(versions[-1]) if versions else None


@contextlib.contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL of our own, reached through a socket in a temporary folder; its address."""
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    if initdb is None or pg_ctl is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with tempfile.TemporaryDirectory(prefix="mingjian-pg-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        home.chmod(0o755)
        # PostgreSQL refuses to run as root.
        user: dict[str, object] = {}
        if os.getuid() == 0:
            shutil.chown(home, "postgres")
            user = {"user": "postgres", "group": "postgres", "cwd": folder}
        data = home / "data"

        def run(*command: str) -> None:
            done = subprocess.run(command, capture_output=True, text=True, **user)  # type: ignore[call-overload]
            assert done.returncode == 0, f"{command[0]}: {done.stdout}\n{done.stderr}"

        run(initdb, "-D", str(data), "-A", "trust", "-U", "mingjian", "-E", "UTF8", "--locale=C", "-N")
        options = f"-k {home} -c listen_addresses='' -c fsync=off -c max_connections=60"
        run(pg_ctl, "-D", str(data), "-l", str(home / "log"), "-o", options, "-w", "start")
        try:
            yield f"postgresql+psycopg://mingjian@/postgres?host={home}"
        finally:
            run(pg_ctl, "-D", str(data), "-m", "immediate", "stop")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of the run's PostgreSQL server."""
    with postgres_server() as url:
        yield url


@pytest.fixture
def clock() -> SteppedClock:
    """Monday morning, standing still."""
    return SteppedClock(START)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty store with all tables, once for each kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'desk.db'}"
        engine = sa.create_engine(url)
    else:
        url = request.getfixturevalue("postgres")
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
    all_tables().create_all(engine)
    engine.dispose()
    yield url


@pytest.fixture
def database(database_url: str, clock: SteppedClock) -> Iterator[Database]:
    """An empty store with all tables; the test runs on SQLite and on PostgreSQL."""
    opened = Database(database_url, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(tmp_path: Path, clock: SteppedClock) -> Iterator[Database]:
    """An empty SQLite store, for tests that have nothing to do with the kind of store."""
    opened = Database(f"sqlite:///{tmp_path / 'desk.db'}", clock=clock)
    all_tables().create_all(opened.engine)
    yield opened
    opened.close()
