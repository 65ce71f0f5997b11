"""Write the generated pages of docs/ (rules, law, lexicons, command line, settings, the desk and its API), the
register of codes, and the real output shown in README and walkthrough.

    python scripts/build_docs.py            write what changed, take away pages whose source is gone
    python scripts/build_docs.py --check    say what is stale instead, and exit 1 if anything is

The pages hold nothing but what the rulebook and the commands say, so two runs give the same bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from docgen import api, classifier, cli, desk, events, law, lexicons, mcp, platforms, rules, scope, shown
from mingjian.core.rulebook.errors import Problem
from mingjian.core.rulebook.load import Sources, load

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
REGISTER = DOCS / "rules" / "codes.txt"
# Folders that hold nothing but generated files.
WHOLE = ("rules", "law")


def rendered(sources: Sources, sound: bool) -> dict[Path, str]:
    """Each generated file and what it must hold. No command runs on a rulebook that is not ``sound``."""

    def made() -> Iterator[tuple[str, str]]:
        for module in (rules, law, platforms, lexicons, cli, classifier, desk, events, mcp, scope, api):
            yield from module.pages(sources)

    files = {DOCS / name: text for name, text in made()}
    if sound:
        files |= {ROOT / name: shown.filled((ROOT / name).read_text("utf-8")) for name in shown.PAGES}
    files[REGISTER] = rules.register(sources, REGISTER.read_text("utf-8") if REGISTER.is_file() else "")
    return files


def orphans(files: dict[Path, str]) -> list[Path]:
    """Pages in the generated folders that nothing generates any more."""
    return [path for folder in WHOLE for path in sorted((DOCS / folder).glob("*.md")) if path not in files]


def main(arguments: list[str]) -> int:
    """Write, or with --check compare."""
    problems: list[Problem] = []
    sources = load(tolerated=problems)
    files = rendered(sources, sound=not problems)
    for problem in problems:
        sys.stderr.write(f"left out, the rulebook has a problem: {problem}\n")
    stale = [p for p, text in files.items() if not p.is_file() or p.read_text("utf-8") != text]
    gone = orphans(files)
    if "--check" in arguments:
        for path in (*stale, *gone):
            sys.stderr.write(f"{path.relative_to(ROOT)} is stale: run make build-docs\n")
        return 1 if stale or gone or problems else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path], encoding="utf-8", newline="\n")
    for path in gone:
        path.unlink()
    sys.stderr.write(f"{len(files)} pages, {len(stale)} written, {len(gone)} taken away\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
