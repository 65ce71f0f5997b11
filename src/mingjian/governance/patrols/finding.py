"""What a patrol finds: one stretch of its subjects at a time, and of each whether something is to be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from mingjian.governance.patrols.model import Patrol, Stage
from mingjian.records.canonical import canonical, digest
from mingjian.records.clock import MICROSECONDS, day
from mingjian.records.patrols.model import Run
from mingjian.records.registry.model import Credential, Entity
from mingjian.records.storage import patrol_subjects, patrols, scores
from mingjian.records.storage import registry as book
from mingjian.records.storage.database import Tx

DAY = 24 * 3600 * MICROSECONDS
_MONTH = 30.44  # days


@dataclass(frozen=True, slots=True)
class Hit:
    """Something to be done about an entity. ``key`` and ``value`` are what the patrol marks as dealt with; the same
    value again is no hit. ``credentials`` are those to look up; ``why`` names nobody."""

    entity: Entity
    key: str
    value: str
    why: str
    does: tuple[str, ...]
    credential: Credential | None = None
    stage: int | None = None
    credentials: tuple[str, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Batch:
    """``seen`` subjects were looked at; ``marks`` remembers those of which nothing is to be done; ``cursor`` is where
    to go on, None at the end."""

    hits: tuple[Hit, ...]
    seen: int
    cursor: str | None
    marks: tuple[tuple[str, str], ...] = ()


Finder = Callable[[Tx, Patrol, Run, int], Batch]


def expiring(tx: Tx, patrol: Patrol, run: Run, limit: int) -> Batch:
    """Credentials that end within the first stage's days, or ended not longer ago than is looked back, unless a newer
    one of the kind has taken their place. Each stage is met once."""
    wanted, as_of = patrol.subjects, date.fromisoformat(run.as_of)
    first, last = window(patrol, run.as_of)
    found, cursor = book.expiring(tx, first, last, run.cursor, limit)
    found = [one for one in found if one.kind in wanted.credentials]
    entities = _active(tx, [one.entity for one in found])
    beside = book.credentials_of(tx, entities)
    marks = patrols.marks_of(tx, patrol.name, [one.id for one in found])
    hits = []
    for one in found:
        assert one.valid_to is not None
        left = (one.valid_to - as_of).days
        stage = _stage_of(wanted.stages, left)
        if stage is None or one.entity not in entities or _renewed(one, beside.get(one.entity, ())):
            continue
        value = f"{one.valid_to.isoformat()}:{stage.days}"
        if marks.get(one.id, ("", 0))[0] == value:
            continue
        why = f"还有 {left} 天到期({one.valid_to.isoformat()})" if left > 0 else (
            "今天到期" if left == 0 else f"已于 {one.valid_to.isoformat()} 到期"
        )  # fmt: skip
        hits.append(Hit(entities[one.entity], one.id, value, why, stage.does, one, stage.days, (one.id,)))
    return Batch(tuple(hits), len(found), cursor)


def _stage_of(stages: Sequence[Stage], left: int) -> Stage | None:
    """The nearest stage that has begun."""
    begun = [stage for stage in stages if left <= stage.days]
    return min(begun, key=lambda stage: stage.days) if begun else None


def _renewed(one: Credential, beside: Sequence[Credential]) -> bool:
    return any(
        other.id != one.id and other.kind == one.kind and other.state == "valid"
        and (other.valid_to is None or one.valid_to is None or other.valid_to > one.valid_to)
        for other in beside
    )  # fmt: skip


def unverified(tx: Tx, patrol: Patrol, run: Run, limit: int) -> Batch:
    """Valid credentials that no official source has confirmed for so many months."""
    wanted = patrol.subjects
    found, cursor = patrol_subjects.credentials_after(tx, wanted.credentials, run.cursor or "", limit)
    entities = _active(tx, [one.entity for one in found])
    marks = patrols.marks_of(tx, patrol.name, [one.id for one in found])
    before = run.started_at - round(wanted.months * _MONTH * DAY)
    hits = []
    for one in found:
        confirmed = one.check == "confirmed" and one.checked_at is not None
        if one.entity not in entities or (confirmed and (one.checked_at or 0) > before):
            continue
        if _recently(marks, one.id, run, wanted.again_days):
            continue
        since = day(one.checked_at or 0).isoformat() if confirmed else None
        why = f"上次核验在 {since},已过 {wanted.months} 个月" if since else "还没有经官方核验"
        hits.append(Hit(entities[one.entity], one.id, run.id, why, patrol.does, one, None, (one.id,)))
    return Batch(tuple(hits), len(found), cursor)


def changed(tx: Tx, patrol: Patrol, run: Run, limit: int) -> Batch:
    """Entities whose credentials of these kinds are not as they were when last looked at. Met for the first time,
    they are only remembered."""
    wanted, as_of = patrol.subjects, date.fromisoformat(run.as_of)
    found, cursor = patrol_subjects.entities_after(tx, wanted.entities, int(run.cursor or 0), limit)
    held = book.credentials_of(tx, [one.id for one in found])
    marks = patrols.marks_of(tx, patrol.name, [one.id for one in found])
    hits, fresh = [], []
    for one in found:
        licences = [credential for credential in held.get(one.id, ()) if credential.kind in wanted.credentials]
        value = _print_of(licences, as_of)
        before = marks.get(one.id, (None, 0))[0]
        if before is None:
            fresh.append((one.id, value))
        elif before != value:
            hits.append(Hit(one, one.id, value, "许可、范围或其状态有变更", patrol.does,
                            credentials=tuple(each.id for each in licences)))  # fmt: skip
    return Batch(tuple(hits), len(found), None if cursor is None else str(cursor), tuple(fresh))


def _print_of(licences: Sequence[Credential], as_of: date) -> str:
    """The same for the same numbers, scopes, states and days; that one's term ends changes it too."""
    return digest(canonical([
        [one.kind, one.number, sorted(one.scope), one.state, str(one.valid_from), str(one.valid_to), one.holds(as_of)]
        for one in sorted(licences, key=lambda each: each.id)
    ]))  # fmt: skip


