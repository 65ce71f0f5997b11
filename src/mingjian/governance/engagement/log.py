"""A log of engagement as columns: who did what to which item, when. Pure numpy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

ACTIONS = ("like", "favourite", "repost", "comment", "play", "follow", "order")
"""What people do to an item; a follow's item is the account followed."""
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
NONE = -1


@dataclass(frozen=True, slots=True)
class Log:
    """Events in the order of time. ``actor``, ``item``, ``action``, ``text``, ``device`` are places in ``actors``,
    ``items``, ACTIONS, ``texts``, ``devices`` (-1: none); ``at`` is in seconds, ``amount`` in fen (-1: none). Of each
    item: ``publisher``, a place in ``publishers``, and ``published`` in seconds; of each actor: ``created``, in
    seconds (-1: not known)."""

    actor: Ints
    item: Ints
    action: Ints
    at: Ints
    text: Ints
    device: Ints
    amount: Ints
    actors: Sequence[str]
    items: Sequence[str]
    texts: Sequence[str]
    devices: Sequence[str]
    publisher: Ints
    publishers: Sequence[str]
    published: Ints
    created: Ints
    family: Ints | None = None
    """Of each text, the family of near-same texts, where that was worked out before."""

    def __len__(self) -> int:
        return len(self.at)

    def of(self, action: str) -> Ints:
        """The places of the events of one action."""
        return np.flatnonzero(self.action == ACTIONS.index(action))

    def among(self, actions: tuple[str, ...]) -> Ints:
        """The places of the events of several actions."""
        return np.flatnonzero(np.isin(self.action, [ACTIONS.index(one) for one in actions]))

    def with_events(self, **columns: Ints) -> Log:
        """The same log with other columns of events, sorted by time again."""
        held: dict[str, Any] = {name: columns.get(name, getattr(self, name)) for name in EVENT_COLUMNS}
        order = np.argsort(held["at"], kind="stable")
        return replace(self, **{name: values[order] for name, values in held.items()})

    def owner(self) -> Ints:
        """Of each item, whose it is as one number: the publisher, or the item alone where that is not known."""
        alone = len(self.publishers) + np.arange(len(self.items))
        return np.where(self.publisher >= 0, self.publisher, alone)


EVENT_COLUMNS = ("actor", "item", "action", "at", "text", "device", "amount")


Coded = tuple[Ints, Sequence[str | None]]
"""A column of texts: of each row its place in the texts (-1: none), and the texts."""


class Words:
    """Texts to numbers, in the order they come."""

    def __init__(self) -> None:
        self.listed: list[str] = []
        self._places: dict[str, int] = {}

    def place(self, word: str | None) -> int:
        """The number of a text; -1 for none."""
        if word is None or word == "":
            return NONE
        found = self._places.get(word)
        if found is None:
            found = self._places[word] = len(self.listed)
            self.listed.append(word)
        return found

    def places(self, words: Iterable[str | None]) -> Ints:
        """The numbers of many."""
        return np.fromiter((self.place(word) for word in words), np.int64)

    def coded(self, column: Coded) -> Ints:
        """The numbers of a column whose values are given once each."""
        places, words = column
        return np.append(self.places(words), NONE)[places]


class LogMaker:
    """Gathers columns piece by piece; times in microseconds."""

    def __init__(self) -> None:
        self._words = {name: Words() for name in ("actor", "item", "text", "device")}
        self._pieces: list[dict[str, Ints]] = []
        self._items: dict[str, tuple[str | None, int]] = {}
        self._created: dict[str, int] = {}
        self.count = 0

    def add(
        self, actor: Coded, item: Coded, action: Coded, at: Ints, text: Coded, device: Coded, amount: Ints
    ) -> None:  # fmt: skip
        """Events more. KeyError for an action that is none of ACTIONS."""
        numbers = {name: place for place, name in enumerate(ACTIONS)}
        places, words = action
        named = {"actor": actor, "item": item, "text": text, "device": device}
        self._pieces.append({
            **{name: self._words[name].coded(column) for name, column in named.items()},
            "action": np.array([numbers[str(one)] for one in words], np.int64)[places],
            "at": np.asarray(at, np.int64) // 1_000_000, "amount": np.asarray(amount, np.int64),
        })  # fmt: skip
        self.count += len(at)

    def add_rows(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Events as mappings."""
        listed = list(rows)
        columns: dict[str, Any] = {name: Words() for name in ("actor", "item", "action", "text", "device")}
        coded = {name: words.places(row.get(name) for row in listed) for name, words in columns.items()}
        amounts = [row.get("amount") for row in listed]
        if listed:
            self.add(
                **{name: (coded[name], words.listed) for name, words in columns.items()},
                at=np.array([row["at"] for row in listed], np.int64),
                amount=np.array([NONE if one is None else one for one in amounts], np.int64),
            )  # fmt: skip

    def tell_item(self, item: str, publisher: str | None, published: int | None) -> None:
        """Whose an item is and when it was published (microseconds)."""
        self._items[item] = publisher, NONE if published is None else published // 1_000_000

    def tell_actor(self, actor: str, created: int | None) -> None:
        """When an account was made (microseconds)."""
        if created is not None:
            self._created[actor] = created // 1_000_000

    def wanted_items(self) -> Sequence[str]:
        """The items events name: those that ``tell_item`` is worth calling for."""
        return self._words["item"].listed

    def wanted_actors(self) -> Sequence[str]:
        """The actors events name."""
        return self._words["actor"].listed

    def log(self) -> Log:
        """All of it. The same event told twice (actor, item, action, second) counts once, but orders each count."""
        columns = {name: _joined([piece[name] for piece in self._pieces]) for name in EVENT_COLUMNS}
        order = np.lexsort((columns["actor"], columns["item"], columns["action"], columns["at"]))
        columns = {name: values[order] for name, values in columns.items()}
        keep = np.ones(len(order), bool)
        same = np.ones(max(len(order) - 1, 0), bool)
        for name in ("actor", "item", "action", "at", "amount", "text"):
            same &= columns[name][1:] == columns[name][:-1]
        keep[1:] = ~same
        columns = {name: values[keep] for name, values in columns.items()}
        publishers = Words()
        items, actors = self._words["item"].listed, self._words["actor"].listed
        told = [self._items.get(item, (None, NONE)) for item in items]
        return Log(
            **columns, actors=actors, items=items, texts=self._words["text"].listed,
            devices=self._words["device"].listed, publisher=publishers.places(one for one, _ in told),
            publishers=publishers.listed, published=np.array([at for _, at in told], np.int64),
            created=np.array([self._created.get(actor, NONE) for actor in actors], np.int64),
        )  # fmt: skip


def _joined(pieces: Sequence[Ints]) -> Ints:
    return np.concatenate(pieces) if pieces else np.zeros(0, np.int64)
