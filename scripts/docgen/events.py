"""docs/events.md: every kind of event, who writes it (by the source) and what is folded from it (by the registry)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from docgen.common import filled, plain, table
from docgen.desk import words
from mingjian.core.rulebook.load import Sources
from mingjian.records.journal import fold
from mingjian.records.storage.tables import load_tables
from mingjian.records.webhooks.model import EVENTS

ROOT = Path(__file__).resolve().parents[2] / "src" / "mingjian"
_KIND = re.compile(r"[a-z]+\.[a-z_]+")


def pages(sources: Sources) -> Iterator[tuple[str, str]]:
    """(path below docs/, text): one page."""
    written, folded, said = writers(), readers(), words()["events"]
    rows = []
    for kind in sorted(written.keys() | folded.keys()):
        chinese, english = said.get(kind, ("", ""))
        told = "●" if kind in EVENTS else ""
        rows.append(
            [f"`{kind}`", f"{plain(chinese)}<br>{plain(english)}", _modules(written.get(kind, ())),
             _modules(folded.get(kind, ())), told]
        )  # fmt: skip
    head = ["事件 Kind", "什么事 What happened", "谁写 Written by", "折算进 Folded into", "回调 Webhook"]
    yield "events.md", filled("events", events=table(head, rows))


def writers() -> dict[str, list[str]]:
    """Kind → the modules that make such events: wherever ``Event(…)`` is called, by the strings of its first argument,
    also through a local name."""
    found: dict[str, set[str]] = {}
    for path in sorted(ROOT.rglob("*.py")):
        text = path.read_text("utf-8")
        if "Event(" not in text or "journal.model import" not in text:
            continue
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Event" and node.args:
                for kind in _kinds(node.args[0], tree):
                    found.setdefault(kind, set()).add(path.relative_to(ROOT).with_suffix("").as_posix())
    return {kind: sorted(modules) for kind, modules in found.items()}


def _kinds(node: ast.expr, tree: ast.Module) -> set[str]:
    # A name or a made-up string: the kinds are said elsewhere in the module.
    return {text for text in _strings(node) if _KIND.fullmatch(text)} or _strings(tree) & set(readers())


def _strings(node: ast.AST) -> set[str]:
    return {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def readers() -> dict[str, list[str]]:
    """Kind → the modules of storage that fold it."""
    load_tables()
    return {kind: sorted({function.__module__.rpartition(".")[2] for function in functions})
            for kind, functions in fold._FOLDS.items()}  # fmt: skip


def _modules(names: list[str] | tuple[()]) -> str:
    return "<br>".join(f"`{name}`" for name in names)
