"""Write tests/data/lawful_known.txt anew: lawful texts that are still called a violation, without the silent ones.

    python scripts/update_lawful_known.py          # takes away what is silent by now
    python scripts/update_lawful_known.py --add    # also adds what is newly flagged: only before the first release

The list may only shrink; tests/test_lawful_corpus.py fails on anything flagged that is not in it.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

from mingjian import Item, check_all

DATA = Path(__file__).resolve().parents[1] / "tests" / "data"
CORPORA = ("lawful_corpus.jsonl", "lawful_corpus_notes.jsonl")
KNOWN = DATA / "lawful_known.txt"
DAY = date(2026, 11, 1)
HEAD = """\
# Lawful texts of tests/data/lawful_corpus*.jsonl that are still called a violation, by id.
# May only shrink: python scripts/update_lawful_known.py takes away what is silent by now.
"""


def known() -> list[str]:
    """The ids of the list, in order; none when there is no list."""
    lines = KNOWN.read_text("utf-8").splitlines() if KNOWN.is_file() else []
    return [line.split("#")[0].strip() for line in lines if line.split("#")[0].strip()]


def flagged() -> dict[str, str]:
    """Id → codes of the violations found in it, over every lawful text."""
    rows = [json.loads(line) for name in CORPORA for line in (DATA / name).read_text("utf-8").splitlines()]
    verdicts = check_all([Item.of(row["text"], id=row["id"]) for row in rows], as_of=DAY)
    return {
        verdict.id: " ".join(sorted({f.code for f in verdict.findings if f.status == "violation"}))
        for verdict in verdicts
        if verdict.value == "violation"
    }


def main(arguments: list[str]) -> int:
    """Rewrite the list; 1 when something flagged is not in it."""
    found, listed = flagged(), known()
    new = [identifier for identifier in found if identifier not in listed]
    kept = [identifier for identifier in found if "--add" in arguments or identifier in listed]
    KNOWN.write_text(HEAD + "".join(f"{identifier}  # {found[identifier]}\n" for identifier in kept), "utf-8")
    print(f"{len(listed)} were listed, {len(kept)} are now; {len(found)} flagged, {len(new)} of them not listed before")
    return 1 if new and "--add" not in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
