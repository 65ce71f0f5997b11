"""`mingjian serve`: starts, makes the first administrator once, answers, and stops."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mingjian.doors.cli.main import main


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


@contextlib.contextmanager
def serving(data: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """A server that answers; it is killed when the block ends, if it still runs."""
    command = [sys.executable, "-m", "mingjian", "serve", "--data", str(data), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            assert server.poll() is None, server.communicate()[0]
            time.sleep(0.1)
        yield server
    finally:
        if server.poll() is None:
            server.kill()
        server.wait()
        if server.stdout is not None:
            server.stdout.close()


def answer(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response.status, body


def stopped(server: subprocess.Popen[str]) -> str:
    """What it said, after it was asked to stop."""
    server.send_signal(signal.SIGTERM)
    return server.communicate(timeout=60)[0]


def test_the_first_start_makes_an_administrator_and_the_second_does_not(tmp_path: Path) -> None:
    data, port = tmp_path / "desk", free_port()
    with serving(data, port) as server:
        assert answer(port, "/api/v1/health")[0] == 200
        status, page = answer(port, "/signin")
        assert status == 200
        assert 'name="password"' in page
        first = stopped(server)
    assert "一次性密码" in first
    assert f"http://127.0.0.1:{port}" in first
    assert oct(data.stat().st_mode & 0o777) == "0o700"
    with serving(data, port) as server:
        assert answer(port, "/api/v1/ready")[0] == 200
        assert "一次性密码" not in stopped(server)


def test_what_cannot_work_is_said_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("MINGJIAN_DESK_")]:
        monkeypatch.delenv(name)
    assert main(["serve", "--data", str(tmp_path / "a"), "--processes", "2"]) == 2
    assert "SQLite 只用一个服务进程" in capsys.readouterr().err
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        assert main(["serve", "--data", str(tmp_path / "b"), "--port", str(held.getsockname()[1])]) == 2
    assert "不能监听" in capsys.readouterr().err
    assert main(["serve", "--data", str(tmp_path / "c"), "--port", "99999"]) == 2
    assert "port" in capsys.readouterr().err
    assert main(["serve", "--data", str(tmp_path / "d"), "--database", "mysql://x/y"]) == 2
    assert "数据库地址有误" in capsys.readouterr().err


def test_serving_does_not_load_what_only_printing_needs() -> None:
    told = "import sys, mingjian.doors.serve.app; print([name for name in sys.modules if name.startswith('reportlab')])"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
