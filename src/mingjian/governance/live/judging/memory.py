"""A room's memory of code words: learnt only where a name and a word are said to be one, or from joined evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from mingjian.core.live.model import Proposed
from mingjian.governance.live.judging.folded import fold
from mingjian.governance.live.judging.heard import Heard
from mingjian.governance.live.judging.naming import Names
from mingjian.governance.live.judging.settings import Accepted, Settings

_CUT = re.compile(r"暗号|代号|[的叫喊号这那个要是,。!?;:、 ]")
_NUMBERED = re.compile(r"[一二三四五六七八九十\d]号")
_ENDS = "了啊哈呢哦吧哟啦呀嘛"
MIN_WORD, MAX_WORD = 2, 6
MAX_WORDS = 64  # a room learns no more: what is called everything means nothing
MAX_MOMENTS = 20
MAX_SHARED = 4  # characters of a word that was seen in two places and explained in none
SHORT = 24  # characters of what is written beside a name
SELLS = frozenset(("price", "order", "secret", "call"))
_LITTLE = frozenset(
    "的了是就我你他她它们这那有在不会来去到个块元也都和跟给把被让很太吧吗呢啊哦哈一二三四五六七八九十两几今天看点上下"
)


class Memory:
    """``known()``: word → item and the moments that taught it."""

    def __init__(self, settings: Settings, names: Names, accepted: Accepted) -> None:
        self._settings, self._names, self._accepted = settings, names, accepted
        self._taught: dict[str, tuple[str, list[int]]] = {}  # said to be one with a name
        self._maybe: dict[str, tuple[str, list[int]]] = {}  # written before a name: a heading, or a word for it
        self._seen: dict[str, tuple[str, list[int]]] = {}  # heard beside joined evidence

    def use(self, accepted: Accepted) -> None:
        """What people decided on."""
        self._accepted = accepted

    def known(self) -> Mapping[str, tuple[str, tuple[int, ...]]]:
        """Words that count as names of an item here: accepted by people, or said in this room to be one with it. What
        was only heard beside evidence is proposed and counts for nothing."""
        found: dict[str, tuple[str, tuple[int, ...]]] = {
            word: (item, ()) for word, item in self._accepted.words.items()
        }
        for word, (item, moments) in self._taught.items():
            found.setdefault(word, (item, tuple(moments[:3])))
        return {word: found[word] for word in found if word not in self._accepted.declined}

    def taught(self, heard: Heard) -> bool:
        """Learn from a moment that says what a word stands for (“W 就是 N”); whether there was a word to learn."""
        before_now = len(self._taught)
        if heard.moment.channel == "speech":
            text = fold(heard.moment.text).text
            for word, (item, moments) in self._maybe.items():
                if word in text:
                    self._note(self._taught, word, item, [*moments, heard.moment.number])
        folded = fold(heard.moment.text)
        for spoken in heard.names:
            if spoken.code or spoken.stance in ("refused", "taught", "goods", "compared"):
                continue
            low = _at(folded.origin, spoken.signal.start)
            high = _at(folded.origin, spoken.signal.end)
            before, after, maybe, meant, meaning = self._settings.equals
            for match in (before.search(folded.text[:low]), after.search(folded.text[high:])):
                if match is not None and (word := self._word(match.group("word"))):
                    self._note(self._taught, word, spoken.item, [heard.moment.number])
            match = meant.search(folded.text[:low]) if meaning.search(folded.text[high:]) else None
            if match is not None and (word := self._word(match.group("word"))):
                self._note(self._taught, word, spoken.item, [heard.moment.number])
            match = maybe.search(folded.text[:low])
            if match is not None and (word := self._word(match.group("word"))):
                self._note(self._maybe, word, spoken.item, [heard.moment.number])
        return len(self._taught) > before_now

    def shared(self, naming: Heard, speech: Heard) -> bool:
        """Learn the word that the host sells by and that stands beside the name where it is written: said by nobody to
        be one with it, but both speak of one thing. Whether there was one."""
        named = [one for one in naming.names if not one.code and one.stance in ("open", "offered")]
        if not named or speech.names or not SELLS & set(speech.calls) or len(naming.moment.text) > SHORT:
            return False
        before_now = len(self._taught)
        text, said = naming.moment.text, fold(speech.moment.text).text
        for one in named:
            text = text.replace(one.signal.quote, "\n")
        beside = fold(text).text
        for size in range(MAX_SHARED, MIN_WORD, -1):
            for at in range(len(beside) - size + 1):
                word = beside[at : at + size]
                if word in said and _whole(word) and self._word(word) == word:
                    self._note(self._taught, word, named[0].item, [naming.moment.number, speech.moment.number])
                    return len(self._taught) > before_now
        return False

    def joined(self, item: str, evidence: Iterable[Heard]) -> None:
        """Note the words that evidence of an item may have used for it."""
        for heard in evidence:
            if heard.moment.channel != "speech" or any(
                spoken.item == item and not spoken.code for spoken in heard.names
            ):
                continue
            for match in self._settings.frames.finditer(fold(heard.moment.text).text):
                word = self._word(next((group for group in match.groupdict().values() if group), ""))
                if word:
                    self._note(self._seen, word, item, [heard.moment.number])

    def used(self, word: str, moment: int) -> None:
        """A known word was used again."""
        for words in (self._taught, self._seen):
            if word in words and moment not in words[word][1] and len(words[word][1]) < MAX_MOMENTS:
                words[word][1].append(moment)

    def proposals(self) -> list[Proposed]:
        """Words for people to look at."""
        decided = {*self._accepted.words, *self._accepted.declined}
        return [
            Proposed(word, item, tuple(sorted(moments)), len(moments))
            for word, (item, moments) in sorted(self._learnt().items())
            if word not in decided
        ]

    def state(self) -> dict[str, Any]:
        """For :meth:`restore`."""
        return {"taught": {w: [i, m] for w, (i, m) in self._taught.items()},
                "maybe": {w: [i, m] for w, (i, m) in self._maybe.items()},
                "seen": {w: [i, m] for w, (i, m) in self._seen.items()}}  # fmt: skip

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a state."""
        for words, name in ((self._taught, "taught"), (self._maybe, "maybe"), (self._seen, "seen")):
            words.update({word: (item, list(moments)) for word, (item, moments) in state[name].items()})

    def _learnt(self) -> dict[str, tuple[str, list[int]]]:
        often = {w: found for w, found in self._seen.items() if len(found[1]) >= self._settings.times}
        return {**often, **self._taught}

    def _note(self, words: dict[str, tuple[str, list[int]]], word: str, item: str, moments: list[int]) -> None:
        if word in words:
            if words[word][0] == item:
                words[word][1].extend(number for number in moments if number not in words[word][1])
                del words[word][1][MAX_MOMENTS:]
        elif len(words) < MAX_WORDS:
            words[word] = item, moments

    def _word(self, raw: str) -> str:
        """The word itself, without what leads up to it; empty where it can be none."""
        word = _CUT.split(raw)[-1].strip().rstrip(_ENDS)
        settings = self._settings
        if not MIN_WORD <= len(word) <= MAX_WORD or word.isdigit() or word in settings.never or _NUMBERED.search(word):
            return ""
        if any(word in never or never in word for never in settings.never if len(never) > MIN_WORD):
            return ""
        if settings.context["goods"].search(word) or self._names.find(word)[1]:
            return ""
        if any(pattern.search(word) for pattern in (*settings.calls.values(), *settings.points_at.values())):
            return ""
        return word


def _at(origin: Any, place: int) -> int:
    """The folded place of an original one."""
    return next((at for at, came in enumerate(origin) if came >= place), len(origin))


def _whole(word: str) -> bool:
    """Whether characters may be a word of somebody's own making: Chinese, and none of the little words."""
    return all("一" <= char <= "鿿" and char not in _LITTLE for char in word)
