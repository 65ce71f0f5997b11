"""The engine: items in, verdicts out. Pure; one engine may be shared by any number of threads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from mingjian.core.engine.active import Active
from mingjian.core.engine.classifying import Classified, borne_out, classifier_findings, classify
from mingjian.core.engine.compile import Compiled
from mingjian.core.engine.decide import Candidate, Decider, verdict_value
from mingjian.core.engine.domain import find_domain
from mingjian.core.engine.gates import DEPICTED, Setting, passes
from mingjian.core.engine.joining import joined_candidates
from mingjian.core.engine.nature import find_nature
from mingjian.core.engine.options import Options
from mingjian.core.engine.passage import Document
from mingjian.core.engine.scan import Scan, scan
from mingjian.core.engine.scoping import scope_candidates
from mingjian.core.engine.silence import silenced
from mingjian.core.engine.slices import Piece, is_huge, merged, slices
from mingjian.core.engine.tally import PROMOTION, tally
from mingjian.core.model.item import Item
from mingjian.core.model.rule import Rule
from mingjian.core.model.verdict import Verdict

BATCH_CHARACTERS = 1 << 16  # joined text of about this size keeps numpy busy and its arrays in cache
MAX_ACTIVE = 16  # ways of asking remembered


class Engine:
    """A compiled rulebook that judges items."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self._decider = Decider(compiled)
        model = compiled.model
        self._classes = model.lexicon_table(compiled.lexemes) if model is not None else None
        self._active: dict[tuple[object, ...], Active] = {}
        self._absences = {rule.code: matcher for rule, matcher in compiled.absences}

    @property
    def rulebook(self) -> str:
        """Version of the rulebook: the digest of its data and model."""
        return self.compiled.version

    def check(self, items: Iterable[Item], options: Options) -> list[Verdict]:
        """Verdicts in the order of the items."""
        active = self._active_for(options)
        verdicts: list[Verdict] = []
        batch: list[Item] = []
        size = 0
        for item in items:
            if is_huge(item):
                verdicts += self._check_batch(batch, options, active) if batch else []
                batch, size = [], 0
                verdicts.append(self._check_huge(item, options, active))
                continue
            batch.append(item)
            size += sum(len(part.text) + 1 for part in item.parts)
            if size >= BATCH_CHARACTERS:
                verdicts += self._check_batch(batch, options, active)
                batch, size = [], 0
        if batch:
            verdicts += self._check_batch(batch, options, active)
        return verdicts

    def _active_for(self, options: Options) -> Active:
        """Which rules take part: worked out once for each way of asking (pure, so threads may share it)."""
        key = (tuple(options.select), tuple(options.ignore), options.min_severity, options.preview)
        active = self._active.get(key)
        if active is None:
            if len(self._active) >= MAX_ACTIVE:
                self._active.clear()
            active = self._active[key] = Active(self.compiled, options)
        return active

    def _check_huge(self, item: Item, options: Options, active: Active) -> Verdict:
        """One item in slices: memory stays that of a slice, and of the findings."""
        missing = self._absences
        present: set[str] = set()

        def judged() -> Iterator[tuple[Verdict, list[Piece]]]:
            for piece, places in slices(item):
                found, verdicts = self._scanned([piece], options, active)
                for code, matcher in missing.items():
                    if code not in present and any(
                        matcher.present(Document(found, i)) for i in range(len(piece.parts))
                    ):
                        present.add(code)
                yield verdicts[0], places

        once = {self.compiled.rules[number].code for number in self.compiled.item_rules}
        return merged(item, judged(), once, present)

    def _check_batch(self, items: Sequence[Item], options: Options, active: Active) -> list[Verdict]:
        return self._scanned(items, options, active)[1]

    def _scanned(self, items: Sequence[Item], options: Options, active: Active) -> tuple[Scan, list[Verdict]]:
        texts = [part.text for item in items for part in item.parts] or [""]  # items may have no parts
        found = scan(self.compiled.lexemes, texts, options.disguises)
        model = self.compiled.model if options.classifier else None
        classified = classify(model, self._classes, found) if model is not None else None
        rows = tally(self.compiled.ballot, found)
        verdicts = []
        first = 0
        for item in items:
            documents = [Document(found, first + offset) for offset in range(len(item.parts))]
            verdicts.append(self._judge(item, first, documents, found, rows, classified, options, active))
            first += len(item.parts)
        return found, verdicts

    def _judge(
        self,
        item: Item,
        first: int,
        documents: list[Document],
        found: Scan,
        rows: list[list[int]],
        classified: Classified | None,
        options: Options,
        active: Active,
    ) -> Verdict:
        compiled = self.compiled
        as_of = self._day(item, options)
        for document in documents:
            document.day = as_of
        scores = classified.natures(documents) if classified is not None and documents else None
        votes = rows[documents[0].index] if len(documents) == 1 else _added(rows[d.index] for d in documents)
        nature = find_nature(item, documents, compiled.marks, found.batch, votes[PROMOTION], scores)
        domain = find_domain(votes[:PROMOTION], item.domain)
        topical = any(document.mask & compiled.lexemes.topic_mask for document in documents)
        setting = Setting.of(item, nature.value, domain.value, topical)
        # What only seems lawful is tried as an advertisement: a claim that stands is itself the mark of one.
        unsure = nature.source == "classifier" and nature.value != "advertisement"
        tried = setting._replace(nature="advertisement") if unsure else setting
        candidates = self._candidates(item, documents, tried, classified, nature.source, active)
        if unsure and any(c.rule.outcome == "violation" and _about_ads(c.rule) for c in candidates):
            nature, setting = replace(nature, value="advertisement", source="claims"), tried
        elif unsure:
            candidates = self._candidates(item, documents, setting, classified, nature.source, active)
        if compiled.scope_rules:
            candidates = candidates + scope_candidates(compiled, item, documents, setting, active)
        if item.facts and compiled.joined_rules:
            candidates = candidates + joined_candidates(compiled, item, first, documents, setting, active)
        findings = self._decider.findings(item, first, candidates, found.batch, setting, as_of)
        unread = tuple(str(note) for note in item.facts.get("unread") or ())
        return Verdict(
            id=item.id, value=verdict_value(findings, unread), nature=nature, domain=domain, findings=findings,
            rulebook=compiled.version, as_of=as_of, notes=unread,
        )  # fmt: skip

    def _candidates(
        self,
        item: Item,
        documents: list[Document],
        setting: Setting,
        classified: Classified | None,
        source: str,
        active: Active,
    ) -> list[Candidate]:
        candidates: list[Candidate] = []
        for offset, document in enumerate(documents):
            role = item.parts[offset].role
            found = self._by_rules(document, offset, role, setting, active)
            if classified is not None and role != DEPICTED:
                found = [c for c in found if borne_out(classified, document, c, source)]
                found += classifier_findings(
                    self.compiled, classified, document, offset, role, setting, active.wanted, found
                )
            candidates += found
        if len(documents) > 1:
            candidates = [c for c in candidates if not self._said_elsewhere(c, documents)]
        if source == "presumed":
            return candidates  # a presumption is no ground to ask for a certificate
        return candidates + self._by_item(item, documents, setting, active)

    def _said_elsewhere(self, candidate: Candidate, documents: list[Document]) -> bool:
        """What a rule misses in one part may stand in another."""
        matcher = self._absences.get(candidate.rule.code)
        return matcher is not None and any(matcher.present(document) for document in documents)

    def _day(self, item: Item, options: Options) -> date:
        return options.as_of if options.force_as_of or item.published_at is None else item.published_at

    def _by_rules(
        self, document: Document, offset: int, role: str, setting: Setting, active: Active
    ) -> list[Candidate]:
        triggers, trigger_mask = active.triggers(setting, role)
        if not document.mask & trigger_mask:
            return []
        candidates = []
        for sentence, mask in enumerate(document.masks):
            remaining = mask & trigger_mask
            possible: set[int] = set()
            while remaining:  # every lexicon of the sentence that triggers a rule
                lowest = remaining & -remaining
                remaining ^= lowest
                for number, first, second, third in triggers[lowest.bit_length() - 1]:
                    if first & mask and second & mask and third & mask:
                        possible.add(number)
            if not possible:
                continue
            passage = document.passage(sentence)
            for number in sorted(possible):
                rule, matcher = self.compiled.rules[number], self.compiled.matchers[number]
                assert matcher is not None
                for match in matcher.find(passage):
                    if silenced(rule.silent_when, passage, match.start, match.end, self.compiled.silencers) is None:
                        start, end, disguise, reason = match
                        candidates.append(Candidate(rule, offset, start, end, passage, disguise, reason=reason))
        return candidates

    def _by_item(self, item: Item, documents: list[Document], setting: Setting, active: Active) -> list[Candidate]:
        """Rules about the item as a whole: they point at the first word that speaks for its domain or nature."""
        compiled = self.compiled
        candidates = []
        for number in compiled.item_rules:
            rule = compiled.rules[number]
            if not active.wanted[number] or not passes(rule, setting, item.parts[0].role if item.parts else "body"):
                continue
            if rule.match.get("mark") == "nature":
                words = compiled.marks.promoting
            else:
                words = compiled.domain_words[setting.domain]
            place = next(
                (
                    (offset, passage, hit)
                    for offset, document in enumerate(documents)
                    for passage in document.meeting(words.mask)
                    for hit in passage.of(words)
                    if silenced(rule.silent_when, passage, hit.start, hit.end, compiled.silencers) is None
                ),
                None,
            )
            if place is not None:
                offset, passage, hit = place
                candidates.append(Candidate(rule, offset, hit.start, hit.end, passage, hit.disguise))
        return candidates


def _added(rows: Iterable[list[int]]) -> list[int]:
    total = [0] * (PROMOTION + 1)
    for row in rows:
        total = [a + b for a, b in zip(total, row, strict=True)]
    return total


def _about_ads(rule: Rule) -> bool:
    return "advertisement" in rule.applies.natures
