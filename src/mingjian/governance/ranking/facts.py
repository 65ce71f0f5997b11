"""What the store knows of physicians, gathered for many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from mingjian.governance.ranking.measures import VIOLATIONS, Facts
from mingjian.governance.scorecards.model import MICRO
from mingjian.records.actions.model import Action
from mingjian.records.clock import CHINA, micros
from mingjian.records.registry.model import Entity
from mingjian.records.scores.model import Observation, number_of
from mingjian.records.storage import actions, appeals, registry
from mingjian.records.storage.database import Tx
from mingjian.records.storage.score_observations import observations_of

_WINDOW = timedelta(days=731)
_YEAR = 365  # days of what others report
_MEASURES = ("label", *VIOLATIONS)


def gather(tx: Tx, entities: Sequence[Entity], as_of: date) -> dict[str, Facts]:
    """The facts of each, by the entity's id."""
    ids = [one.id for one in entities]
    held = registry.credentials_of(tx, ids)
    practice = registry.links_from(tx, ids, ("practises_at",))
    owned = registry.links_to(tx, ids, ("belongs_to",))
    places = {link.target for links in practice.values() for link in links}
    accounts = {link.source for links in owned.values() for link in links}
    known = registry.entities_by_id(tx, [*places, *accounts])
    licences = {
        id: [one for one in found if one.kind in ("practice_licence", "clinic_filing")]
        for id, found in registry.credentials_of(tx, list(places)).items()
    }
    names = {one.id: _publishers(one, owned.get(one.id, ()), known) for one in entities}
    every = [name for some in names.values() for name in some]
    since = micros(datetime.combine(as_of - _WINDOW, time(), CHINA))
    decided = actions.decisions_of_publishers(tx, every, _MEASURES, since)
    lost = {id for id, one in appeals.appeals_of(tx, [one.id for one in decided]).items() if one.state == "upheld"}
    reported = _reported(tx, [*every, *(name for one in entities for name in (one.key, one.id))], as_of)
    found: dict[str, Facts] = {}
    for entity in entities:
        mine = set(names[entity.id])
        about = [one for one in decided if one.publisher in mine]
        at = list(practice.get(entity.id, ()))
        told = [*mine, entity.key, entity.id]
        found[entity.id] = Facts(
            entity, as_of, tuple(held.get(entity.id, ())), tuple(at),
            {link.target: known[link.target] for link in at if link.target in known},
            {link.target: licences.get(link.target, ()) for link in at},
            tuple(owned.get(entity.id, ())), tuple(about), sum(one.id in lost for one in about),
            _summed([one for name in dict.fromkeys(told) for one in reported.get(name, ())]), bool(mine),
        )  # fmt: skip
    return found


def _reported(tx: Tx, actors: Sequence[str], as_of: date) -> dict[str, list[Observation]]:
    """What outside sources reported in the year before the day, by the name they gave."""
    found: dict[str, list[Observation]] = {}
    last = number_of(as_of)
    for one in observations_of(tx, actors):
        if last - _YEAR < one.day <= last:
            found.setdefault(one.actor, []).append(one)
    return found


def _summed(observations: Sequence[Observation]) -> dict[tuple[str, str], float]:
    sums: dict[tuple[str, str], int] = {}
    for one in observations:
        for measure, value in one.values.items():
            sums[one.source, measure] = sums.get((one.source, measure), 0) + value
    return {name: value / MICRO for name, value in sums.items()}


def penalties(tx: Tx, entities: Sequence[Entity], measures: Sequence[str]) -> dict[str, list[Action]]:
    """Measures in force now on the accounts of each, by the entity's id; entities without any are left out."""
    owned = registry.links_to(tx, [one.id for one in entities], ("belongs_to",))
    known = registry.entities_by_id(tx, [link.source for links in owned.values() for link in links])
    names = {one.id: _publishers(one, owned.get(one.id, ()), known) for one in entities}
    standing = actions.actions_on_publishers(tx, [name for some in names.values() for name in some])
    found: dict[str, list[Action]] = {}
    for id, mine in names.items():
        hit = [one for one in standing
               if one.publisher in mine and one.measure in measures and one.in_force(tx.now)]  # fmt: skip
        if hit:
            found[id] = hit
    return found


def _publishers(entity: Entity, owned: Sequence[object], known: Mapping[str, Entity]) -> tuple[str, ...]:
    """The names under which somebody publishes: their accounts, with and without the platform, and their own key."""
    found: list[str] = []
    for link in owned:
        account = known.get(getattr(link, "source", ""))
        if account is not None:
            found += [account.key, account.key.rpartition(":")[2]]
    return tuple(dict.fromkeys([*found, entity.key])) if found else ()
