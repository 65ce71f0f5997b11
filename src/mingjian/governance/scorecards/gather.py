"""The values of a card's features for many actors, asked of the store: the same code for one actor and for a million,
so that both give the same integers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mingjian.governance.scorecards.decay import divided, weighed, weights
from mingjian.governance.scorecards.engine import MISSING, Ints
from mingjian.governance.scorecards.model import MICRO, Feature, Scorecard
from mingjian.governance.scorecards.sources import Source, sources
from mingjian.records.storage import score_facts, score_observations, score_registry
from mingjian.records.storage.database import Tx

_FOREVER = 3650
Category = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Events:
    """Things that happened: whose (a place in the actors), on what day, how much (millionths), how many."""

    whose: Ints
    day: Ints
    amount: Ints
    many: Ints

    def chosen(self, mask: np.ndarray[Any, np.dtype[np.bool_]]) -> Events:
        """Those the mask lets through."""
        return Events(self.whose[mask], self.day[mask], self.amount[mask], self.many[mask])


_NONE = Events(*(np.empty(0, np.int64) for _ in range(4)))


@dataclass(frozen=True, slots=True)
class _Table:
    """Events of a source the desk keeps, each of a category: its words in the order of ``names``."""

    names: tuple[str, ...]
    events: Events
    codes: Ints
    categories: Sequence[Category]

    def of(self, test: Callable[[Mapping[str, Any]], bool]) -> Events:
        good = np.array([test(dict(zip(self.names, one, strict=True))) for one in self.categories], np.bool_)
        return self.events.chosen(good[self.codes]) if len(self.codes) else _NONE


def gather(tx: Tx, card: Scorecard, actors: Sequence[str], day: int) -> dict[str, Ints]:
    """Feature → its values (millionths, MISSING where nobody knows) of the actors, in their order, as of the end of a
    day (a number)."""
    return _Gathering(tx, card, actors, day).columns()


class _Gathering:
    def __init__(self, tx: Tx, card: Scorecard, actors: Sequence[str], day: int) -> None:
        self.tx, self.card, self.actors, self.day = tx, card, actors, day
        self.known = sources()
        self.place = {actor: at for at, actor in enumerate(actors)}
        self.tables: dict[str, _Table] = {}
        self.reported: dict[tuple[str, str], Events] = {}
        windows = [one.window_days or _FOREVER for one in card.features if not self._source(one).state]
        self.first = day - max(windows, default=1) + 1

    def columns(self) -> dict[str, Ints]:
        """The whole."""
        features = self.card.features
        self._ask_desk({one.source for one in features if not self._source(one).observed})
        outside = {one.source for one in features if self._source(one).observed}
        self._ask_outside(outside)
        begun = score_observations.first_days(self.tx, outside) if outside else {}
        made: dict[str, Ints] = {}
        state = self._ask_registry() if any(one.source == "registry" for one in features) else {}
        for feature in features:
            source = self._source(feature)
            if source.state:
                made[feature.name] = state[feature.measure]
                continue
            zero = source.complete and (not source.observed or begun.get(feature.source, self.day + 1) <= self.day)
            made[feature.name] = self._value(feature, zero)
        return made

    def _source(self, feature: Feature) -> Source:
        # A card may outlive a source the deployer has taken away: nobody reports it any more.
        return self.known.get(feature.source) or Source(feature.source, "", "", {}, complete=False, observed=True)

    def _value(self, feature: Feature, zero: bool) -> Ints:
        return summed(feature, self._events(feature, feature.measure), self._events(feature, feature.of),
                      len(self.actors), self.day, zero=zero)  # fmt: skip

    def _events(self, feature: Feature, measure: str | None) -> Events:
        if measure is None:
            return _NONE
        if self._source(feature).observed:
            return self.reported.get((feature.source, measure), _NONE)
        table = "items" if feature.source == "findings" and measure == "judged" else feature.source
        where = {} if measure == "judged" and feature.source == "findings" else feature.where
        return self.tables[table].of(_test(feature.source, measure, where))

    # -- what the desk keeps ------------------------------------------------------------------------------------------

    def _publishers(self) -> dict[str, int]:
        """Everybody whose doings count for an actor: itself, by its key and by its id in the registry, and the accounts
        that belong to it."""
        found = dict(self.place)
        for id, key in score_registry.entity_ids(self.tx, self.card.kinds, self.actors).items():
            found.setdefault(id, self.place[key])
        for account, owner in score_registry.owned_accounts(self.tx, self.card.kinds, self.actors, self.day):
            at = self.place.get(owner)
            if at is not None:
                for name in (account, account.partition(":")[2]):
                    if name:
                        found.setdefault(name, at)
        return found

    def _ask_desk(self, asked: set[str]) -> None:
        wanted = {"items" if one == "findings" else one for one in asked} | asked - {"registry"}
        wanted.discard("registry")
        if not wanted:
            return
        publishers = self._publishers()
        for name in sorted(wanted):
            names, ask, split = _ASKED[name]
            rows = ask(self.tx, list(publishers), self.first, self.day)
            self.tables[name] = _table(names, publishers, rows, split)

    def _ask_registry(self) -> Mapping[str, Ints]:
        """What is not said of a registered actor is not known; of one who is not registered, only that."""
        measures = {one.measure for one in self.card.features if one.source == "registry"}
        made = {measure: np.full(len(self.actors), MISSING, np.int64) for measure in measures}
        if "registered" in made and score_registry.any_registered(self.tx, self.card.kinds):
            made["registered"][:] = 0
        found = score_registry.registry_values(self.tx, self.card.kinds, self.actors, self.day)
        for key, values in found.items():
            at = self.place[key]
            for measure in measures & values.keys():
                made[measure][at] = values[measure]
        return made

    # -- what others report -------------------------------------------------------------------------------------------

    def _ask_outside(self, outside: set[str]) -> None:
        if not outside:
            return
        names = score_observations.shapes(self.tx)
        found: dict[tuple[str, str], tuple[list[int], list[int], list[bytes]]] = {}
        rows = score_observations.packed_rows(self.tx, self.actors, outside, self.first, self.day)
        place = self.place
        for source, shape, actor, day, packed in rows:
            group = found.get((source, shape))
            if group is None:
                group = found[source, shape] = ([], [], [])
            group[0].append(place[actor])
            group[1].append(day)
            group[2].append(packed)
        wanted = {(one.source, name) for one in self.card.features for name in (one.measure, one.of)}
        parts: dict[tuple[str, str], list[Events]] = {}
        for (source, shape), (whose, days, packed_values) in found.items():
            matrix = np.frombuffer(b"".join(packed_values), "<i8").reshape(len(whose), -1)
            at, when = np.array(whose, np.int64), np.array(days, np.int64)
            ones = np.ones(len(whose), np.int64)
            for number, name in enumerate(names[shape]):
                if (source, name) in wanted:
                    values = np.ascontiguousarray(matrix[:, number])
                    parts.setdefault((source, name), []).append(Events(at, when, values, ones))
        self.reported = {key: _joined(some) for key, some in parts.items()}


def _joined(parts: Sequence[Events]) -> Events:
    if len(parts) == 1:
        return parts[0]
    return Events(*(np.concatenate([getattr(one, name) for one in parts]) for name in Events.__slots__))


def _table(
    names: tuple[str, ...], publishers: Mapping[str, int], rows: Iterable[Sequence[Any]],
    split: Callable[[Sequence[Any]], tuple[Category, int]],
) -> _Table:  # fmt: skip
    whose, days, many, codes = [], [], [], []
    categories: dict[Category, int] = {}
    for row in rows:
        category, count = split(row)
        whose.append(publishers[row[0]])
        days.append(row[1])
        many.append(count)
        codes.append(categories.setdefault(category, len(categories)))
    counts = np.array(many, np.int64)
    events = Events(np.array(whose, np.int64), np.array(days, np.int64), counts * MICRO, counts)
    return _Table(names, events, np.array(codes, np.int64), list(categories))


def _decision(row: Sequence[Any]) -> tuple[Category, int]:
    facts = json.loads(row[4])
    return (row[2], row[3], facts.get("severity"), tuple(facts.get("families", ()))), 1


_ASKED: Mapping[str, tuple[tuple[str, ...], Any, Callable[[Sequence[Any]], tuple[Category, int]]]] = {
    "items": (("values", "severities", "natures", "kinds"), score_facts.item_rows,
              lambda row: ((row[2], row[3], row[4], row[5]), row[6])),
    "findings": (("families", "severities", "statuses"), score_facts.finding_rows,
                 lambda row: ((row[2], row[3], row[4]), row[5])),
    "decisions": (("measures", "origins", "severities", "families"), score_facts.decision_rows, _decision),
    "actions": (("measures", "rights", "binds"), score_facts.action_rows,
                lambda row: ((row[2], row[3], bool(row[4])), 1)),
    "appeals": (("states",), score_facts.appeal_rows, lambda row: ((row[2],), 1)),
}  # fmt: skip


def _test(source: str, measure: str, where: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], bool]:
    """Whether a category is what a measure counts, narrowed down."""
    wanted = {name: set(value) if isinstance(value, list) else {value} for name, value in where.items()}

    def test(one: Mapping[str, Any]) -> bool:
        if not _MEASURES.get((source, measure), _always)(one):
            return False
        for name, allowed in wanted.items():
            held = one.get(name)
            if not (allowed.intersection(held) if isinstance(held, tuple) else held in allowed):
                return False
        return True

    return test


def _always(_one: Mapping[str, Any]) -> bool:
    return True


_MEASURES: Mapping[tuple[str, str], Callable[[Mapping[str, Any]], bool]] = {
    ("items", "violations"): lambda one: one["values"] == "violation",
    ("items", "doubtful"): lambda one: one["values"] in ("needs_evidence", "undetermined"),
    ("actions", "in_force"): lambda one: bool(one["binds"]),
    ("appeals", "upheld"): lambda one: one["states"] == "upheld",
    ("appeals", "overturned"): lambda one: one["states"] in ("overturned", "varied"),
    ("appeals", "decided"): lambda one: one["states"] != "lodged",
}


def summed(feature: Feature, events: Events, divisor: Events, size: int, day: int, *, zero: bool) -> Ints:
    """A feature's values from what happened. ``zero``: who is not among the events has none of it; else they are
    missing. Every event is weighed by itself before it is added, so the order changes nothing."""
    window = feature.window_days or _FOREVER
    events, divisor = _within(events, window, day), _within(divisor, window, day)
    way = feature.aggregation
    if way in ("max", "min", "last"):
        return _picked(way, events, size)
    table = None if feature.half_life_days is None else weights(feature.half_life_days)
    if way == "ratio":
        below, raw = _added(divisor, table, size, day), _added(divisor, None, size, day)
        good = (raw >= max(feature.least, 1) * MICRO) & (below > 0)
        return _divided(_added(events, table, size, day), below, good)
    seen = np.zeros(size, np.int64)
    np.add.at(seen, events.whose, events.many)
    if way == "mean":
        below = np.zeros(size, np.int64)
        np.add.at(below, events.whose, MICRO if table is None else table[day - events.day])
        return _divided(_added(events, table, size, day), below, (seen >= max(feature.least, 1)) & (below > 0))
    made = _added(events, table, size, day)
    if not zero:
        made[seen == 0] = MISSING
    return made


def _within(events: Events, window: int, day: int) -> Events:
    mask = (events.day > day - window) & (events.day <= day)
    return events if mask.all() else events.chosen(mask)


def _added(events: Events, table: Ints | None, size: int, day: int) -> Ints:
    made = np.zeros(size, np.int64)
    np.add.at(made, events.whose, events.amount if table is None else weighed(events.amount, table[day - events.day]))
    return made


def _divided(above: Ints, below: Ints, good: np.ndarray[Any, np.dtype[np.bool_]]) -> Ints:
    made = np.full(len(above), MISSING, np.int64)
    made[good] = divided(above[good], below[good])
    return made


def _picked(way: str, events: Events, size: int) -> Ints:
    made = np.full(size, MISSING, np.int64)
    if way == "max":
        np.maximum.at(made, events.whose, events.amount)
    elif way == "min":
        made[events.whose] = np.iinfo(np.int64).max
        np.minimum.at(made, events.whose, events.amount)
    else:  # a source reports once a day at most: no ties
        order = np.argsort(events.day, kind="stable")
        made[events.whose[order]] = events.amount[order]
    return made
