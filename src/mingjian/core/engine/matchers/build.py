"""From the ``match`` of a rule file to a matcher over a vocabulary."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mingjian.core.credentials.kinds import kind_of
from mingjian.core.engine.matchers.absence import AbsenceMatcher
from mingjian.core.engine.matchers.anchors import LEXICON, is_lexicon, required_groups
from mingjian.core.engine.matchers.base import Matcher, WordSet
from mingjian.core.engine.matchers.claim import ClaimMatcher, Slot
from mingjian.core.engine.matchers.number import WRONG, NumberMatcher
from mingjian.core.engine.matchers.pattern import PatternMatcher
from mingjian.core.engine.matchers.term import TermMatcher
from mingjian.core.engine.vocabulary import Vocabulary
from mingjian.core.text.numbers import EXTRACTORS
from mingjian.core.text.views import normalise

REFERENCE = re.compile("<([a-z_]+)>")
PLACEHOLDER = re.compile(r"(?<!\?P)<([a-z_]+)>")  # not the name of a group
MAX_EXPANSION = 600


class UnknownLexicon(KeyError):
    """A rule names a lexicon that does not exist."""


def build_matcher(match: Mapping[str, Any], code: str, vocabulary: Vocabulary) -> Matcher:
    """The matcher of one rule. Its own words become nameless lexicons of the vocabulary.

    Raises UnknownLexicon or ValueError naming what is wrong.
    """
    builder = _Builder(code, vocabulary)
    return builder.build(match)


class _Builder:
    def __init__(self, code: str, vocabulary: Vocabulary) -> None:
        self.code = code
        self.vocabulary = vocabulary
        self.nameless = 0

    def build(self, match: Mapping[str, Any]) -> Matcher:
        kind = match["kind"]
        if kind == "term":
            words = self.word_set(match)
            near, without = self.optional_set(match.get("near")), self.optional_set(match.get("without"))
            masks = [words.mask]
            if near is not None and near.within != "item":
                masks.append(near.mask)
            return TermMatcher(words, near, without, tuple(masks))
        if kind == "claim":
            slots = tuple(self.slot(str(text)) for text in match["slots"])
            if sum(not slot.optional for slot in slots) > 4:
                raise ValueError("a claim has at most four required slots")
            masks = [slot.words.mask for slot in slots if slot.words is not None and not slot.optional]
            if not masks:
                raise ValueError("a claim needs at least one slot of words, not only extractors")
            return ClaimMatcher(
                slots, match.get("order", "any") == "given", int(match.get("gap", 12)),
                match.get("within") == "clause", self.optional_set(match.get("without")), tuple(masks),
            )  # fmt: skip
        if kind == "pattern":
            regex = _folded_regex(str(match["regex"]))
            without = self.optional_set(match.get("without"))
            return PatternMatcher(self.expand(regex), without, self.required(regex, match["anchors"]))
        if kind == "absence":
            when = self.build(match["when"])
            missing = match["missing"]
            listed = missing.get("lexicons") or missing.get("words")
            lacking = self.expand(_folded_regex(str(missing["regex"]))) if missing.get("regex") else None
            return AbsenceMatcher(when, self.word_set(missing) if listed else None, lacking, when.masks)
        if kind == "number":
            return self.number(match)
        raise ValueError(f"{kind} matches are made by the engine itself")

    def number(self, match: Mapping[str, Any]) -> NumberMatcher:
        """Numbers that are wrong, or what stands where a number should."""
        kinds = frozenset(kind_of(str(name)).name for name in match["numbers"])
        anchors = self.named_or_words([str(anchor) for anchor in match["anchors"]])
        wrong = frozenset(code for name in match["finds"] if name != "placeholder" for code in WRONG[name])
        instead = None
        if "placeholder" in match["finds"]:
            regex = _folded_regex(str(match["regex"]))
            instead = PatternMatcher(self.expand(regex), self.optional_set(match.get("without")), (anchors.mask,))
        return NumberMatcher(kinds, wrong, instead, self.optional_set(match.get("without")), (anchors.mask,))

    def lexicon(self, name: str) -> int:
        if name not in self.vocabulary.ids:
            raise UnknownLexicon(name)
        return self.vocabulary.ids[name]

    def words(self, words: list[str], anchors: bool = False) -> int:
        self.nameless += 1
        return self.vocabulary.add_words(f"{self.code}#{self.nameless}", words, anchors)

    def word_set(self, spec: Mapping[str, Any]) -> WordSet:
        lexicons = {self.lexicon(name) for name in spec.get("lexicons") or ()}
        if spec.get("words"):
            lexicons.add(self.words([str(word) for word in spec["words"]]))
        return WordSet(frozenset(lexicons), spec.get("within", "sentence"))

    def optional_set(self, spec: Mapping[str, Any] | None) -> WordSet | None:
        return self.word_set(spec) if spec else None

    def named_or_words(self, anchors: list[str]) -> WordSet:
        named = [m.group(1) for a in anchors if (m := REFERENCE.fullmatch(a))]
        plain = [a for a in anchors if not REFERENCE.fullmatch(a)]
        lexicons = {self.lexicon(name) for name in named}
        if plain:
            lexicons.add(self.words(plain, anchors=True))
        return WordSet(frozenset(lexicons))

    def required(self, regex: str, anchors: list[str]) -> tuple[int, ...]:
        """Masks of what the expression itself requires, or else of the anchors the rule names."""
        numbers: dict[str, int] = {}

        def private(found: re.Match[str]) -> str:
            return chr(LEXICON + numbers.setdefault(found.group(1), len(numbers)))

        groups = required_groups(PLACEHOLDER.sub(private, regex))
        names = {number: name for name, number in numbers.items()}
        masks = []
        for group in groups:
            named = {self.lexicon(names[ord(s) - LEXICON]) for s in group if is_lexicon(s)}
            plain = sorted(s for s in group if not is_lexicon(s))
            if any(any(LEXICON <= ord(char) < LEXICON + len(numbers) for char in s) for s in plain):
                continue
            if plain:
                named.add(self.words(plain, anchors=True))
            masks.append(WordSet(frozenset(named)).mask)
        return tuple(masks) or (self.named_or_words([str(anchor) for anchor in anchors]).mask,)

    def slot(self, text: str) -> Slot:
        optional = text.endswith("?")
        text = text.removesuffix("?")
        if text.startswith("@"):
            if text[1:] not in EXTRACTORS:
                raise ValueError(f"{text} is not an extractor ({', '.join(EXTRACTORS)})")
            return Slot(None, text[1:], optional)
        if text.startswith("="):
            return Slot(WordSet(frozenset([self.words(text[1:].split("|"))])), None, optional)
        return Slot(WordSet(frozenset(self.lexicon(name) for name in text.split("|"))), None, optional)

    def expand(self, regex: str) -> str:
        def terms(found: re.Match[str]) -> str:
            members = sorted(set(self.vocabulary.members[self.lexicon(found.group(1))]), key=lambda w: (-len(w), w))
            if len(members) > MAX_EXPANSION:
                raise ValueError(f"<{found.group(1)}> has {len(members)} words; a pattern may expand {MAX_EXPANSION}")
            return "(?:" + "|".join(map(re.escape, members)) + ")"

        # A group name (?P<m>…) is not a lexicon.
        return PLACEHOLDER.sub(terms, regex)


def _folded_regex(regex: str) -> str:
    """Chinese punctuation as it stands in folded text, so that a rule may be written either way."""
    return "".join(normalise(char) or char if ord(char) > 0x2E7F else char for char in regex)
