"""A source as the sources' file writes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

ADAPTERS = ("html", "nmpa", "json", "page")
FIELDS = ("number", "name", "institution", "issuer", "scope", "state", "valid_from", "valid_to")
"""What an answer may tell, in our words."""
PLACES = ("number", "name", "institution", "province", "issuer")
"""What a question may hold, written {number} in the file."""


@dataclass(frozen=True, slots=True)
class Asking:
    """How a source is asked: address, method, parameters and headers with places to fill in."""

    url: str = ""
    method: str = "GET"
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = "form"
    """``form`` or ``json``: what a POST sends."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where credentials of some kinds are looked up. ``numbers`` narrows to numbers that match; ``automatic``: a
    program may ask; ``every`` seconds between questions; ``missing_contradicts``: it should know every number there
    is."""

    name: str
    title: str
    title_en: str
    kinds: tuple[str, ...]
    adapter: str
    page: str = ""
    automatic: bool = False
    ask: Asking = Asking()
    provinces: Mapping[str, Asking] = field(default_factory=dict)
    rows: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    empty: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    numbers: re.Pattern[str] | None = None
    missing_contradicts: bool = False
    every: float = 10.0
    timeout: float = 15.0
    tries: int = 5
    valid_days: int = 60

    def label(self, lang: str) -> str:
        """The title in a language."""
        return self.title_en if lang == "en" else self.title

    def answers(self, kind: str, number: str) -> bool:
        """Whether a number of this kind is looked up here."""
        return kind in self.kinds and (self.numbers is None or self.numbers.match(number) is not None)
