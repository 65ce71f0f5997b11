"""Run the classifier over a scanned batch, and turn its scores into candidates of the rules that use it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mingjian.core.engine.classify import Model, Scores, probability
from mingjian.core.engine.compile import Compiled
from mingjian.core.engine.decide import Candidate
from mingjian.core.engine.gates import Setting, passes
from mingjian.core.engine.passage import Document, Passage
from mingjian.core.engine.scan import Scan
from mingjian.core.engine.silence import silenced
from mingjian.core.engine.vocabulary import Lexemes
from mingjian.core.model.rule import Rule

SHORT = 160  # a part of at most this many characters is also read as one unit
MIN_UNIT = 3
ANY = "any"  # the head that says a unit breaks something, whatever it is
AGREEMENT = {"high": 0.1, "medium": 0.25, "low": 0.4}  # chosen on the development cases; see docs/accuracy


@dataclass(frozen=True)
class Classified:
    """Probabilities of every unit (a sentence, or a short part as a whole) of a batch.

    ``units[k]`` are (start, end) folded offsets; ``of_text[i]`` the units of text i; the last of them is
    the whole part where the part is short.
    """

    model: Model
    units: list[tuple[int, int]]
    of_text: list[list[int]]
    families: Scores
    nature: Scores
    family_names: tuple[str, ...]
    nature_names: tuple[str, ...]
    scan: Scan

    def natures(self, documents: Sequence[Document]) -> dict[str, float] | None:
        """Mean probability of each lawful nature over an item's units, weighted by length; and under
        ``advertisement`` the chance that its likeliest unit breaks something, which is what only
        advertisements in the training texts do. None when there is nothing to read."""
        numbers = [unit for document in documents for unit in self.of_text[document.index]]
        if not numbers:
            return None
        weights = np.array([self.units[unit][1] - self.units[unit][0] for unit in numbers], dtype=np.float64)
        means = np.average(self.nature[numbers], axis=0, weights=np.sqrt(weights))
        scores = dict(zip(self.nature_names, means.tolist(), strict=True))
        scores["advertisement"] = float(self.families[numbers, self.family_names.index(ANY)].max())
        return scores

    def bears_out(self, document: Document, start: int, family: str) -> float:
        """How likely the unit around a place is a breach, of this family or at all."""
        columns = [self.family_names.index(name) for name in (ANY, family) if name in self.family_names]
        units = [u for u in self.of_text[document.index] if self.units[u][0] <= start <= self.units[u][1]]
        return float(self.families[np.ix_(units, columns)].max()) if units and columns else 1.0


def classify(model: Model, lexemes: Lexemes, found: Scan) -> Classified:
    """Score every unit of a batch at once."""
    units, of_text, masks = _units(found)
    total = model.score(
        found.batch.folded.array, [start for start, _ in units], [end for _, end in units]
    ) if units else np.zeros((0, len(model.heads)), dtype=np.float32)
    rows = {lexemes.ids[name]: weights for name, weights in model.lexicons.items() if name in lexemes.ids}
    for unit, present in enumerate(masks):
        known = [rows[lexicon] for lexicon in present if lexicon in rows]
        if known:
            total[unit] += np.sum(known, axis=0) / len(known) ** 0.5
    family, nature = model.columns("family"), model.columns("nature")
    exponent = np.exp(np.clip(total[:, list(nature.values())], -30, 30))
    return Classified(
        model=model,
        units=units,
        of_text=of_text,
        families=probability(total[:, list(family.values())]),
        nature=exponent / np.maximum(exponent.sum(axis=1, keepdims=True), 1e-9),
        family_names=tuple(family),
        nature_names=tuple(nature),
        scan=found,
    )


def _units(found: Scan) -> tuple[list[tuple[int, int]], list[list[int]], list[set[int]]]:
    units: list[tuple[int, int]] = []
    of_text: list[list[int]] = []
    masks: list[set[int]] = []
    sentence = 0
    for index, hits in enumerate(found.hits):
        low, high = found.bounds[index], found.bounds[index + 1]
        own: list[int] = []
        at, position = low, 0
        while sentence < len(found.sentence_ends) and found.sentence_ends[sentence] <= high:
            stop = found.sentence_ends[sentence]
            sentence += 1
            present = set()
            while position < len(hits) and hits[position].start < stop:
                present.add(hits[position].lexicon)
                position += 1
            if stop - 1 - at >= MIN_UNIT:
                own.append(len(units))
                units.append((at, stop - 1))
                masks.append(present)
            at = stop
        if len(own) > 1 and high - low <= SHORT:
            own.append(len(units))
            units.append((low, high - 1))
            masks.append({hit.lexicon for hit in hits})
        of_text.append(own)
    return units, of_text, masks


def classifier_findings(
    compiled: Compiled,
    classified: Classified,
    document: Document,
    offset: int,
    role: str,
    setting: Setting,
    wanted: Sequence[bool],
    already: Sequence[Candidate],
) -> list[Candidate]:
    """Candidates of classifier rules for one part, where no rule has found the same family already."""
    rules = [
        rule
        for number in compiled.classifier_rules
        if wanted[number] and passes(rule := compiled.rules[number], setting, role)
    ]
    if not rules:
        return []
    by_family: dict[str, Rule] = {}
    for rule in rules:
        by_family.setdefault(str(rule.match["family"]), rule)
    columns = {name: i for i, name in enumerate(classified.family_names) if name in by_family}
    candidates: list[Candidate] = []
    for unit in classified.of_text[document.index]:
        start, end = classified.units[unit]
        for family in _families(classified, unit, columns):
            rule = by_family[family]
            if any(_same(c, rule.family, offset, start, end) for c in (*already, *candidates)):
                continue
            candidate, core = _candidate(classified, document, offset, start, end, rule, family)
            if silenced(rule.silent_when, candidate.passage, *core) is None:
                candidates.append(candidate)
    return candidates


def borne_out(classified: Classified, document: Document, candidate: Candidate, source: str) -> bool:
    """Whether the classifier lets a rule's finding stand: the surer the rule, the less it has to agree.

    Only claims are weighed, which is what it was trained on; evidence still wanted and advice pass. Where the
    caller or plain marks say that the item is an advertisement, half as much will do.
    """
    rule = candidate.rule
    if rule.outcome != "violation" or rule.family not in classified.family_names:
        return True
    needed = AGREEMENT[rule.confidence] * (0.5 if source in ("stated", "marks") else 1.0)
    return classified.bears_out(document, candidate.start, rule.family) >= needed


def _families(classified: Classified, unit: int, columns: Mapping[str, int]) -> list[str]:
    """The families of a unit that surely breaks something: those past their own operating point, or else
    the likeliest. Whether anything is broken is one decision, with one operating point."""
    row, points = classified.families[unit], classified.model.thresholds
    if not columns or row[classified.family_names.index(ANY)] < points[f"family:{ANY}"]:
        return []
    sure = [name for name, column in columns.items() if row[column] >= points[f"family:{name}"]]
    return sure or [max(columns, key=lambda name: row[columns[name]])]


def _same(candidate: Candidate, family: str, part: int, start: int, end: int) -> bool:
    return (
        candidate.part == part and candidate.rule.family == family and candidate.rule.outcome == "violation"
        and candidate.start < end and candidate.end > start
    )  # fmt: skip


def _candidate(
    classified: Classified, document: Document, offset: int, start: int, end: int, rule: Rule, family: str
) -> tuple[Candidate, tuple[int, int]]:
    """Point at the clause that drove the decision, and name its words; also the place of the strongest."""
    passage = document.passage_at(start)
    if passage is None or passage.end < end:
        passage = Passage(document, start, end + 1, [], 0)
    column = classified.model.columns("family")[family]
    text = document.text
    pieces = classified.model.words(text, classified.scan.batch.folded.array, start, end, column)
    low, high = start, end
    if pieces:
        low, high = passage.clause(*pieces[0][:2])
        high = min(high, end)
    while low < high and text[low] in " \n,":
        low += 1
    words = tuple((text[a:b], round(weight, 3)) for a, b, weight in pieces)
    core = pieces[0][:2] if pieces else (low, high)
    return Candidate(rule, offset, low, high, passage, None, words), core
