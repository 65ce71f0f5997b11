"""Rules about the project itself: sizes, walls, codes that last, documentation that keeps up."""

from __future__ import annotations

import ast
import os
import re
import shutil
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from mingjian.doors.settings import KEYS

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "mingjian"
DOCS = ROOT / "docs"
RULES = PACKAGE / "core" / "rulebook" / "data" / "rules"
REGISTER = DOCS / "rules" / "codes.txt"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
# Pages that show commands a reader may copy.
MANUAL = (
    "README.md", "README.zh-CN.md", "CONTRIBUTING.md", "docs/walkthrough.md", "docs/walkthrough.zh-CN.md",
    "docs/accuracy.md", "docs/speed.md", "docs/concepts.md", "docs/concepts.zh-CN.md",
)  # fmt: skip


# Sizes ---------------------------------------------------------------------------------------------------


def sources() -> dict[Path, int]:
    """Every module of the package and its number of lines; migrations are written once and never read again."""
    found = (path for path in PACKAGE.rglob("*.py") if "versions" not in path.parts)
    return {path: len(path.read_text("utf-8").splitlines()) for path in found}


def test_no_source_file_is_longer_than_500_lines() -> None:
    assert {str(path): lines for path, lines in sources().items() if lines > 500} == {}


def test_most_source_files_are_short(record_property: Callable[[str, object], None]) -> None:
    median = statistics.median(lines for lines in sources().values() if lines)
    record_property("median_lines", median)
    assert median <= 120


# Codes ---------------------------------------------------------------------------------------------------


def rule_files() -> dict[str, dict[str, object]]:
    """Code → the rule as written; the code is also the file's name."""
    found: dict[str, dict[str, object]] = {}
    for path in sorted(RULES.rglob("*.yaml")):
        rule = yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        assert rule["code"] == path.stem, path
        assert rule["code"] not in found, f"{rule['code']} is used twice"
        found[rule["code"]] = rule
    return found


def registered() -> list[str]:
    """The codes there ever were, in the order they came."""
    lines = REGISTER.read_text("utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def test_every_code_is_registered_once_and_none_ever_vanished() -> None:
    codes = registered()
    assert len(codes) == len(set(codes))
    rules = rule_files()
    assert sorted(set(rules) - set(codes)) == [], "run make build-docs"
    lost = sorted(set(codes) - set(rules))
    assert lost == [], "keep the file: set status retired, or redirect to the successor"


def test_codes_differ_by_more_than_case() -> None:
    codes = registered()
    assert len({code.lower() for code in codes}) == len(codes)


def test_a_redirect_leads_to_a_living_rule() -> None:
    rules = rule_files()
    for code, rule in rules.items():
        if target := rule.get("redirect"):
            assert target in rules and rules[str(target)].get("status") != "retired", code


# Walls ---------------------------------------------------------------------------------------------------


def core_modules() -> Iterator[tuple[Path, ast.Module]]:
    """Every module of the core, parsed."""
    for path in (PACKAGE / "core").rglob("*.py"):
        yield path, ast.parse(path.read_text("utf-8"))


def test_the_core_neither_opens_nor_prints_nor_asks() -> None:
    banned = {"open", "print", "input", "eval", "exec", "__import__", "breakpoint"}
    for path, tree in core_modules():
        names = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
        called = {name.id for name in names if isinstance(name, ast.Name)}
        assert not called & banned, f"{path.name}: {called & banned}"


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("core/engine", "import rich"),
        ("core/engine", "import mingjian.intake.read"),
        ("core/engine", "import mingjian.core.report"),
        ("core/model", "import jinja2"),
        ("intake", "import mingjian.doors.settings"),
        ("intake", "import httpx"),
    ],
)
def test_a_forbidden_import_breaks_a_contract(tmp_path: Path, room: str, line: str) -> None:
    shutil.copytree(PACKAGE, tmp_path / "mingjian", ignore=shutil.ignore_patterns("data", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "mingjian" / room / "planted.py").write_text(f"{line}\n", "utf-8")
    program = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    command = [sys.executable, "-P", "-c", program]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 1 and "BROKEN" in run.stdout, run.stdout + run.stderr
    assert "planted" in run.stdout


@pytest.mark.parametrize(
    "code",
    [
        "import time",
        "from datetime import datetime\n\nnow = datetime.now()",
        "from datetime import date\n\ntoday = date.today()",
        "import os\n\nhome = os.environ",
        "from os import getenv",
        "import random",
        "import numpy as np\n\nchance = np.random.default_rng()",
        "from pathlib import Path",
        "import subprocess",
        "import socket",
    ],
)
def test_the_linter_bans_clock_chance_environment_and_files_in_the_core_only(code: str) -> None:
    def complaints(place: str) -> str:
        ruff = [sys.executable, "-m", "ruff", "check", "--select", "TID251", "--no-cache"]
        told = [*ruff, "--stdin-filename", place, "-"]
        run = subprocess.run(told, cwd=ROOT, input=f"{code}\n", capture_output=True, text=True, check=False)
        return run.stdout

    assert "TID251" in complaints("src/mingjian/core/engine/planted.py")
    assert "TID251" not in complaints("src/mingjian/intake/planted.py")


def test_ci_has_a_browser_so_that_no_browser_test_is_skipped_there() -> None:
    if os.environ.get("CI") == "true":
        names = ("chromium", "chromium-browser", "google-chrome")
        assert any(map(shutil.which, names)), "bash scripts/setup_browser.sh"


# Documentation -------------------------------------------------------------------------------------------


def commands() -> dict[str, set[str]]:
    """Every command and its options, from the command line itself."""
    from mingjian.doors.cli.main import app

    root: Any = typer.main.get_command(app)
    context = root.context_class(root, info_name="mingjian")
    found = {}
    for name in root.list_commands(context):
        command = root.get_command(context, name)
        options = {o for p in command.params for o in (*p.opts, *p.secondary_opts) if o.startswith("-")}
        found[name] = options | {"--help", "-h"}
    return found


def examples(page: str) -> Iterator[str]:
    """The command lines shown on a page: in fences after an optional $, and in `…` spans."""
    text = (ROOT / page).read_text("utf-8")
    fenced = re.findall(r"^```(?:sh|bash|console|text)?\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = [line for block in fenced for line in block.splitlines()]
    lines += re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE))
    for line in lines:
        if match := re.match(r"(?:\$ )?(?:.*\| ?)?((?:mingjian|make) .+)", line):
            yield match[1].split("  #")[0]


