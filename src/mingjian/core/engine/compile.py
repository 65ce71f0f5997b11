"""Compile a rulebook's data into an engine's tables, once; the result pickles, so a door may cache it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mingjian.core.engine.anchored import anchor_masks
from mingjian.core.engine.classify import Model
from mingjian.core.engine.matchers import Matcher, WordSet, build_matcher
from mingjian.core.engine.matchers.absence import AbsenceMatcher
from mingjian.core.engine.matchers.build import UnknownLexicon
from mingjian.core.engine.nature import TEXT_CUES, NatureMarks
from mingjian.core.engine.silence import CUES
from mingjian.core.engine.tally import Ballot
from mingjian.core.engine.vocabulary import Lexemes, Vocabulary
from mingjian.core.model.item import DOMAINS
from mingjian.core.model.rule import Rule
from mingjian.core.model.scope import Catalogue
from mingjian.core.rulebook.errors import Problem, RulebookError
from mingjian.core.rulebook.lawbook import Lawbook
from mingjian.core.rulebook.load import Sources
from mingjian.core.scope.finding import Finder

# Lexicons of mere names. To name a poison, a prescription drug or a disease may be the breach itself.
NAMES = ("procedure_surgery", "procedure_skin", "procedure_dental", "product_filler", "product_energy")
# Matched by the engine itself, not by a matcher over words.
ENGINE_KINDS = ("item", "classifier", "procedure_scope", "joined")


@dataclass(frozen=True)
class Compiled:
    """What the engine runs on. ``masks[r]``: a sentence whose words meet not all three cannot match rule r;
    ``triggers[i]``: rules worth trying where a word of lexicon i stands."""

    rules: tuple[Rule, ...]
    matchers: tuple[Matcher | None, ...]
    masks: tuple[tuple[int, int, int], ...]
    triggers: tuple[tuple[int, ...], ...]
    item_rules: tuple[int, ...]
    absences: tuple[tuple[Rule, AbsenceMatcher], ...]
    classifier_rules: tuple[int, ...]
    scope_rules: tuple[int, ...]
    joined_rules: tuple[int, ...]
    domain_words: Mapping[str, WordSet]
    lexemes: Lexemes
    ballot: Ballot
    lawbook: Lawbook
    parallel: Mapping[str, Mapping[str, Sequence[str]]]
    marks: NatureMarks
    silencers: Mapping[str, int]
    names: WordSet
    model: Model | None
    catalogue: Catalogue
    finder: Finder
    version: str


def compile_rulebook(sources: Sources, model: Model | None, tolerated: list[Problem] | None = None) -> Compiled:
    """Raises RulebookError with every rule that names an unknown lexicon or cannot be built, unless the
    problems are ``tolerated``: then they are put there and the rules left out."""
    vocabulary = Vocabulary()
    for lexicon in sources.lexicons:
        vocabulary.add_lexicon(lexicon)
    live = [rule for rule in sources.rules if rule.status != "retired"]
    matchers: list[Matcher | None] = []
    problems: list[Problem] = [] if tolerated is None else tolerated
    for rule in live:
        matcher = None
        if rule.match["kind"] not in ENGINE_KINDS:
            try:
                matcher = build_matcher(rule.match, rule.code, vocabulary)
            except UnknownLexicon as error:
                problems.append(Problem(rule.path, "match", f"no lexicon is called {error.args[0]}"))
            except (ValueError, KeyError) as error:
                problems.append(Problem(rule.path, "match", str(error)))
        matchers.append(matcher)
    if problems and tolerated is None:
        raise RulebookError(problems)
    anchors = anchor_masks("nature", TEXT_CUES, vocabulary)
    silencers = anchor_masks("silence", CUES, vocabulary)
    lexemes = vocabulary.freeze()
    frequency = [sum(RARER ** -_telling(word) for word in words) for words in lexemes.members]
    marks = NatureMarks.of(lexemes, anchors)
    return Compiled(
        rules=tuple(live),
        matchers=tuple(matchers),
        masks=tuple(_three_masks(matcher, frequency) for matcher in matchers),
        triggers=_triggers(matchers, frequency),
        absences=tuple((rule, m) for rule, m in zip(live, matchers, strict=True) if isinstance(m, AbsenceMatcher)),
        item_rules=tuple(i for i, rule in enumerate(live) if rule.match["kind"] == "item"),
        classifier_rules=tuple(i for i, rule in enumerate(live) if rule.match["kind"] == "classifier"),
        scope_rules=tuple(i for i, rule in enumerate(live) if rule.match["kind"] == "procedure_scope"),
        joined_rules=tuple(i for i, rule in enumerate(live) if rule.match["kind"] == "joined"),
        domain_words={
            domain: WordSet(frozenset(i for i, own in enumerate(lexemes.domains) if own == domain))
            for domain in DOMAINS
        },
        lexemes=lexemes,
        ballot=Ballot.of(lexemes, marks.promotion),
        lawbook=Lawbook(sources.instruments),
        parallel=sources.parallel,
        marks=marks,
        silencers=silencers,
        names=WordSet(frozenset(i for i, name in enumerate(lexemes.names) if name.startswith(NAMES))),
        model=model,
        catalogue=sources.catalogue,
        finder=Finder(sources.catalogue),
        version=f"{sources.version}+{model.version}" if model else sources.version,
    )


def _three_masks(matcher: Matcher | None, frequency: Sequence[float]) -> tuple[int, int, int]:
    """The three masks that shut out most; -1, which meets everything, where there are fewer."""
    masks = sorted(matcher.masks, key=lambda mask: _expected(mask, frequency))[:3] if matcher is not None else []
    first, second, third = (*masks, -1, -1, -1)[:3]
    return first, second, third


def _triggers(matchers: Sequence[Matcher | None], frequency: Sequence[float]) -> tuple[tuple[int, ...], ...]:
    """Each rule is tried at the one required class whose words are met least."""
    table: list[list[int]] = [[] for _ in frequency]
    for number, matcher in enumerate(matchers):
        if matcher is None:
            continue
        rarest = min(matcher.masks, key=lambda mask: _expected(mask, frequency))
        for lexicon in _members(rarest):
            table[lexicon].append(number)
    return tuple(map(tuple, table))


def _expected(mask: int, frequency: Sequence[float]) -> float:
    return sum(frequency[lexicon] for lexicon in _members(mask))


def _members(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def _telling(word: str) -> float:
    """The length of a word, numerals counted half: 一次 and 3天 stand in every note."""
    return sum(0.5 if char in NUMERALS else 1.0 for char in word)


NUMERALS = frozenset("0123456789一二两三四五六七八九十半几个第")
RARER = 20.0  # how much rarer a word is for every character more, roughly
