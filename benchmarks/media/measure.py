"""What a reader made of a sample: how many characters were wrong, and whether the engine saw the planted sentence."""

from __future__ import annotations

import time
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from media.build import Sample
from media.ink import is_emoji
from mingjian.core.engine.check import Engine
from mingjian.core.engine.options import Options
from mingjian.core.model import Item, Part
from mingjian.doors.media import parts_of
from mingjian.perception.model import Perceived, PerceptionError
from mingjian.perception.options import Options as Perception
from mingjian.perception.read import Request, perceive

DAY = date(2026, 11, 1)


@dataclass(frozen=True)
class Outcome:
    """One sample. ``wrong`` of ``characters`` written; ``extra`` is how many more were read than written.
    ``found``: a violation in what was read; ``found_typed``: in what is written, typed without a fault."""

    name: str
    style: str
    planted: bool
    sentence: str
    characters: int
    wrong: int
    extra: int
    found: bool
    found_typed: bool
    read: str
    unread: tuple[str, ...]
    codes: tuple[str, ...]
    seconds: float
    media_seconds: float | None


def measured(sample: Sample, path: Path, engine: Engine) -> Outcome:
    """Perceive the file of a sample and judge what came of it."""
    begin = time.perf_counter()
    try:
        perceived = perceive(path, Request(Perception(shown=False)))
    except PerceptionError as error:
        perceived = Perceived("unread", unread=(error.message,))
    seconds = time.perf_counter() - begin
    text = plain("".join(reading.text for reading in perceived.readings if reading.role not in ("depicted", "code")))
    written = [plain(words) for _, words in sample.written]
    characters = sum(map(len, written))
    read_codes = _violations(engine, _item(perceived))
    return Outcome(
        name=sample.name,
        style=sample.style,
        planted=sample.planted,
        sentence=sample.sentence,
        characters=characters,
        wrong=sum(distance(words, text) for words in written),
        extra=max(0, len(text) - characters),
        found=bool(read_codes),
        found_typed=bool(_violations(engine, typed(sample))),
        read=" / ".join(f"[{reading.role}] {reading.text}" for reading in perceived.readings).replace("\n", "⏎"),
        unread=perceived.unread,
        codes=read_codes,
        seconds=seconds,
        media_seconds=perceived.seconds,
    )


def typed(sample: Sample) -> Item:
    """What a perfect reader would hand to the engine: one part for each role, one line for each text."""
    roles = dict.fromkeys(role for role, _ in sample.written)
    parts = [Part("\n".join(words for own, words in sample.written if own == role), role) for role in roles]
    if sample.depicted:
        parts.append(Part(sample.depicted, "depicted"))
    return Item("typed", tuple(parts))


def plain(text: str) -> str:
    """Without blanks and emoji, half width: a full-width comma that was read as a half-width one is no error."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in folded if not sign.isspace() and not is_emoji(sign))


def distance(words: str, text: str) -> int:
    """The least number of insertions, deletions and substitutions that make ``words`` a part of ``text``: where the
    words stand in the text costs nothing, what tears them apart does."""
    row = [0] * (len(text) + 1)
    for number, sign in enumerate(words, 1):
        before, row = row, [number]
        for place, other in enumerate(text, 1):
            row.append(min(before[place] + 1, row[place - 1] + 1, before[place - 1] + (sign != other)))
    return min(row)


def _item(perceived: Perceived) -> Item:
    return Item("read", parts_of(perceived))


def _violations(engine: Engine, item: Item) -> tuple[str, ...]:
    if not item.parts:
        return ()
    (verdict,) = engine.check([item], Options(as_of=DAY))
    return tuple(finding.code for finding in verdict.findings if finding.status == "violation")
