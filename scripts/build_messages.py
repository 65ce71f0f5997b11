"""Make the catalogues of messages: Chinese in the source, English in mingjian.po, compiled into mingjian.mo.

Run:  python scripts/build_messages.py          (adds new messages to mingjian.po, drops old ones, writes mingjian.mo)
      python scripts/build_messages.py --check  (exit 1 if a message has no English, or a file is not up to date)

A message is any Chinese string of the rooms below that is neither documentation nor data, and any in an expression of
a template. The values of an f-string become numbered places: f"读不到:{path}" is the message "读不到:{0}".
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

PACKAGE = Path(__file__).parents[1] / "src" / "mingjian"
FOLDER = PACKAGE / "doors" / "locale"
LANGUAGES = ("en",)
ROOMS = (
    "core/scope/*.py", "intake/**/*.py", "perception/**/*.py", "records/**/*.py", "desk/**/*.py", "governance/**/*.py",
    "clinic/**/*.py", "doors/**/*.py",
)  # fmt: skip
TEMPLATES = "doors/**/*.html"
# Words of documents and of the law, patterns, and pages that bring both languages with them.
OTHER_WORDS = frozenset((
    "intake/json_schema.py", "doors/cli/articles.py", "doors/cli/law.py", "doors/cli/lexicon.py", "doors/cli/rules.py",
    "doors/cli/show_accuracy.py", "doors/cli/show_law.py", "doors/cli/show_rule.py", "doors/cli/version.py",
    "doors/cli/words.py", "governance/live/judging/folded.py", "governance/live/judging/memory.py",
    "governance/live/judging/naming.py", "perception/compare.py", "perception/labels.py", "perception/order.py",
    "perception/redact/preview.py", "perception/sound/cues.py", "perception/video/regions.py",
))  # fmt: skip
INVENTED = "doors/demo/"  # what people of the demonstration write
DATA = frozenset(("BODY", "TITLE", "IDENTITY", "COMMANDS", "_COMMON", "_DATE"))
SHOWN_BY_TYPER = frozenset(("help", "metavar", "short_help"))
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # the same messages give the same bytes
_CHINESE = re.compile("[\u4e00-\u9fff]")


def messages() -> Iterator[tuple[str, str]]:
    """(message, file) of every message, in the order of files."""
    for room in ROOMS:
        for path in sorted(PACKAGE.glob(room)):
            name = path.relative_to(PACKAGE).as_posix()
            if name not in OTHER_WORDS and not name.startswith(INVENTED):
                yield from ((text, name) for text in _texts(ast.parse(path.read_text("utf-8"))))
    for path in sorted(PACKAGE.glob(TEMPLATES)):
        name = path.relative_to(PACKAGE).as_posix()
        for node in Environment().parse(path.read_text("utf-8")).find_all(nodes.Const):
            if isinstance(node.value, str) and _CHINESE.search(node.value):
                yield node.value, name


def _texts(tree: ast.AST) -> Iterator[str]:
    """Depth first, in the order of the source."""
    if _passed_over(tree):
        return
    text = _text(tree)
    if text is not None:
        if len(text) > 1 and _CHINESE.search(text):
            yield text
        inner = (value.value for value in getattr(tree, "values", ()) if isinstance(value, ast.FormattedValue))
        for node in inner:
            yield from _texts(node)
        return
    for child in ast.iter_child_nodes(tree):
        yield from _texts(child)


def _passed_over(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):  # documentation
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.keyword):
        return node.arg in SHOWN_BY_TYPER
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id in DATA for target in node.targets)
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in ("re.compile", "re.escape")
    if isinstance(node, ast.IfExp):  # both languages side by side
        words = [_text(branch) for branch in (node.body, node.orelse)]
        return any(word and not _CHINESE.search(word) for word in words) and any(map(_is_chinese, words))
    return False


def _is_chinese(text: str | None) -> bool:
    return text is not None and _CHINESE.search(text) is not None


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if not isinstance(node, ast.JoinedStr):
        return None
    pieces, count = [], 0
    for value in node.values:
        if isinstance(value, ast.Constant):
            pieces.append(str(value.value).replace("{", "{{").replace("}", "}}"))
        else:
            pieces.append(f"{{{count}}}")
            count += 1
    return "".join(pieces)


def catalogue(language: str) -> Catalog:
    """The messages of today with the translations there are."""
    path = FOLDER / language / "LC_MESSAGES" / "mingjian.po"
    old = read_po(io.BytesIO(path.read_bytes()), locale=language) if path.is_file() else Catalog(locale=language)
    new = Catalog(
        locale=language, project="mingjian", version="1", creation_date=EPOCH, revision_date=EPOCH, fuzzy=False,
        header_comment="# Messages of Mingjian. Written by scripts/build_messages.py; translate here.",
    )  # fmt: skip
    for text, place in messages():
        known = old.get(text)
        new.add(text, known.string if known is not None else "", locations=[(place, None)])  # type: ignore[list-item]
    return new


def problems(made: Catalog) -> Iterator[str]:
    """Messages without a translation, or with other places for values than the translation has."""
    for message in made:
        if not message.id:
            continue
        if not message.string:
            yield f"no translation: {message.id}"
        elif _places(str(message.id)) != _places(str(message.string)):
            yield f"other values: {message.id} / {message.string}"


def _places(text: str) -> set[str] | None:
    try:
        names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:  # braces of an example, in a message without values
        return None
    return names if all(name.isidentifier() or name.isdigit() for name in names) else None


def main() -> int:
    """Write or check the catalogues."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    wrong: list[str] = []
    for language in LANGUAGES:
        made = catalogue(language)
        wrong += problems(made)
        po, mo = io.BytesIO(), io.BytesIO()
        write_po(po, made, width=120, omit_header=False)
        write_mo(mo, made)
        for suffix, stream in (("po", po), ("mo", mo)):
            path = FOLDER / language / "LC_MESSAGES" / f"mingjian.{suffix}"
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(stream.getvalue())
            elif not path.is_file() or path.read_bytes() != stream.getvalue():
                wrong.append(f"not up to date: {path} (python scripts/build_messages.py)")
    for each in wrong:
        print(each, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
