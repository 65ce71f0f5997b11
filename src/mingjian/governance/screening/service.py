"""Judging what was submitted: in the same moment for one who waits for the answer, durably for the rest.

An item is judged exactly once: its row in ``pending`` goes in the transaction that records the verdict, and only he
who takes that row away may record one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from mingjian.core.engine.options import Options
from mingjian.core.model import SEVERITIES, Item, Verdict
from mingjian.core.report.json_ import verdict_dict
from mingjian.intake.item_schema import item_to_dict, parse_item
from mingjian.records.canonical import canonical
from mingjian.records.clock import day
from mingjian.records.items.model import Media, Stored, Submission
from mingjian.records.items.submit import Taken, submit
from mingjian.records.journal.append import append_all
from mingjian.records.journal.model import Event
from mingjian.records.storage import contents, items
from mingjian.records.storage.database import Database, Tx

ACTOR = "duty:screening"


class Judge(Protocol):
    """The engine, as screening needs it."""

    @property
    def rulebook(self) -> str: ...
    def check(self, items: Sequence[Item], options: Options) -> list[Verdict]: ...


Read = Callable[[Item, Sequence[Media]], Item]
"""Adds the words read in an item's media to its parts; lent by a door, since only doors know perception here."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An item with its verdict. ``read`` is the item as judged, media words included."""

    stored: Stored
    read: Item
    verdict: Verdict
    verdict_digest: str


Apply = Callable[[Tx, Sequence[Judged]], Sequence[Event]]
"""What follows from verdicts: the policies in force answer with events (cases, actions)."""


def no_policy(_tx: Tx, _judged: Sequence[Judged]) -> Sequence[Event]:
    """Nothing follows."""
    return ()


@dataclass(frozen=True, slots=True)
class Screening:
    """The duty with what it needs."""

    database: Database
    judge: Judge
    apply: Apply = no_policy
    read: Read | None = None

    def check_now(self, submissions: Sequence[Submission], actor: str) -> list[tuple[Taken, Mapping[str, Any]]]:
        """Judge, then keep items and verdicts in one transaction; the verdicts' objects in order. An item that is
        known already keeps the verdict it has."""
        made = [self._read(submission) for submission in submissions]
        verdicts = self._verdicts(made, day(self.database.clock.now()))
        with self.database.write() as tx:
            taken = submit(tx, submissions, actor)
            fresh: dict[str, tuple[Stored, Item, Verdict]] = {}
            for kept, item, verdict in zip(taken, made, verdicts, strict=True):
                if kept.item.state == "pending":
                    fresh[kept.item.id] = (kept.item, item, verdict)
            self._record(tx, list(fresh.values()))
            now = items.items_by_id(tx, [kept.item.id for kept in taken])
            bodies = contents.get_many(tx, [item.verdict for item in now.values() if item.verdict])
        return [
            (Taken(now[kept.item.id], kept.fresh), json.loads(bodies[now[kept.item.id].verdict or ""]))
            for kept in taken
        ]

    def work(self, limit: int = 64) -> int:
        """Judge up to ``limit`` waiting items; how many it were. Safe to run anywhere, any number of times."""
        if self.database.dialect == "postgresql":
            with self.database.write() as tx:  # rows held, others skip them
                waiting = self._opened(tx, items.claim_pending(tx, limit))
                self._record(tx, self._judge_opened(waiting))
            return len(waiting)
        with self.database.read() as tx:
            waiting = self._opened(tx, items.claim_pending(tx, limit))
        done = self._judge_opened(waiting)  # the store is free for others meanwhile
        with self.database.write() as tx:
            still = items.still_pending(tx, [stored.id for stored, _, _ in done])
            self._record(tx, [one for one in done if one[0].id in still])
        return len(waiting)

    def _opened(self, tx: Tx, waiting: Sequence[Stored]) -> list[tuple[Stored, Mapping[str, Any]]]:
        bodies = contents.get_many(tx, [item.digest for item in waiting])
        return [(item, json.loads(bodies[item.digest])) for item in waiting if item.digest in bodies]

    def _judge_opened(
        self, waiting: Sequence[tuple[Stored, Mapping[str, Any]]]
    ) -> list[tuple[Stored, Item, Verdict]]:
        made = [self._read(Submission(content["item"], media=media_of(content))) for _, content in waiting]
        verdicts = self._verdicts(made, day(self.database.clock.now()))
        return [(stored, item, verdict) for (stored, _), item, verdict in zip(waiting, made, verdicts, strict=True)]

    def _read(self, submission: Submission) -> Item:
        item = item_of(submission.item)
        unread = [media for media in submission.media if media.part is None]
        return self.read(item, unread) if unread and self.read is not None else item

    def _verdicts(self, made: Sequence[Item], today: date) -> list[Verdict]:
        return self.judge.check(made, Options(as_of=today))

    def _record(self, tx: Tx, judged: Sequence[tuple[Stored, Item, Verdict]]) -> None:
        if not judged:
            return
        verdicts = contents.put(tx, (verdict_bytes(verdict, item) for _, item, verdict in judged))
        reads = contents.put(tx, (canonical(item_to_dict(item)) for _, item, _ in judged))
        append_all(
            tx,
            [
                Event("item.judged", stored.id, judged_body(item, verdict, name, read), ACTOR)
                for (stored, item, verdict), name, read in zip(judged, verdicts, reads, strict=True)
            ],
        )
        done = [
            Judged(stored, item, verdict, name) for (stored, item, verdict), name in zip(judged, verdicts, strict=True)
        ]
        append_all(tx, self.apply(tx, done))


def item_of(data: Mapping[str, Any]) -> Item:
    """The item of a stored object of the public schema."""
    parsed = parse_item(data)
    if parsed.item is None:
        raise ValueError(f"stored item does not parse: {parsed.problems}")
    return parsed.item


def media_of(content: Mapping[str, Any]) -> tuple[Media, ...]:
    """The media of a stored content."""
    return tuple(Media(**media) for media in content.get("media", ()))


def verdict_bytes(verdict: Verdict, item: Item) -> bytes:
    """A verdict as it is kept and replayed."""
    return canonical(verdict_dict(verdict, item))


def judged_body(item: Item, verdict: Verdict, name: str, read: str) -> dict[str, Any]:
    """The event's body: digests, the answer, and per finding its code, family, severity and status."""
    gravest = max((SEVERITIES.index(finding.severity) for finding in verdict.findings), default=None)
    return {
        "verdict": name,
        "read": read,
        "value": verdict.value,
        "severity": None if gravest is None else SEVERITIES[gravest],
        "nature": verdict.nature.value,
        "domain": verdict.domain.value,
        "rulebook": verdict.rulebook,
        "as_of": verdict.as_of.isoformat(),
        "findings": [[f.code, f.family, f.severity, f.status] for f in verdict.findings],
    }


def replay(judge: Judge, read: Mapping[str, Any], as_of: date) -> bytes:
    """Judge a kept item again under the day it was judged for: the same rulebook gives the same bytes."""
    item = item_of(read)
    return verdict_bytes(judge.check([item], Options(as_of=as_of))[0], item)
