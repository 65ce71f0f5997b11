"""Evidence of several channels that was joined before the check: whoever joined it froze in the item's facts where it
stands and why it counts; the rule says what it is in law. Costs nothing where no such fact is given.

The fact is a list of ``{"part", "start", "end", "quote", "why"}``: code points of that part's text, and the words that
must stand there, so that a fact that has come apart from its item finds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from mingjian.core.engine.active import Active
from mingjian.core.engine.compile import Compiled
from mingjian.core.engine.decide import Candidate
from mingjian.core.engine.gates import Setting, passes
from mingjian.core.engine.passage import Document
from mingjian.core.engine.silence import silenced
from mingjian.core.model.item import Item


def joined_candidates(
    compiled: Compiled, item: Item, first: int, documents: list[Document], setting: Setting, active: Active
) -> list[Candidate]:
    """A candidate for every place that a fact of joined evidence points to. ``first`` is the number of the item's first
    part in the scan."""
    made: list[Candidate] = []
    for number in compiled.joined_rules:
        rule = compiled.rules[number]
        if not active.wanted[number]:
            continue
        for part, start, end, why in _places(item, item.facts.get(str(rule.match["fact"]))):
            if not passes(rule, setting, item.parts[part].role):
                continue
            span = _folded(documents[part], first + part, start, end)
            if span is None:
                continue
            passage = documents[part].passage_at(span[0])
            if silenced(rule.silent_when, passage, *span, compiled.silencers) is None:
                disguise = documents[part].scan.disguise_within(documents[part].index, *span)
                made.append(Candidate(rule, part, *span, passage, disguise, reason=why))
    return made


def _places(item: Item, fact: Any) -> Iterator[tuple[int, int, int, str]]:
    """What a fact points to and what is still there."""
    for entry in fact if isinstance(fact, (list, tuple)) else ():
        if not isinstance(entry, Mapping):
            continue
        part, start, end, quote = entry.get("part"), entry.get("start"), entry.get("end"), entry.get("quote")
        if not (isinstance(part, int) and isinstance(start, int) and isinstance(end, int)):
            continue
        if not 0 <= part < len(item.parts):
            continue
        if 0 <= start < end and quote and item.parts[part].text[start:end] == quote:
            yield part, start, end, str(entry.get("why") or "")


def _folded(document: Document, text: int, start: int, end: int) -> tuple[int, int] | None:
    """Folded offsets of a span of the original text; None where all of it vanishes in folding."""
    batch = document.scan.batch
    base = int(batch.starts[text])
    low, high = (int(at) for at in np.searchsorted(batch.folded.origin, (base + start, base + end)))
    return (low, high) if low < high else None
