"""Accuracy on labelled cases and on the texts that ship, and the pages that tell it.

    python benchmarks/accuracy.py CASES.jsonl LAWFUL.jsonl [--write]

CASES and LAWFUL are in the format of ``mingjian eval``; they are not part of the project. ``--write`` puts the
tables into docs/accuracy.md.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from datetime import date
from pathlib import Path

from mingjian.api import engine
from mingjian.core.accuracy import Evaluation, Share, evaluate
from mingjian.core.engine.options import Options
from mingjian.core.engine.scan import scan
from mingjian.core.model import Item
from mingjian.core.report.labels import label
from mingjian.doors.cli.labelled import read_cases, read_lawful

ROOT = Path(__file__).parents[1]
DAY = date(2026, 11, 1)


def share(part: Share) -> str:
    """12/34 (35.3 %, 21.5–52.1)."""
    if part.interval is None or part.value is None:
        return "–"
    low, high = part.interval
    return f"{part.hits}/{part.total} ({part.value:.1%}, {low:.1%}–{high:.1%})".replace("%", " %")


def cases_table(result: Evaluation) -> list[str]:
    lines = [
        "| measure | share (Wilson 95 %) |",
        "|---|---|",
        f"| claims decidable from the text, found as violation | {share(result.found)} |",
        f"| all claims, found as violation | {share(result.found_all)} |",
        f"| lawful passages flagged as violation | {share(result.flagged)} |",
        f"| cited article right, to the item where the notice names one | {share(result.exact)} |",
        f"| cited article right, by article | {share(result.by_article)} |",
        "",
        "| kind | found, any violation | found as that kind |",
        "|---|---|---|",
    ]
    lines += [
        f"| {label('family', kind)} `{kind}` | {share(part)} | {share(result.kind_named[kind])} |"
        for kind, part in result.kind_found.items()
    ]
    lines += ["", "| kind of lawful text | flagged |", "|---|---|"]
    return lines + [f"| {kind} | {share(part)} |" for kind, part in result.flagged_by_kind.items()]


def shipped_table() -> list[str]:
    """The variant suite, ordinary sentences and the lawful corpus."""
    data, judge = ROOT / "tests/data", engine()
    lexemes = judge.compiled.lexemes
    rows = [json.loads(line) for line in (data / "variants.jsonl").read_text("utf-8").splitlines()]
    found: dict[str, list[bool]] = {}
    for row in rows:
        read = scan(lexemes, [row["text"]])
        folded = read.batch.folded
        hit = any(
            row["start"] <= int(folded.origin[h.start]) and int(folded.ends[h.end - 1]) <= row["end"] + 1
            and (lexemes.words[h.word] in row["name"] or row["name"] in lexemes.words[h.word])
            for h in read.hits(0)
        )  # fmt: skip
        found.setdefault(row["disguise"], []).append(hit)
    every = [hit for hits in found.values() for hit in hits]
    ordinary = [json.loads(line)["text"] for line in (data / "ordinary.jsonl").read_text("utf-8").splitlines()]
    false = sum(
        any(h.disguise not in (None, "slang") for h in scan(lexemes, [text]).hits(0)) for text in ordinary
    )
    lines = ["| disguise | found |", "|---|---|"]
    lines += [f"| {kind} | {share(Share(sum(hits), len(hits)))} |" for kind, hits in sorted(found.items())]
    lines += [
        f"| **all** | **{share(Share(sum(every), len(every)))}** |",
        "",
        "| texts that must stay silent | flagged |",
        "|---|---|",
        f"| ordinary sentences read as a name in disguise | {share(Share(false, len(ordinary)))} |",
    ]
    options = Options(as_of=DAY)
    sys.path.insert(0, str(ROOT / "training"))
    import train

    held = [text for text in train.read() if text.part == "test"]
    for title, part in (
        ("held-out lawful training texts (test split), called a violation", [t for t in held if not t.families]),
        ("held-out unlawful training texts (test split), **found**", [t for t in held if t.families]),
    ):
        verdicts = judge.check([Item.of(text.text) for text in part], options)
        lines.append(f"| {title} | {share(Share(sum(v.value == 'violation' for v in verdicts), len(verdicts)))} |")
    for name, title in (
        ("ordinary", "ordinary sentences called a violation"),
        ("lawful_corpus", "lawful corpus (learnt from), short texts, called a violation"),
        ("lawful_corpus_notes", "lawful corpus (learnt from), notes of 350 characters, called a violation"),
    ):
        texts = [json.loads(line)["text"] for line in (data / f"{name}.jsonl").read_text("utf-8").splitlines()]
        verdicts = judge.check([Item.of(text) for text in texts], options)
        lines.append(f"| {title} | {share(Share(sum(v.value == 'violation' for v in verdicts), len(verdicts)))} |")
    return lines


def put(page: Path, name: str, lines: list[str]) -> None:
    """Replace what stands between the marks of a block."""
    text = page.read_text("utf-8")
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    body = "\n".join([begin, *lines, end])
    page.write_text(re.sub(f"{re.escape(begin)}.*?{re.escape(end)}", lambda _: body, text, flags=re.S), "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("lawful", type=Path)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    cases, wrong = read_cases(arguments.cases)
    lawful, wrong_lawful = read_lawful(arguments.lawful)
    for problem in (*wrong, *wrong_lawful):
        sys.stderr.write(f"{problem}\n")
    result = evaluate(engine(), cases, lawful, Options(as_of=DAY))
    by_case, shipped = cases_table(result), shipped_table()
    print("\n".join([*by_case, "", *shipped]))
    for case in result.misses:
        print("MISS", case.id)
    for passage, _ in result.false_alarms:
        print("FALSE ALARM", passage.id, passage.kind)
    if arguments.write:
        put(ROOT / "docs/accuracy.md", "accuracy", by_case)
        put(ROOT / "docs/accuracy.md", "variants", shipped)
    return 1 if wrong or wrong_lawful else 0


if __name__ == "__main__":
    sys.exit(main())
