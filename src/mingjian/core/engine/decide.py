"""From candidates to findings and a verdict: the only place where a verdict is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mingjian.core.engine.compile import Compiled
from mingjian.core.engine.gates import Setting
from mingjian.core.engine.passage import Passage
from mingjian.core.model.item import Item
from mingjian.core.model.law import Citation
from mingjian.core.model.rule import CONFIDENCES, SEVERITIES, Rule
from mingjian.core.model.verdict import VERDICT_VALUES, Finding
from mingjian.core.text.views import Batch


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rule's words found at a place (folded offsets); ``part`` counts from the item's first part. ``status`` and
    ``missing`` are those of one that has looked at the outside facts itself; ``reason`` goes into its message."""

    rule: Rule
    part: int
    start: int
    end: int
    passage: Passage
    disguise: str | None = None
    words: tuple[tuple[str, float], ...] = ()
    status: str | None = None
    missing: tuple[str, ...] = ()
    reason: str = ""


class Decider:
    """Turns candidates into findings under the law of a day."""

    def __init__(self, compiled: Compiled) -> None:
        self._lawbook = compiled.lawbook
        self._parallel = compiled.parallel
        # A memo of pure look-ups: (rule, day) → citations. Concurrent writers store the same value.
        self._cited: dict[tuple[str, date], tuple[Citation, ...]] = {}

    def citations(self, rule: Rule, as_of: date) -> tuple[Citation, ...]:
        """The rule's citations that are in force on the day."""
        key = (rule.code, as_of)
        if key not in self._cited:
            found = (self._lawbook.cite(ref, as_of) for ref in rule.cites)
            self._cited[key] = tuple(citation for citation in found if citation is not None)
        return self._cited[key]

    def parallel(self, rule: Rule, domain: str, as_of: date) -> tuple[Citation, ...]:
        """What else such a promotion usually breaks, apart from what the rule itself cites."""
        key = (f"{rule.code}|{domain}", as_of)
        if key not in self._cited:
            by_domain = self._parallel.get(rule.family, {})
            refs = dict.fromkeys((*by_domain.get("any", ()), *by_domain.get(domain, ())))
            found = (self._lawbook.cite(ref, as_of) for ref in refs if ref not in rule.cites)
            self._cited[key] = tuple(citation for citation in found if citation is not None)
        return self._cited[key]

    def findings(
        self, item: Item, first: int, candidates: Sequence[Candidate], batch: Batch, setting: Setting, as_of: date
    ) -> tuple[Finding, ...]:
        """Findings by place. A rule whose law was not in force on the day finds nothing."""
        findings = []
        for candidate in _one_a_breach(_without_overlaps(candidates)):
            citations = self.citations(candidate.rule, as_of)
            status, missing = _status(candidate.rule, item)
            if candidate.status is not None:
                status, missing = candidate.status, candidate.missing
            if citations and status is not None:
                beside = self.parallel(candidate.rule, setting.domain, as_of) if status == "violation" else ()
                findings.append(
                    _finding(candidate, first, item, batch, setting, (citations, beside), status, missing)
                )
        findings.sort(key=lambda f: (f.part, f.start, -SEVERITIES.index(f.severity), f.code))
        return tuple(_seen_once(findings, item) if any(part.places for part in item.parts) else findings)


def _without_overlaps(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Of one rule's overlapping places, the longest."""
    kept: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda c: (c.rule.code, c.part, c.start, -c.end)):
        last = kept[-1] if kept else None
        if last and last.rule is candidate.rule and last.part == candidate.part and candidate.start < last.end:
            if candidate.end - candidate.start > last.end - last.start:
                kept[-1] = candidate
            continue
        kept.append(candidate)
    return kept


def _one_a_breach(candidates: list[Candidate]) -> list[Candidate]:
    """Where several rules call overlapping words the same breach of the same provision, the surest speaks for
    all (of equally sure ones, that which shows most)."""
    breaches: dict[tuple[int, str, str, str], list[Candidate]] = {}
    for candidate in sorted(candidates, key=lambda c: c.start):
        rule = candidate.rule
        kept = breaches.setdefault((candidate.part, rule.family, rule.outcome, rule.cites[0]), [])
        if not kept or candidate.start >= kept[-1].end:
            kept.append(candidate)
        elif _weight(candidate) > _weight(kept[-1]):
            kept[-1] = candidate
    return [candidate for kept in breaches.values() for candidate in kept]


def _seen_once(findings: Sequence[Finding], item: Item) -> list[Finding]:
    """Without what was told already of the same words: a reader of media may give the same line in two parts."""
    kept: list[Finding] = []
    told: dict[tuple[str, str, str, str], set[tuple[object, object]]] = {}
    for finding in findings:
        seen = {
            (place.box, place.time)
            for place in item.parts[finding.part].places
            if place.start < finding.end and finding.start < place.end and place.box and place.time
        }
        before = told.setdefault((finding.role, finding.family, finding.status, finding.cites[0]), set())
        if not seen or not seen & before:
            kept.append(finding)
        before |= seen
    return kept


def _weight(candidate: Candidate) -> tuple[int, int]:
    return CONFIDENCES.index(candidate.rule.confidence), candidate.end - candidate.start


def _status(rule: Rule, item: Item) -> tuple[str | None, tuple[str, ...]]:
    """The finding's status given the outside facts: all vouched for → none; any denied → violation."""
    if not rule.needs:
        return rule.outcome, ()
    unknown = tuple(name for name in rule.needs if item.facts.get(name) is None)
    if any(item.facts.get(name) is not None and not item.facts[name] for name in rule.needs):
        return "violation", ()
    return ("needs_evidence", unknown) if unknown else (None, ())


def _finding(
    candidate: Candidate,
    first: int,
    item: Item,
    batch: Batch,
    setting: Setting,
    law: tuple[tuple[Citation, ...], tuple[Citation, ...]],
    status: str,
    missing: tuple[str, ...],
) -> Finding:
    rule, view = candidate.rule, batch.folded
    base = int(batch.starts[first + candidate.part])
    start, end = int(view.origin[candidate.start]) - base, int(view.ends[candidate.end - 1]) - base
    text = item.parts[candidate.part].text
    low = int(view.origin[candidate.passage.start]) - base
    high = min(int(view.ends[candidate.passage.end - 1]) - base, len(text))
    quote = text[start:end]
    return Finding(
        code=rule.code, name=rule.name, title=rule.title, family=rule.family, status=status,
        severity=rule.severity, confidence=rule.confidence, part=candidate.part,
        role=item.parts[candidate.part].role, start=start, end=end, quote=quote, sentence=(low, high),
        cites=tuple(citation.label for part in law for citation in part), citations=law[0], parallel=law[1],
        monitoring_code=rule.monitoring.get(setting.domain) or rule.monitoring.get("any"),
        message=rule.message.replace("{match}", quote).replace("{why}", candidate.reason), why=rule.why,
        suggestions=rule.suggest, rewrite=rule.rewrite, disguise=candidate.disguise, missing=missing,
        words=candidate.words,
    )  # fmt: skip


def verdict_value(findings: Sequence[Finding], unread: Sequence[str] = ()) -> str:
    """The worst status among the findings. What was left unread makes the rest undetermined, never clean."""
    values = [finding.status for finding in findings] + (["undetermined"] if unread else [])
    return max(values, key=VERDICT_VALUES.index, default="clean")