def sample(tx: Tx, patrol: Patrol, run: Run, limit: int) -> Batch:
    """A share of the entities, drawn by the run's id: another one each run, the same when the run is gone over."""
    wanted = patrol.subjects
    found, cursor = patrol_subjects.entities_after(tx, wanted.entities, int(run.cursor or 0), limit)
    drawn = [one for one in found if drawn_for(run.id, one.id, wanted.share)]
    held = book.credentials_of(tx, [one.id for one in drawn])
    hits = tuple(
        Hit(one, one.id, run.id, "随机抽中", patrol.does, credentials=tuple(each.id for each in held.get(one.id, ())))
        for one in drawn
    )
    return Batch(hits, len(found), None if cursor is None else str(cursor))


def drawn_for(run: str, id: str, share: float) -> bool:
    """Whether an id belongs to the share that a run draws."""
    return int(digest(f"{run}\n{id}".encode())[:13], 16) < share * 16**13


def risk(tx: Tx, patrol: Patrol, run: Run, limit: int) -> Batch:
    """Entities that a scorecard has put into one of these bands."""
    wanted = patrol.subjects
    found, cursor = patrol_subjects.entities_after(tx, wanted.entities, int(run.cursor or 0), limit)
    by_key = {name: one for one in found for name in (one.key, one.id)}
    bands = {by_key[actor].id: kept.band for actor, kept in
             scores.kept_scores(tx, wanted.scorecard, by_key).items() if kept.band in wanted.bands}  # fmt: skip
    marks = patrols.marks_of(tx, patrol.name, bands)
    held = book.credentials_of(tx, bands)
    hits = tuple(
        Hit(one, one.id, f"{bands[one.id]}", f"评分等级 {bands[one.id]}", patrol.does,
            credentials=tuple(each.id for each in held.get(one.id, ()) if each.state == "valid"))
        for one in found if one.id in bands and not _recently(marks, one.id, run, wanted.again_days)
    )  # fmt: skip
    return Batch(hits, len(found), None if cursor is None else str(cursor))


def content(tx: Tx, patrol: Patrol, run: Run, limit: int) -> Batch:
    """Entities whose content was not judged again for so many months: of these a share, those longest due first come
    first in time because a run marks what it took."""
    wanted = patrol.subjects
    found, cursor = patrol_subjects.entities_after(tx, wanted.entities, int(run.cursor or 0), limit)
    marks = patrols.marks_of(tx, patrol.name, [one.id for one in found])
    days = round(wanted.months * _MONTH)
    hits = tuple(
        Hit(one, one.id, run.id, f"超过 {wanted.months} 个月没有复审", patrol.does) for one in found
        if not _recently(marks, one.id, run, days) and drawn_for(run.id, one.id, wanted.share)
    )  # fmt: skip
    return Batch(hits, len(found), None if cursor is None else str(cursor))


def _active(tx: Tx, ids: Sequence[str]) -> dict[str, Entity]:
    return {id: one for id, one in book.entities_by_id(tx, ids).items() if one.state == "active"}


def _recently(marks: Mapping[str, tuple[str, int]], key: str, run: Run, days: int) -> bool:
    return key in marks and marks[key][1] > run.started_at - days * DAY


def window(patrol: Patrol, as_of: str) -> tuple[date, date]:
    """Between which last days a credential is looked at."""
    today, wanted = date.fromisoformat(as_of), patrol.subjects
    farthest = max((stage.days for stage in wanted.stages), default=0)
    return today - timedelta(days=wanted.lookback_days), today + timedelta(days=farthest)
