"""How a name is written to hide it: spellings generated once, when the rulebook is compiled.

Homophones, pinyin, separators and repetition are seen through by the squeezed and sounded views at run
time; what those cannot see (split characters, look-alikes, initials) is spelled out here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources

from mingjian.core.text.tables import tables
from mingjian.core.text.views import normalise

MIN_INITIALS = 3  # two letters are a word in too many other trades


@cache
def _written_otherwise() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    import yaml  # here, because a cached rulebook never spells: a cold start saves the import

    path = resources.files("mingjian.core.text") / "data" / "lookalikes.yaml"
    data = yaml.safe_load(path.read_text("utf-8"))
    return data["shape"], data["split"]


def initials(term: str) -> str | None:
    """bns for 玻尿酸; None when a character has no reading or the name is too short to be told apart."""
    letters = [int(tables().initial[ord(char)]) for char in term]
    return "".join(map(chr, letters)) if len(term) >= MIN_INITIALS and all(letters) else None


def spellings(term: str) -> Iterator[tuple[str, str]]:
    """(spelling, disguise) pairs of a folded Chinese name of two characters or more, itself excluded.

    One character at a time, and every split character at once: people rarely hide more than they must.
    """
    shapes, splits = _written_otherwise()
    minimum = 3  # a two-character name with one character changed is ordinary text too often
    everything = "".join(splits[char][0] if char in splits else char for char in term)
    if everything != term:
        yield normalise(everything), "split"
    for index, char in enumerate(term):
        before, after = term[:index], term[index + 1 :]
        for split in splits.get(char, ()):
            if len(term) >= minimum or len(split) > 1:
                yield normalise(before + split + after), "split"
        if len(term) < minimum:
            continue
        for shape in shapes.get(char, ()):
            yield normalise(before + shape + after), "look-alike"
        letter = int(tables().initial[ord(char)])
        if letter and "一" <= char <= "鿿":
            yield before + chr(letter) + after, "initial"
    if (letters := initials(term)) is not None:
        yield letters, "initials"
