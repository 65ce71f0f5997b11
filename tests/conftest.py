"""Shared by every test: golden files and the flag that rewrites them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stores import clock, database, database_url, postgres, sqlite_database

__all__ = ["clock", "database", "database_url", "postgres", "sqlite_database"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        default=False,
        help="rewrite the golden files with what comes out now",
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], str]:
    """``golden(name, text)`` is what ``golden/<name>`` beside the test file holds: assert that it is the text."""

    def kept(name: str, text: str) -> str:
        path = Path(request.path).parent / "golden" / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        assert path.exists(), f"{path} is missing: run pytest --update-golden and read what it wrote"
        return path.read_bytes().decode("utf-8")

    return kept
