"""One huge item, cut into slices that are judged one after the other, so that memory does not grow with it.

A text of several hundred thousand characters is no post but many of them behind one another: each slice has its
own nature. What the law wants said somewhere in the item may stand in any slice; what is found once an item is
told once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from mingjian.core.engine.decide import verdict_value
from mingjian.core.model.item import Item, Part
from mingjian.core.model.verdict import Domain, Evidence, Finding, Nature, Verdict

HUGE = 1 << 18  # characters: above this an item is cut
SLICE = 1 << 16
BACK = 1 << 12  # how far back from the limit a good place to cut is looked for
STOPS = ("\n\n", "\n", "。", "!", "！", "?", "？", ";", "；", ",", "，")  # the best place first


class Piece(NamedTuple):
    """Characters of part ``part`` from ``start``."""

    part: int
    start: int
    text: str


def is_huge(item: Item) -> bool:
    """Whether the item is judged in slices."""
    return sum(len(part.text) for part in item.parts) > HUGE


def slices(item: Item) -> Iterator[tuple[Item, list[Piece]]]:
    """Items of about SLICE characters, with what they are made of. Every character is in exactly one."""
    held: list[Piece] = []
    size = 0
    for number, part in enumerate(item.parts):
        for start, text in _cut(part.text):
            if held and size + len(text) > SLICE:
                yield _slice(item, held), held
                held, size = [], 0
            held.append(Piece(number, start, text))
            size += len(text)
    if held:
        yield _slice(item, held), held


def _cut(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    while len(text) - start > SLICE:
        end = _stop(text, start + SLICE)
        yield start, text[start:end]
        start = end
    yield start, text[start:]


def _stop(text: str, limit: int) -> int:
    for stop in STOPS:
        at = text.rfind(stop, limit - BACK, limit)
        if at >= 0:
            return at + len(stop)
    return limit


def _slice(item: Item, pieces: Sequence[Piece]) -> Item:
    parts = tuple(Part(piece.text, item.parts[piece.part].role) for piece in pieces)
    facts = {name: value for name, value in item.facts.items() if name != "unread"}
    return replace(item, parts=parts, facts=facts)


def merged(
    item: Item,
    judged: Iterable[tuple[Verdict, Sequence[Piece]]],
    once: Collection[str],
    present: Collection[str],
) -> Verdict:
    """The verdict of the item from those of its slices.

    ``once``: codes told once an item; ``present``: codes of rules that miss something which some slice has, known
    when the last slice has been judged.
    """
    findings: list[Finding] = []
    natures: list[Nature] = []
    told: set[str] = set()
    domains: list[Domain] = []
    for verdict, pieces in judged:
        domains.append(verdict.domain)
        natures.append(_nature_at_home(verdict.nature, pieces))
        for finding in verdict.findings:
            if finding.code in told:
                continue
            if finding.code in once:
                told.add(finding.code)
            findings.append(_at_home(finding, pieces[finding.part]))
    findings = [finding for finding in findings if finding.code not in present]
    unread = tuple(str(note) for note in item.facts.get("unread") or ())
    value = verdict_value(findings, unread)
    return replace(
        verdict, value=value, nature=_most(natures), domain=Counter(domains).most_common(1)[0][0],
        findings=tuple(findings), notes=unread,
    )  # fmt: skip


def _at_home(finding: Finding, piece: Piece) -> Finding:
    low, high = finding.sentence
    return replace(
        finding, part=piece.part, start=finding.start + piece.start, end=finding.end + piece.start,
        sentence=(low + piece.start, high + piece.start),
    )  # fmt: skip


def _nature_at_home(nature: Nature, pieces: Sequence[Piece]) -> Nature:
    def home(evidence: Evidence) -> Evidence:
        piece = pieces[evidence.part]
        moved = evidence.start + piece.start, evidence.end + piece.start
        return replace(evidence, part=piece.part, start=moved[0], end=moved[1])

    return replace(nature, evidence=tuple(map(home, nature.evidence))) if nature.evidence else nature


def _most(natures: Sequence[Nature]) -> Nature:
    """An advertisement if any slice is one on evidence; otherwise what most slices are."""
    promoting = [n for n in natures if n.value == "advertisement" and n.source in ("marks", "claims", "stated")]
    if promoting:
        return max(promoting, key=lambda nature: len(nature.evidence))
    likeliest = Counter(nature.value for nature in natures).most_common(1)[0][0]
    return next(nature for nature in natures if nature.value == likeliest)
