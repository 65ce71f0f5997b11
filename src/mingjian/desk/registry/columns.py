"""Which column of a table is what: headings of Chinese registers and our own words, from desk/data/registry.yaml."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Any

import yaml

from mingjian.records.errors import Invalid
from mingjian.records.registry.model import CREDENTIAL_KINDS, ENTITY_KINDS, LINK_KINDS

CREDENTIAL_FIELDS = ("number", "issuer", "scope", "valid", "valid_from", "valid_to", "state", "evidence", "attributes")
LINK_FIELDS = ("key", "kind", "scope", "valid", "valid_from", "valid_to", "state", "attributes")
PLAIN = ("kind", "id", "key", "name", "state", "effective", "platform", "account")
IGNORED = "_"  # headings that begin so are ours: the rejects file's row and problem
MOST_IGNORED = 20
_BRACKETS = re.compile(r"[((\[【].*?[))\]】]")
_ATTRIBUTE = re.compile(r"attributes\.[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind's tables are read: ``headings`` to words, and which words stand in for a missing key."""

    name: str
    title: str
    headings: Mapping[str, str]
    key: Sequence[str]


@dataclass(frozen=True, slots=True)
class Book:
    """The file, read: kinds, the words for kinds in cells, and words in cells by group."""

    kinds: Mapping[str, Kind]
    kind_words: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]
    open_end: frozenset[str]
    clear: frozenset[str]
    lists: frozenset[str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is read: its place, its heading as it stands, and its word."""

    place: int
    heading: str
    word: str


def folded(text: str) -> str:
    """A heading or a word in a cell as it is compared."""
    plain = unicodedata.normalize("NFKC", text).strip().lower().replace(" ", "").replace("\u3000", "")
    return _BRACKETS.sub("", plain) or plain


def is_word(word: str) -> bool:
    """Whether a word says what a column is."""
    if word in PLAIN or _ATTRIBUTE.fullmatch(word):
        return True
    group, _, name = word.partition(".")
    return (group in CREDENTIAL_KINDS and name in CREDENTIAL_FIELDS) or (group in LINK_KINDS and name in LINK_FIELDS)


@cache
def book() -> Book:
    """The shipped file. ValueError with everything wrong in it."""
    text = resources.files("mingjian.desk").joinpath("data", "registry.yaml").read_text("utf-8")
    return parse_book(yaml.safe_load(text))


def parse_book(data: Mapping[str, Any]) -> Book:
    """The file's data; ValueError with everything wrong in it."""
    problems: list[str] = []
    kinds, kind_words = dict[str, Kind](), dict[str, str]()
    for name in data["kinds"].keys() | set(ENTITY_KINDS):
        given = data["kinds"].get(name)
        if given is None or name not in ENTITY_KINDS:
            problems.append(f"kinds.{name}: {'missing' if given is None else 'no such kind'}")
            continue
        headings: dict[str, str] = {}
        for word in data["common"] | given["columns"]:
            problems += [f"kinds.{name}: no such column {word}"] if not is_word(word) else []
        for columns in (data["common"], given["columns"]):  # the kind's own win
            for word, written in columns.items():
                headings |= {folded(heading): word for heading in (word, *written)}
        problems += [f"kinds.{name}.key: no such column {word}" for word in given.get("key", ()) if not is_word(word)]
        kinds[name] = Kind(name, given["title"], headings, tuple(given.get("key", ())))
        kind_words |= {folded(word): name for word in (name, given["title"], *given["names"])}
    if problems:
        raise ValueError("\n".join(problems))
    words = data["words"]
    groups = {
        group: {folded(word): value for value, written in words[group].items() for word in written}
        for group in ("state", "credential_state", "ownership", "platforms")
    }
    return Book(kinds, kind_words, groups, frozenset(map(folded, words["open_end"])), frozenset(words["clear"]),
                frozenset(words["lists"]))  # fmt: skip


def find_columns(
    headings: Sequence[str], kind: str | None, mapping: Mapping[str, str] | None = None
) -> tuple[list[Column], list[str]]:
    """The columns of a table, and the headings that are passed over. ``mapping`` says what a heading is, before all
    else. Invalid when a word is none of ours, when two columns are the same, or when nothing tells who is meant."""
    known = book()
    wanted = {folded(heading): word for heading, word in (mapping or {}).items()}
    unknown = sorted({word for word in wanted.values() if not is_word(word)})
    if unknown:
        raise Invalid(f"列对应里有不认识的列:{'、'.join(unknown)}。", field="mapping")
    missing = sorted(heading for heading in mapping or {} if folded(heading) not in set(map(folded, headings)))
    if missing:
        raise Invalid(f"表里没有这些列:{'、'.join(missing)}。表头为:{'、'.join(headings[:30])}", field="mapping")
    table = known.kinds[kind].headings if kind else _any_kind(headings)
    found, passed = list[Column](), list[str]()
    seen: dict[str, str] = {}
    for place, heading in enumerate(headings):
        key = folded(heading)
        if not key or key.startswith(IGNORED):
            continue
        word = wanted.get(key) or (heading.strip() if is_word(heading.strip()) else table.get(key))
        if word is None:
            passed.append(heading)
        elif word in seen:
            raise Invalid(f"“{seen[word]}”和“{heading}”两列都是 {word}。请删去一列,或用列对应写明。", field="mapping")
        else:
            seen[word] = heading
            found.append(Column(place, heading, word))
    _enough(seen, kind, headings)
    return found, passed


def _any_kind(headings: Sequence[str]) -> Mapping[str, str]:
    """Without a kind only what means the same for all, and the kind's own column."""
    known = book()
    names = {folded(heading) for heading in headings}
    shared: dict[str, str] = {}
    for name in names:
        words = {kind.headings[name] for kind in known.kinds.values() if name in kind.headings}
        if len(words) == 1:
            shared |= {name: words.pop()}
    return shared


def _enough(seen: Mapping[str, str], kind: str | None, headings: Sequence[str]) -> None:
    told = f"表头为:{'、'.join(heading for heading in headings[:30] if heading)}"
    if kind is None and "kind" not in seen:
        raise Invalid(
            f"分不清登记的是哪类对象:请用 kind 指明({'、'.join(ENTITY_KINDS)}),或加“类别”一列。{told}", field="kind"
        )
    keys = {
        "id",
        "key",
        "account",
        *(book().kinds[kind].key if kind else (w for k in book().kinds.values() for w in k.key)),
    }
    if keys.isdisjoint(seen):
        near = [match for heading in headings for match in get_close_matches(
            folded(heading), list(book().kinds[kind].headings) if kind else [], 1, 0.7)][:3]  # fmt: skip
        hint = f"是否想写 {'、'.join(near)}?" if near else f"可用的列:{'、'.join(sorted(keys))}。"
        raise Invalid(f"没有能认出对象的列(编号)。{hint}{told}", field="mapping")


def kind_of(cell: str) -> str | None:
    """The kind a cell names."""
    return book().kind_words.get(folded(cell))
