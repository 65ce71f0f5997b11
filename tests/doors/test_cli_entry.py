"""The real program: entry point, help, exit codes of a process, interruption, what a cold start loads."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mingjian.doors.cli.main import COMMANDS, main
from tests.doors.conftest import BREACH, CODE, Run

PROGRAM = [sys.executable, "-m", "mingjian"]
# Only needed for some formats, so a check of a text must not wait for them.
HEAVY = ("openpyxl", "docx", "jinja2", "rich", "opencc", "pypdfium2", "selectolax", "markdown_it", "lxml",
         "charset_normalizer", "sklearn", "scipy", "rich.progress")  # fmt: skip


def _process(*arguments: str, stdin: bytes = b"", **options: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*PROGRAM, *arguments], input=stdin, capture_output=True, timeout=60, **options)  # type: ignore[call-overload, no-any-return]


def test_the_script_is_installed() -> None:
    script = Path(sys.executable).with_name("mingjian")
    if not script.exists():
        pytest.skip("not installed as a script")
    done = subprocess.run([script, "--version"], capture_output=True, timeout=60)
    assert done.returncode == 0
    assert done.stdout.startswith(b"mingjian ")


def test_stdin_and_exit_codes() -> None:
    assert _process("check", "-", stdin="门诊时间见公示。".encode()).returncode == 0
    done = _process("check", "-", stdin=BREACH.encode())
    assert done.returncode == 1
    assert CODE in done.stdout.decode()
    assert _process("check", "/none").returncode == 2
    assert _process("chek").returncode == 2


def test_machine_output_is_utf8_whatever_the_terminal_speaks() -> None:
    env = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = _process("check", "-", "-f", "json", stdin=BREACH.encode(), env=env)
    assert "永不反弹" in done.stdout.decode("utf-8")
    text = _process("check", "-", stdin=BREACH.encode(), env=env)
    assert text.returncode == 1
    assert b"Traceback" not in text.stderr


def test_a_closed_pipe_is_quiet(tmp_path: Path) -> None:
    line = '{"id": "%d", "text": "' + BREACH + '"}\n'
    (tmp_path / "i.jsonl").write_text("".join(line % n for n in range(3000)), "utf-8")
    command = [*PROGRAM, "check", str(tmp_path / "i.jsonl"), "-f", "jsonl"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(60) == 141
        assert process.stderr.read() == b""


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_interruption_exits_130_and_leaves_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    command = [*PROGRAM, "check", "pipe", "-f", "jsonl", "-o", "out.jsonl"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE) as process:
        with (tmp_path / "pipe").open("wb"):  # opens when the program reads, and sends nothing
            time.sleep(0.3)
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 130
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_a_cold_start_loads_only_what_a_text_needs(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(BREACH, "utf-8")
    script = (
        "import sys; from mingjian.doors.cli.main import main; main(['check', 'a.txt', '-o', 'r.txt']);"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, timeout=60)
    assert done.stdout.decode().strip() == "[]", done.stderr.decode()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_with_examples(run: Run, name: str) -> None:
    ran = run(name, "--help")
    assert ran.code == 0
    assert "例 Example" in ran.out
    assert f"mingjian {name}" in ran.out


def test_help_lists_every_command(run: Run) -> None:
    for arguments in ((), ("--help",), ("-h",)):
        ran = run(*arguments)
        assert ran.code == 0
        assert all(name in ran.out for name in COMMANDS)


def test_an_unknown_command_is_answered(run: Run) -> None:
    ran = run("chekc")
    assert ran.code == 2
    assert "check" in ran.err


def test_a_broken_rulebook_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from mingjian.core.rulebook.errors import Problem, RulebookError
    from mingjian.doors import cache

    def broken() -> None:
        raise RulebookError([Problem("rules/x.yaml", "match", "wrong")] * 12)

    monkeypatch.setattr(cache, "engine", broken)
    ran = run("check", "-", stdin=b"x")
    assert ran.code == 2
    assert "rules/x.yaml" in ran.err


@pytest.mark.parametrize("error", [RuntimeError("boom"), MemoryError(), RecursionError()])
def test_an_error_of_ours_is_told_without_a_traceback(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    from mingjian.doors import cache

    def fail() -> None:
        raise error

    monkeypatch.delenv("MINGJIAN_DEBUG", raising=False)
    monkeypatch.setattr(cache, "engine", fail)
    assert run("check", "-", stdin=b"x").code == 2


def test_debug_shows_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    from mingjian.doors import cache

    def fail() -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(cache, "engine", fail)
    monkeypatch.setenv("MINGJIAN_DEBUG", "1")
    with pytest.raises(RuntimeError):
        main(["check", "-"])
