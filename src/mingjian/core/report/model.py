"""What a report is made of: verdicts beside their items, what could not be read, and the counts."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple, Protocol

from mingjian.core.model import OUTCOMES, SEVERITIES, VERDICT_VALUES, Finding, Item, Print, Shown, Verdict

_BREAK = re.compile(r"\r\n|\r|\n")
# In these an item is one row: its text has no lines of its own in the file.
ROW_SOURCES = (".jsonl", ".ndjson", ".csv", ".tsv", ".xlsx")
WORST_FIRST = tuple(reversed(SEVERITIES))
VERDICTS_WORST_FIRST = tuple(reversed(VERDICT_VALUES))


class IntakeError(Protocol):
    """Something that could not be read: any object with these attributes will do."""

    @property
    def path(self) -> str: ...
    @property
    def line(self) -> int | None: ...
    @property
    def field(self) -> str | None: ...
    @property
    def message(self) -> str: ...
    @property
    def hint(self) -> str | None: ...


def is_error(error: IntakeError) -> bool:
    """False for what only has to be known (its ``level`` is ``note``): nothing asked for was lost."""
    return getattr(error, "level", "error") != "note"


class Position(NamedTuple):
    """Where a reader finds the words: both numbers count from 1, in characters of the original."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Options:
    """How to print. ``lang`` is zh or en; ``title`` heads the page; ``every_item`` prints the nature of
    items without findings too (a single item always shows it)."""

    lang: str = "zh"
    title: str | None = None
    every_item: bool = False


@dataclass(frozen=True, slots=True)
class MediaView:
    """What the page may show of one item that was perceived. ``kind`` is picture, video, audio, subtitles or
    document; ``seconds`` is how long it runs, ``scenes`` the seconds at which a new scene begins."""

    kind: str
    seconds: float | None = None
    pictures: tuple[Shown, ...] = ()
    scenes: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over a report. Keys appear worst first, most frequent first for kinds; zeros are kept
    for the closed scales (verdict, status, severity) and left out for kinds and natures."""

    items: int
    findings: int
    errors: int
    verdicts: Mapping[str, int]
    statuses: Mapping[str, int]
    severities: Mapping[str, int]
    families: Mapping[str, int]
    natures: Mapping[str, int]


@dataclass(frozen=True)
class Report:
    """All that a renderer needs; the same report always renders to the same bytes. ``media`` is by item id and
    only the page shows it; places are told in every format without it. ``prints``, by item id too, are told in JSON
    and JSONL alone."""

    pairs: Sequence[tuple[Item, Verdict]]
    errors: Sequence[IntakeError] = ()
    rulebook: str = ""
    as_of: date | None = None
    options: Options = field(default_factory=Options)
    media: Mapping[str, MediaView] = field(default_factory=dict)
    prints: Mapping[str, Sequence[Print]] = field(default_factory=dict)

    @cached_property
    def summary(self) -> Summary:
        """The counts, made once."""
        return summarise(self.pairs, sum(map(is_error, self.errors)))

    @property
    def rulebook_version(self) -> str:
        """The version stated, or the one the verdicts carry."""
        return self.rulebook or (self.pairs[0][1].rulebook if self.pairs else "")

    @property
    def law_date(self) -> date | None:
        """The day whose law was applied: the one stated, or the one all verdicts share."""
        if self.as_of:
            return self.as_of
        days = {verdict.as_of for _, verdict in self.pairs}
        return days.pop() if len(days) == 1 else None


def summarise(pairs: Sequence[tuple[Item, Verdict]], errors: int = 0) -> Summary:
    """Count the verdicts and findings of ``pairs``."""
    verdicts: Counter[str] = Counter(v.value for _, v in pairs)
    natures: Counter[str] = Counter(v.nature.value for _, v in pairs)
    findings = [f for _, v in pairs for f in v.findings]
    statuses = Counter(f.status for f in findings)
    severities = Counter(f.severity for f in findings)
    families = Counter(f.family for f in findings)
    return Summary(
        items=len(pairs),
        findings=len(findings),
        errors=errors,
        verdicts={k: verdicts[k] for k in VERDICTS_WORST_FIRST},
        statuses={k: statuses[k] for k in OUTCOMES},
        severities={k: severities[k] for k in WORST_FIRST},
        families=dict(sorted(families.items(), key=lambda kv: (-kv[1], kv[0]))),
        natures=dict(sorted(natures.items(), key=lambda kv: (-kv[1], kv[0]))),
    )


def gravity(finding: Finding) -> tuple[int, int]:
    """Sort key, worst first: by severity, then by status."""
    return WORST_FIRST.index(finding.severity), OUTCOMES.index(finding.status)


def ordered(findings: Sequence[Finding]) -> list[Finding]:
    """Findings in reading order; at one place the gravest first."""
    return sorted(findings, key=lambda f: (f.part, f.start, gravity(f), f.end, f.code))


def source_of(item: Item) -> str:
    """What to call the item's origin: its file, or its id when it came from no file."""
    return item.source or item.id


def part_line(item: Item, part: int) -> int:
    """The line a part starts on: its own if intake recorded one, else the item's."""
    own = item.parts[part].line
    return item.line if own is None else own


def in_row(item: Item) -> bool:
    """Whether the item is one row of a table or one line of JSONL."""
    return (item.source or "").lower().endswith(ROW_SOURCES)


class Positions:
    """Finds positions in one item; each part's lines are counted once, so that many findings in a long text
    cost no more than the text. A line ends at LF, CRLF or a lone CR, as editors count; an item that is a
    row keeps the row's line, and the column counts from the start of the part."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self._starts: dict[int, list[int]] = {}

    def of(self, finding: Finding) -> Position:
        """Where the finding's words begin."""
        return self.at(finding.part, finding.start)

    def at(self, part: int, offset: int) -> Position:
        """Line and column of ``offset`` in ``part``."""
        first = part_line(self.item, part)
        if in_row(self.item):
            return Position(first, offset + 1)
        starts = self._starts.get(part)
        if starts is None:
            text = self.item.parts[part].text
            starts = self._starts[part] = [0, *(match.end() for match in _BREAK.finditer(text))]
        line = bisect_right(starts, offset) - 1
        return Position(first + line, offset - starts[line] + 1)


def position(item: Item, finding: Finding) -> Position:
    """Line and column of one finding; for many in one item keep a ``Positions``."""
    return Positions(item).of(finding)
