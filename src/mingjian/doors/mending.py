"""Mending an item until nothing more can be mended: what the command line, the API and writing agents share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mingjian.core.engine.check import Engine
from mingjian.core.engine.options import Options
from mingjian.core.model import Finding, Item, Verdict
from mingjian.core.report import rewrite as mending
from mingjian.core.report.json_ import finding_dict
from mingjian.core.report.model import ordered

PASSES = 4  # mending may bring words together that make a new finding
COUNTED = ("violation", "needs_evidence")


@dataclass(frozen=True, slots=True)
class Mended:
    """An item before and after, how many findings were mended, and those of the verdict that are left."""

    before: Item
    after: Item
    count: int
    left: tuple[Finding, ...]

    @property
    def emptied(self) -> bool:
        """Whether mending has left no words at all."""
        return self.count > 0 and not any(part.text.strip() for part in self.after.parts)

    def as_dict(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """For programs; ``item`` is the mended item as an object of the public schema."""
        pairs = enumerate(zip(self.before.parts, self.after.parts, strict=True))
        edits = [
            {"part": part, "before": old.text, "after": new.text} for part, (old, new) in pairs if old.text != new.text
        ]
        left = [finding_dict(finding, self.after) for finding in self.left]
        return {"item": item, "changed": self.count, "edits": edits, "left": left}


def mend(item: Item, engine: Engine, options: Options) -> Mended:
    """Mend an item. No fact is invented: words are replaced or deleted as the rules say, clauses deleted."""
    after, count = item, 0
    verdict: Verdict = engine.check([after], options)[0]
    for _ in range(PASSES):
        able = tuple(finding for finding in verdict.findings if certain(finding))
        texts = mending.apply_item(after, replace(verdict, findings=able))
        if not able or texts == tuple(part.text for part in after.parts):
            break
        count += len(able)
        parts = tuple(replace(part, text=text) for part, text in zip(after.parts, texts, strict=True))
        after = replace(after, parts=parts)
        verdict = engine.check([after], options)[0]
    left = tuple(finding for finding in ordered(verdict.findings) if finding.status in COUNTED)
    return Mended(item, after, count, left)


def certain(finding: Finding) -> bool:
    """Whether to mend it unasked. What only the classifier suspects is a person's to judge, unless its rule
    itself says what to write instead."""
    return mending.mendable(finding) and not (finding.words and finding.rewrite is None)
