"""Real output in hand-written pages: what stands between these marks is what the command prints.

    <!-- shown: echo "…" | mingjian check - -->
    <!-- /shown -->

``shown lines=N:`` keeps the first N lines. The version of the rulebook changes with every rule, so its line
is left out. Commands run in the project's root with this environment's ``mingjian`` first in the path.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "README.zh-CN.md", "docs/walkthrough.md", "docs/walkthrough.zh-CN.md")
_BLOCK = re.compile(r"(<!-- shown(?: lines=(\d+))?: (.+?) -->\n).*?(<!-- /shown -->)", re.DOTALL)
_VERSION = re.compile(r"^(?:规则集|Rulebook)[::].*\n?", re.MULTILINE)


def filled(text: str) -> str:
    """The page with the output of its commands put in."""
    return _BLOCK.sub(_block, text)


def _block(match: re.Match[str]) -> str:
    head, lines, command, tail = match.groups()
    output = _VERSION.sub("", run(command)).strip("\n").split("\n")
    if lines and len(output) > int(lines):
        output = [*output[: int(lines)], "…"]
    shown = "\n".join(line.rstrip() for line in output)
    return f"{head}```console\n$ {command}\n{shown}\n```\n{tail}"


def run(command: str) -> str:
    """What a command prints, as a person without colours sees it."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {k: v for k, v in os.environ.items() if k not in ("FORCE_COLOR", "CLICOLOR_FORCE")}
    environment = kept | {"PATH": path, "NO_COLOR": "1", "COLUMNS": "100", "PYTHONUTF8": "1"}
    shell = ["bash", "-c", command]
    done = subprocess.run(shell, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{command}: exit {done.returncode}\n{done.stderr}")
    return done.stdout
