"""Every relative link in the project's Markdown leads to a file, and every #fragment to a place in it.

python scripts/check_links.py        exit 1 and a line for each broken link
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[1]
SKIPPED = {".git", ".venv", "out", "node_modules", "build", "dist"}
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"(?<!\\)\[[^\]\n]*\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_ID = re.compile(r'<a id="([^"]+)">')


def documents() -> list[Path]:
    """The Markdown of the project, demonstration input apart."""
    found = []
    for path in sorted(ROOT.rglob("*.md")):
        inside = path.relative_to(ROOT).parts
        if not SKIPPED.intersection(inside) and inside[:2] != ("demo", "clinic"):
            found.append(path)
    return found


@cache
def places(path: Path) -> frozenset[str]:
    """The fragments a page answers to: its own ids and its headings as code hosts spell them."""
    text = path.read_text("utf-8")
    headings = (
        re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        for heading in _HEADING.findall(_FENCE.sub("", text))
    )
    return frozenset((*_ID.findall(text), *headings))


def broken(path: Path) -> Iterator[str]:
    """The links of a page that lead nowhere."""
    text = _CODE.sub("", _FENCE.sub("", path.read_text("utf-8")))
    for link in _LINK.findall(text):
        target, _, fragment = unquote(link).partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        goal = (path.parent / target).resolve() if target else path
        lost = fragment and goal.suffix == ".md" and goal.exists() and fragment not in places(goal)
        if lost or not goal.exists():
            yield link


def main() -> int:
    """Check all pages."""
    wrong = [(path, link) for path in documents() for link in broken(path)]
    for path, link in wrong:
        sys.stderr.write(f"{path.relative_to(ROOT)}: {link} leads nowhere\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
