"""Two items side by side: the words that were compared, cut where common passages begin and end."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from mingjian.governance.reuse.words import texts_of_data
from mingjian.records.storage import contents
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import events_of

Span = Sequence[int]
"""Start and end here, start and end there, in characters."""


MOST = 4000
"""Characters of a passage up to which its differences are shown one by one."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a text. ``passage`` counts the common passages from 1; 0: this one's own words. ``differs``: words
    within a common passage that the other side has otherwise, or not at all."""

    text: str
    passage: int
    differs: bool = False


def texts_of_item(tx: Tx, item: str) -> Mapping[str, str]:
    """The words of a judged item by place (written, spoken), as they were compared; empty once it is erased."""
    reads = [str(event.body["read"]) for event in events_of(tx, item) if event.kind == "item.judged"]
    body = contents.get(tx, reads[-1]) if reads else None
    return dict(texts_of_data(json.loads(body))) if body is not None else {}


def side_by_side(here: str, there: str, spans: Sequence[Span]) -> tuple[list[Run], list[Run]]:
    """Both texts in runs. ``spans`` are the common passages, each as its places in both."""
    passages = [
        (number, here[span[0] : span[1]], there[span[2] : span[3]], span) for number, span in enumerate(spans, 1)
    ]
    inner = {number: _differences(one, other) for number, one, other, _ in passages}
    left = [(span[0], span[1], number, inner[number][0]) for number, _, _, span in passages]
    right = [(span[2], span[3], number, inner[number][1]) for number, _, _, span in passages]
    return _runs(here, left), _runs(there, right)


def _differences(one: str, other: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """A passage of either side in pieces, and whether each differs; blanks and line ends alone are no difference."""
    if one == other or max(len(one), len(other)) > MOST:
        return [(one, False)], [(other, False)]
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        for pieces, piece in ((left, one[a:b]), (right, other[c:d])):
            if piece:
                pieces.append((piece, tag != "equal" and not piece.isspace()))
    return left, right


def _runs(text: str, passages: Sequence[tuple[int, int, int, list[tuple[str, bool]]]]) -> list[Run]:
    runs: list[Run] = []
    at = 0
    for start, end, number, pieces in sorted(passages, key=lambda each: each[:3]):
        if start < at or end > len(text) or end <= start:
            continue  # passages of a text in another order may overlap on the other side: each word is shown once
        if start > at:
            runs.append(Run(text[at:start], 0))
        runs += [Run(piece, number, differs) for piece, differs in pieces]
        at = end
    if at < len(text):
        runs.append(Run(text[at:], 0))
    return runs
