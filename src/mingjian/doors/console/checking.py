"""An item judged on the spot, for the check page: nothing of it is kept anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mingjian.core.engine.check import Engine
from mingjian.core.engine.options import Options
from mingjian.core.model import Finding as Found
from mingjian.core.model import Item, Verdict
from mingjian.core.report import rewrite as mending
from mingjian.core.report.json_ import finding_dict
from mingjian.core.report.model import ordered
from mingjian.core.report.spans import Run, runs
from mingjian.doors.console.law import Cited, law_of
from mingjian.doors.console.reading import Box, Finding, Piece, Stretch
from mingjian.doors.mending import Mended, certain, mend
from mingjian.intake import UNREAD_FACT


@dataclass(frozen=True, slots=True)
class Fix:
    """One finding mended: characters ``start`` to ``end`` of its part, which read ``before``, become ``after``."""

    start: int
    end: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Page:
    """A picture of the file (``number`` from 1) with the boxes of the findings on it."""

    number: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check page shows of one item. ``fixes`` are by the number of the finding; ``unread`` is what of it
    could not be read; ``mended`` the whole of it rewritten."""

    item: Item
    verdict: Verdict
    pieces: tuple[Piece, ...]
    findings: tuple[Finding, ...]
    fixes: dict[int, Fix]
    law: tuple[Cited, ...]
    pages: tuple[Page, ...]
    times: tuple[Stretch, ...]
    unread: tuple[str, ...]
    mended: Mended

    @property
    def rewritten(self) -> str:
        """The words of the item after mending, part by part."""
        return "\n\n".join(part.text for part in self.mended.after.parts if part.text.strip())


def check_items(engine: Engine, items: Sequence[Item], as_of: date) -> list[Checked]:
    """Judge items by the law of a day."""
    options = Options(as_of=as_of, force_as_of=True)
    return [
        _checked(item, verdict, mend(item, engine, options))
        for item, verdict in zip(items, engine.check(items, options), strict=True)
    ]


def _checked(item: Item, verdict: Verdict, mended: Mended) -> Checked:
    found = ordered(verdict.findings)
    data = [finding_dict(finding, item) for finding in found]
    numbered = tuple(
        Finding(
            number,
            one,
            min((place["time"][0] for place in one.get("places", ()) if place.get("time")), default=None),
            bool(one.get("places")),
        )
        for number, one in enumerate(data, 1)
    )
    pieces = tuple(
        Piece(part.role, _cut(part.text, at, found), bool(part.places)) for at, part in enumerate(item.parts)
    )
    fixes = {
        number: fix
        for number, finding in enumerate(found, 1)
        if certain(finding) and (fix := _fix(item.parts[finding.part].text, finding)) is not None
    }
    unread = item.facts.get(UNREAD_FACT)
    return Checked(
        item,
        verdict,
        pieces,
        numbered,
        fixes,
        law_of(numbered, verdict.as_of.isoformat()),
        _pages(numbered),
        _times(numbered),
        tuple(map(str, unread)) if isinstance(unread, list | tuple) else (),
        mended,
    )


def _cut(text: str, part: int, found: Sequence[Found]) -> tuple[Run, ...]:
    here = [number for number, one in enumerate(found, 1) if one.part == part and one.end > one.start]
    spans = [(found[number - 1].start, found[number - 1].end) for number in here]
    return tuple(
        Run(run.text, tuple(here[at] for at in run.findings), run.hidden, run.skipped) for run in runs(text, spans)
    )


def _fix(text: str, finding: Found) -> Fix | None:
    """Mending this finding alone, as the one stretch of the text that it changes."""
    after = mending.apply(text, [finding])
    if after == text:
        return None
    start, most = 0, min(len(text), len(after))
    while start < most and text[start] == after[start]:
        start += 1
    tail = 0
    while tail < most - start and text[-1 - tail] == after[-1 - tail]:
        tail += 1
    end = len(text) - tail
    return Fix(start, end, text[start:end], after[start : len(after) - tail])


def _pages(findings: Sequence[Finding]) -> tuple[Page, ...]:
    boxes: dict[int, list[Box]] = {}
    for finding in findings:
        for place in finding.data.get("places", ()):
            if place.get("box") and not place.get("time") and place.get("picture") is None:
                severity = str(finding.data["severity"])
                boxes.setdefault(place.get("page") or 1, []).append(Box(finding.number, severity, *place["box"]))
    for those in boxes.values():
        those.sort(key=lambda box: -box.width * box.height)  # those inside another lie above it
    return tuple(Page(number, tuple(boxes[number])) for number in sorted(boxes))


def _times(findings: Sequence[Finding]) -> tuple[Stretch, ...]:
    found = [
        Stretch(finding.number, str(finding.data["severity"]), str(finding.data["title"]), *place["time"])
        for finding in findings
        for place in finding.data.get("places", ())
        if place.get("time")
    ]
    return tuple(sorted(found, key=lambda one: one.first))
