"""What must stand in a sentence for a regular expression to match it: read off the expression itself.

The idea is that of trigram indexes for code search (Cox, 2012): a match of ``治(好|愈).{0,6}(哮喘|鼻炎)`` holds one of
{治好, 治愈} and one of {哮喘, 鼻炎}. A pattern is tried only where every such group is met, so that two hundred
patterns cost ordinary text next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

# The standard library's own parser of patterns; its modules have no types.
sre: Any = import_module("re._constants")
sre_parser: Any = import_module("re._parser")

MAX_STRINGS = 120  # a group of more strings is cut short
MAX_GROUPS = 3
SMALL_CLASS = 8  # a character class of more members says little
LEXICON = 0xE000  # <name> stands as one private character while the expression is read

Strings = frozenset[str]


def required_groups(regex: str) -> list[Strings]:
    """Groups of strings, of each of which at least one is in every match; the most telling first.

    Groups with a string of one character tell nothing and are left out. A string may hold one private-use
    character (from LEXICON up): it stands for a word of that lexicon.
    """
    groups = _Reader().read(sre_parser.parse(regex))
    telling = [group for group in groups if group and min(map(_weight, group)) >= 2]
    return sorted(telling, key=lambda g: (-min(map(_weight, g)), len(g)))[:MAX_GROUPS]


def _weight(string: str) -> int:
    return 3 if is_lexicon(string) else len(string)


def is_lexicon(string: str) -> bool:
    """Whether a required string stands for a lexicon."""
    return len(string) == 1 and LEXICON <= ord(string) < 0xF8FF


class _Reader:
    """Walks a parsed expression, joining what must stand side by side into longer strings."""

    def read(self, nodes: Any) -> list[Strings]:
        groups: list[Strings] = []
        current: Strings | None = None  # strings that stand right before the place reached
        for node in nodes:
            exact = self.exact(node)
            if exact is None:
                groups += [current] if current else []
                current = None
                groups += self.inner(node)
            elif current is None:
                current = exact
            elif self.joinable(current, exact):
                current = frozenset(a + b for a in current for b in exact)
            else:
                groups.append(current)
                current = exact
        return groups + ([current] if current else [])

    def joinable(self, before: Strings, after: Strings) -> bool:
        if any(is_lexicon(s) for s in (*before, *after)):
            return False
        return len(before) * len(after) <= MAX_STRINGS

    def exact(self, node: Any) -> Strings | None:
        """Every string this node can match, when they are few; None otherwise."""
        kind, value = node
        if kind is sre.LITERAL:
            return frozenset([chr(value)])
        if kind is sre.IN:
            if all(k is sre.LITERAL for k, _ in value) and len(value) <= SMALL_CLASS:
                return frozenset(chr(v) for _, v in value)
            return None
        if kind is sre.SUBPATTERN:
            return self.sequence(value[3])
        if kind is sre.BRANCH:
            branches = [self.sequence(branch) for branch in value[1]]
            if any(branch is None for branch in branches):
                return None
            union = frozenset().union(*(branch for branch in branches if branch is not None))
            return union if len(union) <= MAX_STRINGS and all(union) else None
        if kind in (sre.ASSERT, sre.ASSERT_NOT, sre.AT):
            return frozenset([""])
        return None

    def sequence(self, nodes: Any) -> Strings | None:
        strings: Strings = frozenset([""])
        for node in nodes:
            exact = self.exact(node)
            if exact is None or len(strings) * len(exact) > MAX_STRINGS:
                return None
            if strings != {""} and not self.joinable(strings, exact):
                return None
            strings = frozenset(a + b for a in strings for b in exact)
        return strings

    def inner(self, node: Any) -> list[Strings]:
        """Groups required inside a node whose strings are too many to list."""
        kind, value = node
        if kind is sre.SUBPATTERN:
            return self.read(value[3])
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT) and value[0] >= 1:
            return self.read(value[2])
        if kind is sre.BRANCH:
            branches = [self.best(branch) for branch in value[1]]
            if all(branches):
                union = frozenset().union(*(branch for branch in branches if branch))
                return [union] if len(union) <= 4 * MAX_STRINGS else []
        return []

    def best(self, nodes: Any) -> Strings | None:
        groups = [group for group in self.read(nodes) if group and all(group)]
        return max(groups, key=lambda g: (min(map(_weight, g)), -len(g)), default=None)
