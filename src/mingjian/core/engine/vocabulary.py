"""Every word the rulebook knows, compiled into automata: one for words as written, one for words as heard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import daachorse
import numpy as np

from mingjian.core.rulebook.lexicon import Lexicon, Term
from mingjian.core.text.spelling import spellings
from mingjian.core.text.views import normalise, sounds_of

if TYPE_CHECKING:  # importing it costs a cold start 20 ms
    import numpy.typing as npt

PLAIN, SLANG, SPELLED, EXCEPT, ANCHOR = range(5)
MIN_SOUND = 3  # two-character sound-alikes hit ordinary text 862 times per 10,000 characters


# Words of the field that any talk of illness holds too: they bear a disguise out only as words of trade do.
WEAK = frozenset((
    "institution_word", "disease", "disease_infectious", "disease_serious", "drug_prescription", "drug_tcm_otc",
    "effect_medical",
))  # fmt: skip
# What medical content speaks of, besides the words that name a domain: a text without any of these is about
# something else, whatever it promises.
TOPIC = frozenset((
    "body_part", "symptom", "organ", "ailment", "anxiety", "flaw", "cure_rate_word", "remedy", "title_physician",
    "title_puffed", "looks", "health_topic", "safety_claim", "unqualified_word", "diagnosis_word", "testimonial",
    "org_state", "org_military",
))  # fmt: skip
# Words of selling: two of them near make a disguised name believable where no word of the field stands.
TRADE = WEAK | frozenset((
    "booking", "contact_wechat", "contact_invite", "contact_qr", "discount", "lure_price", "urgency", "gift", "loan",
    "purchase_link", "price_word", "unit_of_use", "recruit_model", "live_steer",
))  # fmt: skip


class Entry(NamedTuple):
    """One meaning of a pattern: ``word`` is the index of the word it stands for."""

    lexicon: int
    word: int
    kind: int
    disguise: str | None


@dataclass
class Vocabulary:
    """Words by class. ``names[i]`` is lexicon i; ``words[j]`` the folded word j, ``terms[j]`` its term."""

    names: list[str] = field(default_factory=list)
    domains: list[str | None] = field(default_factory=list)
    is_field: list[bool] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    patterns: dict[str, list[Entry]] = field(default_factory=dict)
    sounds: dict[str, list[Entry]] = field(default_factory=dict)
    pairs: dict[int, list[Entry]] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    members: list[list[str]] = field(default_factory=list)

    def add_lexicon(self, lexicon: Lexicon) -> int:
        """Add a lexicon's words and the disguises of those that people hide."""
        number = self._new(lexicon.name, lexicon.domain, lexicon.field)
        for term in lexicon.terms:
            self._add_term(number, term)
        return number

    def add_words(self, name: str, words: Iterable[str], anchors: bool = False) -> int:
        """Add the nameless class of words that a rule lists itself. ``anchors`` only tell where to try a rule."""
        number = self._new(name, None, False)
        kind = ANCHOR if anchors else PLAIN
        for text in words:
            self._add(normalise(text), Entry(number, self._word(number, text), kind, None))
        return number

    def _new(self, name: str, domain: str | None, is_field: bool) -> int:
        if name in self.ids:
            return self.ids[name]
        self.ids[name] = len(self.names)
        self.names.append(name)
        self.domains.append(domain)
        self.is_field.append(is_field)
        self.members.append([])
        return len(self.names) - 1

    def _word(self, lexicon: int, text: str) -> int:
        folded = normalise(text)
        self.words.append(folded)
        self.members[lexicon].append(folded)
        return len(self.words) - 1

    def _add(self, pattern: str, entry: Entry) -> None:
        if pattern:
            entries = self.patterns.setdefault(pattern, [])
            # The same spelling may come from several words of a class: the plainest reading wins.
            if not any(e.lexicon == entry.lexicon and e.kind <= entry.kind for e in entries):
                entries.append(entry)

    def _add_term(self, lexicon: int, term: Term) -> None:
        for text in (term.text, *term.aliases):
            word = self._word(lexicon, text)
            self._add(normalise(text), Entry(lexicon, word, PLAIN, None))
            if term.variants:
                self._add_disguises(lexicon, word)
        for text in term.slang:
            word = self._word(lexicon, text)
            self._add(normalise(text), Entry(lexicon, word, SLANG, "slang"))
        for text in term.excepts:
            self._add(normalise(text), Entry(lexicon, len(self.words) - 1, EXCEPT, None))

    def _add_disguises(self, lexicon: int, word: int) -> None:
        folded = self.words[word]
        chinese = sum("一" <= char <= "鿿" for char in folded)
        if chinese < 2:
            return
        for spelling, disguise in spellings(folded):
            self._add(spelling, Entry(lexicon, word, SPELLED, disguise))
        if len(folded) == 2:
            key = ord(folded[0]) << 32 | ord(folded[1])
            self.pairs.setdefault(key, []).append(Entry(lexicon, word, SPELLED, "separated"))
        elif chinese >= MIN_SOUND:
            for sound in sounds_of(folded):
                self.sounds.setdefault(sound, []).append(Entry(lexicon, word, SPELLED, None))

    def freeze(self) -> Lexemes:
        """The automata, ready to search."""
        latin = [_latin_edges(pattern) for pattern in self.patterns]
        named = [
            sorted({e.lexicon for e in entries if e.kind == PLAIN and "#" not in self.names[e.lexicon]})
            for entries in self.patterns.values()
        ]
        meanings = [tuple(e for e in entries if e.kind != ANCHOR) for entries in self.patterns.values()]
        return Lexemes(
            names=tuple(self.names),
            domains=tuple(self.domains),
            is_field=tuple(self.is_field),
            is_context=tuple(f and name not in WEAK for f, name in zip(self.is_field, self.names, strict=True)),
            is_trade=tuple(name in TRADE for name in self.names),
            words=tuple(self.words),
            members=tuple(map(tuple, self.members)),
            ids=dict(self.ids),
            # Plain tuples: unlike named ones they drop out of the garbage collector's rounds.
            entries=tuple(tuple((e.lexicon, e.word, e.kind, e.disguise) for e in entries) for entries in meanings),
            latin=tuple(latin),
            simple=tuple(
                (entries[0].lexicon, entries[0].word)
                if len(entries) == 1 and entries[0].kind == PLAIN and not edges
                else None
                for entries, edges in zip(meanings, latin, strict=True)
            ),
            pattern_masks=tuple(
                sum(1 << e.lexicon for e in entries if e.kind in (PLAIN, ANCHOR))
                for entries in self.patterns.values()
            ),
            excepts={
                number: tuple(e.lexicon for e in entries if e.kind == EXCEPT)
                for number, entries in enumerate(self.patterns.values())
                if any(e.kind == EXCEPT for e in entries)
            },
            class_counts=np.array([len(classes) for classes in named], dtype=np.int64),
            class_starts=np.cumsum([0, *(len(classes) for classes in named)])[:-1].astype(np.int64),
            classes=np.array([lexicon for classes in named for lexicon in classes], dtype=np.int64),
            unsure=frozenset(
                number
                for number, entries in enumerate(self.patterns.values())
                if any(e.kind in (SLANG, SPELLED) for e in entries)
            ),
            written=_automaton(list(self.patterns)),
            sound_entries=tuple(map(tuple, self.sounds.values())),
            sounded=_automaton(list(self.sounds)),
            pairs={key: tuple(entries) for key, entries in self.pairs.items()},
            pair_keys=np.array(sorted(self.pairs), dtype=np.uint64),
        )


