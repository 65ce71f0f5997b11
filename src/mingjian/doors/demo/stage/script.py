"""Writes the script of a room: the talk of its trade, hard but honest scenes, and violations with their truth.

Everything follows from the seed; the parts share the plan and no sentence.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from mingjian.doors.demo.simulate.grammar import one_of
from mingjian.doors.demo.stage.material import kinds, loaded, shares, talk
from mingjian.doors.demo.stage.model import Line, Part, Planted, Staged
from mingjian.doors.demo.stage.planting import SOON, Step, plant, steps_of
from mingjian.doors.demo.stage.talking import Talk

SELLERS = ("skin_care", "makeup", "clinic_qa")
"""Trades in whose rooms restricted items are sold."""
SLOT = 300.0
"""Seconds of a room that each violation has to itself."""


def stage(number: int, part: Part = "test", *, minutes: float = 30.0, violations: int = 0, seed: int = 1,
          comments: float = 0.5, trade: str | None = None, only: Sequence[str] | None = None,
          slot: float = SLOT) -> Staged:  # fmt: skip
    """Room ``number`` of a seed. ``violations``: how many are planted (0: an honest room), at most one every
    ``slot`` seconds; ``comments``: how many a second in the mean, besides those of scenes; ``only``: kinds of violation
    to choose from."""
    length = minutes * 60
    if violations * slot > length:
        raise ValueError(f"{violations} violations need {violations * slot / 60:g} minutes, not {minutes:g}")
    rng = random.Random(f"{seed}:{part}:{number}:{'staged' if violations else 'honest'}")
    trade = trade or rng.choices(*shares(SELLERS if violations else None))[0]
    about = loaded("honest")["trades"][trade]
    room = Talk(rng, part, trade, length)
    steps, planted = _violations(rng, part, violations, length, only or kinds())
    scenes = _scenes(rng, room, about[part]["scenes"], [one.at for one in steps], length)
    for step in sorted(steps + scenes[0], key=lambda one: one.at):
        room.perform(step)
    room.chatter(comments)
    title = talk(part).say(one_of(rng, about[part]["titles"]), rng, {}).text()
    lines = tuple(sorted(room.lines, key=lambda one: (one.at, one.id)))
    return Staged(f"stage-{part}-{seed}-{'v' if violations else 'h'}{number}", part, seed, trade, minutes, title,
                  dict(about["publisher"]), lines, _truth(lines, planted), scenes[1])  # fmt: skip


def _violations(rng: random.Random, part: Part, many: int, length: float,
                only: Sequence[str]) -> tuple[list[Step], list[tuple[str, str, str, str]]]:  # fmt: skip
    """Steps, and (id, kind, item, way) of each violation. A code word is used again only after it was taught."""
    steps: list[Step] = []
    planted = []
    taught: tuple[str, str] | None = None
    chosen = _kinds(rng, many, only)
    slot = length / max(many, 1)
    before = ""
    for place, kind in enumerate(chosen):
        at = place * slot + rng.uniform(min(20, slot / 8), max(30, slot - 160))
        made = plant(rng, part, kind, f"p{place + 1}", at, taught, before)
        taught = made.taught or taught
        before = made.item
        steps += [step for step in made.steps if step.at < length - 5]
        planted.append((f"p{place + 1}", kind, made.item, made.way))
    return steps, planted


def _kinds(rng: random.Random, many: int, only: Sequence[str]) -> list[str]:
    wanted = list(only)
    chosen: list[str] = []
    while len(chosen) < many:
        kind = one_of(rng, wanted)
        if kind == "code_again" and "code_word" not in chosen:
            if len(chosen) + 2 > many:
                kinds_left = [one for one in wanted if one != "code_again"] or ["code_word"]
                chosen.append(one_of(rng, kinds_left))
                continue
            chosen.append("code_word")
        chosen.append(kind)
    return chosen


def _scenes(rng: random.Random, room: Talk, known: Mapping[str, Sequence[Any]], taken: Sequence[float],
            length: float) -> tuple[list[Step], dict[str, int]]:  # fmt: skip
    """Honest scenes every two to five minutes, away from violations."""
    steps: list[Step] = []
    counts: Counter[str] = Counter()
    at = rng.uniform(30, 150)
    while known and at < length - 60:
        if all(abs(at - other) > 75 for other in taken):
            name = one_of(rng, sorted(known))
            counts[name] += 1
            given = {slot: one_of(rng, words) for slot, words in talk(room.part).words.items()}
            steps += steps_of(rng, one_of(rng, known[name]), at, talk(room.part), given, mark=None, pace=SOON)
        at += rng.uniform(120, 300)
    return steps, dict(counts)


def _truth(lines: Sequence[Line], planted: Sequence[tuple[str, str, str, str]]) -> tuple[Planted, ...]:
    mine: dict[str, list[Line]] = {}
    for line in lines:
        if (mark := line.mark) is not None:
            mine.setdefault(mark, []).append(line)
    found = []
    for id, kind, item, way in planted:
        if some := mine.get(id):
            found.append(Planted(id, kind, item, way, tuple(one.id for one in some), min(one.at for one in some),
                                 max(one.end if one.channel == "speech" else one.at for one in some),
                                 tuple(sorted({one.channel for one in some}))))  # fmt: skip
    return tuple(found)
