"""Sentences from templates: a said sentence remembers what it chose, so that a copy can choose again."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """``pieces`` are literals, one more than ``slots``."""

    pieces: tuple[str, ...]
    slots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence: its template and what stands in the slots."""

    template: Template
    picks: tuple[str, ...]

    def text(self) -> str:
        """The words."""
        pieces = self.template.pieces
        return "".join([pieces[0], *(pick + piece for pick, piece in zip(self.picks, pieces[1:], strict=True))])


@cache
def template(text: str) -> Template:
    """A template, parsed once."""
    parts = _SLOT.split(text)
    return Template(tuple(parts[0::2]), tuple(parts[1::2]))


class Grammar:
    """Says templates. ``words``: slot → alternatives; what a caller gives in ``given`` goes first."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self.words = {name: tuple(map(str, these)) for name, these in words.items()}

    def say(self, text: str, rng: random.Random, given: Mapping[str, str]) -> Said:
        """A sentence of a template."""
        made, chance, words = template(text), rng.random, self.words
        picks = []
        for slot in made.slots:
            if slot in given:
                picks.append(given[slot])
            else:
                these = words[slot]
                picks.append(these[int(chance() * len(these))])
        return Said(made, tuple(picks))

    def vary(self, said: Said, rng: random.Random, share: float) -> Said:
        """The sentence with about ``share`` of its free choices chosen again."""
        picks = list(said.picks)
        for place, slot in enumerate(said.template.slots):
            these = self.words.get(slot)
            if these is not None and rng.random() < share:
                picks[place] = these[int(rng.random() * len(these))]
        return Said(said.template, tuple(picks))


@cache
def material() -> Mapping[str, Any]:
    """What notes are made of: material.yaml and clinical.yaml together."""
    folder = resources.files("mingjian.doors.demo.simulate")
    found: dict[str, Any] = {}
    for name in ("material.yaml", "clinical.yaml"):
        found |= yaml.safe_load((folder / name).read_text("utf-8"))
    return found


@cache
def grammar() -> Grammar:
    """The grammar of the material."""
    return Grammar(material()["words"])


def one_of(rng: random.Random, these: Sequence[Any]) -> Any:
    """One of them; faster than rng.choice."""
    return these[int(rng.random() * len(these))]
