"""Procedures named in an item, held against the publisher's licence. Costs nothing where no such fact is given."""

from __future__ import annotations

from collections.abc import Iterator

from mingjian.core.engine.active import Active
from mingjian.core.engine.compile import Compiled
from mingjian.core.engine.decide import Candidate
from mingjian.core.engine.gates import Setting, passes
from mingjian.core.engine.passage import Document
from mingjian.core.engine.silence import silenced
from mingjian.core.model.item import Item
from mingjian.core.model.rule import Rule
from mingjian.core.scope.finding import Named
from mingjian.core.scope.model import NO, UNDETERMINED
from mingjian.core.scope.stated import ASKED_FOR, Licence, stated_licence


def scope_candidates(
    compiled: Compiled, item: Item, documents: list[Document], setting: Setting, active: Active
) -> list[Candidate]:
    """A candidate for every procedure that is beyond the licence the facts tell of, once an item, at its first
    place where no silencer holds."""
    licence = stated_licence(compiled.catalogue, item.facts)
    if licence is None:
        return []
    rules = [compiled.rules[number] for number in compiled.scope_rules if active.wanted[number]]
    named = [list(_named(compiled, document)) for document in documents]
    made: list[Candidate] = []
    for rule in rules:
        made += _of_rule(compiled, rule, item, documents, named, licence, setting)
    refused = {_place(candidate) for candidate in made if candidate.status == "violation"}
    # What is refused for sure need not be asked about too.
    return [candidate for candidate in made if candidate.status == "violation" or _place(candidate) not in refused]


def _of_rule(
    compiled: Compiled, rule: Rule, item: Item, documents: list[Document], named: list[list[Named]],
    licence: Licence, setting: Setting,
) -> Iterator[Candidate]:  # fmt: skip
    beyond, told = str(rule.match["beyond"]), set[str]()
    for offset, (document, places) in enumerate(zip(documents, named, strict=True)):
        if not passes(rule, setting, item.parts[offset].role):
            continue
        for place in places:
            about = "" if beyond == "licence" else place.procedure  # one licence, one finding
            if about in told:
                continue
            step = licence.step(compiled.catalogue, compiled.catalogue.procedures[place.procedure], beyond)
            missing = tuple(ASKED_FOR[name] for name in step.missing if name in ASKED_FOR)
            asks = step.value == UNDETERMINED and missing and licence.known is not None
            if step.value != NO and not asks:
                continue
            passage = document.passage_at(place.start)
            if silenced(rule.silent_when, passage, place.start, place.end, compiled.silencers) is not None:
                continue
            told.add(about)
            disguise = document.scan.disguise_within(document.index, place.start, place.end)
            status = "violation" if step.value == NO else "needs_evidence"
            yield Candidate(
                rule, offset, place.start, place.end, passage, disguise,
                status=status, missing=() if step.value == NO else missing, reason=step.why,
            )  # fmt: skip


def _place(candidate: Candidate) -> tuple[int, int]:
    return candidate.part, candidate.start


def _named(compiled: Compiled, document: Document) -> Iterator[Named]:
    """The procedures one part names, in folded offsets of the batch: as written, and in a disguise that the scan
    believed."""
    finder, words = compiled.finder, compiled.lexemes.words
    text = document.text[document.start : document.end]
    found = [Named(n.start + document.start, n.end + document.start, n.procedure) for n in finder.find(text)]
    if document.index in document.scan.disguised:
        for hit in document.hits:
            if hit.disguise is not None and (code := finder.code_of(words[hit.word])) is not None:
                found.append(Named(hit.start, hit.end, code))
    return iter(sorted(found))
