"""Patrols: what is due, what was missed, running them, and the hand that starts or pauses one.

Every planned moment is accounted for once, in the journal: by a run that starts, or as missed. A run's id follows
from the patrol and the moment, and its progress is one event for each stretch of subjects, made in the transaction of
what followed from it and only where the run still stands where the stretch began. So a kill loses nothing and doubles
nothing, and two processes may do this side by side.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.desk.queues.load import book as queue_book
from mingjian.governance.patrols import finding, practice
from mingjian.governance.patrols.effects import carry_out
from mingjian.governance.patrols.finding import Batch, Finder
from mingjian.governance.patrols.load import patrols
from mingjian.governance.patrols.model import Patrol
from mingjian.governance.patrols.rescreening import PATROLS
from mingjian.records.canonical import canonical, digest
from mingjian.records.clock import MICROSECONDS, day
from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.journal.append import append, append_all
from mingjian.records.journal.model import Event
from mingjian.records.patrols.model import Run, Standing
from mingjian.records.storage import patrol_subjects
from mingjian.records.storage import patrols as store
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import hold_head

AT_ONCE = 200  # subjects in one stretch
MOST_EACH = 60  # runs that make up for as many missed ones; what was missed before is only recorded
_HOUR = 3600 * MICROSECONDS
FINDERS: Mapping[str, Finder] = {
    "expiring": finding.expiring, "unverified": finding.unverified, "changed": finding.changed,
    "sample": finding.sample, "risk": finding.risk, "content": finding.content,
    "unregistered": practice.unregistered, "beyond_scope": practice.beyond_scope,
}  # fmt: skip


def plan(database: Database) -> int:
    """Account for every planned moment that has come: start runs, record what was missed; how many events."""
    with database.read() as tx:
        if not _due(tx):
            return 0
    with database.write() as tx:
        hold_head(tx)
        events = [event for name, standing in _due(tx) for event in _accounted(tx, patrols()[name], standing)]
        append_all(tx, events)
    return len(events)


def _due(tx: Tx) -> list[tuple[str, Standing | None]]:
    """Patrols about which something is to be recorded now."""
    known = store.standings(tx)
    found: list[tuple[str, Standing | None]] = []
    for name, patrol in patrols().items():
        if not patrol.active:
            continue
        standing = known.get(name)
        if standing is None or (not standing.paused and _comes(patrol, standing, tx.now)):
            found.append((name, standing))
    return found


def _comes(patrol: Patrol, standing: Standing, now: int) -> bool:
    return standing.since > now + _HOUR or bool(patrol.schedule.occurrences(standing.since, now, queue_book().calendar))


def _accounted(tx: Tx, patrol: Patrol, standing: Standing | None) -> list[Event]:
    now, by = tx.now, PATROLS.actor
    if standing is None:
        return [Event("patrol.enrolled", patrol.name, {"since": now}, by)]
    if standing.since > now + _HOUR:  # a clock had run ahead and was set right: what comes now is not to be left out
        return [Event("patrol.enrolled", patrol.name, {"since": now, "reason": "时钟曾经超前,从现在重新起算"}, by)]
    planned = patrol.schedule.occurrences(standing.since, now, queue_book().calendar)
    there = store.runs_by_id(tx, (run_id(patrol.name, at) for at in planned))
    fresh = [at for at in planned if run_id(patrol.name, at) not in there]
    if not fresh:
        return [Event("patrol.enrolled", patrol.name, {"since": planned[-1], "reason": "这些时点已经巡查过"}, by)]
    late = [at for at in fresh if now - at > patrol.grace_hours * _HOUR]
    timely = fresh[len(late) :]
    events = _made_up(tx, patrol, late, timely)
    covers = 1 + (len(late) if patrol.missed == "merge" else 0)
    for place, at in enumerate(timely):
        events.append(_started(tx, patrol, at, "calendar", day(at).isoformat(), covers if place == 0 else 1))
    return events


def _made_up(tx: Tx, patrol: Patrol, late: Sequence[int], timely: Sequence[int]) -> list[Event]:
    """What was missed, recorded, and what makes up for it."""
    if not late:
        return []
    if patrol.missed == "skip":
        return [_missed(patrol, late, None)]
    if patrol.missed == "merge":
        if timely:
            return [_missed(patrol, late, run_id(patrol.name, timely[0]))]
        run = _started(tx, patrol, late[-1], "recovery", day(tx.now).isoformat(), len(late))
        return [_missed(patrol, late, run.subject), run]
    gone, each = late[:-MOST_EACH], late[-MOST_EACH:]
    events = [_missed(patrol, gone, None)] if gone else []
    for at in each:
        run = _started(tx, patrol, at, "recovery", day(at).isoformat(), 1)
        events += [_missed(patrol, [at], run.subject), run]
    return events


def _missed(patrol: Patrol, planned: Sequence[int], run: str | None) -> Event:
    return Event("patrol.missed", patrol.name, {"planned": list(planned), "run": run, "how": patrol.missed},
                 PATROLS.actor)  # fmt: skip


def run_id(patrol: str, planned: int) -> str:
    """The same for the same patrol and planned moment."""
    named = f"{patrol}\n{planned}".encode()
    return f"run_{digest(named)[:20]}"


def _started(
    tx: Tx, patrol: Patrol, planned: int, origin: str, as_of: str, covers: int, *, by: str = PATROLS.actor,
    id: str | None = None,
) -> Event:  # fmt: skip
    body = {
        "patrol": patrol.name, "origin": origin, "planned": planned, "covers": covers, "as_of": as_of,
        "definition": definition(patrol), "total": total_of(tx, patrol, as_of),
    }  # fmt: skip
    return Event("patrol.started", id or run_id(patrol.name, planned), body, by)


def definition(patrol: Patrol) -> str:
    """The digest of what a patrol does."""

    def plain(value: Any) -> Any:
        if isinstance(value, time):
            return value.isoformat()
        if isinstance(value, dict):
            return {name: plain(each) for name, each in value.items()}
        return [plain(each) for each in value] if isinstance(value, list | tuple) else value

    return digest(canonical(plain(dataclasses.asdict(patrol))))


def total_of(tx: Tx, patrol: Patrol, as_of: str) -> int:
    """How many subjects a run has before it."""
    wanted = patrol.subjects
    if wanted.kind == "unverified":
        return patrol_subjects.count_credentials(tx, wanted.credentials)
    if wanted.kind == "expiring":
        first, last = finding.window(patrol, as_of)
        return patrol_subjects.count_credentials(tx, wanted.credentials, first=first, last=last)
    return patrol_subjects.count_entities(tx, wanted.entities or ("physician",))


def advance(database: Database, limit: int = AT_ONCE) -> int:
    """Go on with the oldest run by one stretch; how much was done (0: none goes on)."""
    with database.read() as tx:
        run = store.oldest_running(tx)
        if run is None:
            return 0
        patrol = patrols().get(run.patrol)
        batch = FINDERS[patrol.subjects.kind](tx, patrol, run, limit) if patrol is not None else None
    with database.write() as tx:
        hold_head(tx)
        now = store.run_by_id(tx, run.id)
        if now is None or now.state != "running" or now.cursor != run.cursor or now.seen != run.seen:
            return 1  # somebody else was quicker
        if patrol is None or batch is None:
            append(tx, Event("patrol.finished", run.id, {"reason": "巡查文件里已没有这项巡查"}, PATROLS.actor))
            return 1
        _go_on(tx, patrol, now, batch)
    return max(1, batch.seen)


def _go_on(tx: Tx, patrol: Patrol, run: Run, batch: Batch) -> None:
    counts = carry_out(tx, patrol, run, batch.hits)
    marks = [[hit.key, hit.value] for hit in batch.hits] + [list(mark) for mark in batch.marks]
    body = {"cursor": batch.cursor, "seen": batch.seen, "hits": len(batch.hits), "counts": dict(counts),
            "marks": marks}  # fmt: skip
    append(tx, Event("patrol.advanced", run.id, body, PATROLS.actor))
    if batch.cursor is None:
        append(tx, Event("patrol.finished", run.id, {}, PATROLS.actor))


def run_now(tx: Tx, principal: Principal, name: str) -> Run:
    """Start a patrol by hand, besides its calendar. Conflict while one started by hand goes on."""
    demand(principal, "patrol.manage")
    patrol = the(name)
    hold_head(tx)
    last = store.list_runs(tx, name, None, 1)[0]
    if last and last[0].state == "running" and last[0].origin == "manual":
        raise Conflict("这项巡查正在进行,请等它结束。")
    id = tx.new_id("run")
    append(tx, _started(tx, patrol, tx.now, "manual", day(tx.now).isoformat(), 1, by=principal.actor, id=id))
    found = store.run_by_id(tx, id)
    assert found is not None
    return found


def pause(tx: Tx, principal: Principal, name: str, reason: str) -> None:
    """Plan no more runs until it goes on; what is planned meanwhile does not count as missed."""
    demand(principal, "patrol.manage")
    the(name)
    if not reason.strip() or len(reason) > 500:
        raise Invalid("请写明暂停的理由,最多 500 字。", field="reason")
    hold_head(tx)
    standing = store.standings(tx).get(name)
    if standing is not None and standing.paused:
        raise Conflict("这项巡查已经暂停。")
    append(tx, Event("patrol.paused", name, {"reason": reason.strip()}, principal.actor))


def resume(tx: Tx, principal: Principal, name: str) -> None:
    """Go on from now."""
    demand(principal, "patrol.manage")
    the(name)
    hold_head(tx)
    standing = store.standings(tx).get(name)
    if standing is None or not standing.paused:
        raise Conflict("这项巡查没有暂停。")
    append(tx, Event("patrol.resumed", name, {"since": tx.now}, principal.actor))


def the(name: str) -> Patrol:
    """A patrol in force; NotFound."""
    found = patrols().get(name)
    if found is None:
        raise NotFound(f"没有这项巡查:{name}。现有:{'、'.join(patrols())}")
    return found
