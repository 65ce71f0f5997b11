"""What a run loads before it says anything: each of these costs tens of milliseconds of a cold start."""

from __future__ import annotations

import subprocess
import sys
from functools import cache

import pytest

LIBRARY = """
import sys
import mingjian
print("imported", sorted(sys.modules))
from mingjian.api import engine
from mingjian.core.engine.check import Engine
from mingjian.core.engine.options import Options
from mingjian.core.model import Item
from datetime import date
compiled = engine().compiled
item = Item.of("热玛吉术后永不反弹。打水*光*针," + "皮肤紧致," * 100)
Engine(compiled).check([item], Options(as_of=date(2026, 11, 1)))
print("judged", sorted(sys.modules))
"""
COMMAND = "import sys; from mingjian.doors.cli import main; print('imported', sorted(sys.modules))"


@cache
def output(program: str) -> list[str]:
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return run.stdout.splitlines()


def loaded(program: str, step: str) -> str:
    return next(line for line in output(program) if line.startswith(step))


@pytest.mark.parametrize("module", ["yaml", "jinja2", "typer", "rich", "numpy.ma", "opencc", "pypinyin", "scipy"])
def test_the_library_does_not_import(module: str) -> None:
    assert f"'{module}'" not in loaded(LIBRARY, "imported")


@pytest.mark.parametrize("module", ["numpy.ma", "jinja2", "typer"])
def test_judging_does_not_import(module: str) -> None:
    assert f"'{module}'" not in loaded(LIBRARY, "judged")


@pytest.mark.parametrize(
    "module", ["yaml", "jinja2", "pydantic", "numpy.ma", "docx", "openpyxl", "pypdfium2", "multiprocessing"]
)
def test_the_command_line_does_not_import(module: str) -> None:
    assert f"'{module}'" not in loaded(COMMAND, "imported")
