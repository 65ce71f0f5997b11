"""Covering personal data in what a package holds: in texts by their patterns, elsewhere by the values found in them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from mingjian.desk.people.masking import mask, personal
from mingjian.records.canonical import canonical

_NAMES = {"id", "ref", "code", "digest", "rulebook", "as_of", "url", "external", "publisher", "subject", "item", "law",
          "verdict", "seq", "key", "cites", "codes"}  # fmt: skip
"""Fields that hold identifiers: long numbers in them are nobody's bank card."""
_WORDS = {"reason", "reasons", "note", "why", "text", "title", "name", "grounds"}
"""Fields of events that people write into."""


class Cover:
    """Covers what is personal in the texts it was shown, wherever it comes up again: a quotation no longer stands
    behind the label that gave it away."""

    def __init__(self, contents: Iterable[bytes]) -> None:
        self._values: dict[str, str] = {}
        for content in contents:
            for text in _texts(parsed(content)):
                covered = mask(text)
                for place in personal(text):
                    value = text[place.start : place.end]
                    if len(value) > 1:
                        self._values[value] = covered[place.start : place.end]
        self._longest_first = sorted(self._values, key=lambda value: (-len(value), value))

    def text(self, text: str) -> str:
        """A text, covered."""
        covered = mask(text)
        for value in self._longest_first:
            covered = covered.replace(value, self._values[value])
        return covered

    def value(self, value: Any, name: str = "") -> Any:
        """A value of JSON with every text in it covered."""
        if isinstance(value, str):
            return value if name in _NAMES else self.text(value)
        if isinstance(value, dict):
            return {key: self.value(entry, key) for key, entry in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(entry, name) for entry in value]
        return value

    def content(self, content: bytes) -> bytes:
        """A content, covered: the same bytes when nothing in it is personal."""
        found = parsed(content)
        covered = self.value(found)
        if covered == found:
            return content
        return covered.encode() if isinstance(covered, str) else canonical(covered)

    def discloses(self, body: Any, name: str = "") -> bool:
        """Whether the words that people wrote into an event's body say who somebody is."""
        if isinstance(body, str):
            return name in _WORDS and self.text(body) != body
        if isinstance(body, dict):
            return any(self.discloses(entry, key) for key, entry in body.items())
        return isinstance(body, list) and any(self.discloses(entry, name) for entry in body)


def parsed(content: bytes) -> Any:
    """A content's value: JSON, or else its text."""
    try:
        return json.loads(content)
    except ValueError:
        return content.decode("utf-8", "replace")


def _texts(value: Any, name: str = "") -> Iterable[str]:
    if isinstance(value, str):
        if name not in _NAMES:
            yield value
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from _texts(entry, key)
    elif isinstance(value, list):
        for entry in value:
            yield from _texts(entry, name)
