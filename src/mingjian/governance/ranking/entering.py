"""Who takes part: registered by the registry's entity, examined at the gate with the chain of facts, withdrawn."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed, demand
from mingjian.governance.decisions.words import required
from mingjian.governance.ranking import facts as gathering
from mingjian.governance.ranking.editions import MANAGE, get_edition, get_entrant, in_state, plan_of
from mingjian.governance.ranking.gate import Step, examine, steps_of
from mingjian.governance.ranking.scope import scopes
from mingjian.records.canonical import canonical
from mingjian.records.clock import day
from mingjian.records.errors import Conflict, Invalid
from mingjian.records.journal.append import append, append_all
from mingjian.records.journal.model import Event
from mingjian.records.ranking.model import Edition, Entrant
from mingjian.records.registry.model import Entity
from mingjian.records.storage import contents, registry
from mingjian.records.storage import ranking as store
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head

ENTER = "ranking.enter"
_AT_ONCE = 500
MOST_ROWS, MOST_WORKS, MOST_TEXT, MOST_MEDIA = 5000, 20, 4000, 12


@dataclass(frozen=True, slots=True)
class Nomination:
    """Somebody to take part: ``key`` is their 执业证书编码 or the registry's id; ``works`` are {title, text, media}:
    what experts will see, without the name. ``values`` are stated values {dimension: {value, evidence, on}}."""

    key: str
    works: Sequence[Mapping[str, Any]] = ()
    values: Mapping[str, Mapping[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one nomination: the entrant, or what is wrong with it."""

    key: str
    entrant: Entrant | None
    problem: str | None = None


def register(tx: Tx, principal: Principal, edition: str, nominations: Sequence[Nomination],
             origin: str = "self") -> list[Row]:  # fmt: skip
    """Register entrants while the edition is open; the good rows are kept, each other one says what is wrong. Somebody
    registered before stays as they were."""
    if not allowed(principal, MANAGE):
        demand(principal, ENTER)
    if len(nominations) > MOST_ROWS:
        raise Invalid(f"一次最多 {MOST_ROWS} 人。", field="entrants")
    hold_head(tx)
    found = in_state(get_edition(tx, edition), "open")
    if origin == "self" and not open_to(found, day(tx.now)):
        raise Conflict(f"自荐时间为 {found.opens} 至 {found.closes}。")
    plan = plan_of(tx, found)
    stated = {one.key for one in plan.dimensions if one.source == "stated"}
    known = _entities(tx, [one.key for one in nominations])
    before = store.entrants_by_entity(tx, edition, [one.id for one in known.values()])
    number = store.last_number(tx, edition)
    events: list[Event] = []
    rows: list[tuple[str, str | None, str | None]] = []
    values: dict[str, dict[str, Any]] = {}
    taken: dict[str, str] = {entity: entrant.id for entity, entrant in before.items()}
    for one in nominations:
        entity = known.get(one.key)
        problem = _problem(one, entity, stated)
        if problem is not None or entity is None:
            rows.append((one.key, None, problem))
            continue
        if entity.id in taken:
            rows.append((one.key, taken[entity.id], None))
            continue
        number += 1
        id = taken[entity.id] = tx.new_id("etr")
        works = {"works": [dict(work) for work in one.works]}
        statement = contents.put(tx, [canonical(works)])[0] if one.works else None
        body = {"edition": edition, "entity": entity.id, "number": number, "origin": origin, "statement": statement}
        events.append(Event("entrant.registered", id, body, principal.actor))
        if one.values:
            values[id] = {key: {"value": float(value["value"]), "source": "stated", "on": str(value.get("on", "")),
                                "evidence": str(value.get("evidence", ""))[:500]}
                          for key, value in one.values.items()}  # fmt: skip
        rows.append((one.key, id, None))
    append_all(tx, events)
    if values:
        digests = contents.put(tx, [canonical(one) for one in values.values()])
        body = {"values": dict(zip(values, digests, strict=True)), "origin": "stated"}
        append(tx, Event("edition.valued", edition, body, principal.actor))
    made = {one.id: one for one in store.entrants_of(tx, edition)}
    return [Row(key, made[id] if id else None, problem) for key, id, problem in rows]


def _entities(tx: Tx, keys: Iterable[str]) -> dict[str, Entity]:
    wanted = list(dict.fromkeys(keys))
    found = dict(registry.entities_by_keys(tx, "physician", wanted))
    ids = registry.entities_by_id(tx, [key for key in wanted if key not in found])
    return {**found, **{id: one for id, one in ids.items() if one.kind == "physician"}}


