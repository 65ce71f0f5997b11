"""What staged rooms are made of: trades, scripts and the ways to write an item, each in three parts."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

import yaml

from mingjian.doors.demo.simulate.grammar import Grammar, one_of
from mingjian.doors.demo.stage.model import Part

WAYS = {"plain": 1.0, "homophone": 3.0, "pinyin": 2.0, "letters": 2.0, "split": 1.5, "emoji": 2.0, "apart": 1.5,
        "old": 1.0}  # fmt: skip
"""How often a name is hidden in each way where all are possible."""
HEARD = frozenset(("plain", "homophone", "letters"))
"""A recogniser writes what it hears: as it is, in other characters, letters spelled."""
READ = frozenset(WAYS) - {"emoji"}
"""No reader of pictures reads coloured pictures as words."""


@cache
def loaded(name: str) -> Mapping[str, Any]:
    """One of the YAML files beside this one, with what ``held_`` holds of it."""
    return _joined(_read(name), _read(f"held_{name}"))


def _read(name: str) -> Mapping[str, Any]:
    text = (resources.files("mingjian.doors.demo.stage") / f"{name}.yaml").read_text("utf-8")
    found: Mapping[str, Any] = yaml.safe_load(text)
    return found


def _joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Both together; what stands in both must hold more itself."""
    return {**one, **{name: _joined(one[name], more) if name in one else more for name, more in other.items()}}


@cache
def kinds() -> tuple[str, ...]:
    """The kinds of violation."""
    return tuple(loaded("planted")["scripts"])


@cache
def items() -> tuple[str, ...]:
    """The restricted items."""
    return tuple(loaded("items"))


@cache
def talk(part: Part) -> Grammar:
    """The grammar of honest talk."""
    return Grammar(loaded("honest")["words"][part])


@cache
def pitch(part: Part) -> Grammar:
    """The grammar of violations."""
    return Grammar(loaded("planted")["words"][part])


def way_of(rng: random.Random, item: str, part: Part, allowed: frozenset[str]) -> str:
    """A way to write an item that every channel allows."""
    known = loaded("items")[item][part]
    names = [name for name in WAYS if name in allowed and (name == "plain" or name in known)]
    return rng.choices(names, [WAYS[name] for name in names])[0]


def written(rng: random.Random, item: str, part: Part, way: str) -> str:
    """The item written that way."""
    return item if way == "plain" else str(one_of(rng, loaded("items")[item][part][way]))


def shares(trades: Sequence[str] | None = None) -> tuple[Sequence[str], Sequence[float]]:
    """Trades with their shares."""
    known = loaded("honest")["trades"]
    names = list(trades or known)
    return names, [float(known[name]["share"]) for name in names]
