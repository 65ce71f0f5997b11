"""Recording who somebody is and what they hold, and changing it: all through the journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.desk.registry import numbers
from mingjian.desk.registry.asking import neighbours, owners_of, publisher_entities, publisher_entity, search
from mingjian.desk.registry.changing import Change, Run, change
from mingjian.desk.registry.erasing import erase
from mingjian.desk.registry.model import Parsed, Problem, Record, Recorded
from mingjian.desk.registry.parse import parse
from mingjian.records.clock import day
from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.journal.append import append, append_all
from mingjian.records.journal.model import Event
from mingjian.records.registry.model import CHECKS, CREDENTIAL_STATES, ENTITY_STATES
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head
from mingjian.records.storage.registry import credentials_by_id, entities_by_id, links_by_id
from mingjian.records.storage.registry_contents import forget_fresh, put_records
from mingjian.records.storage.registry_ids import Ids
from mingjian.records.storage.registry_standing import Standing, standing_of

__all__ = [
    "MOST_AT_ONCE",
    "Problem",
    "Record",
    "Recorded",
    "change_state",
    "erase",
    "neighbours",
    "note_check",
    "owners_of",
    "plan",
    "publisher_entities",
    "publisher_entity",
    "record",
    "record_each",
    "search",
]

MOST_AT_ONCE = 1000
"""Records named by one event."""
_NOUNS = {"ent": "entity", "crd": "credential", "lnk": "link"}
_CHANGED = {"entity": "entity.changed", "credential": "credential.changed", "link": "link.changed"}
_TOLD = 5


def record(tx: Tx, principal: Principal, records: Sequence[Record], source: str) -> list[Recorded]:
    """Record all, or nothing and Invalid with what is wrong (Conflict where somebody else was quicker). What changes
    nothing writes nothing. ``source`` names where it comes from, in a word (``console``, ``api``, a register)."""
    found = record_each(tx, principal, records, source)
    wrong = [(place, one) for place, one in enumerate(found) if not isinstance(one, Recorded)]
    if not wrong:
        return [one for one in found if isinstance(one, Recorded)]
    told = [(place, problem) for place, problems in wrong for problem in problems]
    lines = [f"{_place(records, place)}{problem}" for place, problem in told[:_TOLD]]
    more = f";共 {len(told)} 处" if len(told) > _TOLD else ""
    kind = Conflict if all(problem.word in ("stale", "duplicate") for _, problem in told) else Invalid
    raise kind(";".join(lines) + more, field=f"{_place(records, told[0][0])}{told[0][1].field}")


def _place(records: Sequence[Record], place: int) -> str:
    return f"records.{place}." if len(records) > 1 else ""


def record_each(tx: Tx, principal: Principal, records: Sequence[Record], source: str) -> list[Recorded | list[Problem]]:
    """Record what is sound; for each what became of it, or what is wrong with it."""
    demand(principal, "registry.write")
    parsed = [parse(one) for one in records]
    good = [one for one, _ in parsed if one is not None]
    done = iter(record_parsed(tx, principal, good, source))
    return [problems if one is None else next(done) for one, problems in parsed]


def record_parsed(
    tx: Tx,
    principal: Principal,
    parsed: Sequence[Parsed],
    source: str,
    *,
    run: str | None = None,
    since: int | None = None,
) -> list[Recorded | list[Problem]]:
    """The same for records whose form is known to be sound, by a caller who has asked for permission. ``run`` is the
    import they belong to, ``since`` the first event of it."""
    hold_head(tx)
    changes = plan(tx, parsed, since)
    waiting = [(one, content) for one in changes if isinstance(one, Change) and (content := one.content())]
    events = []
    for first in range(0, len(waiting), MOST_AT_ONCE):
        some = waiting[first : first + MOST_AT_ONCE]
        names = put_records(tx, [content for _, content in some])
        events.append(_event(tx, principal, source, run, [one.told for one, _ in some], names))
    append_all(tx, events)
    forget_fresh(tx)
    return [one.counted() if isinstance(one, Change) else one for one in changes]


def plan(tx: Tx, parsed: Sequence[Parsed], since: int | None = None) -> list[Change | list[Problem]]:
    """What these records would change, one after the other. Nothing is written."""
    today = day(tx.now)
    run = Run(standing_for(tx, parsed), Ids(tx), today.isoformat(), since)
    changes = [change(run, one) for one in parsed]
    numbers.look((values for versions in run.numbers.values() for values in versions), today)
    return changes


def standing_for(tx: Tx, parsed: Iterable[Parsed]) -> Standing:
    """What is known now of all that these records speak of."""
    subjects: dict[str, set[str]] = {}
    others: dict[str, set[str]] = {}
    ids: set[str] = set()
    keys: set[str] = set()
    for one in parsed:
        if one.entity.get("id"):
            ids.add(one.entity["id"])
            keys.update([one.entity["key"]] if one.entity.get("key") else [])
        if one.entity.get("kind") and one.entity.get("key"):
            subjects.setdefault(one.entity["kind"], set()).add(one.entity["key"])
        for link in one.links:
            end = link.get("target", {})
            if end.get("id"):
                ids.add(end["id"])
            elif end:
                others.setdefault(end["kind"], set()).add(end["key"])
    return standing_of(tx, subjects, others, ids, keys)


def _event(
    tx: Tx, principal: Principal, source: str, run: str | None, told: Sequence[Recorded], names: Sequence[str]
) -> Event:
    body = {
        "records": list(names),
        "entities": [one.entity for one in told],
        "changed": _changed(told),
        "source": source,
        "import": run,
    }
    subject = run or (told[0].entity if len(told) == 1 else tx.new_id("reg"))
    return Event("registry.recorded", subject, body, principal.actor)


def _changed(told: Sequence[Recorded]) -> dict[str, list[str]]:
    """Words by entity; what is said of a new one at its beginning is not a change."""
    found: dict[str, list[str]] = {}
    for one in told:
        if not one.fresh:
            found[one.entity] = list(dict.fromkeys((*found.get(one.entity, ()), *one.changed)))
    return found


def change_state(
    tx: Tx, principal: Principal, id: str, state: str, reason: str, *, effective: date | None = None
) -> None:
    """Suspend, revoke, close or restore an entity, a credential or a link, from a day on (today). Nothing is written
    where it is so already. NotFound, Invalid."""
    demand(principal, "registry.write")
    noun = _NOUNS.get(id.partition("_")[0])
    if not reason.strip():
        raise Invalid("请写明原因。", field="reason")
    if noun is None:
        raise NotFound(f"没有这个登记对象、资质或关系:{id}")
    known = ENTITY_STATES if noun == "entity" else CREDENTIAL_STATES
    if state not in known:
        raise Invalid(f"状态应为 {'、'.join(known)} 之一。", field="state")
    hold_head(tx)
    find: Mapping[str, Any] = {"entity": entities_by_id, "credential": credentials_by_id, "link": links_by_id}
    found = find[noun](tx, [id]).get(id)
    if found is None:
        raise NotFound(f"没有这个登记对象、资质或关系:{id}")
    if found.state == state:
        return
    entity = {"entity": "id", "credential": "entity", "link": "source"}[noun]
    body = {
        "entity": getattr(found, entity),
        "state": state,
        "before": found.state,
        "version": found.version + 1,
        "effective": (effective or day(tx.now)).isoformat(),
        "changed": [f"{noun}.state"],
        "reason": reason.strip(),
    }
    append(tx, Event(_CHANGED[noun], id, body, principal.actor))


def note_check(
    tx: Tx,
    principal: Principal,
    credential: str,
    check: str,
    why: str,
    evidence: str | None = None,
    at: int | None = None,
) -> None:
    """Remember what looking a credential up has shown: ``check`` is a word of CHECKS, ``why`` what was found, in words,
    ``evidence`` the digest of what was seen, ``at`` when it was seen (now). NotFound, Invalid."""
    demand(principal, "registry.write")
    if check not in CHECKS:
        raise Invalid(f"核验结果应为 {'、'.join(CHECKS)} 之一。", field="check")
    found = credentials_by_id(tx, [credential]).get(credential)
    if found is None:
        raise NotFound(f"没有这个资质:{credential}")
    moment = tx.now if at is None else at
    (name,) = put_records(tx, [{"of": found.entity, "credential": credential, "why": why[:2000], "at": moment,
                                "event": tx.new_id("chk")}])  # fmt: skip
    body = {
        "entity": found.entity,
        "check": check,
        "before": found.check,
        "record": name,
        "evidence": evidence,
        "at": moment,
        "changed": ["credential.check"] if check != found.check else [],
    }
    append(tx, Event("credential.checked", credential, body, principal.actor))
    forget_fresh(tx)
