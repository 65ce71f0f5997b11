"""Violations and scenes as steps in time: who says, shows or writes what, and how long after the step before."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mingjian.doors.demo.simulate.grammar import Grammar, one_of
from mingjian.doors.demo.stage.material import HEARD, READ, WAYS, items, loaded, pitch, way_of, written
from mingjian.doors.demo.stage.model import Part

SCREEN = ("board", "subtitle", "sticker", "sign")
SPLIT = (2.0, 60.0)
"""Seconds between two channels of one violation, log-uniform."""
SOON = (2.0, 15.0)
"""Seconds between two sentences of the host, and within honest scenes."""
BREAK = (0.1, 1.2)
"""Seconds between two pieces of one sentence."""
LONG = (70.0, 130.0)
"""Seconds between a board that stands and the gesture to it."""
STANDS = 400.0
_PACE = {"speech_split": BREAK, "board_standing": LONG}


@dataclass(frozen=True, slots=True)
class Step:
    """``who``: host, house, viewer, viewers, pinned, card, title or a place on the picture; ``texts`` has one text but
    for viewers; ``mark`` is the violation it is evidence of; ``stays`` how long it is on the picture, where given."""

    at: float
    who: str
    texts: tuple[str, ...]
    mark: str | None
    stays: float | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A violation: its steps, and the code word it taught with what that stands for."""

    steps: tuple[Step, ...]
    item: str
    way: str
    taught: tuple[str, str] | None


def plant(rng: random.Random, part: Part, kind: str, id: str, at: float, taught: tuple[str, str] | None,
          before: str) -> Made:  # fmt: skip
    """A violation of a kind that begins at ``at``; another item than ``before``."""
    script = one_of(rng, loaded("planted")["scripts"][kind][part])
    if kind == "code_again":
        assert taught is not None
        code, item = taught
    else:
        item = one_of(rng, [one for one in items() if one != before])
        code = one_of(rng, loaded("items")[item][part]["code"])
    known = loaded("items")[item]
    way = "hint" if kind == "code_again" else _way(rng, script, item, part, kind)
    name = "" if kind == "code_again" else written(rng, item, part, way)
    cut = rng.randrange(1, max(len(name), 2))
    words = pitch(part).words
    given = {slot: one_of(rng, choices) for slot, choices in words.items()} | {
        "name": name, "front": name[:cut], "back": name[cut:], "code": code, "contact": _contact(rng),
        "price": str(one_of(rng, known["price"])), "hint": one_of(rng, known[part]["hint"]),
    }  # fmt: skip
    steps = steps_of(rng, script, at, pitch(part), given, mark=id, pace=_PACE.get(kind), names=(item, part, way))
    if kind == "board_standing":
        steps = [replace(step, stays=STANDS) if step.who == "board" else step for step in steps]
    return Made(tuple(steps), item, way, (code, item) if kind == "code_word" else None)


def steps_of(rng: random.Random, script: Sequence[Mapping[str, Any]], at: float, grammar: Grammar,
             given: Mapping[str, str], *, mark: str | None, pace: tuple[float, float] | None = None,
             names: tuple[str, Part, str] | None = None) -> list[Step]:  # fmt: skip
    """The steps of a script. ``pace``: seconds from a step to the next, where they are not those of its channels;
    ``names``: (item, part, way), so that each viewer writes the name in an own way."""
    steps: list[Step] = []
    before = ""
    for step in script:
        ((who, text),) = step.items()
        if before:
            low, high = pace or (SOON if before == who == "host" else SPLIT)
            at += math.exp(rng.uniform(math.log(low), math.log(high)))
        if who == "viewers":
            many = rng.randint(5, 14) if mark else rng.randint(len(text), len(text) + 2)
            texts = []
            for _ in range(many):
                own = dict(given)
                if names is not None:
                    own["name"] = names[0] if rng.random() < 0.3 else written(rng, *names)
                texts.append(grammar.say(one_of(rng, text), rng, own).text())
            steps.append(Step(at, who, tuple(texts), mark))
            at += 0.5 * many
        else:
            steps.append(Step(at, who, (grammar.say(text, rng, given).text(),), mark))
            if who == "host":
                at += 0.22 * len(steps[-1].texts[0])
        before = who
    return steps


def _way(rng: random.Random, script: Sequence[Mapping[str, Any]], item: str, part: Part, kind: str) -> str:
    allowed = frozenset(WAYS)
    for step in script:
        ((who, text),) = step.items()
        if "{name}" in str(text) or "{front}" in str(text):
            allowed &= HEARD if who == "host" else READ if who in SCREEN else frozenset(WAYS)
    if kind == "speech_split":
        allowed = frozenset(("plain", "homophone"))
    return way_of(rng, item, part, allowed)


def _contact(rng: random.Random) -> str:
    letters = "".join(rng.choice("abcdefghjkmnpqrstuvwxyz") for _ in range(4))
    return f"{letters}{rng.randrange(1000, 9999)}"
