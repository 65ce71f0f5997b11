"""Running the command line in this process: exit code, standard output, standard error."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from mingjian.doors import cache
from mingjian.doors.cli.main import main
from tests.doors.whole import whole_made

__all__ = ["whole_made"]

# Breaks 广告法16.1.1 whatever the context; the rule is one of the first and its code is for ever.
BREACH = "热玛吉术后永不反弹"
CODE = "AD-16-1-guarantee"
CLEAN = "效果因人而异,以医师面诊评估为准。"


class Ran(NamedTuple):
    """What a command line gave."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(cache.FOLDER_VARIABLE, str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """``run("check", "a.txt", stdin=b"…")`` in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        code = main([str(argument) for argument in arguments])
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        ran = Ran(code, out.decode("utf-8"), err.decode("utf-8"))
        assert "Traceback" not in ran.err
        return ran

    return call