def _latin_edges(pattern: str) -> int:
    """Bit 1: must not follow a letter or digit; bit 2: must not be followed by one."""
    def edge(char: str) -> bool:
        return char.isascii() and char.isalpha()

    return edge(pattern[0]) | edge(pattern[-1]) << 1


def _automaton(patterns: list[str]) -> daachorse.CharwiseDoubleArrayAhoCorasick:
    return daachorse.CharwiseDoubleArrayAhoCorasick(patterns or ["\x00"])


@dataclass(frozen=True)
class Lexemes:
    """A frozen vocabulary. Safe to share between threads; pickles through the automata's own format.

    ``simple[p]`` is (lexicon, word) of a pattern with one plain meaning and no latin edges: the common case,
    which the scan takes by a shorter way. ``pattern_masks[p]``: bits of
    the lexicons whose words or anchors pattern p is. ``unsure``: patterns that are slang or a changed spelling.
    ``excepts[p]``: lexicons whose words do not count inside pattern p.
    ``classes[class_starts[p] : class_starts[p] + class_counts[p]]``: the named lexicons pattern p is a word of.
    ``latin[p]``: see _latin_edges.
    """

    names: tuple[str, ...]
    domains: tuple[str | None, ...]
    is_field: tuple[bool, ...]
    is_context: tuple[bool, ...]
    is_trade: tuple[bool, ...]
    words: tuple[str, ...]
    members: tuple[tuple[str, ...], ...]
    ids: dict[str, int]
    entries: tuple[tuple[tuple[int, int, int, str | None], ...], ...]
    latin: tuple[int, ...]
    simple: tuple[tuple[int, int] | None, ...]
    pattern_masks: tuple[int, ...]
    unsure: frozenset[int]
    excepts: dict[int, tuple[int, ...]]
    class_counts: npt.NDArray[np.int64]
    class_starts: npt.NDArray[np.int64]
    classes: npt.NDArray[np.int64]
    written: daachorse.CharwiseDoubleArrayAhoCorasick
    sound_entries: tuple[tuple[Entry, ...], ...]
    sounded: daachorse.CharwiseDoubleArrayAhoCorasick
    pairs: dict[int, tuple[Entry, ...]]
    pair_keys: np.ndarray[tuple[int], np.dtype[np.uint64]]

    @cached_property
    def topic_mask(self) -> int:
        """Bits of the lexicons that make a text one of medicine, health or looks."""
        named = zip(self.names, self.domains, self.is_field, strict=True)
        return sum(1 << i for i, (name, domain, field) in enumerate(named) if domain or field or name in TOPIC)

    @cached_property
    def domain_mask(self) -> int:
        """Bits of the lexicons that speak for a domain."""
        return sum(1 << i for i, domain in enumerate(self.domains) if domain is not None)

    def __getstate__(self) -> dict[str, object]:
        state = dict(self.__dict__)
        state["written"] = self.written.serialize()
        state["sounded"] = self.sounded.serialize()
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name in ("written", "sounded"):
            state[name] = daachorse.CharwiseDoubleArrayAhoCorasick.deserialize(state[name])
        self.__dict__.update(state)