@pytest.mark.parametrize("page", MANUAL)
def test_commands_shown_to_readers_exist(page: str) -> None:
    known = commands()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for line in examples(page):
        program, name, *rest = line.split()
        if program == "make":
            assert name in targets, f"{page}: {line}"
            continue
        if name.startswith("-") or name.isupper():
            continue
        assert name in known, f"{page}: {line}"
        options = {word.split("=")[0] for word in rest if re.match(r"--?[a-z]", word)}
        assert options <= known[name], f"{page}: {line}: {options - known[name]}"


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md", "docs/walkthrough.md"])
def test_python_shown_to_readers_runs(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert blocks
    for block in blocks:
        exec(compile(block, page, "exec"), {"notes": ["术后三天拆线", "永不反弹"]})


def test_every_command_and_option_is_documented() -> None:
    page = (DOCS / "cli.md").read_text("utf-8")
    for name, options in commands().items():
        section = re.search(rf"^## mingjian {name}$(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)
        assert section, name
        missing = {o for o in options - {"--help", "-h"} if f"`{o}`" not in section[1]}
        assert missing == set(), f"{name}: {missing}"


def test_every_setting_is_documented() -> None:
    page = (DOCS / "settings.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([a-z-]+)` \|(.*)\|$", page, re.MULTILINE))
    assert set(rows) == {key.replace("_", "-") for key in KEYS}
    assert [key for key, row in rows.items() if not row.rstrip(" |").rsplit("|", 1)[-1].strip()] == []


def test_the_map_of_the_docs_is_complete() -> None:
    text = (DOCS / "README.md").read_text("utf-8")
    pages = [*DOCS.glob("*.md"), *(DOCS / "decisions").glob("*.md"), *DOCS.glob("*/README.md")]
    wanted = {path.relative_to(DOCS).as_posix() for path in pages} - {"README.md"}
    assert sorted(wanted - set(re.findall(r"\]\(([^)#]+)\)", text))) == []


def test_every_library_is_accounted_for() -> None:
    named = list(PROJECT["project"]["dependencies"])
    for extra in PROJECT["project"]["optional-dependencies"].values():
        named += extra
    for group in PROJECT["dependency-groups"].values():
        named += group
    text = (DOCS / "decisions" / "0002-libraries.md").read_text("utf-8").lower()
    names = {re.match(r"[\w.-]+", entry)[0].lower() for entry in named}  # type: ignore[index]
    assert sorted(name for name in names if f"`{name}`" not in text) == []


def test_everything_installed_is_pinned_with_hashes() -> None:
    for lock in (ROOT / "requirements").glob("*.lock"):
        text = lock.read_text("utf-8")
        pins = re.findall(r"^[a-z0-9][\w.-]*==", text, re.MULTILINE)
        assert pins and len(re.findall(r"^[a-z0-9]", text, re.MULTILINE)) == len(pins), lock.name
        entries = re.split(r"^(?=[a-z0-9][\w.-]*==)", text, flags=re.MULTILINE)[1:]
        assert all("--hash=sha256:" in entry for entry in entries), lock.name


def test_no_machine_path_and_no_package_host_is_written_anywhere() -> None:
    # Spelled in pieces, so that this file does not hold them either.
    hosts = re.compile("py" + r"pi\.org|python" + "hosted|/ro" + "ot/|/wo" + "rk/|index" + "-url")
    folders = ("docs", "scripts", "requirements", "src", "demo", "benchmarks", "training", ".ci")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    paths += [path for path in ROOT.iterdir() if path.is_file()]
    binary = {".npz", ".npy", ".docx", ".xlsx", ".pdf", ".png", ".mp4", ".onnx", ".pyc", ".gz", ".mo"}
    for path in paths:
        if path.suffix not in binary and "__pycache__" not in path.parts:
            text = path.read_text("utf-8").replace("--no-emit-" + "index" + "-url", "")
            assert not hosts.search(text), f"{path.relative_to(ROOT)}: {hosts.search(text)}"
