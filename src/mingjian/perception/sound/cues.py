"""Words with their time, joined to a text in which a sentence that runs over several cues is one sentence."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mingjian.core.model import Place
from mingjian.perception.model import Box, Reading

PAUSE = 1.5
"""Seconds without words after which a new line of the text begins."""
LONG = 40
"""Characters without a stop after which a cue that sounds like an end, or a beginning, is believed."""
BESIDE = 64
"""Cues before the end of another among which its translation is looked for."""
_STOP = re.compile(r"[。!?!?;;…]['\"”’)》】]*$")
_ENDS = re.compile(r"[了吧呢吗啊哦呀啦哈哟]$")
_BEGINS = re.compile(
    r"大家好|今天|但是|不过|所以|然后|那么|首先|其次|另外|最后|如果|因为|其实|而且|第[一二三四五]|接下来|我们|你们|很多"
)
_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Cue:
    """Words said or shown from ``start`` to ``end`` seconds; ``box`` in pixels of the picture when they were seen."""

    text: str
    start: float
    end: float
    box: Box | None = None
    score: float = 1.0


def joined(cues: Iterable[Cue], role: str) -> list[Reading]:
    """One Reading for each language: subtitles in two languages would otherwise cut each other's sentences.

    Nothing stands between the cues of a sentence (a space between Latin words); a line break after a pause. Places
    cover the text, the break belonging to the cue before it.
    """
    kept = _spoken([cue for cue in cues if cue.text.strip()])
    chinese = [cue for cue in kept if _CHINESE.search(cue.text)]
    starts = [cue.start for cue in chinese]
    # Without Chinese beside them, numbers and Latin words are the text; with it, only whole foreign lines are apart.
    streams: tuple[list[Cue], list[Cue]] = ([], [])
    for cue in kept:
        until = bisect_left(starts, cue.end)
        near = chinese[max(0, until - BESIDE) : until]
        streams[not _CHINESE.search(cue.text) and _beside(cue, near)].append(cue)
    return [_reading(stream, role) for stream in streams if stream]


def _spoken(cues: list[Cue]) -> list[Cue]:
    """Line by line, in time; a line that a rolling caption shows on is one line."""
    lines: list[Cue] = []
    for cue in sorted(cues, key=lambda each: (each.start, each.end)):
        for line in cue.text.splitlines():
            text = line.strip()
            again = next((at for at in range(-1, -min(3, len(lines)) - 1, -1) if _is_again(lines[at], text, cue)), None)
            if again is not None:
                lines[again] = replace(lines[again], end=max(lines[again].end, cue.end))
            elif text:
                lines.append(replace(cue, text=text))
    return lines


def _is_again(old: Cue, text: str, cue: Cue) -> bool:
    return old.text == text and cue.start - old.end < 0.2


def _beside(cue: Cue, others: Sequence[Cue]) -> bool:
    """Whether another cue is there at the same time for the greater part."""
    return any(min(cue.end, other.end) - max(cue.start, other.start) > 0.5 * (cue.end - cue.start) for other in others)


def _reading(cues: Sequence[Cue], role: str) -> Reading:
    text, since = "", 0
    places: list[Place] = []
    for index, cue in enumerate(cues):
        between = _between(cues[index - 1], cue, since) if index else ""
        if between:
            last = places[-1]
            places[-1] = Place(last.start, last.end + len(between), box=last.box, time=last.time)
        since = 0 if between == "\n" or (index and _STOP.search(cues[index - 1].text)) else since
        text += between
        places.append(Place(len(text), len(text) + len(cue.text), box=cue.box, time=(cue.start, cue.end)))
        text += cue.text
        since += len(cue.text)
    weight = sum(len(cue.text) for cue in cues)
    return Reading(text, role, tuple(places), sum(cue.score * len(cue.text) for cue in cues) / weight)


def _between(one: Cue, other: Cue, since: int) -> str:
    if other.start - one.end >= PAUSE:
        return "\n"
    if since >= LONG and (_ENDS.search(one.text) or _BEGINS.match(other.text)):
        return "\n"
    before, after = one.text[-1], other.text[0]
    return " " if before.isascii() and before != "-" and after.isascii() and after.isalnum() else ""