def _problem(one: Nomination, entity: Entity | None, stated: set[str]) -> str | None:
    if entity is None:
        return "登记里没有这位医师:先登记,或核对执业证书编码"
    if len(one.works) > MOST_WORKS:
        return f"作品最多 {MOST_WORKS} 件"
    for work in one.works:
        media = work.get("media", [])
        if not isinstance(work.get("title", ""), str) or not isinstance(work.get("text", ""), str):
            return "作品的标题和说明应为文字"
        if len(str(work.get("text", ""))) > MOST_TEXT or len(str(work.get("title", ""))) > 200:
            return f"作品的说明最多 {MOST_TEXT} 字,标题最多 200 字"
        if not isinstance(media, list) or len(media) > MOST_MEDIA or not all(isinstance(name, str) for name in media):
            return f"作品的图片应为摘要的列表,最多 {MOST_MEDIA} 张"
    for key, value in (one.values or {}).items():
        if key not in stated:
            return f"“{key}”不是可以自报的维度"
        given = value.get("value") if isinstance(value, Mapping) else None
        if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= 1_000_000:
            return f"“{key}”的数值应为不小于 0 的数"
        if not str(value.get("evidence", "")).strip():
            return f"“{key}”须写明证明材料"
    return None


def examine_entrants(tx: Tx, principal: Principal, edition: str, *, only: Sequence[str] = (),
                     step: Callable[[int], None] | None = None) -> dict[str, int]:  # fmt: skip
    """Ask the gate about the entrants of an edition (all, or ``only`` these); how many are in each state after. Who
    came in by an appeal stays in."""
    demand(principal, MANAGE)
    hold_head(tx)
    found = in_state(get_edition(tx, edition), "open", "rating")
    plan = plan_of(tx, found)
    waiting = store.entrants_of(tx, edition, states=("registered", "eligible", "refused", "undetermined"))
    if only:
        waiting = [one for one in waiting if one.id in set(only)]
    wanted = next((one for one in plan.eligibility if one.key == "penalty"), None)
    for first in range(0, len(waiting), _AT_ONCE):
        some = waiting[first : first + _AT_ONCE]
        entities = registry.entities_by_id(tx, [one.entity for one in some])
        known = gathering.gather(tx, list(entities.values()), found.as_of)
        standing = gathering.penalties(tx, list(entities.values()), wanted.measures if wanted else ())
        asked = next((one for one in plan.eligibility if one.key == "scope"), None)
        inside = scopes(tx, list(entities.values()), asked.procedures, found.as_of) if asked is not None else {}
        chains: list[tuple[Entrant, str, bytes]] = []
        for one in some:
            if one.entity not in known or _by_appeal(tx, one):
                continue
            told = [f"{act.measure} {act.right or ''} {act.id}" for act in standing.get(one.entity, ())]
            state, steps = examine(plan.eligibility, known[one.entity], told, inside.get(one.entity))
            kept = canonical({"as_of": found.as_of.isoformat(), "steps": [each.plain() for each in steps]})
            chains.append((one, state, kept))
        digests = contents.put(tx, [kept for _, _, kept in chains])
        append_all(tx, [
            Event("entrant.examined", one.id, {"state": state, "chain": digest}, principal.actor)
            for (one, state, _), digest in zip(chains, digests, strict=True)
            if (one.state, one.chain) != (state, digest)
        ])  # fmt: skip
        if step is not None:
            step(first + len(some))
    return store.entrant_counts(tx, edition)


def _by_appeal(tx: Tx, entrant: Entrant) -> bool:
    return any(step.key == "appeal" for step in chain_of(tx, entrant)) if entrant.chain else False


def admit(tx: Tx, principal: Principal, entrant: Entrant, why: str) -> None:
    """Let somebody in whose appeal was granted; the chain says so. The caller has asked who may."""
    steps = [*chain_of(tx, entrant),
             Step("appeal", "申诉成立", "Appeal granted", True, why)]  # fmt: skip
    (digest,) = contents.put(tx, [canonical({"steps": [each.plain() for each in steps]})])
    append(tx, Event("entrant.examined", entrant.id, {"state": "eligible", "chain": digest}, principal.actor))


def withdraw_entrant(tx: Tx, principal: Principal, entrant: str, reason: str) -> Entrant:
    """Take an entrant out before the edition is computed."""
    demand(principal, MANAGE)
    hold_head(tx)
    found = get_entrant(tx, entrant)
    in_state(get_edition(tx, found.edition), "open", "rating")
    if found.state == "withdrawn":
        raise Conflict("已经退出。")
    append(tx, Event("entrant.withdrawn", entrant, {"reason": required(reason)}, principal.actor))
    return get_entrant(tx, entrant)


def chain_of(tx: Tx, entrant: Entrant) -> tuple[Step, ...]:
    """What the gate found of an entrant."""
    kept = contents.get(tx, entrant.chain) if entrant.chain else None
    return steps_of(json.loads(kept)["steps"]) if kept is not None else ()


def works_of(tx: Tx, entrant: Entrant) -> list[dict[str, Any]]:
    """What an entrant shows: {title, text, media}."""
    kept = contents.get(tx, entrant.statement) if entrant.statement else None
    found: list[dict[str, Any]] = json.loads(kept)["works"] if kept is not None else []
    return found


def open_to(edition: Edition, today: date) -> bool:
    """Whether entrants may nominate themselves on a day."""
    return edition.state == "open" and edition.opens <= today <= edition.closes
