"""What a trial on stored items found: which outcomes would be others, counted and with samples."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mingjian.records.policies.model import TrialFilter

SAMPLES = 20  # of each change

Change = tuple[str, str]
"""(outcome before, outcome after), as words: pass, queue, limit+queue …; of rules: verdict values."""


@dataclass(frozen=True, slots=True)
class Diff:
    """A trial so far. ``subject`` is the policy's id or what was tried of rules, ``digest`` names its text (empty of
    rules), ``against`` what it was compared with. ``changes`` counts every (before, after),
    also where they are equal; ``families`` counts the changed ones by the families of the findings that made the
    difference (the item's, where none did); ``codes`` by code, of rules only. ``samples`` are items of each change,
    the newest. ``cursor`` is where to go on; ``seen`` and ``skipped`` (their words were deleted) count items."""

    subject: str
    digest: str
    filter: TrialFilter
    limit: int
    against: str = ""
    seen: int = 0
    skipped: int = 0
    cursor: int | None = None
    done: bool = False
    changes: Mapping[Change, int] = field(default_factory=dict)
    families: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    codes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    samples: Mapping[Change, tuple[str, ...]] = field(default_factory=dict)

    @property
    def changed(self) -> int:
        """How many items would go another way."""
        return sum(count for (before, after), count in self.changes.items() if before != after)

    def to_json(self) -> dict[str, Any]:
        """As plain values: what is kept, and what a page sends back to go on."""
        return {
            "subject": self.subject, "digest": self.digest, "limit": self.limit, "against": self.against,
            "seen": self.seen, "skipped": self.skipped, "cursor": self.cursor, "done": self.done,
            "filter": {name: getattr(self.filter, name) for name in TrialFilter.__slots__},
            "changes": [[*change, count] for change, count in sorted(self.changes.items())],
            "families": [[*change, count] for change, count in sorted(self.families.items())],
            "codes": [[code, *counts] for code, counts in sorted(self.codes.items())],
            "samples": [[*change, list(items)] for change, items in sorted(self.samples.items())],
        }  # fmt: skip

    @classmethod
    def from_json(cls, body: bytes) -> Diff:
        """From the bytes of ``to_json``."""
        data = json.loads(body)
        plain = ("subject", "digest", "limit", "against", "seen", "skipped", "cursor", "done")
        return cls(
            **{name: data[name] for name in plain},
            filter=TrialFilter(**data["filter"]),
            changes={(before, after): count for before, after, count in data["changes"]},
            families={(family, before, after): count for family, before, after, count in data["families"]},
            codes={code: (before, after) for code, before, after in data["codes"]},
            samples={(before, after): tuple(items) for before, after, items in data["samples"]},
        )


@dataclass(slots=True)
class Tally:
    """A diff being counted."""

    changes: Counter[Change] = field(default_factory=Counter)
    families: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    codes_before: Counter[str] = field(default_factory=Counter)
    codes_after: Counter[str] = field(default_factory=Counter)
    samples: dict[Change, list[str]] = field(default_factory=dict)
    skipped: int = 0

    def add(self, item: str, before: str, after: str, families: set[str]) -> None:
        """Count one item."""
        self.changes[before, after] += 1
        if before != after:
            self.families.update((family, before, after) for family in families)
            self.sample((before, after), item)

    def sample(self, change: Change, item: str) -> None:
        """Name an item as one of a change."""
        self.samples.setdefault(change, []).append(item)

    def onto(self, diff: Diff, seen: int, cursor: int | None, done: bool) -> Diff:
        """The diff with this batch of ``seen`` items."""
        samples = dict(diff.samples)
        for change, items in self.samples.items():
            samples[change] = (*samples.get(change, ()), *items)[:SAMPLES]
        codes = dict(diff.codes)
        for code in self.codes_before.keys() | self.codes_after.keys():
            before, after = codes.get(code, (0, 0))
            codes[code] = (before + self.codes_before[code], after + self.codes_after[code])
        return replace(
            diff,
            seen=diff.seen + seen,
            skipped=diff.skipped + self.skipped,
            cursor=cursor,
            done=done,
            changes=dict(Counter(diff.changes) + self.changes),
            families=dict(Counter(diff.families) + self.families),
            codes=codes,
            samples=samples,
        )
