"""The names of restricted items in a text: as the linter reads them, and in hiding."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from mingjian.core.engine.check import Engine
from mingjian.core.engine.scan import scan
from mingjian.core.engine.vocabulary import EXCEPT, PLAIN, SLANG
from mingjian.core.text.views import normalise
from mingjian.governance.live.judging.folded import Folded, fold
from mingjian.governance.live.judging.readings import Readings
from mingjian.governance.live.judging.settings import Settings

VERBS = "打做"  # a name is told apart in hiding without the verb before it
REMEMBERED = 4096  # texts: viewers write the same few over and over


class Named(NamedTuple):
    """An item named at ``start`` to ``end`` of the folded text. ``how`` hid it (``""``: nothing did); ``sure`` is false
    where the name is short, or one that only the catalogue of procedures knows."""

    start: int
    end: int
    item: str
    how: str
    sure: bool


class Names:
    """Finds names. Pure; may be shared between the rooms of a thread."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        compiled = engine.compiled
        self._lexemes, self._settings = compiled.lexemes, settings
        lexemes = compiled.lexemes
        self._lexicons = frozenset(lexemes.ids[name] for name in settings.lexicons if name in lexemes.ids)
        excepted = settings.excepted
        own = [word for lexicon in self._lexicons for word in lexemes.members[lexicon]]
        self._items = {normalise(word): item for word, item in settings.items.items()}
        self._of_code = {
            code: self._items[word] for word in self._items if (code := compiled.finder.code_of(word)) is not None
        }
        self._code_of = compiled.finder.code_of
        self._finder = compiled.finder
        self._sections = {
            one.code: one.words[0] for one in compiled.catalogue.procedures.values() if one.section in settings.sections
        }
        self._own = frozenset(own)
        slang = {
            lexemes.words[word]
            for entries in lexemes.entries
            for lexicon, word, kind, _ in entries
            if kind == SLANG and lexicon in self._lexicons
        }
        names = {*(word for word in own if word not in slang), *self._items}
        hideable = [word for word in names if word not in excepted and word[0] not in VERBS]
        self._readings = Readings(hideable, settings.splits, settings.radicals)
        for word in slang:  # the linter's slang is spelled out: it stands for the name it is laid along
            read = self._readings.find(fold(word)) if word not in self._items else []
            if read and read[0].how and read[0].end - read[0].start == len(word):
                self._items[word] = self.item_of(read[0].name)
        self.find = lru_cache(REMEMBERED)(self._find)

    def item_of(self, word: str) -> str:
        """The item that a folded word names."""
        item = self._items.get(word)
        if item is not None:
            return item
        code = self._code_of(word)
        return word if code is None else self._of_code.get(code) or self._sections.get(code) or word

    def _find(self, text: str) -> tuple[Folded, tuple[Named, ...]]:
        """The folded text and the names in it, without overlap, by start."""
        folded = fold(text)
        found = [*self._scanned(text, folded), *self._hidden(folded), *self._catalogued(folded)]
        # The longest reading of a place counts; of equally long ones the plainest, and the surest.
        found.sort(key=lambda one: (_length(folded, one), bool(one.how), not one.sure, one.start))
        kept: list[Named] = []
        for named in found:
            if not any(named.start < other.end and other.start < named.end for other in kept):
                kept.append(named)
        return folded, tuple(sorted(kept))

    def _scanned(self, text: str, folded: Folded) -> Iterator[Named]:
        """As the linter reads them, slang and changed spellings too: what bears them out here is what they join to."""
        lexemes = self._lexemes
        seen = scan(lexemes, [text])
        places = {origin: at for at, origin in reversed(list(enumerate(folded.origin)))}
        spans = [(hit.start, hit.end, hit.word, hit.disguise) for hit in seen.hits(0) if hit.lexicon in self._lexicons]
        excepted = seen.excepted(seen.found)
        for start, end, pattern in seen.found:
            for lexicon, word, kind, disguise in lexemes.entries[pattern]:
                if lexicon not in self._lexicons or kind in (PLAIN, EXCEPT) or not seen.edges_hold(start, end, pattern):
                    continue
                if not any(low <= start and end <= high for low, high in excepted.get(lexicon, ())):
                    spans.append((start, end, word, disguise))
        origin = seen.batch.folded.origin
        for start, end, number, disguise in spans:
            name = lexemes.words[number]
            low = places.get(int(origin[start]))
            high = places.get(int(origin[end - 1]))
            if name in self._settings.excepted or (disguise and name[0] in VERBS) or low is None or high is None:
                continue
            if disguise and self._is_ordinary(folded.text, low, high + 1):
                continue
            yield Named(low, high + 1, self.item_of(name), disguise or "", len(name) > 2)

    def _hidden(self, folded: Folded) -> Iterator[Named]:
        for start, end, name, how in self._readings.find(folded):
            if not (how == "sound" and self._is_ordinary(folded.text, start, end)):
                yield Named(start, end, self.item_of(name), how, name in self._own or name in self._items)

    def _catalogued(self, folded: Folded) -> Iterator[Named]:
        for start, end, code in self._finder.find(folded.text):
            word = folded.text[start:end]
            if code in self._sections and word not in self._settings.excepted and word not in self._own:
                yield Named(start, end, self.item_of(word), "", False)

    def _is_ordinary(self, text: str, start: int, end: int) -> bool:
        """Whether a sound-alike is but a piece of what everybody says."""
        return any(
            match.start() < end and start < match.end()
            for pattern in self._settings.ordinary
            for match in pattern.finditer(text)
        )


def _length(folded: Folded, named: Named) -> int:
    """How long a name is, the longest first; the verb that it may begin with makes it no longer."""
    return int(folded.text[named.start] in VERBS) + named.start - named.end
