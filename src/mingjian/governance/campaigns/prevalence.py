"""How common violations were before and are after: by people's labels, and by the engine corrected for its errors."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.campaigns.corrected import Measured, rogan_gladen
from mingjian.governance.campaigns.intervals import LEVEL, Interval, difference
from mingjian.governance.campaigns.labels import labels
from mingjian.governance.campaigns.sampling import in_force
from mingjian.governance.campaigns.service import READS, campaign_of
from mingjian.governance.campaigns.stratified import Estimate, Stratum, estimate
from mingjian.records.campaigns.model import SIDES, Sample, SampleItem
from mingjian.records.storage import campaign_samples as stored
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import head


@dataclass(frozen=True, slots=True)
class Side:
    """One sample: how many of it were labelled, the share that violates by people's labels (Wilson, and Clopper and
    Pearson's interval beside it), what the engine says of the whole frame, and that corrected."""

    sample: Sample
    labelled: int
    by_people: Estimate
    exact: Interval
    by_engine: float | None
    corrected: Interval | None

    @property
    def complete(self) -> bool:
        """Whether everybody was answered."""
        return self.labelled == self.sample.number


@dataclass(frozen=True, slots=True)
class Prevalence:
    """Both sides, as far as there are samples; the fall by people's labels and by the corrected engine; how often the
    engine is right (of violations, of the rest), measured on the labelled items of both sides. ``counted_to`` is the
    journal's number up to which labels were read."""

    sides: Mapping[str, Side]
    fall: Interval | None
    corrected_fall: Interval | None
    sensitivity: Measured | None
    specificity: Measured | None
    counted_to: int
    level: float = LEVEL

    @property
    def complete(self) -> bool:
        """Whether both sides are labelled to the last."""
        return len(self.sides) == len(SIDES) and all(one.complete for one in self.sides.values())

    @property
    def fell(self) -> bool | None:
        """Whether it fell beyond chance; None while that cannot be said."""
        return None if self.fall is None else self.fall.low > 0

    def plain(self) -> dict[str, Any]:
        """For programs and for sealing: numbers rounded to a millionth, so that they are the same bytes anywhere."""
        return {
            "level": self.level, "counted_to": self.counted_to, "complete": self.complete, "fell": self.fell,
            "sides": {name: _side(one) for name, one in self.sides.items()}, "fall": _interval(self.fall),
            "corrected_fall": _interval(self.corrected_fall), "sensitivity": _measured(self.sensitivity),
            "specificity": _measured(self.specificity),
        }  # fmt: skip


def prevalence(tx: Tx, principal: Principal, campaign: str, *, upto: int | None = None,
               level: float = LEVEL) -> Prevalence:  # fmt: skip
    """What the samples in force say, with labels given up to a number of the journal (then only those of which
    anything was labelled by then; None: all, to the journal's end)."""
    demand(principal, READS)
    campaign_of(tx, campaign)
    end = head(tx).seq if upto is None else upto
    found = {side: one for side, one in in_force(stored.samples_of(tx, campaign)).items() if one.seq <= end}
    rows = {side: stored.sample_items(tx, one.id) for side, one in found.items()}
    said = labels(tx, [row for mine in rows.values() for row in mine], end)
    hits, misses = _engine(found, rows, said)
    sides = {side: _told(found[side], rows[side], said, hits, misses, level) for side in SIDES if side in found}
    if upto is not None:  # what was told then does not change because a sample is dropped or sent out later
        sides = {side: one for side, one in sides.items() if one.labelled}
    before, after = sides.get("before"), sides.get("after")
    fall = corrected = None
    if before is not None and after is not None:
        if before.labelled and after.labelled:
            fall = difference(before.by_people.interval, after.by_people.interval)
        if before.corrected is not None and after.corrected is not None:
            corrected = difference(before.corrected, after.corrected)
    return Prevalence(sides, fall, corrected, hits, misses, end, level)


def _told(sample: Sample, rows: Sequence[SampleItem], said: Mapping[str, bool], sensitivity: Measured | None,
          specificity: Measured | None, level: float) -> Side:  # fmt: skip
    tries: dict[str, int] = {}
    hits: dict[str, int] = {}
    for row in rows:
        answer = said.get(row.case or "")
        if answer is not None:
            tries[row.stratum] = tries.get(row.stratum, 0) + 1
            hits[row.stratum] = hits.get(row.stratum, 0) + answer
    strata = [Stratum(one.name, one.size, tries.get(one.name, 0), hits.get(one.name, 0)) for one in sample.strata]
    by_people = estimate(strata, level)
    exact = estimate(strata, level, "clopper_pearson").interval
    judged = sum(one.judged for one in sample.strata)
    by_engine = sum(one.flagged for one in sample.strata) / judged if judged else None
    corrected = None
    useful = sensitivity is not None and specificity is not None and sensitivity.share + specificity.share > 1
    if by_engine is not None and sensitivity is not None and specificity is not None and useful:
        corrected = rogan_gladen(Measured(by_engine, judged), sensitivity, specificity, level)
    return Side(sample, sum(tries.values()), by_people, exact, by_engine, corrected)


def _engine(samples: Mapping[str, Sample], rows: Mapping[str, Sequence[SampleItem]],
            said: Mapping[str, bool]) -> tuple[Measured | None, Measured | None]:  # fmt: skip
    """Sensitivity and specificity on the labelled items: each item weighs as many as it stands for in its stratum,
    and the number of tries is the effective one of such weights (Kish 1965)."""
    weights: dict[tuple[bool, bool], list[float]] = {}
    for side, sample in samples.items():
        sizes = {one.name: one.size for one in sample.strata}
        asked: dict[str, int] = {}
        mine = [row for row in rows[side] if row.case in said and row.flagged is not None]
        for row in mine:
            asked[row.stratum] = asked.get(row.stratum, 0) + 1
        for row in mine:
            key = (said[row.case or ""], bool(row.flagged))
            weights.setdefault(key, []).append(sizes[row.stratum] / asked[row.stratum] / max(sample.size, 1))
    return _share(weights, True), _share(weights, False)


def _share(weights: Mapping[tuple[bool, bool], list[float]], violates: bool) -> Measured | None:
    """Of items that do (or do not) violate, the share of which the engine said so."""
    right, wrong = weights.get((violates, violates), []), weights.get((violates, not violates), [])
    every = [*right, *wrong]
    if not every:
        return None
    return Measured(sum(right) / sum(every), sum(every) ** 2 / sum(one * one for one in every))


def _side(one: Side) -> dict[str, Any]:
    return {
        "sample": one.sample.id, "as_of": one.sample.as_of, "frame": one.sample.frame, "size": one.sample.size,
        "drawn": one.sample.number, "by": list(one.sample.by), "seed": one.sample.seed, "list": one.sample.list,
        "labelled": one.labelled, "violating": one.by_people.hits, "share": _interval(one.by_people.interval),
        "exact": _interval(one.exact), "by_engine": _round(one.by_engine), "corrected": _interval(one.corrected),
    }  # fmt: skip


def _interval(one: Interval | None) -> list[float | None] | None:
    return None if one is None else [_round(one.value), _round(one.low), _round(one.high)]


def _measured(one: Measured | None) -> list[float | None] | None:
    return None if one is None else [_round(one.share), _round(one.tries)]


def _round(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) or math.isinf(value) else round(value, 6)
