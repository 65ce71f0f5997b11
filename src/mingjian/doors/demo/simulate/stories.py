"""Stories: a note as sentences that can be told again under another name."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mingjian.doors.demo.simulate.grammar import Said, grammar, material, one_of


@dataclass(frozen=True, slots=True)
class Story:
    """``lines`` are (section, sentence); ``given`` the words fixed by its subject."""

    key: str
    procedure: int
    title: Said
    lines: tuple[tuple[int, Said], ...]


def subject(procedure: int, rng: random.Random) -> dict[str, str]:
    """The words a treatment fixes."""
    entry = material()["procedures"][procedure]
    return {"proc": entry["name"], "area": entry["area"], "site": entry["site"], "why": one_of(rng, entry["why"])}


def tell(key: str, procedure: int, rng: random.Random) -> Story:
    """A new diary of a treatment."""
    diary, given = material()["diary"], subject(procedure, rng)
    lines = []
    for section, these in enumerate(diary["sections"]):
        count = 1 + (rng.random() < 0.45) if section < len(diary["sections"]) - 1 else 1
        for text in rng.sample(these, count):
            lines.append((section, grammar().say(text, rng, given)))
    return Story(key, procedure, grammar().say(one_of(rng, diary["titles"]), rng, given), tuple(lines))


def retell(story: Story, rng: random.Random, skill: float) -> tuple[str, list[str], list[str]]:
    """Title, sentences and the edits made, told again with a skill: names, numbers and phrases changed, sentences
    left out, reordered, replaced by others that say the same, small talk put between."""
    words, edits = grammar(), []
    change = 0.1 + 0.5 * skill
    title = words.vary(story.title, rng, change).text()
    lines: list[str] = []
    replaced = 0.3 * skill * skill
    given = subject(story.procedure, rng)
    for section, said in story.lines:
        if rng.random() < 0.02 + 0.12 * skill:
            continue
        if rng.random() < replaced:
            said = words.say(one_of(rng, material()["diary"]["sections"][section]), rng, given)
        lines.append(words.vary(said, rng, change).text())
        if rng.random() < 0.05 + 0.25 * skill:
            lines.append(filler(rng))
    edits.append(f"words:{change:.2f}")
    if rng.random() < skill and len(lines) > 3:
        at = rng.randrange(1, len(lines) - 1)
        lines = [*lines[at:], *lines[:at]] if rng.random() < 0.4 else _swapped(lines, rng)
        edits.append("order")
    return title, lines, edits


def plain(story: Story) -> tuple[str, list[str]]:
    """As it was told first."""
    return story.title.text(), [said.text() for _, said in story.lines]


def handle_line(handle: str, rng: random.Random, skill: float) -> str:
    """A line that leads to a contact handle, hidden the better the more skilled."""
    shown = handle if rng.random() > skill else _hidden(handle, rng)
    word = one_of(rng, ("VX:", "微信", "wx ", "加V ") if rng.random() > skill else ("薇❤ ", "➕v ", "V信号 ", "卫星 "))
    return grammar().say(one_of(rng, material()["trade"]["contact"]), rng, {"handle": word + shown}).text()


def trade_line(house: str, rng: random.Random, honest: bool = False) -> str:
    """A line that names the clinic; an honest one only says where."""
    lines = material()["trade"]["plain" if honest else "lines"]
    return grammar().say(one_of(rng, lines), rng, {"house": house}).text()


def filler(rng: random.Random) -> str:
    """A sentence about nothing in particular."""
    return grammar().say(one_of(rng, material()["filler"]), rng, {}).text()


def handle(rng: random.Random) -> str:
    """An invented name of an account of a messenger."""
    letters = "abcdefghjkmnpqrstuvwxyz"
    return "".join(one_of(rng, letters) for _ in range(4)) + "".join(one_of(rng, "23456789") for _ in range(5))


def hashtags(entry: Mapping[str, Any], rng: random.Random) -> list[str]:
    """One to three tags."""
    tags = entry["tags"]
    return rng.sample(tags, min(len(tags), 1 + int(rng.random() * 3)))


def _swapped(lines: list[str], rng: random.Random) -> list[str]:
    made = list(lines)
    for _ in range(max(1, len(made) // 4)):
        one, other = rng.randrange(len(made)), rng.randrange(len(made))
        made[one], made[other] = made[other], made[one]
    return made


def _hidden(handle: str, rng: random.Random) -> str:
    gap = str(one_of(rng, (" ", "-", "·", "_")))
    return gap.join((handle[:3], handle[3:6], handle[6:]))
