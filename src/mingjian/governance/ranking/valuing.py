"""The values of dimensions: collected from the store, or brought in by rows with source and day."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.decisions.words import required
from mingjian.governance.ranking import facts as gathering
from mingjian.governance.ranking.editions import MANAGE, get_edition, get_entrant, in_state, plan_of
from mingjian.governance.ranking.measures import collected
from mingjian.governance.ranking.model import Ranking
from mingjian.records.canonical import canonical
from mingjian.records.errors import Invalid
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.ranking.model import Entrant
from mingjian.records.storage import contents, registry
from mingjian.records.storage import ranking as store
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head

_AT_ONCE = 500
MOST_ROWS = 500_000
BROUGHT = ("reviews", "cases", "complaints", "stated")
Values = dict[str, dict[str, Any]]
"""dimension → {value, source, on, evidence}."""


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One value brought in: ``who`` is the entrant's id or number, the registry's id or the physician's key there;
    ``on`` the day the value speaks of; ``evidence`` where it was read."""

    who: str
    dimension: str
    value: float
    on: str
    evidence: str


def collect(tx: Tx, principal: Principal, edition: str, step: Callable[[int], None] | None = None) -> int:
    """Measure what the store knows of every eligible entrant; for how many. What was brought in stays."""
    demand(principal, MANAGE)
    hold_head(tx)
    found = in_state(get_edition(tx, edition), "open", "rating")
    plan = plan_of(tx, found)
    wanted = [(one.key, one.measure, one.source) for one in plan.dimensions if one.measure is not None]
    names = {key: name for key, name, _ in wanted}  # what was measured names its measure as its evidence
    entrants = store.entrants_of(tx, edition, states=("eligible",))
    for first in range(0, len(entrants), _AT_ONCE):
        some = entrants[first : first + _AT_ONCE]
        entities = registry.entities_by_id(tx, [one.entity for one in some])
        known = gathering.gather(tx, list(entities.values()), found.as_of)
        before = values_of(tx, some)
        made: dict[str, Values] = {}
        for one in some:
            facts = known.get(one.entity)
            kept = {key: value for key, value in before[one.id].items() if value["evidence"] != names.get(key)}
            measured = collected(facts, wanted) if facts is not None else {}
            fresh: Values = {key: {"value": value.value, "source": value.source, "on": value.on,
                                   "evidence": value.evidence} for key, value in measured.items()}  # fmt: skip
            made[one.id] = {**fresh, **kept}
        keep(tx, principal, edition, some, made, "registry")
        if step is not None:
            step(first + len(some))
    return len(entrants)


def bring(tx: Tx, principal: Principal, edition: str, rows: Sequence[ValueRow]) -> list[str | None]:
    """Take values in; for each row None, or what is wrong with it. The good ones are kept."""
    demand(principal, MANAGE)
    if len(rows) > MOST_ROWS:
        raise Invalid(f"一次最多 {MOST_ROWS} 行。", field="rows")
    hold_head(tx)
    found = in_state(get_edition(tx, edition), "open", "rating")
    plan = plan_of(tx, found)
    entrants = store.entrants_of(tx, edition)
    named = _named(tx, entrants)
    told: list[str | None] = []
    new: dict[str, Values] = {}
    for row in rows:
        entrant = named.get(row.who)
        problem = _wrong(plan, row) if entrant is not None else "没有这位参评医师"
        told.append(problem)
        if problem is None and entrant is not None:
            source = plan.by_key[row.dimension].source
            new.setdefault(entrant.id, {})[row.dimension] = {
                "value": float(row.value), "source": source, "on": row.on, "evidence": row.evidence.strip()[:500],
            }  # fmt: skip
    touched = [one for one in entrants if one.id in new]
    for first in range(0, len(touched), _AT_ONCE):
        some = touched[first : first + _AT_ONCE]
        before = values_of(tx, some)
        keep(tx, principal, edition, some, {one.id: {**before[one.id], **new[one.id]} for one in some}, "import")
    return told


def amend(tx: Tx, principal: Principal, entrant: str, dimension: str, value: float | None, reason: str) -> Values:
    """Put a value right by hand, for a reason that is kept with it (None: it is not known); the new values."""
    demand(principal, MANAGE)
    reason = required(reason)
    hold_head(tx)
    found = get_entrant(tx, entrant)
    edition = in_state(get_edition(tx, found.edition), "open", "rating")
    plan = plan_of(tx, edition)
    if dimension not in plan.by_key or plan.by_key[dimension].source == "expert":
        raise Invalid("只能更正专家评分以外的维度。", field="dimension")
    values = values_of(tx, [found])[entrant]
    if value is None:
        values.pop(dimension, None)
    else:
        values[dimension] = {"value": float(value), "source": plan.by_key[dimension].source,
                             "on": edition.as_of.isoformat(), "evidence": reason, "amended": True}  # fmt: skip
    keep(tx, principal, edition.id, [found], {entrant: values}, "amended", reason)
    return values


def keep(tx: Tx, principal: Principal, edition: str, entrants: Sequence[Entrant], values: Mapping[str, Values],
         origin: str, reason: str | None = None) -> None:  # fmt: skip
    """Record entrants' values where they changed."""
    digests = contents.put(tx, [canonical(values[one.id]) for one in entrants])
    changed = {one.id: digest for one, digest in zip(entrants, digests, strict=True) if one.collected != digest}
    if changed:
        body = {"values": changed, "origin": origin, **({"reason": reason} if reason else {})}
        append(tx, Event("edition.valued", edition, body, principal.actor))


def values_of(tx: Tx, entrants: Sequence[Entrant]) -> dict[str, Values]:
    """The values of entrants by id."""
    kept = contents.get_many(tx, [one.collected for one in entrants if one.collected])
    return {one.id: json.loads(kept.get(one.collected or "", b"{}")) for one in entrants}


def _named(tx: Tx, entrants: Sequence[Entrant]) -> dict[str, Entrant]:
    entities = registry.entities_by_id(tx, [one.entity for one in entrants])
    found: dict[str, Entrant] = {}
    for one in entrants:
        found |= {str(one.number): one, one.id: one, one.entity: one}
        if one.entity in entities:
            found[entities[one.entity].key] = one
    return found


def _wrong(plan: Ranking, row: ValueRow) -> str | None:
    dimension = plan.by_key.get(row.dimension)
    if dimension is None:
        return f"没有维度“{row.dimension}”"
    if dimension.source not in BROUGHT:
        return f"“{dimension.title}”由系统采集或专家评分,不能导入"
    if not -1e9 <= row.value <= 1e9:
        return "数值超出范围"
    if not row.evidence.strip():
        return "须写明来源"
    try:
        date.fromisoformat(row.on)
    except ValueError:
        return f"日期应写作 2026-03-02,不是“{row.on[:20]}”"
    return None
