"""Loads of engagement: taken in, and looked through by a duty together with what came before.

A load is looked through by one process at a time; what it found and that it was looked through are one transaction, so
that a process killed on the way leaves nothing half done.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mingjian.desk.people.model import Principal, house
from mingjian.desk.people.permissions import demand
from mingjian.governance.engagement.find import find
from mingjian.governance.engagement.log import Log, LogMaker
from mingjian.governance.engagement.model import Alarm
from mingjian.governance.engagement.observing import observe_publishers
from mingjian.governance.engagement.plain import alarm_plain, joined
from mingjian.governance.engagement.reading import SUFFIXES, gather, pushed
from mingjian.governance.engagement.settings import SETTINGS, Settings
from mingjian.intake.errors import IntakeError, UnreadableError
from mingjian.records.blobs import Blobs
from mingjian.records.canonical import canonical
from mingjian.records.engagement.model import Kept, Load
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.journal.append import append, append_all
from mingjian.records.journal.model import Event
from mingjian.records.storage import contents
from mingjian.records.storage import engagement as store
from mingjian.records.storage import engagement_loads as loads
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import hold_head

ENGAGEMENT = house("engagement")
PUSHES = "registry.import"
"""Reporting engagement is reporting numbers of others: the permission of observations."""
HELD = 3600
"""Seconds after which a load that a killed process held is taken by another."""
_DAY = 86_400 * 1_000_000
_OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class _Looked:
    events: int
    bad: int
    seen: int
    alarms: list[Alarm]


def suffix_of(name: str, head: bytes) -> str:
    """How to read a file, by its name and its first bytes. Invalid for what is neither Parquet nor JSONL."""
    if head.startswith(b"PAR1"):
        return ".parquet"
    if head.startswith(b"\x1f\x8b"):
        return ".jsonl.gz"
    if head.lstrip()[:1] == b"{" and not name.endswith(".parquet"):
        return ".jsonl"
    raise Invalid(f"应为互动数据的文件:{'、'.join(SUFFIXES)},每行含 actor、item、action、at。", field="file")


def receive(tx: Tx, principal: Principal, digest: str, size: int, suffix: str) -> Load:
    """A file was pushed; its bytes lie among the blobs. The same bytes that still wait are the same load."""
    demand(principal, PUSHES)
    hold_head(tx)
    there = loads.waiting_of(tx, digest)
    if there is not None:
        return there
    id = tx.new_id("egl")
    append(tx, Event("engagement.received", id, {"digest": digest, "suffix": suffix, "size": size}, principal.actor))
    return the_load(tx, id)


def the_load(tx: Tx, id: str) -> Load:
    """One load; NotFound."""
    found = loads.load_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有这批互动数据:{id[:40]}")
    return found


def work(database: Database, blobs: Blobs) -> int:
    """Look through the oldest load that waits; 0 when none does."""
    with database.read() as tx:
        if not loads.any_waiting(tx):
            return 0
    with database.write() as tx:
        load = loads.hold_next(tx, HELD)
    if load is None:
        return 0
    settings = SETTINGS.current()
    try:
        looked = _look(database, blobs, load, settings)
    except (Invalid, UnreadableError, OSError) as error:
        _fail(database, load, error.message if isinstance(error, Invalid | UnreadableError) else str(error))
        return 1
    with database.write() as tx:
        hold_head(tx)
        found = loads.load_by_id(tx, load.id)
        if found is not None and found.state == "waiting":
            _keep(tx, found, looked)
        loads.let_go(tx, load.id)
    return 1


def _look(database: Database, blobs: Blobs, load: Load, settings: Settings) -> _Looked:
    with database.read() as tx:
        since = load.received_at - settings.history_days * _DAY
        earlier = [one for one in loads.loads_since(tx, since, load.seq) if one.id != load.id]
    maker = LogMaker()
    events, bad, problem = _gather(blobs.path(load.digest), load, maker, settings.most_events)
    if not events:
        raise Invalid(f"没有一条能读的互动数据:{problem or '文件是空的'}", field="file")
    for one in earlier:
        path = blobs.path(one.digest)
        if maker.count < settings.most_events and path.is_file():
            _gather(path, one, maker, settings.most_events - maker.count)
    with database.read() as tx:
        for item, (publisher, at) in store.owners_of(tx, maker.wanted_items()).items():
            maker.tell_item(item, publisher, at)
    log: Log = maker.log()
    return _Looked(events, bad, len(log), find(log, settings))


def _gather(path: Path, load: Load, maker: LogMaker, most: int) -> tuple[int, int, str | None]:
    with pushed(path, load.suffix) as archive:
        found = gather(archive, maker, most=most)
        first: IntakeError | None = next(iter(archive.problems), None)
        return found, archive.bad, None if first is None else f"{first.field or ''} {first.message}".strip()


def _fail(database: Database, load: Load, why: str) -> None:
    with database.write() as tx:
        hold_head(tx)
        found = loads.load_by_id(tx, load.id)
        if found is not None and found.state == "waiting":
            append(tx, Event("engagement.failed", load.id, {"reason": why[:500]}, ENGAGEMENT.actor))
        loads.let_go(tx, load.id)


def _keep(tx: Tx, load: Load, looked: _Looked) -> None:
    events: list[Event] = []
    changed: list[Kept] = []
    raised = again = 0
    for alarm in looked.alarms:
        known = _known(tx, alarm)
        if known is not None and known.state == "dismissed":
            continue  # people have looked at these accounts: not raised again
        told = joined(alarm_plain(alarm), store.content_of(tx, known.content) if known is not None else None)
        (content,) = contents.put(tx, [canonical(told)])
        body = {
            "load": load.id, "kinds": told["kinds"], "content": content, "actors": len(told["actors"]),
            "items": len(told["items"]), "events": told["events"], "since": told["since"], "until": told["until"],
            "chance": round(told["chance"] * 1_000_000),
        }  # fmt: skip
        if known is None:
            raised += 1
            events.append(Event("engagement.alarm", tx.new_id("ega"), body, ENGAGEMENT.actor))
        elif known.content != content:
            again += 1
            changed += [known] if known.state == "confirmed" else []
            events.append(Event("engagement.again", known.id, body, ENGAGEMENT.actor))
    before = {day.publisher for one in changed for day in store.days_of(tx, one.id)}
    counts = {"events": looked.events, "bad": looked.bad, "seen": looked.seen, "alarms": raised, "again": again}
    append_all(tx, [*events, Event("engagement.looked", load.id, counts, ENGAGEMENT.actor)])
    after = {day.publisher for one in changed for day in store.days_of(tx, one.id)}
    observe_publishers(tx, before | after)


def _known(tx: Tx, alarm: Alarm) -> Kept | None:
    """The alarm about the same accounts that is there already: half of the smaller one's are in both."""
    shared = store.known_with(tx, alarm.actors)
    there = store.alarms_by_id(tx, shared)
    near = [one for id, one in there.items() if shared[id] >= _OVERLAP * min(one.actors, len(alarm.actors))]
    return max(near, key=lambda one: (shared[one.id], one.seq), default=None)
