"""A process that can be killed: watched from outside, replaced when gone, never outliving who started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mingjian.killable import Bounds, Process, Stopped
from tests.killable_tasks import behave

TIGHT = Bounds(3.0, 500_000_000)
ROOT = Path(__file__).parents[1]
# A script as a newcomer writes it, without a guard around what it does.
SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from mingjian.killable import Bounds, Process
from tests.killable_tasks import behave
print("once")
process = Process(behave)
for pid in process.ask("pid", Bounds(60, 1 << 30)):
    print(pid, flush=True)
{then}
"""


@pytest.fixture
def process() -> Iterator[Process]:
    made = Process(behave)
    yield made
    made.close()


def alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


@pytest.mark.parametrize(
    ("word", "why"),
    [("abort", "died"), ("raise", "died"), ("hang", "seconds"), ("swell", "memory"), ("swell, talking", "memory")],
)
def test_what_goes_wrong_is_told_and_the_next_is_answered(
    process: Process, word: str, why: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Stopped) as stopped:
        list(process.ask(word, TIGHT))
    assert stopped.value.why == why
    assert list(process.ask("count", TIGHT)) == [0, 1, 2, 3, 4]


def test_a_process_is_kept_for_the_next(process: Process) -> None:
    assert list(process.ask("pid", TIGHT)) == list(process.ask("pid", TIGHT))


def test_answers_that_nobody_takes_end_the_process(process: Process) -> None:
    (before,) = process.ask("pid", TIGHT)
    answers = process.ask("count", TIGHT)
    assert next(answers) == 0
    answers.close()  # type: ignore[attr-defined]
    assert not alive(before)
    assert list(process.ask("count", TIGHT)) == [0, 1, 2, 3, 4]


def test_one_killed_while_idle_is_replaced(process: Process) -> None:
    (before,) = process.ask("pid", TIGHT)
    os.kill(before, signal.SIGKILL)
    while alive(before):
        time.sleep(0.01)
    (after,) = process.ask("pid", TIGHT)
    assert after != before


def test_the_callers_script_is_not_run_again(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(root=str(ROOT), then=""), "utf-8")
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60, check=True)
    first, pid = ran.stdout.split()
    assert first == "once" and int(pid) > 0 and "Traceback" not in ran.stderr


def test_it_does_not_outlive_a_killed_caller() -> None:
    program = SCRIPT.format(root=str(ROOT), then="import time; list(process.ask('hang', Bounds(600, 1 << 40)))")
    caller = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert caller.stdout is not None
    assert caller.stdout.readline() == "once\n"
    worker = int(caller.stdout.readline())
    assert alive(worker)
    caller.kill()
    caller.communicate()
    deadline = time.monotonic() + 30
    while alive(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(worker)
