"""Votes of a whole batch at once: how much each text promotes, and which domains its words speak for.

Every note needs both, few need more, so they are counted with numpy over the raw matches. Texts that hold a
word which may not count (an excepted one, a latin word inside a longer one) are counted one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from mingjian.core.engine.scan import Scan
from mingjian.core.engine.vocabulary import EXCEPT, PLAIN, Lexemes
from mingjian.core.model.item import DOMAINS

if TYPE_CHECKING:  # importing it costs a cold start 20 ms
    import numpy.typing as npt

Counts: TypeAlias = "npt.NDArray[np.int64]"
PROMOTION = len(DOMAINS)  # the column after the domains


@dataclass(frozen=True)
class Ballot:
    """What each pattern votes for: ``column`` and ``weight`` of votes first[p] : first[p] + count[p], each for
    a ``word`` that counts once a text. ``touchy``: patterns whose vote, or veto, needs a closer look."""

    first: Counts
    count: Counts
    column: Counts
    weight: Counts
    word: Counts
    words: int
    touchy: npt.NDArray[np.bool_]
    of_lexicon: Mapping[int, tuple[tuple[int, int], ...]]

    @classmethod
    def of(cls, lexemes: Lexemes, promotion: Mapping[int, int]) -> Ballot:
        """``promotion``: lexicon → weight of one of its words."""
        of_lexicon: dict[int, tuple[tuple[int, int], ...]] = {}
        for lexicon, domain in enumerate(lexemes.domains):
            votes = [(DOMAINS.index(domain), 1)] if domain is not None else []
            votes += [(PROMOTION, promotion[lexicon])] if lexicon in promotion else []
            if votes:
                of_lexicon[lexicon] = tuple(votes)
        columns, weights, words, counts, touchy = [], [], [], [], []
        for pattern, entries in enumerate(lexemes.entries):
            voting = [(lexicon, word, kind) for lexicon, word, kind, _ in entries if lexicon in of_lexicon]
            touchy.append(
                any(kind == EXCEPT for *_, kind in voting) or bool(voting and lexemes.latin[pattern])
            )
            cast = [(c, w, word) for lexicon, word, kind in voting if kind == PLAIN for c, w in of_lexicon[lexicon]]
            counts.append(len(cast))
            columns += [c for c, _, _ in cast]
            weights += [w for _, w, _ in cast]
            words += [word for _, _, word in cast]
        return cls(
            first=np.cumsum([0, *counts])[:-1].astype(np.int64), count=np.array(counts, dtype=np.int64),
            column=np.array(columns, dtype=np.int64), weight=np.array(weights, dtype=np.int64),
            word=np.array(words, dtype=np.int64), words=len(lexemes.words),
            touchy=np.array(touchy, dtype=bool), of_lexicon=of_lexicon,
        )  # fmt: skip

    def look_closer(self, found: Scan, text: int) -> list[int]:
        """The votes of one text that holds words which may not count, or words in disguise."""
        raw, lexemes = found.raw(text), found.lexemes
        excepted = found.excepted(raw)
        words = [
            (start, end, lexicon, word)
            for start, end, pattern in raw
            if self.count[pattern] and (not lexemes.latin[pattern] or found.edges_hold(start, end, pattern))
            for lexicon, word, kind, _ in lexemes.entries[pattern]
            if kind == PLAIN and lexicon in self.of_lexicon
        ]
        if text in found.disguised:
            words += [(h.start, h.end, h.lexicon, h.word) for h in found.hits(text) if h.disguise is not None]
        total = [0] * (PROMOTION + 1)
        seen: set[tuple[int, int]] = set()
        for start, end, lexicon, word in words:
            if any(low <= start and end <= high for low, high in excepted.get(lexicon, ())):
                continue
            for column, weight in self.of_lexicon.get(lexicon, ()):
                if (column, word) not in seen:
                    seen.add((column, word))
                    total[column] += weight
        return total


def tally(ballot: Ballot, found: Scan) -> list[list[int]]:
    """Votes of each text of a scan: a row of counts by domain, then the weight of promotion."""
    texts = len(found.bounds) - 1
    total = np.zeros((texts, PROMOTION + 1), dtype=np.int64)
    patterns = found.patterns
    owners = np.searchsorted(np.asarray(found.first_sentence[1:]), found.sentence_array, side="right")
    counts = ballot.count[patterns]
    if counts.any():
        voters = np.repeat(owners, counts)
        starts = ballot.first[patterns] - np.concatenate(([0], np.cumsum(counts)[:-1]))
        votes = np.arange(len(voters)) + np.repeat(starts, counts)
        keys = (voters * (PROMOTION + 1) + ballot.column[votes]) * ballot.words + ballot.word[votes]
        _, once = np.unique(keys, return_index=True)
        np.add.at(total, (voters[once], ballot.column[votes[once]]), ballot.weight[votes[once]])
    closer = {*owners[ballot.touchy[patterns]].tolist(), *found.disguised}
    for text in closer:
        total[text] = ballot.look_closer(found, text)
    rows: list[list[int]] = total.tolist()
    return rows
